// SPDX-License-Identifier: Apache-2.0
// Where standardized files go inside the output directory.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::pipeline {

using OutputNames = std::map<std::string, std::filesystem::path>;  // By photo path.

// For each photo path its name below the output directory, ending in .jpg: the path below the first of `inputs`
// that is a directory and contains it; without such directories (for records), the path below the directory
// that all photos have in common. The extension gives way to .jpg, except where two photos would then share a
// name (a.jpg and a.heic): those keep theirs (a.heic.jpg). Errors: kUsage - two photos still share a name
// (compared without regard to case, as Windows does).
Result<OutputNames> NameOutputs(std::span<const Record> records, std::span<const std::string> inputs = {});

// Errors: kUsage - an output would replace a photo or a reference of the records.
Result<void> RefuseOverwritingInputs(std::span<const Record> records, const OutputNames& names,
                                     const std::filesystem::path& output_dir);

}  // namespace gradphoto::pipeline
