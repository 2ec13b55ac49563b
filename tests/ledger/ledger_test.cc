// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/ledger.h"

#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/ledger/query.h"
#include "tests/ledger/support.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

std::string BytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), {}};
}

TEST_CASE(
    "a backup is whole while another process is in the middle of writing, private, and never overwrites") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite", copy = dir.path() / "backup.sqlite";
  Ledger writer = Opened(file);
  Must(writer.SyncStudents(std::vector<Record>{Linked("10001-1")}, On(kOctober)));  // In the write-ahead log.
  Ledger reader = Must(Ledger::Open(file, OpenMode::kRead));
  auto transaction = writer.Begin();
  REQUIRE(transaction.has_value());
  Must(writer.SyncStudents(std::vector<Record>{Linked("10001-2")}, On(kOctober)));
  CHECK(reader.BackUp(copy).has_value());
  CHECK(transaction->Commit().has_value());

  struct stat info{};
  REQUIRE(stat(copy.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  Ledger restored = Opened(copy);
  CHECK(restored.CheckIntegrity().has_value());
  CHECK(Must(restored.FindStudent("10001-1")).has_value());
  CHECK_FALSE(Must(restored.FindStudent("10001-2")).has_value());
  const auto refused = reader.BackUp(copy);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::kOutput);
}

TEST_CASE("students are added, changed, kept, and never removed") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  std::vector<Record> records = {Linked("10001-1"), Linked("10001-2")};
  records[1].outcome = Outcome::kHeld;
  records[1].Add(Of("UNPAID", Severity::kReject));
  SyncCounts counts = Must(ledger.SyncStudents(records, On(kOctober)));
  CHECK(counts.added == 2);
  counts = Must(ledger.SyncStudents(records, On(2021y / 10 / 6)));
  CHECK(counts.unchanged == 2);
  CHECK_FALSE((*ledger.FindStudent("10001-2"))->history.paid);

  records[1] = Linked("10001-2");
  records[1].Add(Of("ID_INVALID", Severity::kReject));
  records[1].Add(Of("PHOTO_MISSING", Severity::kReject));
  records.erase(records.begin());
  counts = Must(ledger.SyncStudents(records, On(kOctober)));
  CHECK(counts.changed == 1);
  const StudentEntry second = **ledger.FindStudent("10001-2");
  CHECK(second.history.paid);
  CHECK(second.blocked_by == "ID_INVALID");
  CHECK(second.student.fields == records[0].student->fields);
  CHECK(ledger.FindStudent("10001-1")->has_value());
  CHECK_FALSE(ledger.FindStudent("10001-3")->has_value());
}

TEST_CASE("identifiers find students, the key first, and all of several") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const std::vector<Record> records = {Linked("10001-77"), Linked("10002-88")};  // One person, enrolled twice.
  Must(ledger.SyncStudents(records, On(kOctober)));
  CHECK(Must(ledger.FindByIdentifier("10001-77")).size() == 1);
  CHECK(Must(ledger.FindByIdentifier("88")).size() == 1);
  CHECK(Must(ledger.FindByIdentifier("440524188001010014")).size() == 2);
  CHECK(Must(ledger.FindByIdentifier("99")).empty());
}

TEST_CASE("a new photo is a new attempt, the same photo never is") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const Record linked = Linked("10001-1", "p/1.jpg");
  const StudentId id = Added(ledger, linked);
  const Record first = Judged(linked, Outcome::kRejected, "aa");
  CHECK(Must(ledger.Judge(id, first, "", "spring-2022", On(kOctober))));
  CHECK_FALSE(Must(ledger.Judge(id, first, "", "spring-2022", On(2021y / 10 / 6))));
  CHECK(StandingOn(ledger, id).attempts == 1);

  Record newer = first;  // Other models, the same photo.
  newer.tool["models"] = "bb";
  CHECK(Must(ledger.Judge(id, newer, "", "spring-2022", On(kOctober))));
  CHECK(StandingOn(ledger, id).attempts == 1);
  CHECK(StandingOn(ledger, id).failures == 1);
  CHECK(Must(ledger.EventsOf(id)).size() == 2);

  CHECK(Must(ledger.Judge(id, Judged(linked, Outcome::kAccepted, "bb"), "ref", "spring-2022", On(kOctober))));
  const Standing standing = StandingOn(ledger, id);
  CHECK(standing.attempts == 2);
  CHECK(standing.state == State::kAccepted);
  const Judgement last = *Must(ledger.FindJudgement(id, 2));
  CHECK(last.photo_sha256 == "bb");
  CHECK(last.reference_sha256 == "ref");
  CHECK(last.record.student->fields == linked.student->fields);
  CHECK(last.record.tool == ToolOf());
  CHECK(Must(ledger.FindJudgement(id, std::string_view("aa")))->record.tool["models"] == "bb");
}

