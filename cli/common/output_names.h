// SPDX-License-Identifier: Apache-2.0
// Where standardized files go inside the output directory.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/common/inputs.h"
#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

// For each photo path its name below the output directory, always ending in .jpg: the path below the input
// directory that contains it; for records, the path below the directory that all photos have in common. Errors:
// kUsage - two photos would get the same name (compared without regard to case, as Windows does), before any
// work is done.
Result<std::map<std::string, std::filesystem::path>> OutputNames(const std::vector<Record>& records,
                                                                 const InputOptions& options);

}  // namespace gradphoto::cli
