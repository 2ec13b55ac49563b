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

// For each photo path its name below the output directory, ending in .jpg: the path below the input directory
// that contains it; for records, the path below the directory that all photos have in common. The extension
// gives way to .jpg, except where two photos would then share a name (a.jpg and a.heic): those keep theirs
// (a.heic.jpg). Errors: kUsage - two photos still share a name (compared without regard to case, as Windows
// does).
Result<std::map<std::string, std::filesystem::path>> OutputNames(const std::vector<Record>& records,
                                                                 const InputOptions& options);

// Errors: kUsage - an output would replace a photo or a reference of the records.
Result<void> RefuseOverwritingInputs(const std::vector<Record>& records,
                                     const std::map<std::string, std::filesystem::path>& names,
                                     const std::filesystem::path& output_dir);

}  // namespace gradphoto::cli
