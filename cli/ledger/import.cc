// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger import-records, import-portal, import-decisions, import-payments: what comes from outside.
#include "lib/ledger/import.h"

#include <iostream>
#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "cli/common/inputs.h"
#include "cli/common/table.h"
#include "cli/ledger/books.h"
#include "lib/base/resources.h"
#include "lib/ledger/payments.h"
#include "lib/ledger/portal.h"

namespace gradphoto::cli {
namespace {

struct ImportOptions {
  std::string list;  // The file.
  ledger::PortalOptions portal;
  bool part = false;
  bool dry_run = false;
};

ExitCode Tell(const Books& books, const ImportOptions& options, const ledger::ImportResult& result) {
  Json json = {{"v", 1},
               {"rows", result.rows},
               {"booked", result.booked},
               {"unchanged", result.unchanged},
               {"empty", result.empty},
               {"not_delivered", result.not_delivered},
               {"kinds", result.kinds},
               {"unknown_texts", Json::array()},
               {"unpaid_texts", Json::array()},
               {"problems", Json::array()}};
  if (options.dry_run) json["dry_run"] = true;
  for (const auto& [text, rows] : result.unknown_texts) {
    json["unknown_texts"].push_back({{"text", books.redactor().Text(text, nullptr)}, {"rows", rows}});
  }
  for (const auto& [text, rows] : result.unpaid_texts) {
    json["unpaid_texts"].push_back({{"text", books.redactor().Text(text, nullptr)}, {"rows", rows}});
  }
  if (result.left > 0) json["left"] = result.left;
  for (const ledger::ImportProblem& problem : result.problems) {
    json["problems"].push_back({{"line", problem.line}, {"what", problem.what}});
  }
  for (std::size_t i = 0; i < result.problems.size(); ++i) {
    spdlog::log(i < kMaxListed ? spdlog::level::warn : spdlog::level::debug, "line {}: {}",
                result.problems[i].line, result.problems[i].what);
  }
  if (result.problems.size() > kMaxListed) {
    spdlog::warn("and {} more; -v names them", result.problems.size() - kMaxListed);
  }
  for (const auto& [text, rows] : result.unknown_texts) {
    spdlog::warn("unknown reply, {} rows: {}", rows, Printable(books.redactor().Text(text, nullptr)));
  }
  for (const auto& [text, rows] : result.unpaid_texts) {
    spdlog::info("unpaid, {} rows: {}", rows, Printable(books.redactor().Text(text, nullptr)));
  }
  if (result.left > 0) {
    spdlog::warn(
        "{} students of earlier records are not in these: not packed until gradphoto-ledger withdraw, "
        "rename or keep, or until they are there again; --part if these are only some of the students",
        result.left);
  }
  if (options.dry_run) spdlog::info("dry run: nothing was booked");
  if (books.options().json) {
    std::cout << json.dump() << '\n';
  } else {
    std::cout << books.texts().Format("ledger.imported", result.rows, result.booked, result.unchanged,
                                      result.empty, result.problems.size())
              << '\n';
  }
  if (result.rows == 0) return ExitCode::kNothingToDo;
  if (!result.problems.empty()) return ExitCode::kUnreadable;
  return result.unknown_texts.empty() ? ExitCode::kAccepted : ExitCode::kNotAccepted;
}

// Adds what all three have; `run` does the work.
Command AddImport(CLI::App& command, const std::shared_ptr<ImportOptions>& options,
                  std::function<Result<ledger::ImportResult>(Books& books)> run) {
  AddDryRun(command, options->dry_run, "Book nothing; tell what would be booked");
  return {&command, WritesUnless([options] { return options->dry_run; }),
          [options, run = std::move(run)](Books& books) -> Result<ExitCode> {
            TRY_ASSIGN(const auto result, run(books));
            return Tell(books, *options, result);
          }};
}

}  // namespace

Command AddImportRecords(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand("import-records", "Take in what link, check and standardize wrote");
  command->add_option("records", options->list, "Records (.ndjson), or - for stdin")
      ->required()
      ->type_name("RECORDS");
  command->add_flag("--part", options->part,
                    "These are only some of the students; else whoever came with records before and is not in "
                    "these has left the roster, and is held");
  AddExamples(*command, {{"gradphoto-ledger import-records batch.ndjson", "students and photos of a batch"}});
  Command added = AddImport(*command, options, [options](Books& books) -> Result<ledger::ImportResult> {
    TRY_ASSIGN(const auto records, CollectRecords({.inputs = {options->list}, .files_from = ""}));
    const auto extent = options->part ? ledger::Extent::kPart : ledger::Extent::kWhole;
    return ledger::ImportRecords(books.ledger(), records, extent, books.now());
  });
  added.may_begin = true;
  return added;
}

Command AddImportPortal(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command =
      app.add_subcommand("import-portal", "Take in the portal's replies (column bz or like it)");
  command->add_option("list", options->list, "The portal's list")->required()->type_name("FILE");
  command->add_option("--column", options->portal.column, "Column with the reply")->type_name("COLUMN");
  command->add_option("--key", options->portal.key_column, "Column that identifies a row")->type_name("COLUMN");
  AddExamples(*command, {{"gradphoto-ledger import-portal replies.xlsx -n", "counts the replies, books none"}});
  return AddImport(*command, options, [options](Books& books) -> Result<ledger::ImportResult> {
    TRY_ASSIGN(const auto config_dir, FindConfigDir(books.options().common.config_dir));
    TRY_ASSIGN(const auto rules, ledger::PortalRules::Load(config_dir));
    return ledger::ImportPortal(books.ledger(), rules, options->list, options->portal, books.now());
  });
}

Command AddImportDecisions(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand("import-decisions", "Take in the decisions of reviewers");
  command
      ->add_option(
          "list", options->list,
          "CSV: key, photo_sha256, decision (accept|reject|retake), reason_code, note, reviewer, decided_at")
      ->required()
      ->type_name("FILE");
  AddExamples(*command, {{"gradphoto-ledger import-decisions decisions.csv",
                          "what was clicked on the page review.html"}});
  return AddImport(*command, options, [options](Books& books) {
    return ledger::ImportDecisions(books.ledger(), options->list, books.now());
  });
}

Command AddImportPayments(CLI::App& app) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand("import-payments", "Take in the cashier's list: who has paid");
  command
      ->add_option("list", options->list,
                   "Any table with a key, @N or number of the student, and words, amounts or dates of payment")
      ->required()
      ->type_name("FILE");
  AddExamples(*command,
              {{"gradphoto-ledger import-payments 缴费名单.xlsx", "ends the hold of those who paid"}});
  return AddImport(*command, options, [options](Books& books) {
    return ledger::ImportPayments(books.ledger(), options->list, books.now());
  });
}

}  // namespace gradphoto::cli
