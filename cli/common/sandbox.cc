// SPDX-License-Identifier: Apache-2.0
#include "cli/common/sandbox.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/file_descriptor.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kRefused = std::to_array<int>(
    {SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
     SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
     SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(io_uring_setup)});

constexpr std::uint64_t kWriting =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;
// The first version that lets a file be renamed into another directory at all (LANDLOCK_ACCESS_FS_REFER).
constexpr long kLeastLandlock = 2;

Result<void> Check(int result, const char* what) {
  if (result == 0) return {};
  return Fail(ErrorKind::kInternal, std::string(what) + ": " + SystemReason(result < 0 ? -result : errno));
}

// The place, or the nearest directory above it that is there.
fs::path Existing(const fs::path& place) {
  std::error_code error;
  fs::path found = fs::absolute(place, error).lexically_normal();
  while (!fs::exists(found, error) && found.has_relative_path()) found = found.parent_path();
  return found;
}

// Errors: the system's. What cannot be opened cannot be written to either.
Result<void> AllowBelow(int ruleset, const fs::path& place) {
  const FileDescriptor fd(open(place.c_str(), O_PATH | O_CLOEXEC));
  if (fd.get() < 0) return {};
  std::error_code error;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = fs::is_directory(place, error) ? kWriting : LANDLOCK_ACCESS_FS_WRITE_FILE;
  rule.parent_fd = fd.get();
  return Check(static_cast<int>(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0)),
               "landlock_add_rule");
}

}  // namespace

Result<void> RefuseNetworkAndPrograms() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  if (filter == nullptr) return Fail(ErrorKind::kInternal, "seccomp_init: no memory");
  // Threads that a library started before main() are included.
  TRY(Check(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1), "seccomp"));
  // Without it old kernels would slow every load down, against an attack that shared memory within a process
  // allows. Where the kernel does not know it, there is nothing to switch off.
  (void)seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1);
  for (const int call : kRefused) {
    TRY(Check(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0), "seccomp"));
  }
  return Check(seccomp_load(filter.get()), "seccomp");
}

void EnterSandbox() {
  if (const auto refused = RefuseNetworkAndPrograms(); !refused) {
    spdlog::debug("sockets and programs are not refused here: {}", refused.error().message);
  } else {
    spdlog::trace("sockets and programs are refused from here on");
  }
}

Result<void> LimitWritingTo(std::span<const fs::path> places) {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 0) return Check(-1, "landlock_create_ruleset");
  if (version < kLeastLandlock) return Fail(ErrorKind::kInternal, "this kernel's Landlock is too old");
  const landlock_ruleset_attr attributes{.handled_access_fs = kWriting};
  const FileDescriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0)));
  if (ruleset.get() < 0) return Check(-1, "landlock_create_ruleset");
  std::error_code error;
  // SQLite and the writers of workbooks and zips make temporary files; /dev/null is written to by many.
  std::vector<fs::path> allowed{fs::temp_directory_path(error), "/var/tmp", "/dev/null"};
  for (const fs::path& place : places) {
    if (!place.empty()) allowed.push_back(Existing(place));
  }
  for (const fs::path& place : allowed) {
    TRY(AllowBelow(ruleset.get(), place));
  }
  TRY(Check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs"));
  return Check(static_cast<int>(syscall(SYS_landlock_restrict_self, ruleset.get(), 0)),
               "landlock_restrict_self");
}

fs::path FolderOf(const fs::path& file) {
  std::error_code error;
  return file.empty() ? fs::path() : fs::absolute(file, error).parent_path();
}

void MayWriteOnlyTo(std::initializer_list<fs::path> places) {
  if (const auto limited = LimitWritingTo({places.begin(), places.size()}); !limited) {
    spdlog::debug("writing is not limited to the outputs here: {}", limited.error().message);
  }
}

}  // namespace gradphoto::cli
