// SPDX-License-Identifier: Apache-2.0
// The options of the tools that keep the ledger, and opening it with them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/open.h"

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

// Opens options.file for the tool. Errors: as ledger::OpenLedger.
Result<ledger::OpenedLedger> OpenLedger(const LedgerOptions& options, std::string_view tool,
                                        ledger::OpenMode mode);

}  // namespace gradphoto::cli
