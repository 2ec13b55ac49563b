// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/ledger.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <ranges>
#include <set>
#include <unordered_map>
#include <utility>

#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/ledger/query.h"
#include "lib/ledger/schema.h"
#include "lib/roster/id_number.h"
#include "lib/standard/codes.h"

namespace gradphoto::ledger {
namespace {

constexpr std::string_view kKeepLeavers = "keep";
constexpr std::array<std::string_view, 3> kIdentityRules = {"off", "check", "require"};
constexpr std::array<std::string_view, 4> kFileKinds = {"output", "evidence", "delivered", "card"};

Student StudentFrom(std::string key, const std::string& fields) {
  Student student{.key = std::move(key), .fields = {}};
  const Json json = Json::parse(fields, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return student;
  for (const Json& pair : json) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) continue;
    student.fields.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
  return student;
}

bool IsHeldAgainst(const Record& record) {
  return record.outcome == Outcome::kRejected &&
         std::ranges::any_of(record.findings, [](const Finding& finding) {
           const standard::Stage stage = standard::StageOf(finding.code);
           return finding.severity == Severity::kReject && stage != standard::Stage::kRoster &&
                  stage != standard::Stage::kIdentity;
         });
}

constexpr std::string_view kSelectStudent = "SELECT id, key, fields, season, paid, blocked_by FROM students ";

StudentEntry EntryFrom(const Statement& row) {
  StudentEntry entry;
  entry.id = row.Int(0);
  entry.student = StudentFrom(row.Text(1), row.Text(2));
  entry.history.season = row.Text(3);
  entry.history.paid = row.Int(4) != 0;
  entry.blocked_by = row.Text(5);
  entry.history.blocked = !entry.blocked_by.empty();
  return entry;
}

constexpr std::string_view kSelectEvents =
    "SELECT e.student_id, e.kind, coalesce(a.number, 0), e.outcome, e.held_against, coalesce(a.season, ''), "
    "e.at, "
    "e.code, e.text, e.who, e.decided_at FROM events e LEFT JOIN attempts a ON a.id = e.attempt_id ";

Event EventFrom(const Statement& row) {
  Event event;
  event.kind = EventFromName(row.Text(1)).value_or(EventKind::kUnknown);
  event.attempt = static_cast<int>(row.Int(2));
  event.outcome = OutcomeFromName(row.Text(3)).value_or(Outcome::kError);
  event.held_against = row.Int(4) != 0;
  event.season = row.Text(5);
  if (event.kind == EventKind::kCarried) {
    event.from = row.Text(7);
    event.season = row.Text(8);
  }
  if (event.kind == EventKind::kIdentity) event.verdict = row.Text(8);
  const bool refuses = event.kind == EventKind::kReject || event.kind == EventKind::kRetake;
  if (refuses && standard::StageOf(row.Text(7)) == standard::Stage::kIdentity) event.card_code = row.Text(7);
  return event;
}

bool IsDecision(EventKind kind) {
  return kind == EventKind::kAccept || kind == EventKind::kReject || kind == EventKind::kRetake ||
         kind == EventKind::kApproved || kind == EventKind::kRefused || kind == EventKind::kDisputed;
}

bool IsReply(EventKind kind) {
  return kind == EventKind::kPending || kind == EventKind::kApproved || kind == EventKind::kRefused ||
         kind == EventKind::kDisputed || kind == EventKind::kUnknown;
}

// Events that answer each other: a decision repeated is one even if a reply came between.
enum class Group { kReply, kOffice, kDecision };
Group GroupOf(EventKind kind) {
  if (IsReply(kind)) return Group::kReply;
  return kind > EventKind::kUnknown ? Group::kOffice : Group::kDecision;
}

std::unexpected<Error> Damaged(const std::string& problem, const std::filesystem::path& file) {
  return Fail(ErrorKind::kOutput,
              file.string() + ": the ledger is damaged: " + problem + "; put the newest backup in its place");
}

std::string TextOf(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string_view FileKindName(FileKind kind) { return kFileKinds[static_cast<std::size_t>(kind)]; }

std::optional<FileKind> FileKindFromName(std::string_view name) {
  const auto found = std::ranges::find(kFileKinds, name);
  if (found == kFileKinds.end()) return std::nullopt;
  return static_cast<FileKind>(found - kFileKinds.begin());
}

std::string_view FileKindTitle(FileKind kind, const standard::Texts& texts) {
  static constexpr std::array<standard::TextKey, kFileKinds.size()> kKeys = {"file.output", "file.evidence",
                                                                             "file.delivered", "file.card"};
  return texts.Get(kKeys[static_cast<std::size_t>(kind)]);
}

Moment Now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> stamp{};
  std::strftime(stamp.data(), stamp.size(), "%Y-%m-%dT%H:%M:%S", &local);
  return {Today(), stamp.data()};
}

Moment StartOf(Day day) { return {day, FormatDay(day) + "T00:00:00"}; }

Ledger::Ledger(std::filesystem::path file, Database database)
    : file_(std::move(file)), database_(std::move(database)) {}

Result<Ledger> Ledger::Open(const std::filesystem::path& file, OpenMode mode) {
  TRY_ASSIGN(auto database, Database::Open(file, mode));
  TRY(Migrate(database, SchemaSteps(), file.string()));
  Ledger ledger(file, std::move(database));
  TRY(ledger.LoadRules());
  return ledger;
}

// ---- Rules

Result<void> Ledger::LoadRules() {
  auto read = Query(database_, "SELECT season, day FROM deadlines", [&](const Statement& row) {
    if (const auto day = ParseDate(row.Text(1))) rules_.deadlines[row.Text(0)] = *day;
  });
  if (!read) return read;
  return Query(database_, "SELECT name, value FROM settings", [&](const Statement& row) {
    if (row.Text(0) == "max_failures") rules_.max_failures = std::max(1, std::atoi(row.Text(1).c_str()));
    if (row.Text(0) == "leavers") rules_.hold_leavers = row.Text(1) != kKeepLeavers;
    if (row.Text(0) == "identity") {
      const auto rule = std::ranges::find(kIdentityRules, row.Text(1));
      if (rule != kIdentityRules.end())
        rules_.identity = static_cast<IdentityRule>(rule - kIdentityRules.begin());
    }
  });
}

Result<void> Ledger::SetRules(const Rules& rules) {
  TRY_ASSIGN(auto transaction, Begin());
  TRY(Write(database_, "DELETE FROM deadlines"));
  for (const auto& [season, day] : rules.deadlines) {
    TRY(Write(database_, "INSERT INTO deadlines VALUES (?, ?)", season, FormatDay(day)));
  }
  TRY(Write(database_, "INSERT OR REPLACE INTO settings VALUES ('max_failures', ?)",
            std::to_string(rules.max_failures)));
  TRY(Write(database_, "INSERT OR REPLACE INTO settings VALUES ('leavers', ?)",
            rules.hold_leavers ? std::string_view("hold") : kKeepLeavers));
  TRY(Write(database_, "INSERT OR REPLACE INTO settings VALUES ('identity', ?)",
            kIdentityRules[static_cast<std::size_t>(rules.identity)]));
  rules_ = rules;
  return transaction.Commit();
}

// ---- Students

Result<std::optional<StudentEntry>> Ledger::FindStudent(std::string_view key) {
  std::optional<StudentId> id;
  TRY(Query(
      database_, "SELECT id FROM students WHERE key = ?", [&](const Statement& row) { id = row.Int(0); }, key));
  if (!id) return std::nullopt;
  TRY_ASSIGN(auto entry, GetStudent(*id));
  return std::optional(std::move(entry));
}

Result<bool> Ledger::HasStudent(StudentId id) {
  bool has = false;
  TRY(Query(database_, "SELECT 1 FROM students WHERE id = ?", [&](const Statement&) { has = true; }, id));
  return has;
}

Result<std::vector<StudentId>> Ledger::FindByPhoto(std::string_view photo_sha256) {
  std::vector<StudentId> ids;
  TRY(Query(
      database_, "SELECT student_id FROM attempts WHERE photo_sha256 = ? ORDER BY student_id",
      [&](const Statement& row) { ids.push_back(row.Int(0)); }, photo_sha256));
  return ids;
}

Result<StudentEntry> Ledger::GetStudent(StudentId id) {
  std::optional<StudentEntry> entry;
  TRY(Query(
      database_, std::string(kSelectStudent) + "WHERE id = ?",
      [&](const Statement& row) { entry = EntryFrom(row); }, id));
  if (!entry) return Fail(ErrorKind::kInternal, "ledger: no student with this number");
  TRY(Query(
      database_, std::string(kSelectEvents) + "WHERE e.student_id = ? ORDER BY e.id",
      [&](const Statement& row) { entry->history.events.push_back(EventFrom(row)); }, id));
  return std::move(*entry);
}

Result<void> Ledger::ForEachStudent(const std::function<Result<void>(const StudentEntry&)>& visit) {
  // Two queries in the same order, merged: a query per student would cost 100,000 look-ups.
  std::unordered_map<StudentId, std::vector<Event>> events;
  auto read = Query(database_, std::string(kSelectEvents) + "ORDER BY e.id",
                    [&](const Statement& row) { events[row.Int(0)].push_back(EventFrom(row)); });
  if (!read) return read;
  Result<void> visited;
  read = Query(database_, std::string(kSelectStudent) + "ORDER BY id", [&](const Statement& row) {
    StudentEntry entry = EntryFrom(row);
    if (const auto own = events.find(entry.id); own != events.end())
      entry.history.events = std::move(own->second);
    visited = visit(entry);
    return visited.has_value();
  });
  return visited ? read : visited;
}

// ---- Attempts

Result<std::optional<Judgement>> Ledger::LoadJudgement(StudentId student, std::int64_t attempt_id) {
  std::optional<Judgement> judgement;
  std::string text;
  TRY(Query(
      database_,
      "SELECT a.number, e.at, a.photo_sha256, j.reference_sha256, j.record FROM attempts a JOIN events e "
      "ON e.attempt_id = a.id JOIN judgements j ON j.event_id = e.id WHERE a.id = ? AND a.student_id = ? "
      "ORDER BY e.id DESC LIMIT 1",
      [&](const Statement& row) {
        judgement.emplace();
        judgement->attempt = static_cast<int>(row.Int(0));
        judgement->at = row.Text(1);
        judgement->photo_sha256 = row.Text(2);
        judgement->reference_sha256 = row.Text(3);
        text = row.Text(4);
      },
      attempt_id, student));
  if (!judgement) return std::nullopt;
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  auto record = RecordFromJson(json);
  if (!record) return Damaged("a stored record: " + record.error().message, file_);
  judgement->record = std::move(*record);
  TRY(Query(
      database_, "SELECT key, fields FROM students WHERE id = ?",
      [&](const Statement& row) { judgement->record.student = StudentFrom(row.Text(0), row.Text(1)); },
      student));
  return judgement;
}

Result<std::optional<Judgement>> Ledger::FindJudgement(StudentId student, std::string_view photo_sha256) {
  std::optional<std::int64_t> id;
  TRY(Query(
      database_, "SELECT id FROM attempts WHERE student_id = ? AND photo_sha256 = ?",
      [&](const Statement& row) { id = row.Int(0); }, student, photo_sha256));
  if (!id) return std::nullopt;
  return LoadJudgement(student, *id);
}

Result<std::optional<Judgement>> Ledger::FindJudgement(StudentId student, int attempt) {
  std::optional<std::int64_t> id;
  TRY(Query(
      database_, "SELECT id FROM attempts WHERE student_id = ? AND number = ?",
      [&](const Statement& row) { id = row.Int(0); }, student, std::int64_t{attempt}));
  if (!id) return std::nullopt;
  return LoadJudgement(student, *id);
}

Result<bool> Ledger::Judge(StudentId student, const Record& record, std::string_view reference_sha256,
                           std::string_view season, const Moment& now) {
  TRY_ASSIGN(auto transaction, Begin());
  std::int64_t attempt = 0, newest = 0;
  TRY(Query(
      database_, "SELECT id, number, photo_sha256 FROM attempts WHERE student_id = ?",
      [&](const Statement& row) {
        newest = std::max(newest, row.Int(1));
        if (row.Text(2) == record.sha256) attempt = row.Int(0);
      },
      student));
  const bool is_new = attempt == 0;
  if (is_new) {
    TRY(Write(database_, "INSERT INTO attempts (student_id, number, photo_sha256, season) VALUES (?, ?, ?, ?)",
              student, newest + 1, record.sha256, season));
    attempt = database_.LastInsertId();
  }
  // The student's data lies in one place only, so that it can be corrected and deleted there.
  Record stored = record;
  stored.student.reset();
  stored.extra.erase("ledger");
  stored.extra.erase("decision");
  stored.extra.erase("roster");
  std::error_code ignored;
  if (!stored.output.empty())
    stored.output = std::filesystem::absolute(stored.output, ignored).lexically_normal();
  const std::string line = ToLine(stored);
  const std::string standard = TextOf(record.tool, "standard"), models = TextOf(record.tool, "models");
  if (!is_new) {
    bool same = false;
    TRY(Query(
        database_,
        "SELECT e.attempt_id, j.record, j.reference_sha256 FROM events e JOIN judgements j ON j.event_id = "
        "e.id WHERE e.student_id = ? ORDER BY e.id DESC LIMIT 1",
        [&](const Statement& row) {
          same = row.Int(0) == attempt && row.Text(1) == line && row.Text(2) == reference_sha256;
        },
        student));
    if (same) return false;
  }
  TRY(Write(database_,
            "INSERT INTO events (student_id, attempt_id, at, kind, outcome, held_against) VALUES (?, ?, ?, "
            "'judged', ?, ?)",
            student, attempt, now.stamp, OutcomeName(record.outcome), std::int64_t{IsHeldAgainst(record)}));
  TRY(Write(database_, "INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?)", database_.LastInsertId(),
            TextOf(record.tool, "version"), standard, models, reference_sha256, record.output_sha256, line));
  if (!stored.output.empty()) {
    TRY(KeepFile({student, FileKind::kOutput, stored.output, record.output_sha256}));
  }
  TRY(transaction.Commit());
  return true;
}

namespace {

constexpr std::string_view kLastIdentity =
    "SELECT i.record FROM events e JOIN identities i ON i.event_id = e.id WHERE e.student_id = ? ORDER BY e.id "
    "DESC LIMIT 1";

Result<Record> StoredIdentity(const std::string& line, const std::filesystem::path& file) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  auto record = RecordFromJson(json);
  if (!record) return Damaged("a stored record: " + record.error().message, file);
  return record;
}

}  // namespace

Result<bool> Ledger::BookIdentity(StudentId student, const Record& record, const Moment& now) {
  Record stored;
  stored.identity = record.identity;
  stored.findings = record.findings;
  stored.outcome = record.outcome;
  stored.tool = record.tool;
  const std::string line = ToLine(stored);
  TRY_ASSIGN(auto transaction, Begin());
  bool same = false;
  TRY(Query(database_, kLastIdentity, [&](const Statement& row) { same = row.Text(0) == line; }, student));
  if (same) return false;
  TRY(Write(database_,
            "INSERT INTO events (student_id, at, kind, outcome, text) VALUES (?, ?, 'identity', ?, ?)", student,
            now.stamp, OutcomeName(record.outcome), TextOf(record.identity, "verdict")));
  TRY(Write(database_, "INSERT INTO identities VALUES (?, ?)", database_.LastInsertId(), line));
  TRY(transaction.Commit());
  return true;
}

Result<std::map<StudentId, Record>> Ledger::Identities() {
  std::map<StudentId, std::string> lines;
  TRY(Query(database_,
            "SELECT e.student_id, i.record FROM events e JOIN identities i ON i.event_id = e.id ORDER BY e.id",
            [&](const Statement& row) { lines[row.Int(0)] = row.Text(1); }));
  std::map<StudentId, Record> records;
  for (const auto& [student, line] : lines) {
    TRY_ASSIGN(records[student], StoredIdentity(line, file_));
  }
  return records;
}

Result<std::optional<Record>> Ledger::FindIdentity(StudentId student) {
  std::string line;
  TRY(Query(database_, kLastIdentity, [&](const Statement& row) { line = row.Text(0); }, student));
  if (line.empty()) return std::nullopt;
  TRY_ASSIGN(auto record, StoredIdentity(line, file_));
  return std::optional(std::move(record));
}

Result<std::vector<BookedEvent>> Ledger::EventsOf(StudentId student) {
  std::vector<BookedEvent> events;
  TRY(Query(
      database_, std::string(kSelectEvents) + "WHERE e.student_id = ? ORDER BY e.id",
      [&](const Statement& row) {
        events.push_back({EventFrom(row), row.Text(6), row.Text(7), row.Text(8), row.Text(9), row.Text(10)});
      },
      student));
  return events;
}

Result<int> Ledger::LastAttempt(StudentId student, EventKind kind) {
  int number = 0;
  TRY(Query(
      database_,
      "SELECT a.number FROM events e JOIN attempts a ON a.id = e.attempt_id WHERE e.student_id = ? AND "
      "e.kind = ? ORDER BY e.id DESC LIMIT 1",
      [&](const Statement& row) { number = static_cast<int>(row.Int(0)); }, student, EventName(kind)));
  return number;
}

Result<bool> Ledger::Book(StudentId student, const BookedEvent& booked) {
  const Event& event = booked.event;
  TRY_ASSIGN(const auto events, EventsOf(student));
  for (const BookedEvent& old : events | std::views::reverse) {
    // A decision or a reply repeated; but what happened in between gives the same words another meaning.
    if (old.event.kind == EventKind::kJudged || old.event.kind == EventKind::kDelivered) break;
    if (GroupOf(old.event.kind) != GroupOf(event.kind)) continue;
    if (old.event.kind == event.kind && old.event.attempt == event.attempt && old.code == booked.code &&
        old.text == booked.text && old.who == booked.who && old.decided_at == booked.decided_at) {
      return false;
    }
    break;
  }
  TRY(Put(student, booked));
  return true;
}

Result<void> Ledger::Put(StudentId student, const BookedEvent& booked) {
  return Write(database_,
               "INSERT INTO events (student_id, attempt_id, at, kind, code, text, who, decided_at) VALUES (?1, "
               "(SELECT id FROM attempts WHERE student_id = ?1 AND number = ?2), ?3, ?4, ?5, ?6, ?7, ?8)",
               student, std::int64_t{booked.event.attempt}, booked.at, EventName(booked.event.kind),
               booked.code, booked.text, booked.who, booked.decided_at);
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Ledger::UnknownReplies() {
  std::vector<std::pair<std::string, std::int64_t>> replies;
  TRY(Query(database_,
            "SELECT text, count(DISTINCT student_id) AS n FROM events WHERE kind = 'unknown' GROUP BY text "
            "ORDER BY n DESC, text",
            [&](const Statement& row) { replies.emplace_back(row.Text(0), row.Int(1)); }));
  return replies;
}

// ---- Photos of the last night

namespace {
std::string PhotosSetting(std::string_view source) { return "photos " + std::string(source); }
}  // namespace

Result<void> Ledger::RememberPhotos(std::string_view source, std::size_t photos) {
  return Write(database_, "INSERT OR REPLACE INTO settings VALUES (?, ?)", PhotosSetting(source),
               std::to_string(photos));
}

Result<std::size_t> Ledger::PhotosLastTime(std::string_view source) {
  std::size_t photos = 0;
  TRY(Query(
      database_, "SELECT value FROM settings WHERE name = ?",
      [&](const Statement& row) { photos = static_cast<std::size_t>(std::atoll(row.Text(0).c_str())); },
      PhotosSetting(source)));
  return photos;
}

// ---- Files and deliveries

Result<void> Ledger::KeepFile(const LedgerFile& file) {
  return Write(database_, "INSERT OR REPLACE INTO files (path, student_id, kind, sha256) VALUES (?, ?, ?, ?)",
               file.path, file.student, FileKindName(file.kind), file.sha256);
}

namespace {

constexpr std::string_view kSelectFiles = "SELECT student_id, kind, path, sha256 FROM files ";

// Takes the rows of kSelectFiles in turn. A kind that is none is a damaged ledger: what becomes of the file
// would be a guess.
struct FileRows {
  std::vector<LedgerFile> files;
  std::string problem;

  void operator()(const Statement& row) {
    if (const auto kind = FileKindFromName(row.Text(1))) {
      files.push_back({row.Int(0), *kind, row.Text(2), row.Text(3)});
    } else if (problem.empty()) {
      problem = "the file " + row.Text(2) + " is of the unknown kind '" + row.Text(1) + "'";
    }
  }
};

}  // namespace

Result<std::vector<LedgerFile>> Ledger::Files() {
  FileRows rows;
  TRY(Query(database_, std::string(kSelectFiles) + "ORDER BY path", std::ref(rows)));
  if (!rows.problem.empty()) return Damaged(rows.problem, file_);
  return std::move(rows.files);
}

Result<std::vector<LedgerFile>> Ledger::FilesOf(StudentId student) {
  FileRows rows;
  TRY(Query(database_, std::string(kSelectFiles) + "WHERE student_id = ? ORDER BY path", std::ref(rows),
            student));
  if (!rows.problem.empty()) return Damaged(rows.problem, file_);
  return std::move(rows.files);
}

Result<void> Ledger::DropFile(const std::string& path) {
  return Write(database_, "DELETE FROM files WHERE path = ?", path);
}

Result<std::int64_t> Ledger::CountDeliveries() {
  std::int64_t count = 0;
  TRY(Query(database_, "SELECT coalesce(max(id), 0) FROM deliveries",
            [&](const Statement& row) { count = row.Int(0); }));
  return count;
}

Result<void> Ledger::Deliver(const std::filesystem::path& directory, std::string_view sums_sha256,
                             std::span<const DeliveredPhoto> photos, const Moment& now) {
  std::error_code ignored;
  const std::filesystem::path place = std::filesystem::absolute(directory, ignored).lexically_normal();
  TRY_ASSIGN(auto transaction, Begin());
  auto put = Write(database_, "INSERT INTO deliveries (at, directory, photos, sums_sha256) VALUES (?, ?, ?, ?)",
                   now.stamp, place.string(), static_cast<std::int64_t>(photos.size()), sums_sha256);
  if (!put) return put;
  const std::int64_t delivery = database_.LastInsertId();
  for (const DeliveredPhoto& photo : photos) {
    put = Write(
        database_,
        "INSERT INTO events (student_id, attempt_id, delivery_id, at, kind, text) SELECT student_id, id, ?, ?, "
        "'delivered', ? FROM attempts WHERE student_id = ? AND number = ?",
        delivery, now.stamp, photo.file, photo.student, std::int64_t{photo.attempt});
    if (!put) return put;
    if (database_.Changes() != 1)
      return Fail(ErrorKind::kInternal, "ledger: a delivered photo is not in the books");
    put = KeepFile({photo.student, FileKind::kDelivered, (place / photo.file).string(), photo.sha256});
    if (!put) return put;
  }
  return transaction.Commit();
}

Result<std::vector<std::filesystem::path>> Ledger::DeliveryDirectories(std::span<const StudentId> students) {
  std::set<std::filesystem::path> directories;
  for (const StudentId student : students) {
    TRY(Query(
        database_,
        "SELECT DISTINCT d.directory FROM deliveries d JOIN events e ON e.delivery_id = d.id WHERE "
        "e.student_id = ?",
        [&](const Statement& row) { directories.insert(row.Text(0)); }, student));
  }
  return std::vector(directories.begin(), directories.end());
}

Result<std::vector<std::filesystem::path>> Ledger::DeliveryDirectories() {
  std::vector<std::filesystem::path> directories;
  TRY(Query(database_, "SELECT DISTINCT directory FROM deliveries ORDER BY directory",
            [&](const Statement& row) { directories.emplace_back(row.Text(0)); }));
  return directories;
}

Result<void> Ledger::KeepPlace(const std::filesystem::path& output_directory) {
  std::error_code ignored;
  return Write(database_, "INSERT OR IGNORE INTO places VALUES (?)",
               std::filesystem::absolute(output_directory, ignored).lexically_normal().string());
}

Result<std::vector<std::filesystem::path>> Ledger::Places() {
  std::vector<std::filesystem::path> places;
  TRY(Query(database_, "SELECT directory FROM places ORDER BY directory",
            [&](const Statement& row) { places.emplace_back(row.Text(0)); }));
  return places;
}

// ---- Purge

Result<void> Ledger::ForgetDoubles(const std::function<bool(std::string_view key)>& is_forgotten) {
  std::map<std::int64_t, std::string> changed;  // By event.
  TRY(Query(database_, "SELECT event_id, record FROM judgements WHERE record LIKE '%\"duplicates\"%'",
            [&](const Statement& row) {
              Json json = Json::parse(row.Text(1), nullptr, /*allow_exceptions=*/false);
              auto record = RecordFromJson(json.is_discarded() ? Json() : json);
              if (record && record->ForgetDoubles(is_forgotten)) changed[row.Int(0)] = ToLine(*record);
            }));
  for (const auto& [event, record] : changed) {
    TRY(Write(database_, "UPDATE judgements SET record = ? WHERE event_id = ?", record, event));
  }
  return {};
}

Result<std::int64_t> Ledger::Forget(std::span<const StudentId> students, const Json& receipt,
                                    const Moment& now) {
  tagged_.reset();
  TRY_ASSIGN(auto transaction, Begin());
  std::set<std::string, std::less<>> keys;
  for (const StudentId student : students) {
    TRY(Query(
        database_, "SELECT key FROM students WHERE id = ?",
        [&](const Statement& row) { keys.insert(row.Text(0)); }, student));
    TRY(Write(database_, "DELETE FROM students WHERE id = ?", student));
  }
  TRY(ForgetDoubles([&](std::string_view key) { return keys.contains(key); }));
  TRY(Write(database_, "INSERT INTO purges (at, receipt, finished) VALUES (?, ?, 0)", now.stamp,
            receipt.dump()));
  const std::int64_t number = database_.LastInsertId();
  TRY(transaction.Commit());
  return number;
}

Result<std::vector<StudentId>> Ledger::SilentSince(Day day) {
  std::vector<StudentId> students;
  TRY(Query(
      database_,
      "SELECT s.id FROM students s WHERE s.last_seen < ?1 AND NOT EXISTS (SELECT 1 FROM events e WHERE "
      "e.student_id = s.id AND e.at >= ?1) ORDER BY s.id",
      [&](const Statement& row) { students.push_back(row.Int(0)); }, FormatDay(day)));
  return students;
}

Result<void> Ledger::Compact() {
  for (const std::string_view step : {"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"}) {
    TRY(database_.Execute(step));
  }
  return {};
}

Result<void> Ledger::MarkPurgesFinished() { return Write(database_, "UPDATE purges SET finished = 1"); }

Result<std::map<std::int64_t, Json>> Ledger::UnfinishedPurges() {
  std::map<std::int64_t, Json> receipts;
  TRY(Query(database_, "SELECT id, receipt FROM purges WHERE finished = 0", [&](const Statement& row) {
    receipts[row.Int(0)] = Json::parse(row.Text(1), nullptr, /*allow_exceptions=*/false);
  }));
  for (const auto& [number, receipt] : receipts) {
    if (!receipt.is_object()) return Damaged("the receipt of purge " + std::to_string(number), file_);
  }
  return receipts;
}

Result<void> Ledger::CheckIntegrity() {
  std::string problem;
  auto read =
      Query(database_, "PRAGMA integrity_check(1)", [&](const Statement& row) { problem = row.Text(0); });
  if (!read) return read;
  if (problem != "ok") return Damaged(problem, file_);
  problem.clear();
  read = Query(database_, "PRAGMA foreign_key_check", [&](const Statement& row) { problem = row.Text(0); });
  if (read && !problem.empty()) {
    return Damaged("rows of " + problem + " without owner", file_);
  }
  return read;
}

Result<void> CheckBackupTarget(const std::filesystem::path& copy) {
  std::error_code ignored;
  if (!std::filesystem::exists(copy, ignored)) return {};
  return Fail(ErrorKind::kOutput, copy.string() + ": exists; a backup never replaces a file, name another");
}

Result<void> Ledger::BackUp(const std::filesystem::path& copy) {
  TRY(CheckBackupTarget(copy));
  TRY_ASSIGN(const auto bytes, database_.Copy());
  return WriteFileAtomic(copy, bytes, IfExists::kRefuse);
}

// ---- Decisions in records

Record WithDecisions(Record record, int attempt, const std::vector<BookedEvent>& events) {
  const BookedEvent* last = nullptr;
  for (const BookedEvent& booked : events) {
    const bool of_photo = IsDecision(booked.event.kind) && booked.event.card_code.empty();
    if (of_photo && booked.event.attempt == attempt) last = &booked;
  }
  if (last == nullptr) return record;
  const EventKind kind = last->event.kind;
  const bool by_portal = IsReply(kind);
  if (kind == EventKind::kAccept || kind == EventKind::kApproved) {
    for (Finding& finding : record.findings) {
      if (finding.severity == Severity::kReview || finding.severity == Severity::kReject) {
        finding.severity = Severity::kWarn;
      }
    }
    record.outcome = Outcome::kAccepted;
  } else {
    const Severity severity = kind == EventKind::kDisputed ? Severity::kReview : Severity::kReject;
    Finding said = standard::MakeFinding("PORTAL_REJECTED", severity,
                                         by_portal                    ? "said by the portal"
                                         : kind == EventKind::kRetake ? "asked for by the office"
                                                                      : "decided by a person");
    if (!last->code.empty()) said.code = last->code;
    record.findings.insert(record.findings.begin(), std::move(said));
    record.outcome = severity == Severity::kReview ? Outcome::kReview : Outcome::kRejected;
  }
  Json decision = {{"decision", EventName(kind)}, {"by", by_portal ? "portal" : "person"}};
  if (!last->who.empty()) decision["reviewer"] = last->who;
  decision["at"] = last->decided_at.empty() ? last->at : last->decided_at;
  if (!last->text.empty()) decision["text"] = last->text;
  record.extra["decision"] = std::move(decision);
  return record;
}

void AddIdentity(Record& record, const Record& found, const CardStanding& card, IdentityRule rule) {
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kIdentity; });
  record.identity = found.identity;
  if (rule == IdentityRule::kOff) return;
  const auto facts = record.extra.find("ledger");
  const bool locked = facts != record.extra.end() && facts->is_object() && facts->value("locked", false);
  const Outcome of_photo = record.outcome;
  for (Finding finding : found.findings) {
    if (card.accepted || locked) finding.severity = std::min(finding.severity, Severity::kWarn);
    record.Add(std::move(finding));
  }
  if (const auto code = standard::Code::Find(card.refused_for); code && !locked) {
    record.Add(standard::MakeFinding(*code, Severity::kReject, "decided by a person"));
  }
  standard::SortFindings(record.findings);
  if (of_photo == Outcome::kReview)
    record.outcome = of_photo;  // Waits for a person, whatever the card is like.
  if (of_photo != Outcome::kAccepted || locked) return;
  const bool unverified = rule == IdentityRule::kRequire && !card.IsVerified();
  if (record.IsRejected() || (record.outcome == Outcome::kAccepted && unverified)) {
    record.outcome = Outcome::kHeld;
  }
}

}  // namespace gradphoto::ledger
