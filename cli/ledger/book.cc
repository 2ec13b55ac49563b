// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger approve, unlock: words of the office about single students.
#include <iostream>
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/text.h"

namespace gradphoto::cli {
namespace {

using ledger::EventKind;
using ledger::Standing;
using ledger::State;
using ledger::StudentId;

struct BookOptions {
  KeyOptions keys;
  std::string note, reason;
  bool dry_run = false;
};

Result<ExitCode> Book(Books& books, const BookOptions& options, bool unlocking) {
  if (unlocking && Trim(options.reason).empty()) return Fail(ErrorKind::kUsage, "--reason must not be empty");
  TRY_ASSIGN(const auto students, books.Students(options.keys));
  if (students.empty()) return Fail(ErrorKind::kUsage, "name students: KEY or --keys-from FILE");
  TRY_ASSIGN(auto transaction, books.ledger().Begin());
  std::size_t booked = 0, unchanged = 0;
  for (const StudentId id : students) {
    TRY_ASSIGN(const auto entry, books.ledger().GetStudent(id));
    const Standing standing = StandingOf(entry.history, books.ledger().rules(), books.now().today);
    // Saying twice what already is changes nothing.
    if (unlocking ? !standing.locked : (standing.state == State::kApproved && standing.locked)) {
      ++unchanged;
      continue;
    }
    ledger::BookedEvent event;
    event.event.kind = unlocking ? EventKind::kUnlocked : EventKind::kApproved;
    event.event.attempt = standing.current;
    event.at = books.now().stamp;
    event.text = unlocking ? options.reason : options.note;
    event.decided_at = unlocking ? "" : books.now().stamp;
    TRY(books.ledger().Book(id, event));
    ++booked;
  }
  TRY(transaction.Commit());
  if (options.dry_run) spdlog::info("dry run: nothing was booked");
  if (books.options().json) {
    Json json = {{"v", 1}, {"booked", booked}, {"unchanged", unchanged}};
    if (options.dry_run) json["dry_run"] = true;
    std::cout << json.dump() << '\n';
  } else {
    std::cout << books.texts().Format("ledger.booked", booked, unchanged) << '\n';
  }
  return booked == 0 ? ExitCode::kNothingToDo : ExitCode::kAccepted;
}

Command AddBooking(CLI::App& command, const std::shared_ptr<BookOptions>& options, bool unlocking) {
  AddKeys(command, options->keys);
  AddDryRun(command, options->dry_run, "Book nothing; tell what would be booked");
  return {&command, WritesUnless([options] { return options->dry_run; }),
          [options, unlocking](Books& books) { return Book(books, *options, unlocking); }};
}

}  // namespace

Command AddApprove(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command = app.add_subcommand("approve", "The portal approved these students' photos: lock them");
  Command added = AddBooking(*command, options, /*unlocking=*/false);
  command->add_option("--note", options->note, "For the books")->type_name("TEXT");
  AddExamples(*command,
              {{"gradphoto-ledger approve @42 @43 --note 'by telephone'", "locks the photos of two"}});
  return added;
}

Command AddUnlock(CLI::App& app) {
  const auto options = std::make_shared<BookOptions>();
  CLI::App* command = app.add_subcommand("unlock", "Let an approved or delivered photo be replaced");
  Command added = AddBooking(*command, options, /*unlocking=*/true);
  command->add_option("--reason", options->reason, "Why, for the books")->required()->type_name("TEXT");
  AddExamples(*command,
              {{"gradphoto-ledger unlock @42 --reason 'wrong person'", "the next photo counts again"}});
  return added;
}

}  // namespace gradphoto::cli
