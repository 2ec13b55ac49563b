// SPDX-License-Identifier: Apache-2.0
// Ledger and roster: who is in it, who has left, who got another number.
#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "lib/ledger/ledger.h"
#include "lib/ledger/query.h"
#include "lib/standard/codes.h"

namespace gradphoto::ledger {
namespace {

constexpr std::array<std::string_view, 3> kNumberColumns = {"id_number", "student_number", "candidate_number"};

std::string FieldsToText(const Student& student) {
  Json json = Json::array();
  for (const auto& [name, value] : student.fields) json.push_back(Json::array({name, value}));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// What the linking says about the row, not about a photo.
struct RowFacts {
  bool paid = true;
  std::string blocked_by;
};

RowFacts FactsOf(const Record& record) {
  RowFacts facts{.paid = record.outcome != Outcome::kHeld, .blocked_by = {}};
  for (const Finding& finding : record.findings) {
    if (standard::Is(finding, "UNPAID")) facts.paid = false;
    // NOT_A_PHOTO: another file instead of the photo is the student's to mend, like no photo at all.
    static constexpr std::array<standard::Code, 9> kOfTheLedger = {
        "UNPAID",          "PHOTO_MISSING", "NOT_A_PHOTO", "LOCKED",     "DEADLINE_PASSED",
        "PORTAL_REJECTED", "RESUBMITTED",   "WITHDRAWN",   "UPLOAD_NAME"};
    if (finding.severity != Severity::kReject || standard::StageOf(finding.code) != standard::Stage::kRoster ||
        std::ranges::any_of(kOfTheLedger, [&](standard::Code code) { return Is(finding, code); }) ||
        facts.blocked_by.find(finding.code) != std::string::npos) {
      continue;
    }
    facts.blocked_by += (facts.blocked_by.empty() ? "" : ", ") + finding.code;
  }
  return facts;
}

// What the last events say about a student's place in the roster.
enum class Place { kIn, kLeft, kKept };

// The columns in which two rows of one name differ if they may be one person's: a number was corrected, and
// either another number or all the rest is the same. Empty: they are two persons', or the same row.
std::vector<std::string> CorrectedColumns(const Student& before, const Student& after) {
  // What changes from night to night in any row.
  static constexpr std::array<std::string_view, 4> kVolatile = {"paid", "season", "exemptions", "phone"};
  if (before.Field("name").empty() || before.Field("name") != after.Field("name")) return {};
  std::set<std::string> columns;
  for (const Student* student : {&before, &after}) {
    for (const auto& [name, value] : student->fields) columns.insert(name);
  }
  std::vector<std::string> corrected;
  bool same_number = false, same_rest = true;
  for (const std::string& column : columns) {
    const std::string_view was = before.Field(column), is = after.Field(column);
    const bool is_number = std::ranges::find(kNumberColumns, column) != kNumberColumns.end();
    if (was == is) {
      same_number |= is_number && !is.empty();
    } else if (is_number) {
      corrected.push_back(column);
    } else if (std::ranges::find(kVolatile, column) == kVolatile.end()) {
      same_rest = false;
    }
  }
  if (corrected.empty() && same_number && before.key != after.key) corrected.emplace_back("key");
  return same_number || same_rest ? corrected : std::vector<std::string>();
}

}  // namespace

Result<SyncCounts> Ledger::SyncStudents(std::span<const Record> records, const Moment& now,
                                        std::string_view source) {
  TRY_ASSIGN(auto transaction, Begin());
  SyncCounts counts;
  tagged_.reset();
  TRY(SyncRows(records, now, source, counts));
  TRY(BookLeavers(records, now, source, counts));
  TRY(BookCarryOvers(now, counts));
  TRY(transaction.Commit());
  return counts;
}

Result<void> Ledger::SyncRows(std::span<const Record> records, const Moment& now, std::string_view source,
                              SyncCounts& counts) {
  struct Row {
    std::string fields, season, blocked_by, last_seen, source;
    bool paid = true;
  };
  std::unordered_map<std::string, Row> known;
  TRY(Query(database_, "SELECT key, fields, season, paid, blocked_by, last_seen, source FROM students",
            [&](const Statement& row) {
              known.emplace(row.Text(0), Row{row.Text(1), row.Text(2), row.Text(4), row.Text(5), row.Text(6),
                                             row.Int(3) != 0});
            }));
  const std::string today = FormatDay(now.today);
  for (const Record& record : records) {
    if (!record.student) continue;
    const Student& student = *record.student;
    const RowFacts facts = FactsOf(record);
    const std::string fields = FieldsToText(student);
    const std::string season(student.Field("season"));
    const auto found = known.find(student.key);
    if (found == known.end()) {
      ++counts.added;
      TRY(Write(database_,
                "INSERT INTO students (key, fields, id_number, student_number, candidate_number, season, paid, "
                "blocked_by, first_seen, last_seen, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?)",
                student.key, fields, student.Field("id_number"), student.Field("student_number"),
                student.Field("candidate_number"), season, std::int64_t{facts.paid}, facts.blocked_by, today,
                source));
      continue;
    }
    const Row& row = found->second;
    const std::string from = source.empty() ? row.source : std::string(source);
    if (row.fields != fields || row.season != season || row.paid != facts.paid ||
        row.blocked_by != facts.blocked_by) {
      ++counts.changed;
      TRY(Write(database_,
                "UPDATE students SET fields = ?, id_number = ?, student_number = ?, candidate_number = ?, "
                "season = ?, paid = ?, blocked_by = ?, last_seen = ?, source = ? WHERE key = ?",
                fields, student.Field("id_number"), student.Field("student_number"),
                student.Field("candidate_number"), season, std::int64_t{facts.paid}, facts.blocked_by, today,
                from, student.key));
      continue;
    }
    ++counts.unchanged;
    if (row.last_seen != today || row.source != from) {
      TRY(Write(database_, "UPDATE students SET last_seen = ?, source = ? WHERE key = ?", today, from,
                student.key));
    }
  }
  return {};
}

Result<void> Ledger::BookLeavers(std::span<const Record> records, const Moment& now, std::string_view source,
                                 SyncCounts& counts) {
  std::unordered_set<std::string_view> present;
  std::set<std::string, std::less<>> seasons;
  for (const Record& record : records) {
    if (!record.student) continue;
    present.insert(record.student->key);
    seasons.emplace(record.student->Field("season"));
  }
  std::unordered_map<StudentId, Place> places;
  TRY(Query(
      database_,
      "SELECT student_id, kind FROM events WHERE kind IN ('left', 'returned', 'kept', 'renamed') ORDER BY "
      "id",
      [&](const Statement& row) {
        const std::string kind = row.Text(1);
        places[row.Int(0)] = kind == "left" ? Place::kLeft : kind == "kept" ? Place::kKept : Place::kIn;
      }));
  std::vector<StudentId> back, gone;
  TRY(Query(database_, "SELECT id, key, source FROM students ORDER BY id", [&](const Statement& row) {
    const auto place = places.find(row.Int(0));
    const bool is_in = place == places.end() || place->second == Place::kIn;
    if (present.contains(row.Text(1))) {
      if (!is_in) back.push_back(row.Int(0));
    } else if (!source.empty() && row.Text(2) == source && (is_in || place->second == Place::kLeft)) {
      gone.push_back(row.Int(0));
    }
  }));
  const auto put = [&](StudentId student, EventKind kind) {
    BookedEvent booked;
    booked.event.kind = kind;
    booked.at = now.stamp;
    return Put(student, booked);
  };
  for (const StudentId student : back) {
    counts.returned += places[student] == Place::kLeft ? 1 : 0;
    TRY(put(student, EventKind::kReturned));
  }
  for (const StudentId student : gone) {
    TRY_ASSIGN(const auto entry, GetStudent(student));
    const Standing standing = StandingOf(entry.history, rules_, now.today);
    // Struck off before, or through with an earlier season that this roster is not about.
    if (standing.hold == Hold::kWithdrawn || (IsSettled(standing) && !seasons.contains(standing.season)))
      continue;
    ++counts.left;
    const auto place = places.find(student);
    if (place == places.end() || place->second == Place::kIn) {
      TRY(put(student, EventKind::kLeft));
    }
  }
  return {};
}

Result<void> Ledger::BookCarryOvers(const Moment& now, SyncCounts& counts) {
  std::vector<std::pair<StudentId, std::vector<CarryOver>>> due;
  if (rules_.deadlines.empty()) return {};
  TRY(ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    Standing standing = StandingOf(entry.history, rules_, now.today);
    if (!standing.due.empty()) due.emplace_back(entry.id, std::move(standing.due));
    return {};
  }));
  for (const auto& [student, steps] : due) {
    ++counts.carried;
    for (const CarryOver& step : steps) {
      BookedEvent booked;
      booked.event.kind = EventKind::kCarried;
      booked.at = now.stamp;
      booked.code = step.from;
      booked.text = step.to;
      TRY(Put(student, booked));
    }
  }
  return {};
}

