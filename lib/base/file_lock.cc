// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file_lock.h"

#include <cerrno>
#include <span>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

#include "lib/base/file.h"

namespace gradphoto {

Result<std::optional<FileLock>> FileLock::Try(const std::filesystem::path& file) {
  FileDescriptor fd(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.IsOpen()) return Fail(ErrorKind::kOutput, file.string() + ": cannot be opened: " + ErrnoText());
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return std::nullopt;
    return Fail(ErrorKind::kOutput, file.string() + ": cannot be locked: " + ErrnoText());
  }
  return FileLock(file, std::move(fd));
}

FileLock::~FileLock() {
  if (signed_ && fd_.IsOpen()) (void)!ftruncate(fd_.get(), 0);
}

Result<void> FileLock::Sign(std::string_view holder) {
  const std::string line = std::string(holder) + "\n";
  signed_ = true;
  const bool written = ftruncate(fd_.get(), 0) == 0 && lseek(fd_.get(), 0, SEEK_SET) == 0 &&
                       WriteAll(fd_.get(), std::as_bytes(std::span(line)));
  if (!written) return Fail(ErrorKind::kOutput, file_.string() + ": cannot be written: " + ErrnoText());
  return {};
}

std::string FileLock::SignatureIn(const std::filesystem::path& file) {
  constexpr std::uint64_t kMaxBytes = 4096;
  const auto text = ReadTextFile(file, kMaxBytes);
  return text ? text->substr(0, text->find('\n')) : std::string();
}

}  // namespace gradphoto
