// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/import.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/base/date.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/ledger/evidence.h"
#include "lib/roster/columns.h"
#include "lib/roster/id_number.h"
#include "lib/roster/mask.h"
#include "lib/roster/roster.h"
#include "lib/standard/codes.h"
#include "lib/table/named_table.h"

namespace gradphoto::ledger {
namespace {

bool HasColumn(const Student& student, std::string_view name) {
  return std::ranges::any_of(student.fields, [&](const auto& field) { return field.first == name; });
}

Result<std::string> TextColumn(const roster::Roster& list, const PortalRules& rules,
                               const PortalOptions& options, const std::string& file) {
  if (list.rows.empty()) return std::string();
  const Student& first = list.rows.front().student;
  if (!options.column.empty()) {
    if (HasColumn(first, options.column)) return options.column;
    std::vector<std::string> names;
    for (const auto& [name, value] : first.fields) names.push_back(name);
    return Fail(ErrorKind::kUsage, file + ": " + UnknownNameMessage("column", options.column, names));
  }
  for (const std::string& column : rules.columns()) {
    // Headers are written in any letter case.
    for (const auto& [name, value] : first.fields) {
      if (ToLowerAscii(name) == ToLowerAscii(column)) return name;
    }
  }
  return Fail(ErrorKind::kUsage,
              file +
                  ": no column with the portal's replies (bz, 备注, 审核结果...); name it with "
                  "--column, or add it to configs/portal.yaml");
}

Result<void> BookReply(Ledger& ledger, StudentId student, const Reply& reply, const std::string& text,
                       const Moment& now, ImportResult& result) {
  TRY_ASSIGN(const auto attempt, ledger.LastAttempt(student, EventKind::kDelivered));
  if (attempt == 0) ++result.not_delivered;
  BookedEvent booked;
  booked.event.kind = reply.meaning;
  booked.event.attempt = attempt;
  booked.at = now.stamp;
  booked.code = reply.code;
  booked.text = text;
  TRY_ASSIGN(const auto is_new, ledger.Book(student, booked));
  ++(is_new ? result.booked : result.unchanged);
  return {};
}

// ---- Decisions

struct Decision {
  std::string key, photo_sha256, note;
  BookedEvent booked;
};

std::string Lower(std::string_view text) { return ToLowerAscii(Trim(text)); }

// The columns of a list of decisions, as ReadDecision asks for them.
std::span<const table::ColumnNames> DecisionColumns() {
  static const std::array<table::ColumnNames, 7> kWanted = {
      {{"key"}, {"photo_sha256"}, {"decision"}, {"reason_code"}, {"note"}, {"reviewer"}, {"decided_at"}}};
  return kWanted;
}

constexpr std::size_t kDateBytes = 10;  // "2026-05-01".

bool IsBlank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!IsBlankOrInvisible(NextCodePoint(text, at))) return false;
  }
  return true;
}

// The row's cells by column; `problem` when the row itself is wrong.
Decision ReadDecision(const table::NamedTable& table, const table::TableRow& row, std::string& problem) {
  const auto cell = [&](std::size_t column) { return table.Cell(row, column); };
  Decision decision{.key = cell(0), .photo_sha256 = Lower(cell(1)), .note = cell(4), .booked = {}};
  BookedEvent& booked = decision.booked;
  const std::string verdict = Lower(cell(2));
  booked.event.kind = verdict == "accept"   ? EventKind::kAccept
                      : verdict == "reject" ? EventKind::kReject
                      : verdict == "retake" ? EventKind::kRetake
                                            : EventKind::kUnknown;
  booked.code = cell(3);
  booked.text = decision.note;
  booked.who = cell(5);
  booked.decided_at = cell(6);
  // As a workbook tells a date with a time.
  if (const std::size_t blank = booked.decided_at.find(' '); blank == kDateBytes)
    booked.decided_at[blank] = 'T';
  if (table.IsRounded(row, 0) || roster::IsScientificNotation(decision.key)) {
    problem = "a spreadsheet has rounded the number in key; format the column as text and enter it again";
  } else if (booked.event.kind == EventKind::kUnknown) {
    problem = "decision must be accept, reject or retake";
  } else if (booked.code.empty() && booked.event.kind != EventKind::kAccept) {
    problem = "reason_code is missing";
  } else if (!booked.code.empty() && !standard::Code::Find(booked.code)) {
    problem = "unknown reason_code '" + booked.code + "'; see gradphoto-standards explain";
  } else if (IsBlank(booked.who)) {
    problem = "reviewer is missing: enter who decided";
  } else if (!ParseDate(booked.decided_at.substr(0, booked.decided_at.find('T')))) {
    problem = "decided_at is no date";
  }
  return decision;
}

