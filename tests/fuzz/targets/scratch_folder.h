// SPDX-License-Identifier: Apache-2.0
// For readers that take files: a folder in memory of this process, the same in all rounds.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace gradphoto::fuzzing {

// Made with the first call; removed when the program ends as it should.
inline const std::filesystem::path& ScratchFolder() {
  struct Folder {
    std::filesystem::path path;
    Folder() {
      const bool has_memory = std::filesystem::exists("/dev/shm");
      std::string name = has_memory ? "/dev/shm/gradphoto-fuzz-XXXXXX" : "/tmp/gradphoto-fuzz-XXXXXX";
      if (mkdtemp(name.data()) == nullptr) std::abort();
      path = name;
    }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Folder folder;
  return folder.path;
}

inline std::filesystem::path Write(std::string_view name, std::string_view bytes) {
  const std::filesystem::path file = ScratchFolder() / name;
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

}  // namespace gradphoto::fuzzing
