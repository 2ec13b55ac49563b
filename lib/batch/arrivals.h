// SPDX-License-Identifier: Apache-2.0
// Which files are whole. The listing of a folder says what is there; the kernel's events (inotify) say when to
// look again, and who has finished writing. A file that arrived without an event (a share, a folder that was
// moved in) is whole when it has not grown for two seconds. Nothing here depends on the clock of the wall.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file_descriptor.h"
#include "lib/base/file_mark.h"

namespace gradphoto::batch {

class Arrivals {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kStill{2};  // Without growth a file is whole.
  // What was written to and not closed may be written to again; a program that hangs does not hold it forever.
  static constexpr std::chrono::seconds kOpen{60};

  // `files`: single files that count, too (roster, mapping...); other names in their folders do not. Errors:
  // kInternal - the system gives no watch.
  static Result<Arrivals> Create(const std::vector<std::filesystem::path>& files);

  int fd() const { return events_.get(); }  // Readable when something has happened.

  // Watches these folders from now on, those of the single files besides, and no others. True if one of them
  // was not watched before: what came into it meanwhile was not told. What cannot be watched is in
  // `unwatched()`.
  bool Watch(std::span<const std::string> folders);
  std::size_t unwatched() const { return unwatched_; }
  // Whether a watched folder is now another one or gone, which the system does not always tell.
  bool IsReplaced() const;

  // Takes in what has happened. True if any of it counts.
  bool TakeEvents();

  // Whether the file is whole now. `was_whole`: it was, once, and may be written anew at the moment.
  struct Seen {
    FileMark mark;
    bool whole = false, was_whole = false;
    Clock::time_point since;  // It has been as it is.
  };
  Seen See(const std::string& path, Clock::time_point now);

  // Between these two every file is seen that is there; the others are forgotten.
  void BeginLook();
  void EndLook();
  // When the next of the files that were not whole may be; nothing: none.
  std::optional<Clock::time_point> NextWhole() const { return next_whole_; }

 private:
  struct Folder {
    std::string path;
    bool all = true;  // All names count, else those of `names_` alone.
    std::uint64_t device = 0, inode = 0;
  };
  struct Sighting {
    FileMark mark;
    Clock::time_point since;
    bool whole = false, was_whole = false;
    unsigned look = 0;
  };
  enum class Told { kOpen, kClosed };

  bool Take(int watch, std::uint32_t mask, const std::string& name);
  bool Add(const std::string& folder, bool all);

  FileDescriptor events_;
  std::set<std::string> names_;  // Of the single files, whole paths.
  std::map<int, Folder> folders_;
  std::unordered_map<std::string, Sighting> sightings_;
  std::unordered_map<std::string, Told> told_;
  std::optional<Clock::time_point> next_whole_;
  std::size_t unwatched_ = 0;
  unsigned look_ = 0;
};

}  // namespace gradphoto::batch