// By the key, a number or "@N"; by the photo where the key is masked ("999*****01" or with a tag,
// "999*****01#k7q2m").
Result<std::optional<StudentEntry>> StudentOf(Ledger& ledger, const Decision& decision) {
  TRY_ASSIGN(const auto named, ledger.FindByIdentifier(decision.key));
  if (named.size() == 1) {
    TRY_ASSIGN(auto entry, ledger.GetStudent(named.front()));
    return std::optional(std::move(entry));
  }
  const std::string_view masked = std::string_view(decision.key).substr(0, decision.key.find('#'));
  if (masked.find('*') == std::string_view::npos) return std::nullopt;
  TRY_ASSIGN(const auto candidates, ledger.FindByPhoto(decision.photo_sha256));
  std::optional<StudentEntry> found;
  for (const StudentId id : candidates) {
    TRY_ASSIGN(auto candidate, ledger.GetStudent(id));
    if (roster::Mask(candidate.student.key) != masked) continue;
    if (found) return std::nullopt;  // One file for two students whose keys look alike: never guessed.
    found = std::move(candidate);
  }
  return found;
}

// Empty when the decision may be booked; else why not. Sets the attempt.
Result<std::string> JudgeDecision(Ledger& ledger, Decision& decision, StudentId& student, bool& repeated,
                                  const Moment& now) {
  repeated = false;
  TRY_ASSIGN(const auto entry, StudentOf(ledger, decision));
  if (!entry) return "no such student in the ledger";
  student = entry->id;
  TRY_ASSIGN(const auto judgement, ledger.FindJudgement(student, decision.photo_sha256));
  if (!judgement) return "no such photo of this student in the ledger";
  BookedEvent& booked = decision.booked;
  booked.event.attempt = judgement->attempt;
  TRY_ASSIGN(const auto events, ledger.EventsOf(student));
  for (const BookedEvent& old : events) {
    if (old.event.attempt != booked.event.attempt || old.decided_at.empty()) continue;
    if (old.event.kind == booked.event.kind && old.code == booked.code && old.text == booked.text &&
        old.who == booked.who && old.decided_at == booked.decided_at) {
      repeated = true;  // Whatever has happened since: this row was taken over once.
      return std::string();
    }
    if (old.decided_at > booked.decided_at) return "a later decision on this photo is booked already";
  }
  const Standing standing = StandingOf(entry->history, ledger.rules(), now.today);
  if (standing.current != booked.event.attempt) return "a newer photo of this student was judged since";
  if (standing.locked && standing.state != State::kManualReview) {
    return "the photo is approved or delivered; unlock it first (gradphoto-ledger unlock)";
  }
  if (booked.event.kind == EventKind::kAccept && judgement->record.output.empty()) {
    TRY_ASSIGN(const auto picture, EvidencePicture(ledger, student, booked.event.attempt));
    if (!picture) return "there is no standardized picture of this photo to deliver; ask for a retake";
  }
  return std::string();
}

}  // namespace

Result<roster::Roster> ReadStudents(const std::filesystem::path& list, const std::string& key_column,
                                    Day today) {
  auto read = roster::ReadRoster(list, {.key_column = key_column, .today = today});
  if (read || !key_column.empty() || read.error().kind != ErrorKind::kUsage) return read;
  for (const char* const own : {"编号", "key", "关键字"}) {
    if (auto again = roster::ReadRoster(list, {.key_column = own, .today = today})) return again;
  }
  return read;
}

Result<FoundStudent> FindRow(Ledger& ledger, const Student& row) {
  std::vector<std::string_view> identifiers = {row.key, row.Field("candidate_number"),
                                               row.Field("student_number"), row.Field("id_number")};
  // Last: in lists of others it may be a running number.
  for (const auto& [header, cell] : row.fields) {
    if (roster::IsKeyHeader(header)) identifiers.emplace_back(cell);
  }
  for (const std::string_view identifier : identifiers) {
    if (identifier.empty()) continue;
    TRY_ASSIGN(const auto ids, ledger.FindByIdentifier(identifier));
    if (ids.size() == 1) return FoundStudent{ids.front(), ""};
    if (ids.size() > 1)
      return FoundStudent{{}, "fits " + std::to_string(ids.size()) + " students of the ledger"};
  }
  return FoundStudent{{}, "no such student in the ledger"};
}