TEST_CASE("a judgement keeps the output under its absolute path") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const Record linked = Linked("10001-1", "p/1.jpg");
  const StudentId id = Added(ledger, linked);
  Record record = Judged(linked, Outcome::kAccepted, "aa");
  record.output = "out/1.jpg";
  record.output_sha256 = "cc";
  Must(ledger.Judge(id, record, "", "spring-2022", On(kOctober)));
  const auto files = Must(ledger.FilesOf(id));
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == (std::filesystem::current_path() / "out/1.jpg").string());
  CHECK(files[0].sha256 == "cc");
  CHECK(Must(ledger.FindJudgement(id, 1))->record.output == files[0].path);
}

TEST_CASE("decisions and replies are booked once, unless something happened in between") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const Record linked = Linked("10001-1", "p/1.jpg");
  const StudentId id = Added(ledger, linked);
  Record record = Judged(linked, Outcome::kAccepted, "aa");
  Must(ledger.Judge(id, record, "", "spring-2022", On(kOctober)));
  const auto reply = [&](EventKind kind, const char* text) {
    BookedEvent booked;
    booked.event.kind = kind;
    booked.event.attempt = 1;
    booked.text = text;
    return Must(ledger.Book(id, booked));
  };
  CHECK(reply(EventKind::kPending, "审核中"));
  CHECK_FALSE(reply(EventKind::kPending, "审核中"));
  CHECK(reply(EventKind::kRefused, "不合格"));
  CHECK(reply(EventKind::kPending, "审核中"));
  CHECK(reply(EventKind::kUnknown, "？"));
  const auto unknown = Must(ledger.UnknownReplies());
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0] == std::pair<std::string, std::int64_t>("？", 1));
  const DeliveredPhoto photo{id, 1, "photos/1.jpg", "cc"};
  Must(ledger.Deliver(dir.path() / "upload", "sum", std::span(&photo, 1), On(kOctober)));
  CHECK(reply(EventKind::kUnknown, "？"));  // About another delivery.
}

TEST_CASE("a delivery is booked as a whole or not at all") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const Record linked = Linked("10001-1", "p/1.jpg");
  const StudentId id = Added(ledger, linked);
  Must(ledger.Judge(id, Judged(linked, Outcome::kAccepted, "aa"), "", "spring-2022", On(kOctober)));
  const std::vector<DeliveredPhoto> photos = {{id, 1, "photos/1.jpg", "cc"}, {id, 9, "photos/9.jpg", "dd"}};
  CHECK_FALSE(ledger.Deliver(dir.path() / "upload", "sum", photos, On(kOctober)).has_value());
  CHECK(StandingOn(ledger, id).state == State::kAccepted);
  CHECK(Must(ledger.CountDeliveries()) == 0);
  Must(ledger.Deliver(dir.path() / "upload", "sum", std::span(photos).first(1), On(kOctober)));
  CHECK(StandingOn(ledger, id).state == State::kDelivered);
  CHECK(StandingOn(ledger, id).locked);
  CHECK(Must(ledger.DeliveryDirectories(std::span(&id, 1))).front() == dir.path() / "upload");
  CHECK(Must(ledger.FilesOf(id)).front().path == (dir.path() / "upload/photos/1.jpg").string());
}

TEST_CASE("rules and everything else survive the process") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  StudentId id = 0;
  {
    Ledger ledger = Opened(file);
    Must(ledger.SetRules({.deadlines = {{"spring-2022", 2021y / 11 / 1}}, .max_failures = 2}));
    id = Added(ledger, Linked("10001-1"));
  }
  Ledger ledger = Must(Ledger::Open(file, OpenMode::kRead));
  CHECK(ledger.rules().max_failures == 2);
  CHECK(ledger.rules().deadlines.at("spring-2022") == 2021y / 11 / 1);
  CHECK(StandingOn(ledger, id, 2021y / 11 / 2).state == State::kLate);
  CHECK_FALSE(ledger.SetRules({}).has_value());
  Must(ledger.CheckIntegrity());
  std::size_t seen = 0;
  Must(ledger.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    CHECK(entry.student.key == "10001-1");
    ++seen;
    return {};
  }));
  CHECK(seen == 1);
}

