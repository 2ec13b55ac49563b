// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/keeper.h"

#include <algorithm>

#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/ledger/delivery.h"
#include "lib/ledger/evidence.h"
#include "lib/standard/codes.h"
#include "tests/ledger/support.h"

namespace gradphoto::ledger {
namespace {

using namespace testing;

// A ledger, a photo directory and one student, with nights that end in chosen outcomes.
class Night {
 public:
  Night() : ledger_(Opened(dir_.path() / "l.sqlite")) {
    Must(ledger_.SetRules({.deadlines = {{"spring-2022", 2021y / 11 / 1}}, .max_failures = 3}));
  }

  void Photo(const std::string& bytes) { photo_ = dir_.Write("photos/1.jpg", bytes).string(); }
  void NoPhoto() { photo_.clear(); }

  Record LinkedNow() const {
    Record record = Linked("10001-1", photo_);
    if (unpaid) {
      record.outcome = Outcome::kHeld;
      record.Add(Of("UNPAID", Severity::kReject));
    }
    record.student->fields.insert(record.student->fields.end(), columns.begin(), columns.end());
    if (photo_.empty()) {
      if (!unpaid) record.outcome = Outcome::kMissing;
      record.Add(Of("PHOTO_MISSING", Severity::kReject));
    }
    return record;
  }

  // A nightly run; `outcome` is what the checks would say. Returns the record and whether the photo was judged.
  std::pair<Record, bool> Run(Outcome outcome, const Json& tool = ToolOf()) {
    const Record linked = LinkedNow();
    Must(ledger_.SyncStudents(std::span(&linked, 1), On(day)));
    Keeper keeper(ledger_, hashes_, tool, On(day));
    const std::string output = (dir_.path() / "standardized/1.jpg").string();
    auto admission = Must(keeper.Admit(linked, output));
    judged_again = keeper.JudgedAgain();
    if (admission.settled) return {admission.record, false};
    Record judged = Judged(std::move(admission.record), outcome, Sha256File(photo_).value());
    judged.tool = tool;
    if (outcome == Outcome::kAccepted || outcome == Outcome::kReview) {
      dir_.Write("standardized/1.jpg", "standardized " + judged.sha256);
      judged.output = output;
      judged.output_sha256 = *Sha256File(output);
    }
    return {Must(keeper.Keep(std::move(judged))), true};
  }

  Standing Now() { return StandingOn(ledger_, Id(), day); }
  StudentId Id() { return (*ledger_.FindStudent("10001-1"))->id; }
  Ledger& ledger() { return ledger_; }
  const TempDir& dir() const { return dir_; }
  void Say(EventKind kind) {
    BookedEvent booked;
    booked.event.kind = kind;
    booked.event.attempt = Now().current;
    booked.code = "EYE_LINE";
    booked.text = std::to_string(++said_);
    Must(ledger_.Book(Id(), booked));
  }
  void Deliver() {
    const DeliveredPhoto photo{Id(), Now().current, "photos/1.jpg", "cc"};
    Must(ledger_.Deliver(dir_.path() / "upload", "sum", std::span(&photo, 1), On(day)));
  }

  Day day = kOctober;
  bool unpaid = false;
  std::map<std::string, std::size_t> judged_again;           // Of the last night.
  std::vector<std::pair<std::string, std::string>> columns;  // More of the roster.

