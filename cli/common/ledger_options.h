// SPDX-License-Identifier: Apache-2.0
// The options of the tools that keep the ledger, and opening it with them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "lib/base/error.h"
#include "lib/deliver/pack.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::cli {

struct LedgerOptions {
  std::filesystem::path file;  // Empty: no ledger.
  std::string today;           // Empty: the clock.
  int wait_s = 0;              // For another process.
};

// Adds --ledger, the same in every tool: without it the environment variable GRADPHOTO_LEDGER names the ledger.
// What a tool does with it stands in the tool's description.
CLI::Option* AddLedgerOption(CLI::App& app, std::filesystem::path& file);

// Adds --today and --wait, for the tools that write to the ledger; --ledger is AddLedgerOption's.
void AddLedgerOptions(CLI::App& app, LedgerOptions& options);

// Errors: kUsage - --today is no date.
Result<ledger::Moment> MomentFrom(const LedgerOptions& options);

// A ledger and, for writers, the lock that comes with it.
struct OpenedLedger {
  std::optional<ledger::LedgerLock> lock;
  ledger::Ledger ledger;
};
// Errors: kOutput - locked, with the number of the process; see Ledger::Open.
Result<OpenedLedger> OpenLedger(const LedgerOptions& options, std::string_view tool, ledger::OpenMode mode);

// Books what WritePack has just written to `directory`.
Result<void> BookPack(ledger::Ledger& ledger, const std::vector<Record>& records, const deliver::PackPlan& plan,
                      const std::filesystem::path& directory, const ledger::Moment& now);

}  // namespace gradphoto::cli
