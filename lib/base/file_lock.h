// SPDX-License-Identifier: Apache-2.0
// A file that only one process holds at a time (flock). The lock goes with the process, however it ends; the
// file stays, for deleting it would let two processes hold two files of one name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/error.h"
#include "lib/base/file_descriptor.h"

namespace gradphoto {

class FileLock {
 public:
  FileLock(FileLock&&) = default;
  FileLock& operator=(FileLock&&) = default;
  ~FileLock();

  // Makes the file (mode 0600) where there is none. Nothing when somebody else holds it, in this process or
  // another. Errors: kOutput - it cannot be opened or locked.
  static Result<std::optional<FileLock>> Try(const std::filesystem::path& file);

  // Writes one line about the holder into the file, for those who wait; it goes with the lock, unless the
  // process is killed. Errors: kOutput.
  Result<void> Sign(std::string_view holder);
  // The line of whoever signed last; empty when nobody did.
  static std::string SignatureIn(const std::filesystem::path& file);

 private:
  FileLock(std::filesystem::path file, FileDescriptor fd) : file_(std::move(file)), fd_(std::move(fd)) {}

  std::filesystem::path file_;
  FileDescriptor fd_;
  bool signed_ = false;
};

}  // namespace gradphoto
