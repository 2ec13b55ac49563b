// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "lib/ledger/delivery.h"
#include "tests/ledger/support.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

constexpr const char* kRoster = "/srv/out";

Record Row(const std::string& number, const std::string& name, const std::string& id_number,
           const std::string& group = "A") {
  Record record;
  record.student = Student{.key = "10001-" + number,
                           .fields = {{"student_number", number},
                                      {"name", name},
                                      {"id_number", id_number},
                                      {"group", group},
                                      {"season", "spring-2022"}}};
  return record;
}

// A roster of three, whose rows have accepted photos.
class Class {
 public:
  Class() : ledger_(Opened(dir_.path() / "l.sqlite")) {
    for (const char* number : {"1", "2", "3"}) {
      rows.push_back(Row(number, "N" + std::string(number), "id" + std::string(number)));
    }
    Sync();
    for (const Record& row : rows) Accept(row, "photo of " + row.student->key);
  }
  SyncCounts Sync(Day day = kOctober) { return Must(ledger_.SyncStudents(rows, On(day), kRoster)); }
  void Accept(const Record& row, const std::string& sha256) {
    Record judged = Judged(row, Outcome::kAccepted, sha256);
    judged.output = "out/" + row.student->key + ".jpg";
    judged.output_sha256 = "out of " + sha256;
    Must(ledger_.Judge(Id(row.student->key), judged, "", "spring-2022", On(kOctober)));
  }
  StudentId Id(const std::string& key) {
    const auto entry = Must(ledger_.FindStudent(key));
    REQUIRE(entry.has_value());
    return entry->id;
  }
  State Of(const std::string& key) { return StandingOn(ledger_, Id(key)).state; }
  void Say(const std::string& key, EventKind kind) {
    BookedEvent booked;
    booked.event.kind = kind;
    booked.at = "2021-10-05T00:00:00";
    booked.text = "because";
    Must(ledger_.Book(Id(key), booked));
  }
  void Deliver(const std::string& key) {
    const DeliveredPhoto photo{Id(key), 1, "photos/x.jpg", "cc"};
    Must(ledger_.Deliver(dir_.path() / "upload", "sum", std::span(&photo, 1), On(kOctober)));
  }
  std::size_t ToPack() { return Must(SelectForPack(ledger_, {}, Redeliver::kNo, On(kOctober))).records.size(); }
  Ledger& ledger() { return ledger_; }

  std::vector<Record> rows;

 private:
  TempDir dir_;
  Ledger ledger_;
};

TEST_CASE("who is no longer in the roster is counted every night, held, and released when back") {
  Class school;
  CHECK(school.ToPack() == 3);
  const Record gone = school.rows.back();
  school.rows.pop_back();
  for (int night = 0; night < 2; ++night) {
    CHECK(school.Sync().left == 1);
    CHECK(school.Of("10001-3") == State::kLeft);
    CHECK(school.ToPack() == 2);
    CHECK(Must(SelectForPack(school.ledger(), {}, Redeliver::kYes, On(kOctober))).left == 1);
  }
  CHECK(Must(school.ledger().EventsOf(school.Id("10001-3"))).size() == 2);  // Judged, left: told once.
  school.rows.push_back(gone);
  CHECK(school.Sync().returned == 1);
  CHECK(school.Sync().returned == 0);
  CHECK(school.Of("10001-3") == State::kAccepted);
}

TEST_CASE("another file in the place of the photo is the student's to mend, not an error of the office") {
  Class school;
  Record row = Row("4", "N4", "id4");
  row.outcome = Outcome::kMissing;
  for (const char* code : {"PHOTO_MISSING", "NOT_A_PHOTO"}) {
    Finding finding;
    finding.code = code;
    row.findings.push_back(finding);
  }
  school.rows.push_back(row);
  school.Sync();
  CHECK(school.Of("10001-4") == State::kMissing);
  school.rows.back().findings.back().code = "ID_INVALID";
  school.Sync();
  CHECK(school.Of("10001-4") == State::kBlocked);
}

TEST_CASE("a list of some students, or another roster, makes nobody leave") {
  Class school;
  const std::vector<Record> some = {school.rows[0]};
  CHECK(Must(school.ledger().SyncStudents(some, On(kOctober))).left == 0);
  CHECK(
      Must(school.ledger().SyncStudents(std::vector{Row("9", "N9", "id9")}, On(kOctober), "/srv/other")).left ==
      0);
  CHECK(school.Sync().left == 0);
  // Students move from one roster to another without leaving.
  school.rows.pop_back();
  Must(school.ledger().SyncStudents(std::vector{Row("3", "N3", "id3")}, On(kOctober), "/srv/other"));
  CHECK(school.Sync().left == 0);
}

TEST_CASE("the office's word ends it: withdrawn ones are not told again, kept ones are packed") {
  Class school;
  school.rows.resize(1);
  CHECK(school.Sync().left == 2);
  school.Say("10001-2", EventKind::kWithdrawn);
  school.Say("10001-3", EventKind::kKept);
  CHECK(school.Sync().left == 0);
  CHECK(school.Of("10001-2") == State::kWithdrawn);
  CHECK(school.Of("10001-3") == State::kAccepted);
  CHECK(school.ToPack() == 2);
}

TEST_CASE("a new season's roster does not make those leave who are through with the old one") {
  Class school;
  school.Deliver("10001-1");
  Record next = Row("7", "N7", "id7");
  for (auto& [name, value] : next.student->fields) {
    if (name == "season") value = "spring-2023";
  }
  school.rows = {next};
  CHECK(school.Sync().left == 2);  // The delivered one is no leaver.
  CHECK((StandingOn(school.ledger(), school.Id("10001-1")).hold == Hold::kNone));
}

