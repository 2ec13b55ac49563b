// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#include "lib/ledger/ledger.h"

namespace gradphoto::ledger {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(200);

// "gradphoto-batch, process 1234".
std::string HolderOf(const std::filesystem::path& lock) {
  const std::string holder = FileLock::SignatureIn(lock);
  const std::size_t blank = holder.find(' ');
  // The holder may not have signed yet.
  if (blank == std::string::npos) return "another process";
  return holder.substr(blank + 1) + ", process " + holder.substr(0, blank);
}

}  // namespace

Result<LedgerLock> LedgerLock::Take(const std::filesystem::path& ledger, std::string_view tool, int wait_s,
                                    const std::function<bool()>& interrupted) {
  const std::filesystem::path file = ledger.string() + ".lock";
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(wait_s);
  while (true) {
    TRY_ASSIGN(auto lock, FileLock::Try(file));
    if (lock) {
      TRY(lock->Sign(std::to_string(getpid()) + " " + std::string(tool)));
      return LedgerLock(*std::move(lock));
    }
    if (interrupted && interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    if (std::chrono::steady_clock::now() >= end) {
      return Fail(ErrorKind::kOutput, ledger.string() + ": the ledger is in use by " + HolderOf(file) +
                                          "; wait for it, or use --wait SECONDS");
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace gradphoto::ledger
