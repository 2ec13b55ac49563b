// SPDX-License-Identifier: Apache-2.0
// What a run that was cut short, or a shard, had finished. A record is taken over when its photo, its student
// and everything that judged it are still the same. Lines (NDJSON) are appended as photos are done, so a crash
// costs at most the last one. Of files only the places of the records are kept in memory; one that another
// process writes anew or that cannot be read any more costs no more than judging again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file_descriptor.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

class Journal {
 public:
  // A journal that takes over what was loaded and keeps nothing.
  Journal() = default;
  // One that goes on from `file`, which need not be there, and appends to it. The file is made (mode 0600) with
  // the first record. Errors: as Load.
  static Result<Journal> Continue(const std::filesystem::path& file);
  // One that goes on from `file` without changing it: for dry runs. Errors: as Load.
  static Result<Journal> ReadOnly(const std::filesystem::path& file);

  // Also takes over what stands in this file. An absent one is an empty one; lines that are no records are left
  // out. Later lines of a photo win. Errors: kInput - the file is there but cannot be read.
  Result<void> Load(const std::filesystem::path& file);

  // The finished record of `linked`, or nothing. Not taken over is what another tool (version, standard,
  // models) judged, what ended in an error, another student or reference, a photo or an output that changed
  // since. Reads both files for their hashes.
  std::optional<Record> Find(const Record& linked, const Json& tool) const;

  // The finished record of the same photo under another path or of another student, as that of `linked`, judged
  // by the same tool; of another student it is not compared. Nothing where there is none, where it is not all
  // that is needed (a photo that was rejected only as the other student's left no output), or where the photo
  // or its output changed since.
  struct Moved {
    Record record;
    bool is_compared = true;
  };
  std::optional<Moved> FindMoved(const Record& linked, const Json& tool) const;

  // The last record of a student's without a photo, as the identity step keeps them.
  std::optional<Record> OfStudent(std::string_view key) const;

  // Keeps a record that was made in this run; one that was found here stands in its file already. Errors:
  // kOutput - it cannot be written (the disk is full...).
  Result<void> Append(const Record& record);

  // A record that was appended is found from now on, as in a later run; its line is kept in memory. Not while
  // others search.
  void Remember(const Record& record);

  // Deletes the file: everything is delivered. Errors: kOutput.
  Result<void> Remove();

 private:
  // A line of a file, or one of `lines_`.
  struct Place {
    std::size_t file = 0;  // Of `files_`; kInMemory: `offset` counts lines.
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
  };
  // By std::hash of what a record is looked for by; whether it is that one the record itself says.
  using Places = std::unordered_map<std::size_t, Place>;

  Result<void> OpenToAppend();
  void Note(const Record& record, const Place& place);
  std::optional<Record> RecordAt(const Places& places, std::string_view key) const;

  std::filesystem::path file_;  // Empty: nothing is kept.
  FileDescriptor out_;
  std::vector<std::filesystem::path> files_;  // That were loaded.
  std::vector<std::string> lines_;            // That were remembered.
  Places by_photo_;                           // By path.
  Places by_content_;                         // By the photo's hash.
  Places of_students_;                        // Those without a photo, by key.
};

}  // namespace gradphoto::batch
