// SPDX-License-Identifier: Apache-2.0
// A file descriptor that is closed when its owner goes, and the writing that every user of one needs.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <unistd.h>

namespace gradphoto {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  bool IsOpen() const { return fd_ >= 0; }
  // Closing can report a delayed write error, so it is a step of its own. False: see errno.
  bool Close() { return close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_ = -1;
};

// Writes all bytes, however many calls that takes. False: see errno; some may have been written.
bool WriteAll(int fd, std::span<const std::byte> bytes);

}  // namespace gradphoto
