// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger purge: deletes students (lib/batch/purge.h). Without --yes it only counts.
#include "lib/batch/purge.h"

#include <iostream>
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/date.h"

namespace gradphoto::cli {
namespace {

struct PurgeCommandOptions {
  KeyOptions keys;
  std::string season, before;
  bool yes = false, dry_run = false;
  std::filesystem::path receipts;

  bool Deletes() const { return yes && !dry_run; }
};

Result<batch::PurgeSelection> SelectionFrom(const Books& books, const PurgeCommandOptions& options) {
  if (int{options.keys.Given()} + int{!options.season.empty()} + int{!options.before.empty()} != 1) {
    return Fail(ErrorKind::kUsage, "say whom: one of --season, --before, or KEY... / --keys-from");
  }
  batch::PurgeSelection selection{.season = options.season, .before = {}, .students = {}};
  if (options.keys.Given()) {
    TRY_ASSIGN(selection.students, books.Students(options.keys));
  } else if (!options.before.empty()) {
    selection.before = ParseDate(options.before);
    if (!selection.before) {
      return Fail(ErrorKind::kUsage, "--before '" + options.before + "' is no date; write it as 2022-12-31");
    }
  }
  return selection;
}

void TellReceipts(const std::vector<std::filesystem::path>& receipts) {
  for (const std::filesystem::path& receipt : receipts) spdlog::info("receipt: {}", receipt.string());
}

Result<ExitCode> Purge(Books& books, const PurgeCommandOptions& options) {
  const bool deletes = options.Deletes();
  if (deletes) {
    TRY_ASSIGN(const auto receipts, batch::FinishPurges(books.ledger(), options.receipts));
    TellReceipts(receipts);
  }
  TRY_ASSIGN(const auto selection, SelectionFrom(books, options));
  TRY_ASSIGN(const auto plan, batch::PlanPurge(books.ledger(), selection, books.now().today));
  if (const std::size_t unsettled = plan.Unsettled(); unsettled > 0) {
    spdlog::warn("{} of these students have no delivered or approved photo", unsettled);
  }
  Json json = {{"v", 1},
               {"students", plan.students.size()},
               {"attempts", plan.attempts},
               {"states", ledger::ToJson(plan.states)},
               {"deleted", deletes}};
  if (deletes && !plan.students.empty()) {
    TRY_ASSIGN(const auto purged,
               batch::Purge(books.ledger(), plan, {.receipts = options.receipts, .interrupted = Interrupted},
                            books.now()));
    TellReceipts(purged.receipts);
    json["files"] = purged.withdrawn.sha256.size();
    json["lists"] = purged.withdrawn.lists;
    spdlog::info("the photos as handed in, the roster, and copies of packs elsewhere are yours to delete");
  }
  if (books.options().json) {
    std::cout << json.dump() << '\n';
  } else {
    const std::size_t students = plan.students.size();
    std::cout << (deletes ? books.texts().Format("ledger.deleted", students, plan.attempts)
                          : books.texts().Format("ledger.would_delete", students, plan.attempts))
              << '\n';
  }
  return plan.students.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

}  // namespace

Command AddPurge(CLI::App& app) {
  const auto options = std::make_shared<PurgeCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "purge", "Delete students: rows, pictures, evidence, packs, lists. Without --yes only count");
  AddKeys(*command, options->keys);
  command->add_option("--season", options->season, "Students of this season; late ones belong to next year's")
      ->type_name("SEASON");
  command->add_option("--before", options->before, "Students of whom nothing was heard since this day")
      ->type_name("DATE");
  command->add_flag("--yes", options->yes, "Delete");
  AddDryRun(*command, options->dry_run, "Only count, also with --yes");
  command->add_option("--receipts", options->receipts, "Directory for the receipt; default: beside the ledger")
      ->type_name("DIR");
  AddExamples(*command,
              {{"gradphoto-ledger purge --season 2024届 -n", "how many students that would be"},
               {"gradphoto-ledger purge --season 2024届 --yes", "deletes them; the receipt names nobody"}});
  const auto mode = [options] {
    return options->Deletes() ? ledger::OpenMode::kWrite : ledger::OpenMode::kRead;
  };
  return {command, mode, [options](Books& books) { return Purge(books, *options); }};
}

}  // namespace gradphoto::cli