TEST_CASE("a corrected number is proposed as a rename, and only where nobody else could be meant") {
  struct Case {
    const char* what;
    Record row;
    std::vector<std::string> columns;
  };
  for (const Case& test : {
           Case{"student number", Row("33", "N3", "id3"), {"student_number"}},
           Case{"student number, and a new class", Row("33", "N3", "id3", "B"), {"student_number"}},
           Case{"both numbers, the rest as before", Row("33", "N3", "id33"), {"id_number", "student_number"}},
           Case{"both numbers and the class: anybody", Row("33", "N3", "id33", "B"), {}},
           Case{"another name", Row("33", "N4", "id3"), {}},
       }) {
    CAPTURE(test.what);
    Class school;
    school.rows.back() = test.row;
    CHECK(school.Sync().left == 1);
    const auto candidates = Must(school.ledger().RenameCandidates());
    REQUIRE(candidates.size() == (test.columns.empty() ? 0 : 1));
    if (candidates.empty()) continue;
    CHECK(candidates[0].old_student == school.Id("10001-3"));
    CHECK(candidates[0].new_student == school.Id("10001-33"));
    CHECK(candidates[0].columns == test.columns);
  }
  Class school;  // Two new rows fit: nobody is proposed.
  school.rows.back() = Row("33", "N3", "id3");
  school.rows.push_back(Row("34", "N3", "id3"));
  CHECK(school.Sync().left == 1);
  CHECK(Must(school.ledger().RenameCandidates()).empty());
}

TEST_CASE("a renamed student keeps number, history, lock and photo under the corrected row") {
  Class school;
  school.Deliver("10001-3");
  const StudentId id = school.Id("10001-3");
  school.rows.back() = Row("33", "N3", "id3", "B");
  school.Sync();
  // The file was renamed, too: the same photo under the new number.
  school.Accept(school.rows.back(), "photo of 10001-3");
  BookedEvent why;
  why.at = "2021-10-06T00:00:00";
  why.text = "typo";
  Must(school.ledger().Rename(id, school.Id("10001-33"), why));
  CHECK(school.Id("10001-33") == id);
  CHECK_FALSE(Must(school.ledger().FindStudent("10001-3")).has_value());
  const Standing standing = StandingOn(school.ledger(), id);
  CHECK(standing.state == State::kDelivered);
  CHECK(standing.locked);
  CHECK(standing.attempts == 1);
  CHECK((standing.hold == Hold::kNone));
  CHECK(Must(school.ledger().GetStudent(id)).student.Field("group") == "B");
  CHECK(Must(school.ledger().FormerKeys(id)) == std::vector<std::string>{"10001-3", "3"});
  CHECK(Must(school.ledger().FindByIdentifier("3")) == std::vector{id});  // Of the portal's list of before.
  CHECK(Must(school.ledger().FindByIdentifier("33")) == std::vector{id});
  CHECK(school.Sync().left == 0);
  Must(school.ledger().CheckIntegrity());
}

TEST_CASE("another photo under the new number becomes the next attempt, unless the student's own is locked") {
  for (const bool locked : {false, true}) {
    CAPTURE(locked);
    Class school;
    if (locked) school.Deliver("10001-3");
    const StudentId id = school.Id("10001-3");
    school.rows.back() = Row("33", "N3", "id3");
    school.Sync();
    school.Accept(school.rows.back(), "another photo");
    const auto renamed = school.ledger().Rename(id, school.Id("10001-33"), BookedEvent());
    CHECK(renamed.has_value() == !locked);
    if (locked) {
      CHECK(renamed.error().kind == ErrorKind::kUsage);
      CHECK(StandingOn(school.ledger(), id).locked);
      CHECK(StandingOn(school.ledger(), school.Id("10001-33")).attempts == 1);  // Nothing was changed.
    } else {
      CHECK(StandingOn(school.ledger(), id).attempts == 2);
      CHECK(Must(school.ledger().FindJudgement(id, 2))->photo_sha256 == "another photo");
    }
  }
  Class school;
  CHECK_FALSE(school.ledger().Rename(school.Id("10001-1"), school.Id("10001-1"), BookedEvent()).has_value());
  school.Deliver("10001-2");
  CHECK_FALSE(school.ledger().Rename(school.Id("10001-1"), school.Id("10001-2"), BookedEvent()).has_value());
}

TEST_CASE("a late student is carried over by the sync and stays there at the next one") {
  Class school;
  const Record late = Row("8", "N8", "id8");
  school.rows.push_back(late);
  Must(school.ledger().SetRules(
      {.deadlines = {{"spring-2022", 2021y / 11 / 1}, {"spring-2023", 2022y / 11 / 1}}, .max_failures = 3}));
  CHECK(school.Sync().carried == 0);
  const Day after = 2021y / 11 / 2;
  CHECK(school.Sync(after).carried == 1);
  const StudentId id = school.Id("10001-8");
  Must(school.ledger().Judge(id, Judged(late, Outcome::kAccepted, "own photo"), "", "spring-2023", On(after)));
  for (const bool with_deadlines : {true, false}) {
    if (!with_deadlines) Must(school.ledger().SetRules({}));
    CHECK(school.Sync(after).carried == 0);
    const Standing standing = StandingOn(school.ledger(), id, after);
    CHECK(standing.season == "spring-2023");
    CHECK(standing.carried_from == "spring-2022");
    CHECK(standing.state == State::kAccepted);
  }
  CHECK(StandingOn(school.ledger(), school.Id("10001-1"), after).season == "spring-2022");
}

}  // namespace
}  // namespace gradphoto::ledger
