// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger: looks into the ledger and takes in what comes from outside: replies of the portal,
// decisions of reviewers, purges. Each command has a file of its own in cli/ledger/.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/common/language.h"
#include "cli/common/ledger_options.h"
#include "cli/common/run_main.h"
#include "cli/ledger/books.h"
#include "lib/base/resources.h"
#include "lib/base/text.h"
#include "lib/batch/layout.h"
#include "lib/deliver/tag_key.h"

namespace gradphoto::cli {
namespace {

struct Options {
  BooksOptions books;
  std::string unknown_command;
  std::vector<Command> commands;
};

void Setup(CLI::App& app, Options& options) {
  BooksOptions& books = options.books;
  AddCommonOptions(app, books.common);
  app.add_option("command", options.unknown_command, "One of the commands below")->type_name("");
  app.fallthrough();
  AddLedgerOption(app, books.ledger.file);
  AddLedgerOptions(app, books.ledger);
  app.add_flag("--json", books.json,
               "One JSON object on stdout; for history and status --list one per student");
  app.add_flag("--full-ids", books.full_ids, "Show numbers of persons in full");
  AddLanguageOption(app, books.language, "Language of tables");
  options.commands = {AddStatus(app),       AddHistory(app),         AddImportRecords(app),
                      AddImportPortal(app), AddImportDecisions(app), AddImportPayments(app),
                      AddApprove(app),      AddUnlock(app),          AddWithdraw(app),
                      AddKeep(app),         AddRename(app),          AddExport(app),
                      AddPurge(app),        AddVerify(app),          AddBackup(app)};
  for (const Command& command : options.commands) command.app->fallthrough();
  AddExamples(app, {{"gradphoto-ledger status --ledger ledger.sqlite", "how many students stand where"},
                    {"gradphoto-ledger import-decisions decisions.csv --ledger ledger.sqlite",
                     "what reviewers decided; counts from the next batch on"},
                    {"GRADPHOTO_LEDGER=ledger.sqlite gradphoto-ledger history @42", "all about one student"},
                    {"gradphoto-ledger purge --help", "every command has a help of its own"}});
}

// The command that was given. Errors: kUsage - none, unknown.
Result<const Command*> CommandOf(const Options& options) {
  std::vector<std::string> names;
  for (const Command& command : options.commands) names.push_back(command.app->get_name());
  if (!options.unknown_command.empty()) {
    return Fail(ErrorKind::kUsage, UnknownNameMessage("command", options.unknown_command, names));
  }
  const auto given =
      std::ranges::find_if(options.commands, [](const Command& command) { return command.app->parsed(); });
  if (given != options.commands.end()) return &*given;
  std::string message = "a command is needed: ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    message += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i];
  }
  return Fail(ErrorKind::kUsage, message);
}

Result<ExitCode> Run(const Options& options) {
  TRY_ASSIGN(const Command* const command, CommandOf(options));
  const std::filesystem::path& file = options.books.ledger.file;
  if (file.empty()) return Fail(ErrorKind::kUsage, "--ledger FILE is missing");
  TRY_ASSIGN(const auto now, MomentFrom(options.books.ledger));
  std::error_code ignored;
  if (!command->may_begin && !std::filesystem::exists(file, ignored)) {
    return Fail(ErrorKind::kUsage, file.string() + ": no such ledger");
  }
  TRY_ASSIGN(auto opened, OpenLedger(options.books.ledger, "gradphoto-ledger", command->mode()));
  // The key that gradphoto-batch keeps beside the ledger: the same tags as in its report.
  TRY_ASSIGN(auto key, deliver::TagKey::ReadIfThere(batch::LedgerLayout(file).MaskKey()));
  deliver::UseTags(opened.ledger, key);
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.books.common.config_dir));
  TRY_ASSIGN(const auto catalogue, standard::TextCatalogue::Load(config_dir));
  Books books(options.books, opened.ledger, now, std::move(key),
              catalogue.In(LanguageFrom(options.books.language)));
  return command->run(books);
}

}  // namespace
}  // namespace gradphoto::cli

int main(int argc, char** argv) {
  CLI::App app("Keeps account of a batch: what became of every student, photo, decision and delivery.",
               "gradphoto-ledger");
  gradphoto::cli::Options options;
  gradphoto::cli::Setup(app, options);
  return gradphoto::cli::RunMain(argc, argv, app, options.books.common,
                                 [&] { return gradphoto::cli::Run(options); });
}
