// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger purge: deletes students (lib/batch/purge.h). Without --yes it only counts.
#include "lib/batch/purge.h"

#include <iostream>
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/common/table.h"
#include "cli/ledger/books.h"
#include "lib/base/date.h"

namespace gradphoto::cli {
namespace {

struct PurgeCommandOptions {
  KeyOptions keys;
  std::string season, before;
  bool yes = false, dry_run = false, force = false, id_cards = false;
  std::filesystem::path receipts;

  bool Deletes() const { return yes && !dry_run; }
};

Result<batch::PurgeSelection> SelectionFrom(const Books& books, const PurgeCommandOptions& options) {
  if (int{options.keys.Given()} + int{!options.season.empty()} + int{!options.before.empty()} != 1) {
    return Fail(ErrorKind::kUsage, "say whom: one of --season, --before, or KEY... / --keys-from");
  }
  batch::PurgeSelection selection{
      .season = options.season, .before = {}, .students = {}, .force = options.force};
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

// The photos of the cards alone; the students stay.
Result<ExitCode> PurgeCards(Books& books, const PurgeCommandOptions& options) {
  const bool deletes = options.Deletes();
  TRY_ASSIGN(const auto plan, batch::PlanCardPurge(books.ledger(), books.now().today));
  if (deletes) {
    TRY_ASSIGN(const auto purged,
               batch::PurgeCards(books.ledger(), plan,
                                 {.receipts = options.receipts, .interrupted = Interrupted}, books.now()));
    for (const std::filesystem::path& receipt : purged.receipts) spdlog::info("receipt: {}", receipt.string());
  }
  if (books.options().json) {
    std::cout << Json{{"v", 1}, {"students", plan.students}, {"files", plan.files.size()}, {"deleted", deletes}}
                     .dump()
              << '\n';
  } else {
    const standard::Texts& texts = books.texts();
    std::cout << (deletes ? texts.Format("ledger.cards_deleted", plan.students, plan.files.size())
                          : texts.Format("ledger.would_delete_cards", plan.students, plan.files.size()))
              << '\n';
  }
  return plan.files.empty() ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

void TellReceipts(const std::vector<std::filesystem::path>& receipts) {
  for (const std::filesystem::path& receipt : receipts) spdlog::info("receipt: {}", receipt.string());
}

// Names those who stay because something about them is open; as JSON for scripts.
Result<Json> TellExcluded(const Books& books, const batch::PurgePlan& plan) {
  Json list = Json::array();
  for (const auto& [student, state] : plan.excluded) {
    TRY_ASSIGN(const auto entry, books.ledger().GetStudent(student));
    list.push_back(books.LineJson(books.LineOf(entry)));
    spdlog::log(list.size() <= kMaxListed ? spdlog::level::warn : spdlog::level::debug,
                "kept: @{} {}, {}: not settled", student, Printable(std::string(entry.student.Field("name"))),
                ledger::StateName(state));
  }
  if (list.size() > kMaxListed) spdlog::warn("and {} more; -v names them", list.size() - kMaxListed);
  if (!list.empty())
    spdlog::warn("{} students are not settled and are kept; --force takes them, too", list.size());
  return list;
}

Result<ExitCode> Purge(Books& books, const PurgeCommandOptions& options) {
  const bool deletes = options.Deletes();
  if (deletes) {
    TRY_ASSIGN(const auto receipts, batch::FinishPurges(books.ledger(), options.receipts));
    TellReceipts(receipts);
  }
  if (options.id_cards) return PurgeCards(books, options);
  TRY_ASSIGN(const auto selection, SelectionFrom(books, options));
  TRY_ASSIGN(const auto plan, batch::PlanPurge(books.ledger(), selection, books.now().today));
  TRY_ASSIGN(const auto not_settled, TellExcluded(books, plan));
  if (const std::size_t unsettled = plan.Unsettled(); unsettled > 0) {
    spdlog::warn("{} of these students have no delivered or approved photo", unsettled);
  }
  Json json = {{"v", 1},
               {"students", plan.students.size()},
               {"attempts", plan.attempts},
               {"states", ledger::ToJson(plan.states)},
               {"deleted", deletes}};
  if (!not_settled.empty()) json["not_settled"] = not_settled;
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
  command->add_flag(
      "--force", options->force,
      "Also students of whom something is open: no delivered or approved photo, unlocked, in review");
  auto* id_cards = command->add_flag(
      "--id-cards", options->id_cards,
      "Only the photos of identity cards, of students who are verified; every other purge takes them, too");
  for (const char* other : {"--season", "--before", "--force"}) id_cards->excludes(command->get_option(other));
  AddDryRun(*command, options->dry_run, "Only count, also with --yes");
  command->add_option("--receipts", options->receipts, "Directory for the receipt; default: beside the ledger")
      ->type_name("DIR");
  AddExamples(
      *command,
      {{"gradphoto-ledger purge --season 2024届 -n", "how many students that would be"},
       {"gradphoto-ledger purge --season 2024届 --yes", "deletes them; the receipt names nobody"},
       {"gradphoto-ledger purge --id-cards --yes", "deletes the card photos of those who are verified"}});
  const auto mode = [options] {
    return options->Deletes() ? ledger::OpenMode::kWrite : ledger::OpenMode::kRead;
  };
  return {command, mode, [options](Books& books) { return Purge(books, *options); }};
}

}  // namespace gradphoto::cli
