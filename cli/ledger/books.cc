// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger/books.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

#include "lib/base/text.h"
#include "lib/ledger/keys.h"

namespace gradphoto::cli {
namespace {

using ledger::State;
using ledger::StudentEntry;
using ledger::StudentId;

Record AsRecord(const Student& student) {
  Record record;
  record.student = student;
  return record;
}

// The keys of the command line and of --keys-from.
Result<std::vector<std::string>> WantedKeys(const KeyOptions& options) {
  std::vector<std::string> wanted = options.keys;
  if (options.keys_from.empty()) return wanted;
  std::ifstream file;
  if (options.keys_from != "-") file.open(options.keys_from);
  std::istream& in = options.keys_from == "-" ? std::cin : file;
  if (!in) {
    return Fail(ErrorKind::kUsage, options.keys_from + ": cannot be opened: " +
                                       std::error_code(errno, std::generic_category()).message());
  }
  TRY_ASSIGN(const auto listed, ledger::ReadKeys(in, options.keys_from == "-" ? "stdin" : options.keys_from));
  wanted.insert(wanted.end(), listed.begin(), listed.end());
  return wanted;
}

}  // namespace

void AddKeys(CLI::App& command, KeyOptions& options) {
  command
      .add_option("key", options.keys,
                  "Keys, student numbers, @N or tags (#k7q2m) as lists show (identity numbers only with "
                  "--keys-from: other users "
                  "of the machine can read command lines)")
      ->type_name("KEY");
  command
      .add_option(
          "--keys-from", options.keys_from,
          "List of students: one key or number a line, or a table (CSV or XLSX) with a key column; - for stdin")
      ->type_name("FILE");
}

void AddFilters(CLI::App& command, FilterOptions& options) {
  command.add_option("--season", options.season, "Only students of this season")->type_name("SEASON");
  command.add_option("--group", options.group, "Only students of this group")->type_name("GROUP");
}

Books::Books(const BooksOptions& options, ledger::Ledger& ledger, ledger::Moment now,
             std::optional<deliver::TagKey> key, const standard::Texts& texts)
    : options_(options),
      ledger_(ledger),
      now_(std::move(now)),
      redactor_(options.full_ids ? deliver::IdDisplay::kFull : deliver::IdDisplay::kMasked, std::move(key)),
      texts_(texts) {}

std::string Books::Masked(const Student& student, std::string_view text) const {
  const Record record = AsRecord(student);
  return redactor_.Text(text, &record);
}

Line Books::LineOf(const StudentEntry& entry) const {
  Line line{.entry = entry, .standing = StandingOf(entry.history, ledger_.rules(), now_.today), .group = {}};
  line.group = deliver::GroupOf(AsRecord(entry.student));
  return line;
}

Result<std::vector<Line>> Books::Lines(const FilterOptions& filter, const std::set<State>& states) const {
  std::vector<Line> lines;
  TRY(ledger_.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    Line line = LineOf(entry);
    if (!filter.season.empty() && line.standing.season != filter.season) return {};
    if (!filter.group.empty() && line.group != filter.group) return {};
    if (states.empty() || states.contains(line.standing.state)) lines.push_back(std::move(line));
    return {};
  }));
  return lines;
}

Result<std::vector<StudentId>> Books::Students(const KeyOptions& keys) const {
  for (const std::string& key : keys.keys) {
    if (redactor_.display() == deliver::IdDisplay::kMasked && deliver::Redactor().Text(key, nullptr) != key) {
      return Fail(ErrorKind::kUsage,
                  "an identity number on the command line can be read by every user of the machine; "
                  "give it with --keys-from FILE or --keys-from -");
    }
  }
  TRY_ASSIGN(const auto wanted, WantedKeys(keys));
  std::vector<StudentId> students;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    TRY_ASSIGN(const auto found, ledger_.FindByIdentifier(wanted[i]));
    const std::string which = "key " + std::to_string(i + 1) + " (" + redactor_.Number(wanted[i]) + ")";
    if (found.empty()) return Fail(ErrorKind::kUsage, which + ": no such student in the ledger");
    if (found.size() > 1) {
      return Fail(ErrorKind::kUsage, which + ": fits " + std::to_string(found.size()) +
                                         " students; use @N as status --list shows it");
    }
    students.push_back(found.front());
  }
  return students;
}

Json Books::LineJson(const Line& line) const {
  const Student& student = line.entry.student;
  Json json = {{"no", line.entry.id},
               {"key", redactor_.Number(student.key)},
               {"name", std::string(student.Field("name"))},
               {"group", Masked(student, line.group)},
               {"season", line.standing.season},
               {"state", StateName(line.standing.state)},
               {"locked", line.standing.locked},
               {"attempts", line.standing.attempts},
               {"failures", line.standing.failures}};
  if (line.standing.carried) json["carried_from"] = line.standing.carried_from;
  if (line.standing.hold != ledger::Hold::kNone) {
    json["hold"] = line.standing.hold == ledger::Hold::kLeft ? "left" : "withdrawn";
  }
  if (!line.entry.blocked_by.empty()) json["blocked_by"] = line.entry.blocked_by;
  if (!line.standing.card.verdict.empty()) {
    json["identity"] = {{"verdict", line.standing.card.verdict}, {"verified", line.standing.card.IsVerified()}};
  }
  return json;
}

std::string CardTitle(std::string_view verdict, const standard::Texts& texts) {
  if (verdict == "match") return std::string(texts.Get("identity.match"));
  if (verdict == "mismatch") return std::string(texts.Get("identity.mismatch"));
  if (verdict == "review") return std::string(texts.Get("identity.review"));
  if (verdict == "retake") return std::string(texts.Get("identity.retake"));
  if (verdict == "missing") return std::string(texts.Get("identity.missing"));
  return std::string(verdict);
}

Result<std::set<State>> StatesFrom(const std::vector<std::string>& names) {
  std::set<State> states;
  for (const std::string& name : names) {
    const auto state = ledger::StateFromName(name);
    if (!state) return Fail(ErrorKind::kUsage, UnknownNameMessage("state", name, ledger::AllStateNames()));
    states.insert(*state);
  }
  return states;
}

std::function<ledger::OpenMode()> Reads() {
  return [] { return ledger::OpenMode::kRead; };
}

std::function<ledger::OpenMode()> WritesUnless(std::function<bool()> dry_run) {
  return [dry_run = std::move(dry_run)] {
    return dry_run() ? ledger::OpenMode::kScratch : ledger::OpenMode::kWrite;
  };
}

}  // namespace gradphoto::cli
