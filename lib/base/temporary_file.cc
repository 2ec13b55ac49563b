// SPDX-License-Identifier: Apache-2.0
#include "lib/base/temporary_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/file.h"

namespace gradphoto {
namespace {

// rename() that fails with EEXIST when another process was faster, where the file system can do that.
int RenameUnlessExists(const char* from, const char* to) {
  const int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
  return result != 0 && (errno == EINVAL || errno == ENOSYS) ? rename(from, to) : result;
}

}  // namespace

Result<TemporaryFile> TemporaryFile::For(const std::filesystem::path& target) {
  std::string path = TemporaryPattern(target);
  FileDescriptor fd(mkostemps(path.data(), kTemporarySuffixBytes, O_CLOEXEC));  // Mode 0600.
  if (!fd.IsOpen()) return Fail(ErrorKind::kOutput, target.string() + ": cannot be written: " + ErrnoText());
  return TemporaryFile(target, std::move(path), std::move(fd));
}

TemporaryFile::~TemporaryFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

Result<void> TemporaryFile::MoveToTarget(Replace replace, Sync sync) {
  const auto failed = [&](std::string_view step) {
    return Fail(ErrorKind::kOutput, target_.string() + ": " + std::string(step) + " failed: " + ErrnoText());
  };
  if (sync != Sync::kNothing) {
    // Also what a library wrote under this name: libzip renames a file of its own to it.
    FileDescriptor contents(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!contents.IsOpen() || fsync(contents.get()) != 0) return failed("syncing");
  }
  if (!fd_.Close()) return failed("closing");
  const int renamed = replace == Replace::kYes ? rename(path_.c_str(), target_.c_str())
                                               : RenameUnlessExists(path_.c_str(), target_.c_str());
  if (renamed != 0) return failed("renaming");
  path_.clear();
  if (sync == Sync::kContentsAndName) SyncDirectory(target_.parent_path());
  return {};
}

}  // namespace gradphoto
