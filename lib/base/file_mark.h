// SPDX-License-Identifier: Apache-2.0
// What the system says of a file without reading it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace gradphoto {

// Of a file as it stood: two that are equal are the same file with the same content.
struct FileMark {
  std::uint64_t device = 0, inode = 0;
  std::int64_t bytes = -1, written_ns = 0, changed_ns = 0;  // -1 bytes: no such file. Times since 1970.
  auto operator<=>(const FileMark&) const = default;
  std::string Text() const;  // The five numbers, with dots between.
};
// The archive that a photo lies in, or the photo: "a.zip" of "a.zip!/b.jpg".
std::string FileOf(const std::string& photo);
// Of FileOf(photo). Follows links.
FileMark MarkOf(const std::string& photo);

}  // namespace gradphoto
