// SPDX-License-Identifier: Apache-2.0
// A file on its way to its final name. It is made empty, with mode 0600, under a name of ours in the directory
// of its target (see IsTemporaryName), and vanishes unless it is moved there.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/file_descriptor.h"

namespace gradphoto {

// What is on the disk when a file was moved to its name. Whoever moves many into one directory syncs that once,
// at the end (SyncDirectory); what can be made again at any time needs no sync at all, but has to be looked at
// before it is believed: a power cut may leave it empty.
enum class Sync { kContentsAndName, kContents, kNothing };

class TemporaryFile {
 public:
  // Errors: kOutput - it cannot be made; the message names the target.
  static Result<TemporaryFile> For(const std::filesystem::path& target);

  TemporaryFile(TemporaryFile&& other) noexcept
      : target_(std::move(other.target_)), path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }

  // What MoveToTarget does with a file that is at the target by then.
  enum class Replace { kYes, kNo };
  // Renames it, after its contents are on the disk. Errors: kOutput - syncing, or renaming failed, or the
  // target is there and was to stay.
  Result<void> MoveToTarget(Replace replace, Sync sync = Sync::kContentsAndName);

 private:
  TemporaryFile(std::filesystem::path target, std::string path, FileDescriptor fd)
      : target_(std::move(target)), path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path target_;
  std::string path_;
  FileDescriptor fd_;
};

// As that of file.h, with less waiting for the disk.
Result<void> WriteFileAtomic(const std::filesystem::path& path, std::span<const std::byte> bytes,
                             IfExists if_exists, Sync sync);

}  // namespace gradphoto