Result<ImportResult> ImportRecords(Ledger& ledger, std::span<const Record> records, Extent extent,
                                   const Moment& now) {
  constexpr std::string_view kSource = "records";  // No output directory of a batch: those are absolute.
  TRY_ASSIGN(auto transaction, ledger.Begin());
  ImportResult result;
  TRY_ASSIGN(const auto counts, ledger.SyncStudents(records, now, extent == Extent::kWhole ? kSource : ""));
  result.left = counts.left;
  for (const Record& record : records) {
    if (!record.student) continue;
    ++result.rows;
    // Not looked at: no photo, or the row was at fault before.
    if (record.sha256.empty() || record.outcome == Outcome::kMissing || record.outcome == Outcome::kHeld)
      continue;
    TRY_ASSIGN(const auto entry, ledger.FindStudent(record.student->key));
    const Standing standing = StandingOf(entry->history, ledger.rules(), now.today);
    TRY_ASSIGN(const auto known, ledger.FindJudgement(entry->id, record.sha256));
    const bool is_current = known && known->attempt == standing.current;
    if (standing.locked && !is_current) {
      result.problems.push_back(
          {result.rows, "a new photo for an approved or delivered one: not taken over (LOCKED)"});
      continue;
    }
    if (standing.state == State::kLate && !is_current) {
      result.problems.push_back({result.rows,
                                 "the deadline of the season has passed: not taken over "
                                 "(DEADLINE_PASSED)"});
      continue;
    }
    if (standing.locked || (known && !is_current)) {  // Settled, or a photo that was handed in before.
      ++result.unchanged;
      continue;
    }
    TRY_ASSIGN(const auto booked, ledger.Judge(entry->id, record, "", standing.season, now));
    ++(booked ? result.booked : result.unchanged);
    ++result.kinds[std::string(OutcomeName(record.outcome))];
  }
  TRY(transaction.Commit());
  return result;
}

Result<ImportResult> ImportPortal(Ledger& ledger, const PortalRules& rules, const std::filesystem::path& list,
                                  const PortalOptions& options, const Moment& now) {
  TRY_ASSIGN(const auto read, ReadStudents(list, options.key_column, now.today));
  TRY_ASSIGN(const auto column, TextColumn(read, rules, options, list.string()));
  TRY_ASSIGN(auto transaction, ledger.Begin());
  ImportResult result;
  for (const roster::RosterRow& row : read.rows) {
    ++result.rows;
    const std::string text(Trim(row.student.Field(column)));
    if (text.empty()) {
      ++result.empty;
      continue;
    }
    const Reply reply = rules.Classify(text);
    ++result.kinds[std::string(EventName(reply.meaning))];
    if (reply.meaning == EventKind::kUnknown) ++result.unknown_texts[text];
    TRY_ASSIGN(const auto found, FindRow(ledger, row.student));
    if (!found.student) {
      result.problems.push_back({row.line, found.problem});
      continue;
    }
    TRY(BookReply(ledger, *found.student, reply, text, now, result));
  }
  TRY(transaction.Commit());
  return result;
}

Result<ImportResult> ImportDecisions(Ledger& ledger, const std::filesystem::path& list, const Moment& now) {
  TRY_ASSIGN(const auto table, table::ReadNamedTable(list, DecisionColumns()));
  TRY_ASSIGN(auto transaction, ledger.Begin());
  ImportResult result;
  for (const table::TableRow& row : table.rows()) {
    ++result.rows;
    std::string problem;
    Decision decision = ReadDecision(table, row, problem);
    StudentId student = 0;
    bool repeated = false;
    if (problem.empty()) {
      ++result.kinds[std::string(EventName(decision.booked.event.kind))];
      TRY_ASSIGN(auto judged, JudgeDecision(ledger, decision, student, repeated, now));
      problem = std::move(judged);
    }
    if (!problem.empty()) {
      result.problems.push_back({row.line, problem});
      continue;
    }
    decision.booked.at = now.stamp;
    TRY_ASSIGN(const auto booked, repeated ? Result<bool>(false) : ledger.Book(student, decision.booked));
    ++(booked ? result.booked : result.unchanged);
  }
  TRY(transaction.Commit());
  return result;
}

}  // namespace gradphoto::ledger