 private:
  TempDir dir_;
  Ledger ledger_;
  KnownHashes hashes_;
  std::string photo_;
  int said_ = 0;
};

bool Has(const Record& record, standard::Code code) {
  return std::ranges::any_of(record.findings,
                             [&](const Finding& finding) { return finding.code == code.name(); });
}

TEST_CASE("running again changes nothing and judges nothing") {
  for (const Outcome outcome : {Outcome::kAccepted, Outcome::kReview, Outcome::kRejected}) {
    Night night;
    night.Photo("a");
    const auto [first, judged] = night.Run(outcome);
    CHECK(judged);
    const auto [second, again] = night.Run(Outcome::kAccepted);
    CHECK_FALSE(again);
    CHECK(ToLine(second) == ToLine(first));
    CHECK(night.Now().attempts == 1);
  }
}

TEST_CASE(
    "a photo that is not accepted is judged anew when anything that judged it changed, as the same attempt") {
  const std::vector<std::pair<std::string, std::string>> changes = {{"version", "program"},
                                                                    {"build", "program"},
                                                                    {"standard", "rules"},
                                                                    {"rules", "rules"},
                                                                    {"models", "models"}};
  for (const Outcome outcome : {Outcome::kReview, Outcome::kRejected, Outcome::kAccepted}) {
    for (const auto& [key, why] : changes) {
      CAPTURE(key);
      Night night;
      night.Photo("a");
      night.Run(outcome);
      Json tool = ToolOf();
      tool[key] = "other";
      const bool judged = night.Run(Outcome::kRejected, tool).second;
      CHECK(judged == (outcome != Outcome::kAccepted));
      CHECK(night.judged_again ==
            (judged ? std::map<std::string, std::size_t>{{why, 1}} : std::map<std::string, std::size_t>{}));
      CHECK(night.Now().attempts == 1);
      CHECK(night.Now().state == (judged ? State::kRejected : State::kAccepted));
    }
  }
  Night night;
  night.Photo("a");
  night.Run(Outcome::kAccepted);
  std::filesystem::remove(night.dir().path() / "standardized/1.jpg");
  CHECK(night.Run(Outcome::kAccepted, ToolOf()).second);  // The output is gone.
  CHECK(night.judged_again.at("output") == 1);
  CHECK_FALSE(night.Run(Outcome::kAccepted, ToolOf()).second);
}

TEST_CASE("nothing of a withdrawn student is judged or handed over") {
  for (const bool with_photo : {true, false}) {
    Night night;
    night.Photo("a");
    night.Run(Outcome::kAccepted);
    night.Say(EventKind::kWithdrawn);
    if (!with_photo) night.NoPhoto();
    const auto [record, judged] = night.Run(Outcome::kAccepted);
    CHECK_FALSE(judged);
    CHECK(record.outcome == Outcome::kHeld);
    CHECK(Has(record, "WITHDRAWN"));
    CHECK(record.extra["ledger"]["state"] == "withdrawn");
    CHECK(record.extra["ledger"]["hold"] == "withdrawn");
    CHECK(Must(SelectForPack(night.ledger(), {}, Redeliver::kNo, On(night.day))).records.empty());
  }
}

TEST_CASE("the cashier's list lifts the roster's hold") {
  Night night;
  night.unpaid = true;
  night.Photo("a");
  CHECK(night.Run(Outcome::kAccepted).first.extra["ledger"]["unpaid"] == true);
  night.Say(EventKind::kPaid);
  const auto [record, judged] = night.Run(Outcome::kAccepted);
  CHECK(judged);
  CHECK(record.outcome == Outcome::kAccepted);
  CHECK_FALSE(record.extra["ledger"].contains("unpaid"));
}

TEST_CASE("the record tells what notices need: deadline, how-manieth photo, what a person said") {
  Night night;
  night.Photo("a");
  night.Run(Outcome::kRejected);
  night.Photo("b");
  const Json facts = night.Run(Outcome::kReview).first.extra["ledger"];
  CHECK(facts["deadline"] == "2021-11-01");
  CHECK(facts["attempt"] == 2);
  CHECK(facts["failures"] == 1);
  CHECK(facts["max_failures"] == 3);
  CHECK_FALSE(facts.contains("remark"));
  CHECK_FALSE(facts.contains("hold"));
  night.Say(EventKind::kReject);
  const Json remark = night.Run(Outcome::kReview).first.extra["ledger"]["remark"];
  CHECK(remark["kind"] == "reject");
  CHECK(remark["by"] == "person");
  CHECK(remark["text"] == "1");
  night.day = 2021y / 11 / 2;
  const Json late = night.Run(Outcome::kReview).first.extra["ledger"];
  CHECK(late["state"] == "late");
  CHECK(late["season"] == "spring-2023");
  CHECK(late["carried_from"] == "spring-2022");
  CHECK_FALSE(late.contains("deadline"));
}

TEST_CASE("of the roster only the exemptions matter to a judgement; the rest comes new into the old record") {
  Night night;
  night.Photo("a");
  night.columns = {{"exemptions", "头巾"}, {"phone", "1"}};
  const Record first = night.Run(Outcome::kReview).first;
  CHECK(ToLine(night.Run(Outcome::kReview).first) == ToLine(first));
  night.columns[1].second = "2";
  const auto [record, judged] = night.Run(Outcome::kReview);
  CHECK_FALSE(judged);
  CHECK(record.student->Field("phone") == "2");
  night.columns[0].second = "";
  CHECK(night.Run(Outcome::kReview).second);
  CHECK(night.Now().attempts == 1);
}

TEST_CASE("a failure of the program or a damaged file is tried again every night and booked once") {
  Night night;
  night.Photo("a");
  CHECK(night.Run(Outcome::kError).second);
  CHECK(night.Run(Outcome::kError).second);
  CHECK(Must(night.ledger().EventsOf(night.Id())).size() == 1);
  CHECK(night.Now().state == State::kSubmitted);
  CHECK(night.Run(Outcome::kAccepted).second);
  CHECK(night.Now().state == State::kAccepted);
}

TEST_CASE("a retake is a new attempt, and payment is asked for once") {
  Night night;
  night.unpaid = true;
  night.Photo("a");
  const auto [held, looked] = night.Run(Outcome::kAccepted);
  CHECK_FALSE(looked);
  CHECK(held.outcome == Outcome::kHeld);
  CHECK(night.Now().state == State::kHeld);
  night.unpaid = false;
  CHECK(night.Run(Outcome::kRejected).second);
  night.unpaid = true;  // The list of the cashier starts anew.
  night.Photo("b");
  const auto [record, judged] = night.Run(Outcome::kAccepted);
  CHECK(judged);
  CHECK(record.outcome == Outcome::kAccepted);
  CHECK_FALSE(Has(record, "UNPAID"));
  CHECK(night.Now().attempts == 2);

  // The pipe's word for it, also before the new photo is there.
  for (const char* photo : {"", "c"}) {
    Record linked = Linked("10001-1", photo);
    linked.outcome = *photo == '\0' ? Outcome::kMissing : Outcome::kHeld;
    linked.Add(Of("UNPAID", Severity::kReject));
    Must(LiftUnpaid(night.ledger(), linked));
    CHECK_FALSE(Has(linked, "UNPAID"));
    CHECK(linked.outcome == (*photo == '\0' ? Outcome::kMissing : Outcome::kAccepted));
  }
  Record stranger = Linked("10001-9", "d");
  stranger.outcome = Outcome::kHeld;
  stranger.Add(Of("UNPAID", Severity::kReject));
  Must(LiftUnpaid(night.ledger(), stranger));
  CHECK(Has(stranger, "UNPAID"));
  CHECK(stranger.outcome == Outcome::kHeld);
}

TEST_CASE("a rejected photo that comes back after another one is no new attempt") {
  Night night;
  night.Photo("a");
  night.Run(Outcome::kRejected);
  night.Photo("b");
  night.Run(Outcome::kRejected);
  night.Photo("a");
  const auto [record, judged] = night.Run(Outcome::kAccepted);
  CHECK_FALSE(judged);
  CHECK(record.outcome == Outcome::kRejected);
  CHECK(Has(record, "HEAD_TILTED"));
  CHECK(night.Now().attempts == 2);
  CHECK(night.Now().failures == 2);
}

TEST_CASE("an approved or delivered photo is locked until somebody unlocks it") {
  Night night;
  night.Photo("a");
  const Record first = night.Run(Outcome::kAccepted).first;
  night.Deliver();
  for (const bool approved : {false, true}) {
    if (approved) night.Say(EventKind::kApproved);
    night.Photo("a");
    CHECK(night.Run(Outcome::kRejected).first.outcome == Outcome::kAccepted);
    night.Photo("b");
    const auto [refused, judged] = night.Run(Outcome::kAccepted);
    CHECK_FALSE(judged);
    CHECK(refused.outcome == Outcome::kRejected);
    CHECK(Has(refused, "LOCKED"));
    CHECK(night.Now().attempts == 1);
  }
  night.Say(EventKind::kUnlocked);
  CHECK(night.Run(Outcome::kAccepted).second);
  CHECK(night.Now().attempts == 2);
  CHECK(night.Now().state == State::kAccepted);
}

TEST_CASE("other models do not judge a locked photo anew") {
  Night night;
  night.Photo("a");
  night.Run(Outcome::kAccepted);
  night.Deliver();
  Json tool = ToolOf();
  tool["models"] = "bb";
  CHECK_FALSE(night.Run(Outcome::kRejected, tool).second);
}

TEST_CASE("a person's word and the portal's are in the next record") {
  Night night;
  night.Photo("a");
  night.Run(Outcome::kReview);
  night.Say(EventKind::kAccept);
  CHECK(night.Run(Outcome::kReview).first.outcome == Outcome::kAccepted);
  night.Deliver();
  night.Say(EventKind::kRefused);
  const Record refused = night.Run(Outcome::kAccepted).first;
  CHECK(refused.outcome == Outcome::kRejected);
  CHECK(Has(refused, "EYE_LINE"));
  CHECK(night.Now().failures == 1);
}

TEST_CASE("after the deadline a new photo is refused, until the next season opens") {
  Night night;
  night.day = 2021y / 11 / 2;
  night.Photo("a");
  const auto [late, judged] = night.Run(Outcome::kAccepted);
  CHECK_FALSE(judged);
  CHECK(late.outcome == Outcome::kRejected);
  CHECK(Has(late, "DEADLINE_PASSED"));
  CHECK(late.extra["ledger"]["season"] == "spring-2023");
  Must(night.ledger().SetRules(
      {.deadlines = {{"spring-2022", 2021y / 11 / 1}, {"spring-2023", 2022y / 11 / 1}}, .max_failures = 3}));
  CHECK(night.Run(Outcome::kAccepted).second);
  CHECK(night.Now().state == State::kAccepted);
}

TEST_CASE("a student whose photo was tidied away is not missing") {
  Night night;
  night.Photo("a");
  night.Run(Outcome::kAccepted);
  night.NoPhoto();
  const auto [record, judged] = night.Run(Outcome::kAccepted);
  CHECK_FALSE(judged);
  CHECK(record.outcome == Outcome::kAccepted);
  CHECK_FALSE(Has(record, "PHOTO_MISSING"));
  Night nobody;
  CHECK(nobody.Run(Outcome::kAccepted).first.outcome == Outcome::kMissing);
}

TEST_CASE("after the third failure the evidence lies in a private folder, and a decision delivers it") {
  Night night;
  for (const char* bytes : {"a", "b", "c"}) {
    night.Photo(bytes);
    night.Run(Outcome::kRejected);
  }
  REQUIRE(night.Now().state == State::kManualReview);
  const auto reasons = standard::Reasons::Load(SourceDir() / "configs");
  REQUIRE(reasons.has_value());
  const auto render = [](const Record& record) -> std::optional<std::vector<std::byte>> {
    CHECK(record.outcome == Outcome::kRejected);
    return std::vector<std::byte>(3, std::byte{42});
  };
  const auto place = night.dir().path() / "manual-review";
  CHECK(Must(MakeEvidence(night.ledger(), place, *reasons, render, On(night.day))) == 1);
  CHECK(Must(MakeEvidence(night.ledger(), place, *reasons, render, On(night.day))) == 0);
  const auto folder = place / "000001-3";
  CHECK(ReadTextFile(folder / "photo.jpg", 10) == "c");
  CHECK(ReadTextFile(folder / "standardized.jpg", 10) == "***");
  const Json story = Json::parse(*ReadTextFile(folder / "case.json", 1 << 20));
  CHECK(story["attempts"].size() == 3);
  CHECK(story["attempts"][0]["findings"][0]["code"] == "HEAD_TILTED");
  CHECK(story["student"]["key"] == "10001-1");
  struct stat info{};
  REQUIRE(stat(folder.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  REQUIRE(stat((folder / "photo.jpg").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  night.Say(EventKind::kAccept);
  const auto selection = Must(SelectForPack(night.ledger(), {}, Redeliver::kNo, On(night.day)));
  REQUIRE(selection.records.size() == 1);
  CHECK(selection.records[0].outcome == Outcome::kAccepted);
  CHECK(selection.records[0].output == (folder / "standardized.jpg").string());
}

TEST_CASE("only what is accepted in the ledger and not delivered goes into a pack") {
  Night night;
  night.Photo("a");
  const Record record = night.Run(Outcome::kAccepted).first;
  const auto select = [&](Redeliver redeliver) {
    return Must(SelectForPack(night.ledger(), std::vector<Record>{record}, redeliver, On(night.day)));
  };
  CHECK(select(Redeliver::kNo).records.at(0).outcome == Outcome::kAccepted);
  night.Deliver();
  CHECK(select(Redeliver::kNo).records.empty());
  CHECK(select(Redeliver::kNo).delivered == 1);
  CHECK(select(Redeliver::kYes).records.at(0).outcome == Outcome::kAccepted);
  night.Say(EventKind::kRefused);
  CHECK(select(Redeliver::kYes).records.at(0).outcome ==
        Outcome::kHeld);  // Though the record still says accepted.

  Record stranger = record;
  stranger.student->key = "10001-2";
  const auto selection =
      Must(SelectForPack(night.ledger(), std::vector<Record>{stranger}, Redeliver::kYes, On(night.day)));
  CHECK(selection.records.at(0).outcome == Outcome::kHeld);
  CHECK(selection.not_booked == 1);
}

}  // namespace
}  // namespace gradphoto::ledger
