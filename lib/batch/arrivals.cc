// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/arrivals.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/photo_file.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kEvents = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                  IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// A link, or another name of a file that is there already: nobody is going to close it.
bool IsLinkedIn(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0 && (S_ISLNK(info.st_mode) || info.st_nlink > 1);
}

}  // namespace

Result<Arrivals> Arrivals::Create(const std::vector<fs::path>& files) {
  Arrivals arrivals;
  arrivals.events_ = FileDescriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!arrivals.events_.IsOpen()) {
    return Fail(ErrorKind::kInternal, "the system watches no folders: " + ErrnoText());
  }
  for (const fs::path& file : files) arrivals.names_.insert(file.string());
  return arrivals;
}

bool Arrivals::Add(const std::string& folder, bool all) {
  const int watch = inotify_add_watch(events_.get(), folder.c_str(), kEvents);
  struct stat info{};
  if (watch < 0 || stat(folder.c_str(), &info) != 0) {
    ++unwatched_;
    return false;
  }
  const auto [place, is_new] = folders_.try_emplace(watch, Folder{folder, all, info.st_dev, info.st_ino});
  if (!is_new) {
    place->second.all = place->second.all || all;
    if (all) place->second.path = folder;  // As the listing calls it.
  }
  return is_new;
}

bool Arrivals::Watch(std::span<const std::string> folders) {
  std::map<int, Folder> before = std::exchange(folders_, {});
  unwatched_ = 0;
  for (const std::string& folder : folders) Add(folder, /*all=*/true);
  for (const std::string& file : names_) {
    const std::string folder = fs::path(file).parent_path().string();
    Add(folder.empty() ? "." : folder, /*all=*/false);
  }
  bool any_new = false;
  for (const auto& [watch, folder] : folders_) any_new |= before.erase(watch) == 0;
  for (const auto& [watch, folder] : before) inotify_rm_watch(events_.get(), watch);
  return any_new;
}

bool Arrivals::IsReplaced() const {
  return std::ranges::any_of(folders_, [](const auto& item) {
    struct stat info{};
    const Folder& folder = item.second;
    return stat(folder.path.c_str(), &info) != 0 || info.st_dev != folder.device || info.st_ino != folder.inode;
  });
}

bool Arrivals::Take(int watch, std::uint32_t mask, const std::string& name) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    told_.clear();
    return true;
  }
  const auto found = folders_.find(watch);
  if (found == folders_.end()) return false;
  // What is in a folder that went elsewhere is no business of ours; the next look finds its successor.
  if ((mask & IN_MOVE_SELF) != 0) inotify_rm_watch(events_.get(), watch);
  if ((mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0) {
    folders_.erase(found);
    return true;
  }
  const std::string& folder = found->second.path;
  const std::string path = names_.contains(name) ? name : (fs::path(folder) / name).string();
  const bool single = names_.contains(path);
  if (!single && (!found->second.all || IsLitterName(name) || IsTemporaryName(name))) return false;
  if ((mask & IN_ISDIR) != 0) return true;
  if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
    told_[path] = Told::kClosed;
  } else if ((mask & IN_CREATE) != 0) {
    const bool linked = IsLinkedIn(path);
    told_[path] = linked ? Told::kClosed : Told::kOpen;
    return linked;  // Else somebody is about to write, and to close.
  } else if ((mask & IN_MODIFY) != 0) {
    told_[path] = Told::kOpen;
    return false;
  } else {
    told_.erase(path);  // It is gone.
  }
  return true;
}

bool Arrivals::TakeEvents() {
  bool counts = false;
  alignas(inotify_event) std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t bytes = read(events_.get(), buffer.data(), buffer.size());
    if (bytes <= 0) return counts;
    for (ssize_t at = 0; at < bytes;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const std::string name = event.len == 0 ? "" : buffer.data() + at + sizeof(event);
      counts |= Take(event.wd, event.mask, name);
      at += static_cast<ssize_t>(sizeof(event) + event.len);
    }
  }
}

Arrivals::Seen Arrivals::See(const std::string& path, Clock::time_point now) {
  const std::string file = FileOf(path);
  const FileMark mark = MarkOf(file);
  Sighting& sighting = sightings_.try_emplace(file, Sighting{.mark = mark, .since = now}).first->second;
  sighting.look = look_;
  if (sighting.mark != mark) {
    sighting.mark = mark;
    sighting.since = now;
    sighting.whole = false;
  }
  const auto told = told_.find(file);
  const bool is_open = told != told_.end() && told->second == Told::kOpen;
  if (is_open) {
    sighting.whole = false;
  } else if (told != told_.end()) {
    sighting.whole = true;
    told_.erase(told);  // It was said of this state of the file.
  }
  if (!sighting.whole) {
    const Clock::time_point due = sighting.since + (is_open ? kOpen : kStill);
    sighting.whole = now >= due;
    if (!sighting.whole && (!next_whole_ || due < *next_whole_)) next_whole_ = due;
    if (sighting.whole && is_open) told_.erase(file);
  }
  sighting.was_whole |= sighting.whole;
  return {mark, sighting.whole, sighting.was_whole, sighting.since};
}

void Arrivals::BeginLook() {
  ++look_;
  next_whole_.reset();
}

void Arrivals::EndLook() {
  std::erase_if(sightings_, [&](const auto& item) { return item.second.look != look_; });
  std::erase_if(told_, [&](const auto& item) { return !sightings_.contains(item.first); });
}

}  // namespace gradphoto::batch
