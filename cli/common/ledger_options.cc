// SPDX-License-Identifier: Apache-2.0
#include "cli/common/ledger_options.h"

#include <utility>

#include "cli/common/run_main.h"
#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/ledger/delivery.h"
#include "lib/roster/id_number.h"

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

Result<OpenedLedger> OpenLedger(const LedgerOptions& options, std::string_view tool, ledger::OpenMode mode) {
  std::optional<ledger::LedgerLock> lock;
  if (mode == ledger::OpenMode::kWrite) {
    TRY(MakePrivateDirectories(options.file.parent_path()));
    TRY_ASSIGN(auto taken, ledger::LedgerLock::Take(options.file, tool, options.wait_s, Interrupted));
    lock.emplace(std::move(taken));
  }
  TRY_ASSIGN(auto opened, ledger::Ledger::Open(options.file, mode));
  return OpenedLedger{std::move(lock), std::move(opened)};
}

Result<void> BookPack(ledger::Ledger& ledger, const std::vector<Record>& records, const deliver::PackPlan& plan,
                      const std::filesystem::path& directory, const ledger::Moment& now) {
  std::vector<ledger::PackedRecord> photos;
  for (const deliver::PackedPhoto& photo : plan.photos) photos.push_back({&records[photo.record], photo.file});
  return ledger::BookDelivery(ledger, photos, directory, now);
}

}  // namespace gradphoto::cli
