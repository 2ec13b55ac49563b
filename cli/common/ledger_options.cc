// SPDX-License-Identifier: Apache-2.0
#include "cli/common/ledger_options.h"

#include "cli/common/run_main.h"
#include "lib/base/date.h"

namespace gradphoto::cli {

CLI::Option* AddLedgerOption(CLI::App& app, std::filesystem::path& file) {
  return app.add_option("--ledger", file, "The ledger, which remembers students and photos between runs")
      ->envname("GRADPHOTO_LEDGER")
      ->type_name("FILE");
}

void AddLedgerOptions(CLI::App& app, LedgerOptions& options) {
  app.add_option("--today", options.today, "Take this day for today, e.g. 2021-11-02 (default: the clock)")
      ->type_name("DATE");
  app.add_option("--wait", options.wait_s, "How long to wait for another process that holds the ledger")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400))
      ->type_name("SECONDS");
}

Result<ledger::Moment> MomentFrom(const LedgerOptions& options) {
  if (options.today.empty()) return ledger::Now();
  const auto day = ParseDate(options.today);
  if (!day)
    return Fail(ErrorKind::kUsage, "--today '" + options.today + "' is no date; write it as 2021-11-02");
  return ledger::StartOf(*day);
}

Result<ledger::OpenedLedger> OpenLedger(const LedgerOptions& options, std::string_view tool,
                                        ledger::OpenMode mode) {
  return ledger::OpenLedger(options.file, {mode, tool, options.wait_s, Interrupted});
}

}  // namespace gradphoto::cli