// ---- Corrected numbers

Result<std::vector<RenameCandidate>> Ledger::RenameCandidates() {
  struct Dates {
    std::string first_seen, last_seen;
  };
  std::unordered_map<StudentId, Dates> dates;
  TRY(Query(database_, "SELECT id, first_seen, last_seen FROM students",
            [&](const Statement& row) { dates[row.Int(0)] = {row.Text(1), row.Text(2)}; }));
  std::vector<StudentEntry> leavers;
  std::unordered_map<std::string, std::vector<StudentEntry>> others;  // By name.
  TRY(ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    const Standing standing = StandingOf(entry.history, {}, {});
    if (standing.hold == Hold::kLeft) {
      leavers.push_back(entry);
    } else if (standing.hold == Hold::kNone) {
      others[std::string(entry.student.Field("name"))].push_back(entry);
    }
    return {};
  }));
  std::vector<RenameCandidate> candidates;
  for (const StudentEntry& leaver : leavers) {
    const auto same_name = others.find(std::string(leaver.student.Field("name")));
    if (same_name == others.end()) continue;
    for (const StudentEntry& other : same_name->second) {
      // The new row came when the old one went.
      if (other.id < leaver.id || dates[other.id].first_seen < dates[leaver.id].last_seen) continue;
      auto columns = CorrectedColumns(leaver.student, other.student);
      if (!columns.empty()) candidates.push_back({leaver.id, other.id, std::move(columns)});
    }
  }
  std::unordered_map<StudentId, int> named;
  for (const RenameCandidate& candidate : candidates) {
    ++named[candidate.old_student];
    ++named[candidate.new_student];
  }
  std::erase_if(candidates, [&](const RenameCandidate& candidate) {
    return named[candidate.old_student] > 1 || named[candidate.new_student] > 1;
  });
  return candidates;
}

