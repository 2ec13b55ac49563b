// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/cases.h"

#include "lib/ledger/office.h"
#include "tests/ledger/support.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

class Cases {
 public:
  Cases() : ledger_(Opened(dir_.path() / "l.sqlite")) {}
  // Hands in a photo whose checks end so.
  StudentId HandIn(const std::string& key, const std::string& bytes, Outcome outcome) {
    const std::string photo = dir_.Write("photos/" + key + ".jpg", bytes).string();
    const Record linked = Linked(key, photo);
    const StudentId id = Added(ledger_, linked);
    Must(ledger_.Judge(id, Judged(linked, outcome, *Sha256File(photo)), "", "spring-2022", On(kOctober)));
    return id;
  }
  std::vector<PersonCase> Waiting() { return Must(CasesForPerson(ledger_, On(kOctober))); }
  OfficeAnswer Said(StudentId id, EventKind kind, bool force = false) {
    return Must(Say(ledger_, id, {.kind = kind, .text = "because", .force = force}, On(kOctober)));
  }
  Ledger& ledger() { return ledger_; }
  const TempDir& dir() const { return dir_; }

 private:
  TempDir dir_;
  Ledger ledger_;
};

TEST_CASE("every case that waits for a person is there, with all its attempts, and no other") {
  Cases office;
  office.HandIn("10001-1", "fine", Outcome::kAccepted);
  office.HandIn("10001-2", "no", Outcome::kRejected);
  const StudentId review = office.HandIn("10001-3", "perhaps", Outcome::kReview);
  for (const char* bytes : {"a", "b", "c"}) office.HandIn("10001-4", bytes, Outcome::kRejected);
  const auto waiting = office.Waiting();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].id == review);
  CHECK(waiting[0].facts.standing.state == State::kReview);
  CHECK(waiting[0].attempts.size() == 1);
  CHECK(waiting[1].facts.standing.state == State::kManualReview);
  REQUIRE(waiting[1].attempts.size() == 3);
  CHECK(waiting[1].Current().number == 3);
  CHECK(waiting[1].Current().record.findings.front().code == "HEAD_TILTED");
  CHECK(waiting[1].student.key == "10001-4");
  // The student's file holds the third photo by now; the first two are gone.
  CHECK(waiting[1].Current().photo == (office.dir().path() / "photos/10001-4.jpg").string());
  CHECK(waiting[1].attempts[0].photo.empty());
}

TEST_CASE("a run's own reviews stand behind the ledger's cases, none twice and none that is decided") {
  Cases office;
  const StudentId review = office.HandIn("10001-1", "perhaps", Outcome::kReview);
  const std::string booked = *Sha256File(office.dir().path() / "photos/10001-1.jpg");
  Record orphan = Judged(Record{}, Outcome::kReview, "aa");
  orphan.photo = "orphan.jpg";
  orphan.comparison["reference"] = 7;  // Of another program.
  const std::vector<Record> records = {
      Judged(Linked("10001-1", "photos/10001-1.jpg"), Outcome::kReview, booked), orphan,
      Judged(Linked("10001-8", "new.jpg"), Outcome::kReview, "bb"),
      Judged(Linked("10001-9"), Outcome::kRejected, "cc")};
  CHECK(CasesOf(records).size() == 3);
  auto waiting = Must(CasesForPerson(office.ledger(), records, On(kOctober)));
  REQUIRE(waiting.size() == 3);
  CHECK(waiting[0].id == review);
  CHECK(waiting[1].Current().photo == "orphan.jpg");
  CHECK(waiting[1].Current().reference.empty());
  CHECK(waiting[2].student.key == "10001-8");

  BookedEvent retake;
  retake.event.kind = EventKind::kRetake;
  retake.event.attempt = 1;
  retake.at = "2021-10-05T00:00:00";
  retake.code = "BLURRED";
  Must(office.ledger().Book(review, retake));
  waiting = Must(CasesForPerson(office.ledger(), records, On(kOctober)));
  CHECK(waiting.size() == 2);  // Decided since the records were written.
}

TEST_CASE("a portal's question brings back a delivered photo as a case, with what was said") {
  Cases office;
  const StudentId id = office.HandIn("10001-1", "fine", Outcome::kAccepted);
  const DeliveredPhoto photo{id, 1, "photos/x.jpg", "cc"};
  Must(office.ledger().Deliver(office.dir().path() / "upload", "sum", std::span(&photo, 1), On(kOctober)));
  BookedEvent reply;
  reply.event.kind = EventKind::kDisputed;
  reply.event.attempt = 1;
  reply.at = "2021-10-05T00:00:00";
  reply.text = "identity unsure";
  Must(office.ledger().Book(id, reply));
  const auto waiting = office.Waiting();
  REQUIRE(waiting.size() == 1);
  REQUIRE(waiting[0].facts.remark.has_value());
  CHECK(waiting[0].facts.remark->text == "identity unsure");
  CHECK(waiting[0].Current().events.size() == 2);  // Delivered, disputed.
}

TEST_CASE("nobody is approved without a photo that conforms, unless it is forced") {
  Cases office;
  const StudentId none = Added(office.ledger(), Linked("10001-9"));
  for (const StudentId id : {none, office.HandIn("10001-1", "no", Outcome::kRejected),
                             office.HandIn("10001-2", "perhaps", Outcome::kReview)}) {
    const OfficeAnswer answer = office.Said(id, EventKind::kApproved);
    CHECK_FALSE(answer.booked);
    CHECK(answer.refused.find("--force") != std::string::npos);
    CHECK_FALSE(StandingOn(office.ledger(), id).locked);
    CHECK(office.Said(id, EventKind::kApproved, /*force=*/true).booked);
    CHECK(StandingOn(office.ledger(), id).state == State::kApproved);
  }
  const StudentId fine = office.HandIn("10001-3", "fine", Outcome::kAccepted);
  CHECK(office.Said(fine, EventKind::kApproved).booked);
  CHECK_FALSE(office.Said(fine, EventKind::kApproved).booked);
  CHECK(office.Said(fine, EventKind::kApproved).refused.empty());
}

TEST_CASE("withdraw and keep answer each other, as often as it is said") {
  Cases office;
  const StudentId id = office.HandIn("10001-1", "fine", Outcome::kAccepted);
  for (int i = 0; i < 2; ++i) {
    CHECK(office.Said(id, EventKind::kWithdrawn).booked);
    CHECK_FALSE(office.Said(id, EventKind::kWithdrawn).booked);
    CHECK(StandingOn(office.ledger(), id).state == State::kWithdrawn);
    CHECK(office.Said(id, EventKind::kKept).booked);
    CHECK(StandingOn(office.ledger(), id).state == State::kAccepted);
  }
}

}  // namespace
}  // namespace gradphoto::ledger
