// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/open.h"

#include <utility>

#include "lib/base/file.h"

namespace gradphoto::ledger {

Result<OpenedLedger> OpenLedger(const std::filesystem::path& file, const OpenOptions& options) {
  std::optional<LedgerLock> lock;
  if (options.mode == OpenMode::kWrite) {
    TRY(MakePrivateDirectories(file.parent_path()));
    TRY_ASSIGN(auto taken, LedgerLock::Take(file, options.tool, options.wait_s, options.interrupted));
    lock.emplace(std::move(taken));
  }
  TRY_ASSIGN(auto opened, Ledger::Open(file, options.mode));
  return OpenedLedger{std::move(lock), std::move(opened)};
}

}  // namespace gradphoto::ledger
