// SPDX-License-Identifier: Apache-2.0
// A fresh directory per test, removed at its end, and the paths of the checkout and the built programs.
#pragma once

#include <filesystem>
#include <string_view>

namespace gradphoto::testing {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes `text` to path()/name, making parent directories, and returns the full path.
  std::filesystem::path Write(const std::filesystem::path& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

std::filesystem::path SourceDir();  // The checkout, from $GRADPHOTO_SOURCE_DIR (set by CTest).
std::filesystem::path BinDir();     // The built programs, from $GRADPHOTO_BIN_DIR (set by CTest).

}  // namespace gradphoto::testing
