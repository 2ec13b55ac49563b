// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/ledger/ledger.h"

namespace gradphoto::ledger {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(200);

// "1234 gradphoto-batch", or nothing when the holder has not written it yet.
std::string HolderOf(int fd) {
  std::array<char, 128> text{};
  const ssize_t got = pread(fd, text.data(), text.size(), 0);
  std::string holder(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return holder.substr(0, holder.find('\n'));
}

}  // namespace

Result<LedgerLock> LedgerLock::Take(const std::filesystem::path& ledger, std::string_view tool, int wait_s,
                                    const std::function<bool()>& interrupted) {
  const std::string file = ledger.string() + ".lock";
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Fail(ErrorKind::kOutput, file + ": cannot be opened: " + SystemReason(errno));
  LedgerLock lock(fd);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wait_s);
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (interrupted && interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    if (std::chrono::steady_clock::now() >= end) {
      std::string holder = HolderOf(fd);
      const std::size_t blank = holder.find(' ');
      holder = blank == std::string::npos ? "another process"
                                          : holder.substr(blank + 1) + ", process " + holder.substr(0, blank);
      return Fail(ErrorKind::kOutput, ledger.string() + ": the ledger is in use by " + holder +
                                          "; wait for it, or use --wait SECONDS");
    }
    std::this_thread::sleep_for(kPoll);
  }
  const std::string text = std::to_string(getpid()) + " " + std::string(tool) + "\n";
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Fail(ErrorKind::kOutput, file + ": cannot be written: " + SystemReason(errno));
  }
  return lock;
}

LedgerLock::LedgerLock(LedgerLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

LedgerLock::~LedgerLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace gradphoto::ledger
