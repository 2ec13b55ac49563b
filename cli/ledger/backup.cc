// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger backup: a copy of the ledger, also while a batch runs.
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/file.h"

namespace gradphoto::cli {
namespace {

struct BackupOptions {
  std::filesystem::path copy;
  bool dry_run = false;
};

Result<ExitCode> BackUp(Books& books, const BackupOptions& options) {
  TRY(books.ledger().CheckIntegrity());
  if (options.dry_run) {
    TRY(ledger::CheckBackupTarget(options.copy));
    TRY(CheckWriteFile(options.copy, std::string_view(), IfExists::kRefuse));
    spdlog::info("dry run: no copy was made");
    return ExitCode::kAccepted;
  }
  TRY(books.ledger().BackUp(options.copy));
  return ExitCode::kAccepted;
}

}  // namespace

Command AddBackup(CLI::App& app) {
  const auto options = std::make_shared<BackupOptions>();
  CLI::App* command = app.add_subcommand("backup", "Copy the ledger, also while a batch runs");
  command->add_option("file", options->copy, "The copy; must not exist")->required()->type_name("FILE");
  AddDryRun(*command, options->dry_run, "Copy nothing; look whether the ledger is whole and the name is free");
  AddExamples(*command,
              {{"gradphoto-ledger backup /backup/ledger-$(date +%F).sqlite", "one copy a day, from cron"}});
  return {command, Reads(), [options](Books& books) { return BackUp(books, *options); }};
}

}  // namespace gradphoto::cli