Result<void> Ledger::Rename(StudentId old_student, StudentId new_student, BookedEvent event) {
  tagged_.reset();
  if (old_student == new_student) {
    return Fail(ErrorKind::kUsage, "both names are of the same student: nothing to rename");
  }
  TRY_ASSIGN(auto transaction, Begin());
  TRY_ASSIGN(const auto before, GetStudent(old_student));
  TRY_ASSIGN(const auto after, GetStudent(new_student));
  const Standing old_standing = StandingOf(before.history, {}, {});
  const Standing new_standing = StandingOf(after.history, {}, {});
  if (new_standing.locked) {
    return Fail(ErrorKind::kUsage,
                "the new row has an approved or delivered photo of its own: two students, or "
                "unlock it first (gradphoto-ledger unlock)");
  }
  std::unordered_map<std::string, std::int64_t> own;  // Attempts by photo.
  std::int64_t newest = 0;
  TRY(Query(
      database_, "SELECT id, number, photo_sha256 FROM attempts WHERE student_id = ?",
      [&](const Statement& row) {
        own[row.Text(2)] = row.Int(0);
        newest = std::max(newest, row.Int(1));
      },
      old_student));
  std::vector<std::pair<std::int64_t, std::string>> taken;
  TRY(Query(
      database_, "SELECT id, photo_sha256 FROM attempts WHERE student_id = ? ORDER BY number",
      [&](const Statement& row) { taken.emplace_back(row.Int(0), row.Text(1)); }, new_student));
  for (const auto& [attempt, sha256] : taken) {
    if (const auto same = own.find(sha256); same != own.end()) {
      TRY(Write(database_, "UPDATE events SET student_id = ?, attempt_id = ? WHERE attempt_id = ?", old_student,
                same->second, attempt));
      continue;
    }
    if (old_standing.locked) {
      return Fail(ErrorKind::kUsage,
                  "under the new number another photo was handed in, and the student's own is "
                  "approved or delivered: unlock it first (gradphoto-ledger unlock), or purge "
                  "the new row");
    }
    TRY(Write(database_, "UPDATE attempts SET student_id = ?, number = ? WHERE id = ?", old_student, ++newest,
              attempt));
    TRY(Write(database_, "UPDATE events SET student_id = ? WHERE attempt_id = ?", old_student, attempt));
  }
  TRY(Write(database_, "UPDATE events SET student_id = ? WHERE student_id = ? AND kind = 'paid'", old_student,
            new_student));
  TRY(Write(database_, "UPDATE files SET student_id = ? WHERE student_id = ?", old_student, new_student));
  TRY(Write(database_, "UPDATE OR IGNORE former_keys SET student_id = ? WHERE student_id = ?", old_student,
            new_student));
  std::set<std::string> former = {before.student.key};
  for (const std::string_view column : kNumberColumns) {
    if (before.student.Field(column) != after.student.Field(column))
      former.emplace(before.student.Field(column));
  }
  former.erase("");
  for (const std::string& key : former) {
    TRY(Write(database_, "INSERT OR IGNORE INTO former_keys VALUES (?, ?)", key, old_student));
  }
  // The key is unique: the new row goes before the old one gets it.
  std::array<std::string, 9> row_of;
  TRY(Query(
      database_,
      "SELECT fields, id_number, student_number, candidate_number, season, blocked_by, last_seen, source, paid "
      "FROM students WHERE id = ?",
      [&](const Statement& row) {
        for (std::size_t i = 0; i < row_of.size(); ++i) row_of[i] = row.Text(static_cast<int>(i));
      },
      new_student));
  TRY(Write(database_, "DELETE FROM students WHERE id = ?", new_student));
  TRY(Write(database_,
            "UPDATE students SET key = ?, fields = ?, id_number = ?, student_number = ?, candidate_number = ?, "
            "season = ?, blocked_by = ?, last_seen = ?, source = ?, paid = ? WHERE id = ?",
            after.student.key, row_of[0], row_of[1], row_of[2], row_of[3], row_of[4], row_of[5], row_of[6],
            row_of[7], std::int64_t{after.history.paid}, old_student));
  event.event.kind = EventKind::kRenamed;
  event.event.attempt = 0;
  TRY(Put(old_student, event));
  return transaction.Commit();
}

Result<std::vector<std::string>> Ledger::FormerKeys(StudentId student) {
  std::vector<std::string> keys;
  TRY(Query(
      database_, "SELECT key FROM former_keys WHERE student_id = ? ORDER BY key",
      [&](const Statement& row) { keys.push_back(row.Text(0)); }, student));
  return keys;
}

}  // namespace gradphoto::ledger
