// SPDX-License-Identifier: Apache-2.0
// Opening a ledger as a tool does: with the lock, where the tool writes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"

namespace gradphoto::ledger {

// A ledger and, for OpenMode::kWrite, the lock that comes with it.
struct OpenedLedger {
  std::optional<LedgerLock> lock;
  Ledger ledger;
};

struct OpenOptions {
  OpenMode mode = OpenMode::kWrite;
  std::string_view tool;              // Who asks: others that wait for the lock are told.
  int wait_s = 0;                     // For another process.
  std::function<bool()> interrupted;  // Asked while waiting; may be empty.
};

// Makes the ledger's directory for a writer. Errors: kOutput - locked, with the number of the process; see
// Ledger::Open.
Result<OpenedLedger> OpenLedger(const std::filesystem::path& file, const OpenOptions& options);

}  // namespace gradphoto::ledger
