// SPDX-License-Identifier: Apache-2.0
#include "lib/base/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_descriptor.h"
#include "lib/base/temporary_file.h"

namespace gradphoto {
namespace {

template <typename Buffer>
Result<Buffer> ReadInto(const std::filesystem::path& path, std::uint64_t max_bytes) {
  // Non-blocking, so that a FIFO in a photo directory cannot stop a batch.
  const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return Fail(ErrorKind::kInput, path.string() + ": cannot be opened: " + ErrnoText());
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) return Fail(ErrorKind::kInput, path.string() + ": " + ErrnoText());
  if (!S_ISREG(info.st_mode)) return Fail(ErrorKind::kInput, path.string() + ": not a regular file");
  if (static_cast<std::uint64_t>(info.st_size) > max_bytes) {
    return Fail(ErrorKind::kInput, path.string() + ": " + std::to_string(info.st_size) +
                                       " bytes, more than the " + std::to_string(max_bytes) + " allowed");
  }
  Buffer bytes;
  bytes.resize(static_cast<std::size_t>(info.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(fd.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(ErrorKind::kInput, path.string() + ": read error: " + ErrnoText());
    if (got == 0) break;  // Shrunk meanwhile.
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

// Whether the file is there and has these bytes. Errors: kOutput - it has others, which are to be kept.
Result<bool> IsThere(const std::filesystem::path& path, std::span<const std::byte> bytes, IfExists if_exists) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return false;
  const auto present = ReadFile(path, bytes.size());
  if (present && std::ranges::equal(*present, bytes)) return true;
  if (if_exists == IfExists::kRefuse) {
    return Fail(ErrorKind::kOutput,
                path.string() + ": exists with other contents; use --overwrite or another directory");
  }
  return false;
}

}  // namespace

std::string SystemReason(int error_number) {
  std::array<char, 256> buffer{};
  // GNU's strerror_r: the text may lie in the buffer or elsewhere.
  return strerror_r(error_number, buffer.data(), buffer.size());
}

std::string ErrnoText() { return SystemReason(errno); }

void SyncDirectory(const std::filesystem::path& directory) {
  const FileDescriptor fd(
      open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.IsOpen()) fsync(fd.get());
}

Result<std::ifstream> OpenForReading(const std::filesystem::path& path, ErrorKind kind) {
  std::error_code error;
  int reason = std::filesystem::is_directory(path, error) ? EISDIR : 0;  // It could be opened, but not read.
  std::ifstream in;
  if (reason == 0) {
    errno = 0;
    in.open(path, std::ios::binary);
    if (in) return in;
    reason = errno;
  }
  return Fail(kind, path.string() + ": cannot be opened" + (reason == 0 ? "" : ": " + SystemReason(reason)));
}

Result<void> MakePrivateDirectories(const std::filesystem::path& directory) {
  if (directory.empty()) return {};
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return {};
  TRY(MakePrivateDirectories(directory.parent_path()));
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Fail(ErrorKind::kOutput, directory.string() + ": cannot be made: " + ErrnoText());
  }
  SyncDirectory(directory.parent_path());
  return {};
}

Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return ReadInto<std::vector<std::byte>>(path, max_bytes);
}

Result<std::string> ReadTextFile(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return ReadInto<std::string>(path, max_bytes);
}

std::string TemporaryPattern(const std::filesystem::path& path) {
  return (path.parent_path() / ".gradphoto-XXXXXX.tmp").string();
}

bool IsTemporaryName(std::string_view file_name) {
  constexpr std::string_view kPattern = ".gradphoto-XXXXXX.tmp";
  return file_name.size() == kPattern.size() && file_name.starts_with(".gradphoto-") &&
         file_name.ends_with(".tmp");
}

Result<void> WriteFileAtomic(const std::filesystem::path& path, std::span<const std::byte> bytes,
                             IfExists if_exists) {
  return WriteFileAtomic(path, bytes, if_exists, Sync::kContentsAndName);
}

Result<void> WriteFileAtomic(const std::filesystem::path& path, std::span<const std::byte> bytes,
                             IfExists if_exists, Sync sync) {
  TRY_ASSIGN(const bool is_there, IsThere(path, bytes, if_exists));
  if (is_there) return {};
  TRY(MakePrivateDirectories(path.parent_path()));
  TRY_ASSIGN(auto temporary, TemporaryFile::For(path));
  if (!WriteAll(temporary.fd(), bytes)) {
    return Fail(ErrorKind::kOutput, path.string() + ": writing failed: " + ErrnoText());
  }
  using enum TemporaryFile::Replace;
  return temporary.MoveToTarget(if_exists == IfExists::kOverwrite ? kYes : kNo, sync);
}

Result<void> WriteFileAtomic(const std::filesystem::path& path, std::string_view text, IfExists if_exists) {
  return WriteFileAtomic(path, std::as_bytes(std::span(text)), if_exists);
}

Result<void> CheckWriteFile(const std::filesystem::path& path, std::span<const std::byte> bytes,
                            IfExists if_exists) {
  TRY_ASSIGN(const bool is_there, IsThere(path, bytes, if_exists));
  if (is_there) return {};
  const auto fail = [&](int reason) {
    return Fail(ErrorKind::kOutput, path.string() + ": cannot be written: " + SystemReason(reason));
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return fail(EISDIR);
  // The first directory above that is there has to take the file, or the directories that are missing.
  std::filesystem::path directory = path.parent_path();
  while (!directory.empty() && !std::filesystem::exists(directory, error)) {
    if (error && error.value() != ENOENT) return fail(error.value());
    directory = directory.parent_path();
  }
  if (directory.empty()) directory = ".";
  if (!std::filesystem::is_directory(directory, error)) return fail(ENOTDIR);
  if (access(directory.c_str(), W_OK | X_OK) != 0) return fail(errno);
  return {};
}

Result<void> CheckWriteFile(const std::filesystem::path& path, std::string_view text, IfExists if_exists) {
  return CheckWriteFile(path, std::as_bytes(std::span(text)), if_exists);
}

}  // namespace gradphoto
