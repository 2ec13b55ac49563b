// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file_mark.h"

#include <fmt/format.h>
#include <sys/stat.h>

namespace gradphoto {
namespace {

std::int64_t Nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

}  // namespace

std::string FileOf(const std::string& photo) {
  struct stat info{};  // A folder may be called "a!", too.
  for (std::size_t at = photo.find("!/"); at != std::string::npos; at = photo.find("!/", at + 1)) {
    const std::string outer = photo.substr(0, at);
    if (stat(outer.c_str(), &info) == 0 && S_ISREG(info.st_mode)) return outer;
  }
  return photo;
}

std::string FileMark::Text() const {
  return fmt::format("{}.{}.{}.{}.{}", device, inode, bytes, written_ns, changed_ns);
}

FileMark MarkOf(const std::string& photo) {
  struct stat info{};
  if (stat(FileOf(photo).c_str(), &info) != 0) return {};
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .bytes = info.st_size,
          .written_ns = Nanoseconds(info.st_mtim),
          .changed_ns = Nanoseconds(info.st_ctim)};
}

}  // namespace gradphoto
