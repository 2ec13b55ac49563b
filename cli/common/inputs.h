// SPDX-License-Identifier: Apache-2.0
// What a tool works on: records from stdin ("-") or an .ndjson file, or photos given as files, directories
// (recursive, bytewise sorted, hidden files left out), zip archives (like directories) and --files-from lists.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/photo_file.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

struct InputOptions {
  std::vector<std::string> inputs;
  std::string files_from;  // One path a line; "-" is stdin. Empty: not used.
};

// Records to work on, in order. Photo paths become records with only `photo` set. A directory contributes its
// photo files (base/photo_file.h); a file named explicitly is always taken. Errors: kUsage - a path does not
// exist, "-" together with others, bad records.
Result<std::vector<Record>> CollectRecords(const InputOptions& options);

// Says on stderr which files of a folder were left out.
void TellPassedOver(const PhotoListing& listing);

// True when the inputs are records, from stdin or an .ndjson file.
bool ReadsRecords(const InputOptions& options);

// Refuses an output directory that is, or lies inside, one of the input directories. Errors: kUsage.
Result<void> RefuseOutputInsideInput(const InputOptions& options, const std::filesystem::path& output_dir);

}  // namespace gradphoto::cli
