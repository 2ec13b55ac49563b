// SPDX-License-Identifier: Apache-2.0
// gradphoto-ledger rename: a number was corrected in the roster; the student of the old row goes on under the
// new.
#include <iostream>
#include <memory>

#include <spdlog/spdlog.h>

#include "cli/ledger/books.h"
#include "lib/base/text.h"
#include "lib/roster/mask.h"

namespace gradphoto::cli {
namespace {

struct RenameOptions {
  KeyOptions keys;
  std::string reason;
  bool dry_run = false;
};

Result<ExitCode> Rename(Books& books, const RenameOptions& options) {
  TRY_ASSIGN(const auto students, books.Students(options.keys));
  if (students.size() != 2) {
    return Fail(ErrorKind::kUsage,
                "name two: the student as before, and the row of the corrected roster (run the "
                "batch with that roster first)");
  }
  TRY_ASSIGN(const auto before, books.ledger().GetStudent(students[0]));
  TRY_ASSIGN(const auto after, books.ledger().GetStudent(students[1]));
  ledger::BookedEvent event;
  event.at = books.now().stamp;
  // The old number stays in the books as a former key; what is read by people is masked.
  event.text = roster::Mask(before.student.key) + " -> " + roster::Mask(after.student.key);
  if (const std::string_view reason = Trim(options.reason); !reason.empty())
    event.text += "; " + std::string(reason);
  TRY(books.ledger().Rename(students[0], students[1], event));
  TRY_ASSIGN(const auto renamed, books.ledger().GetStudent(students[0]));
  const Line line = books.LineOf(renamed);
  if (line.standing.locked) {
    spdlog::info("the pack that was handed over names @{} by the old number", students[0]);
  }
  if (options.dry_run) spdlog::info("dry run: nothing was booked");
  if (books.options().json) {
    Json json = books.LineJson(line);
    if (options.dry_run) json["dry_run"] = true;
    std::cout << json.dump() << '\n';
  } else {
    std::cout << books.texts().Format("ledger.booked", 1, 0) << '\n';
  }
  return ExitCode::kAccepted;
}

}  // namespace

Command AddRename(CLI::App& app) {
  const auto options = std::make_shared<RenameOptions>();
  CLI::App* command = app.add_subcommand(
      "rename", "OLD NEW: the row NEW of the roster is the student OLD; history, lock and photo stay");
  AddKeys(*command, options->keys);
  command->add_option("--reason", options->reason, "For the books")->type_name("TEXT");
  AddDryRun(*command, options->dry_run, "Book nothing; tell whether it can be done");
  AddExamples(*command, {{"gradphoto-ledger rename @42 @317", "@42 goes on under the number of the row @317"}});
  return {command, WritesUnless([options] { return options->dry_run; }),
          [options](Books& books) { return Rename(books, *options); }};
}

}  // namespace gradphoto::cli
