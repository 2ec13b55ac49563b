// SPDX-License-Identifier: Apache-2.0
// What can be known to go wrong before any photo is looked at.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/deliver/pack.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// How the job's photos are packed, for these students. Where the standard's own templates ask for a column that
// this roster does not fill, another takes its place: files are named by student number, candidate number or
// key, and the folder is left out; `told` says so. A template of the job's is never replaced. Errors: kUsage -
// a template that cannot be read, or names a field that the roster lacks: the message has the fields that
// exist.
struct Packing {
  deliver::PackOptions options;
  std::string official_tool;      // A word on a tool that the standard's portal wants used after this one.
  std::vector<std::string> told;  // What was chosen in place of the standard's; plain English.
};
Result<Packing> PackingOf(const Job& job, const std::filesystem::path& config_dir,
                          std::span<const Record> records);

// Whether the folders can be last night's. `last` is the number of photos of the last run, 0: not known.
// Errors: kOutput - a folder is gone that held photos the last time, or fewer than half of them are left.
Result<void> CheckFolders(const Job& job, std::size_t last);
Result<void> CheckCount(std::size_t photos, std::size_t last);

// Records with a photo.
std::size_t CountPhotos(std::span<const Record> records);

}  // namespace gradphoto::batch
