// SPDX-License-Identifier: Apache-2.0
// Writing a standardized photo and saying so in its record.
#pragma once

#include <filesystem>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/temporary_file.h"
#include "lib/pipeline/photo.h"

namespace gradphoto::pipeline {

// The dry runs write nothing: one of kOverwrite, and one of kRefuseDifferent, which tells what is in the way.
enum class StoreMode { kRefuseDifferent, kOverwrite, kDryRun, kDryRunRefuse };

// Stores the JPEG of an accepted or reviewed photo under `path` and fills record.output and output_sha256; a
// rejected photo leaves no file. Errors: kOutput - see WriteFileAtomic and, for a dry run, CheckWriteFile.
Result<void> StorePhoto(PhotoResult& result, const std::filesystem::path& path, StoreMode mode,
                        Sync sync = Sync::kContentsAndName);

}  // namespace gradphoto::pipeline
