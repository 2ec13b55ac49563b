// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger approve, unlock, withdraw, keep: words of the office about single students.
#include <iostream>
#include <memory>
#include <utility>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/text.h"
#include "lib/ledger/office.h"

namespace gradphoto::cli {
namespace {

using ledger::EventKind;
using ledger::StudentId;

struct BookOptions {
  KeyOptions keys;
  std::string note, reason;
  bool force = false, dry_run = false;
};

// What is kept in the books. Errors: kUsage - a reason is wanted and missing.
Result<std::string> TextOf(const BookOptions& options, EventKind kind) {
  std::string reason(Trim(options.reason));
  if (kind != EventKind::kApproved) {
    if (reason.empty()) return Fail(ErrorKind::kUsage, "--reason must not be empty");
    return reason;
  }
  if (options.force && reason.empty()) {
    return Fail(ErrorKind::kUsage, "--force needs --reason TEXT: why this photo counts all the same");
  }
  return reason.empty() ? options.note : options.note.empty() ? reason : options.note + "; " + reason;
}

Result<ExitCode> Book(Books& books, const BookOptions& options, EventKind kind) {
  TRY_ASSIGN(const auto text, TextOf(options, kind));
  TRY_ASSIGN(const auto students, books.Students(options.keys));
  if (students.empty()) return Fail(ErrorKind::kUsage, "name students: KEY or --keys-from FILE");
  TRY_ASSIGN(auto transaction, books.ledger().Begin());
  std::size_t booked = 0, unchanged = 0, refused = 0;
  for (const StudentId id : students) {
    TRY_ASSIGN(
        const auto answer,
        ledger::Say(books.ledger(), id, {.kind = kind, .text = text, .force = options.force}, books.now()));
    if (!answer.refused.empty()) {
      ++refused;
      spdlog::warn("@{}: {}", id, answer.refused);
    } else {
      ++(answer.booked ? booked : unchanged);
    }
  }
  TRY(transaction.Commit());
  if (options.dry_run) spdlog::info("dry run: nothing was booked");
  if (books.options().json) {
    Json json = {{"v", 1}, {"booked", booked}, {"unchanged", unchanged}};
    if (refused > 0) json["refused"] = refused;
    if (options.dry_run) json["dry_run"] = true;
    std::cout << json.dump() << '\n';
  } else {
    std::cout << books.texts().Format("ledger.booked", booked, unchanged) << '\n';
  }
  if (refused > 0) return ExitCode::kUnreadable;
  return booked == 0 ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

Command AddBooking(CLI::App& command, const std::shared_ptr<BookOptions>& options, EventKind kind) {
  AddKeys(command, options->keys);
  AddDryRun(command, options->dry_run, "Book nothing; tell what would be booked");
  auto* reason = command.add_option("--reason", options->reason, "Why, for the books")->type_name("TEXT");
  if (kind != EventKind::kApproved) reason->required();
  return {&command, WritesUnless([options] { return options->dry_run; }),
          [options, kind](Books& books) { return Book(books, *options, kind); }};
}

}  // namespace

Command AddApprove(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command = app.add_subcommand("approve", "The portal approved these students' photos: lock them");
  Command added = AddBooking(*command, options, EventKind::kApproved);
  command->add_option("--note", options->note, "A remark to keep in the ledger")->type_name("TEXT");
  command->add_flag("--force", options->force,
                    "Also without a photo that the checks or a person accepted; needs --reason");
  AddExamples(*command,
              {{"gradphoto-ledger approve @42 @43 --note 'by telephone'", "locks the photos of two"}});
  return added;
}

Command AddUnlock(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command = app.add_subcommand("unlock", "Let an approved or delivered photo be replaced");
  Command added = AddBooking(*command, options, EventKind::kUnlocked);
  AddExamples(*command,
              {{"gradphoto-ledger unlock @42 --reason 'wrong person'", "the next photo counts again"}});
  return added;
}

Command AddWithdraw(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command =
      app.add_subcommand("withdraw", "These students take no part any more: nothing of theirs is packed");
  Command added = AddBooking(*command, options, EventKind::kWithdrawn);
  AddExamples(*command,
              {{"gradphoto-ledger withdraw @42 --reason 'left the school'", "holds the photo for good"}});
  return added;
}

Command AddKeep(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command = app.add_subcommand(
      "keep", "These students take part, though the roster lacks them or they were withdrawn");
  Command added = AddBooking(*command, options, EventKind::kKept);
  AddExamples(*command,
              {{"gradphoto-ledger keep @42 --reason 'the roster is late'", "the photo is packed again"}});
  return added;
}

}  // namespace gradphoto::cli