TEST_CASE("after a purge no number is left in the file, and the others are still there") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  Ledger ledger = Opened(file);
  std::vector<Record> records;
  for (int i = 0; i < 50; ++i) records.push_back(Linked("10001-90" + std::to_string(100 + i), "p.jpg"));
  records[7].student->fields[2].second = "52030219891209794X";
  Must(ledger.SyncStudents(records, On(kOctober)));
  const StudentId id = (*ledger.FindStudent("10001-90107"))->id;
  Record record = Judged(records[7], Outcome::kRejected, std::string(64, '7'));
  record.photo = "photos/52030219891209794X.jpg";
  Must(ledger.Judge(id, record, "", "spring-2022", On(kOctober)));
  Must(ledger.Compact());  // Moves all from the log into the file: the numbers are there to be found.
  REQUIRE(BytesOf(file).find("52030219891209794X") != std::string::npos);

  const std::vector<StudentId> silent = Must(ledger.SilentSince(2021y / 10 / 6));
  CHECK(silent.size() == 50);
  CHECK(Must(ledger.SilentSince(kOctober)).empty());
  Must(ledger.Forget(std::span(&id, 1), Json{{"students", 1}}, On(kOctober)));
  CHECK(Must(ledger.UnfinishedPurges()).size() == 1);
  Must(ledger.Compact());
  Must(ledger.MarkPurgesFinished());
  CHECK(Must(ledger.UnfinishedPurges()).empty());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string bytes = BytesOf(file.string() + suffix);
    CHECK(bytes.find("52030219891209794X") == std::string::npos);
    CHECK(bytes.find("10001-90107") == std::string::npos);
    CHECK(bytes.find(std::string(64, '7')) == std::string::npos);
  }
  CHECK_FALSE(ledger.FindStudent("10001-90107")->has_value());
  CHECK(ledger.FindStudent("10001-90108")->has_value());
  CHECK(Must(ledger.FilesOf(id)).empty());
  Must(ledger.CheckIntegrity());
}

TEST_CASE("a value in the books that is none is a damaged ledger, and says so with its file") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  Ledger ledger = Opened(file);
  Must(ledger.SyncStudents(std::vector<Record>{Linked("10001-1")}, On(kOctober)));
  const StudentId id = (*ledger.FindStudent("10001-1"))->id;
  Must(ledger.KeepFile({id, FileKind::kEvidence, "evidence/b.jpg", "aa"}));
  const auto damage = [&](std::string_view sql) {
    Database database = Must(Database::Open(file, OpenMode::kWrite));
    Must(Write(database, sql));
  };
  const auto is_damaged = [&](const auto& read) {
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().message.starts_with(file.string() + ": the ledger is damaged: "));
  };
  damage("UPDATE files SET kind = 'evidencf'");
  is_damaged(ledger.Files());
  is_damaged(ledger.FilesOf(id));
  damage("INSERT INTO purges (at, receipt, finished) VALUES ('2026-06-01', '{\"students\":', 0)");
  is_damaged(ledger.UnfinishedPurges());
}

TEST_CASE("decisions show in the record") {
  const Record rejected = testing::Judged(Linked("10001-1", "p.jpg"), Outcome::kRejected, "aa");
  const auto booked = [](EventKind kind, int attempt, const char* code) {
    BookedEvent event;
    event.event.kind = kind;
    event.event.attempt = attempt;
    event.code = code;
    event.who = "李老师";
    return event;
  };
  CHECK(ToJson(WithDecisions(rejected, 1, {})) == ToJson(rejected));
  CHECK(ToJson(WithDecisions(rejected, 1, {booked(EventKind::kAccept, 2, "")})) == ToJson(rejected));
  const Record accepted = WithDecisions(rejected, 1, {booked(EventKind::kAccept, 1, "")});
  CHECK(accepted.outcome == Outcome::kAccepted);
  CHECK(accepted.findings.at(0).severity == Severity::kWarn);
  CHECK(accepted.extra["decision"]["reviewer"] == "李老师");
  const Record good = testing::Judged(Linked("10001-1", "p.jpg"), Outcome::kAccepted, "bb");
  const Record refused = WithDecisions(good, 1, {booked(EventKind::kRefused, 1, "EYE_LINE")});
  CHECK(refused.outcome == Outcome::kRejected);
  CHECK(refused.findings.at(0).code == "EYE_LINE");
  CHECK(WithDecisions(good, 1, {booked(EventKind::kDisputed, 1, "FACE_UNCERTAIN")}).outcome ==
        Outcome::kReview);
}

TEST_CASE("a second writer is refused with the number of the first, and may wait for it") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  std::array<int, 2> ready{}, go{};
  REQUIRE(pipe(ready.data()) == 0);
  REQUIRE(pipe(go.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = LedgerLock::Take(file, "gradphoto-batch", 0, {});
    char byte = lock ? 'y' : 'n';
    (void)!write(ready[1], &byte, 1);
    (void)!read(go[0], &byte, 1);
    usleep(300'000);
    _exit(0);
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  REQUIRE(byte == 'y');
  const auto refused = LedgerLock::Take(file, "gradphoto-ledger", 0, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(refused.error().message.find("gradphoto-batch, process " + std::to_string(child)) != std::string::npos);
  (void)!write(go[1], &byte, 1);
  CHECK(LedgerLock::Take(file, "gradphoto-ledger", 30, {}).has_value());
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(LedgerLock::Take(file, "gradphoto-ledger", 0, {}).has_value());
}

}  // namespace
}  // namespace gradphoto::ledger
