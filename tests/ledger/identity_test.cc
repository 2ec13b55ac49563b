// SPDX-License-Identifier: Apache-2.0
// The identity card in the books: its verdicts, what they mean for a student, and ledgers from before there
// were any.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/ledger/delivery.h"
#include "lib/ledger/import.h"
#include "lib/ledger/schema.h"
#include "lib/standard/codes.h"
#include "tests/ledger/support.h"

namespace gradphoto::ledger::testing {
namespace {

const std::string kPhoto(64, 'a');

Record Found(const std::string& verdict, const std::string& code = "", Severity severity = Severity::kReject) {
  Record record;
  record.identity = {{"verdict", verdict},
                     {"cards", {{{"photo", "c.jpg"}, {"sha256", "cc"}, {"side", "both"}}}}};
  if (!code.empty()) record.Add(Of(code, severity));
  record.tool = {{"version", "1"}};
  return record;
}

Event Judged(Outcome outcome) { return {EventKind::kJudged, 1, outcome, false, "spring-2022"}; }
Event Card(const std::string& verdict, Outcome outcome) {
  Event event{EventKind::kIdentity, 0, outcome, false, ""};
  event.verdict = verdict;
  return event;
}
Event Said(EventKind kind, const std::string& card_code = "") {
  Event event{kind, 1, Outcome::kAccepted, false, ""};
  event.card_code = card_code;
  return event;
}

Standing After(const std::vector<Event>& events, IdentityRule rule) {
  Rules rules;
  rules.identity = rule;
  return StandingOf({.paid = true, .blocked = false, .season = "spring-2022", .events = events}, rules,
                    kOctober);
}

constexpr auto kOk = Outcome::kAccepted;
constexpr auto kNo = Outcome::kRejected;
constexpr auto kMaybe = Outcome::kReview;

TEST_CASE("what the card does to a student whose photo conforms") {
  struct Row {
    const char* what;
    std::vector<Event> events;
    State off, check, require;
  };
  using enum State;
  const std::vector<Row> rows = {
      {"no card was judged yet", {Judged(kOk)}, kAccepted, kAccepted, kUnverified},
      {"match", {Card("match", kOk), Judged(kOk)}, kAccepted, kAccepted, kAccepted},
      {"retake", {Card("retake", kNo), Judged(kOk)}, kAccepted, kUnverified, kUnverified},
      {"missing, which a job may call a warning",
       {Card("missing", kOk), Judged(kOk)},
       kAccepted,
       kAccepted,
       kUnverified},
      {"review", {Card("review", kMaybe), Judged(kOk)}, kAccepted, kReview, kReview},
      {"a swap is a person's", {Card("mismatch", kMaybe), Judged(kOk)}, kAccepted, kReview, kReview},
      {"a better photo of the card",
       {Card("retake", kNo), Judged(kOk), Card("match", kOk)},
       kAccepted,
       kAccepted,
       kAccepted},
      {"a photo that failed is told as that",
       {Card("retake", kNo), Judged(kNo)},
       kRejected,
       kRejected,
       kRejected},
      {"nothing but a card", {Card("match", kOk)}, kMissing, kMissing, kMissing},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(StateName(After(row.events, IdentityRule::kOff).state) == StateName(row.off));
    CHECK(StateName(After(row.events, IdentityRule::kCheck).state) == StateName(row.check));
    CHECK(StateName(After(row.events, IdentityRule::kRequire).state) == StateName(row.require));
  }
}

TEST_CASE(
    "a person vouches for a card, or wants another photo of it; the photo's own failures do not count it") {
  const auto require = [](const std::vector<Event>& events) { return After(events, IdentityRule::kRequire); };
  const Event doubt = Card("review", kMaybe), blurred = Card("retake", kNo);
  CHECK(require({doubt, Judged(kOk), Said(EventKind::kAccept)}).state == State::kAccepted);
  CHECK(require({doubt, Judged(kMaybe), Said(EventKind::kAccept)}).state == State::kAccepted);
  CHECK(require({Card("mismatch", kMaybe), Judged(kMaybe), Said(EventKind::kAccept)}).state ==
        State::kAccepted);
  // The acceptance of a photo under review says nothing of a card that nobody could read...
  CHECK(require({blurred, Judged(kMaybe), Said(EventKind::kAccept)}).state == State::kUnverified);
  // ...that of a photo that conforms can mean nothing else.
  CHECK(require({blurred, Judged(kMaybe), Said(EventKind::kAccept), Said(EventKind::kAccept)}).state ==
        State::kAccepted);
  CHECK(require({blurred, Judged(kOk), Said(EventKind::kAccept)}).card.IsVerified());
  // Another photo of the card is judged for itself.
  CHECK(require({doubt, Judged(kOk), Said(EventKind::kAccept), blurred}).state == State::kUnverified);
  const Standing refused = require({doubt, Judged(kOk), Said(EventKind::kReject, "CARD_NAME_MISMATCH")});
  CHECK(refused.state == State::kUnverified);
  CHECK(refused.failures == 0);
  CHECK(refused.card.refused_for == "CARD_NAME_MISMATCH");
  CHECK_FALSE(refused.card.IsVerified());
}

TEST_CASE("a verdict is booked once, and again when it changes") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  const StudentId student = Added(ledger, Linked("10001-1"));
  CHECK_FALSE(Must(ledger.FindIdentity(student)).has_value());
  CHECK(Must(ledger.BookIdentity(student, Found("retake", "CARD_GLARE"), On(kOctober))));
  CHECK_FALSE(Must(ledger.BookIdentity(student, Found("retake", "CARD_GLARE"), On(kOctober))));
  CHECK(Must(ledger.BookIdentity(student, Found("match"), On(kOctober))));
  const auto found = Must(ledger.FindIdentity(student));
  REQUIRE(found.has_value());
  CHECK(found->identity["verdict"] == "match");
  CHECK(found->findings.empty());
  CHECK_FALSE(found->student.has_value());
  CHECK(Must(ledger.Identities()).at(student).identity == found->identity);
  const auto events = Must(ledger.EventsOf(student));
  REQUIRE(events.size() == 2);
  CHECK(events[0].event.kind == EventKind::kIdentity);
  CHECK(events[0].event.verdict == "retake");
  CHECK(events[0].event.outcome == kNo);
  CHECK(StandingOn(ledger, student).card.verdict == "match");
}

TEST_CASE("the rule survives the process; who is not verified is in no pack, whoever packs") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  {
    Ledger ledger = Opened(file);
    Rules rules;
    rules.identity = IdentityRule::kRequire;
    Must(ledger.SetRules(rules));
    for (const char* key : {"10001-1", "10001-2"}) {
      const StudentId student = Added(ledger, Linked(key));
      Record photo = gradphoto::ledger::testing::Judged(Linked(key, "a.jpg"), kOk, kPhoto);
      photo.output = dir.Write(std::string(key) + ".jpg", "made").string();
      photo.output_sha256 = *Sha256File(photo.output);
      Must(ledger.Judge(student, photo, "", "spring-2022", On(kOctober)));
    }
    Must(ledger.BookIdentity((*Must(ledger.FindStudent("10001-1"))).id, Found("match"), On(kOctober)));
  }
  Ledger ledger = Opened(file);
  CHECK(ledger.rules().identity == IdentityRule::kRequire);
  const auto selection = Must(SelectForPack(ledger, std::nullopt, Redeliver::kNo, On(kOctober)));
  REQUIRE(selection.records.size() == 1);
  CHECK(selection.records[0].student->key == "10001-1");
}

TEST_CASE("a reviewer's rejection for a reason of the card is no word on the photo") {
  const TempDir dir;
  Ledger ledger = Opened(dir.path() / "l.sqlite");
  Rules rules;
  rules.identity = IdentityRule::kCheck;
  Must(ledger.SetRules(rules));
  const StudentId student = Added(ledger, Linked("10001-1"));
  Must(ledger.BookIdentity(student, Found("review", "CARD_NAME_RARE", Severity::kReview), On(kOctober)));
  Must(ledger.Judge(student, gradphoto::ledger::testing::Judged(Linked("10001-1", "a.jpg"), kOk, kPhoto), "",
                    "spring-2022", On(kOctober)));
  CHECK(StandingOn(ledger, student).state == State::kReview);
  const auto list =
      dir.Write("d.csv", "key,photo_sha256,decision,reason_code,note,reviewer,decided_at\n10001-1," + kPhoto +
                             ",reject,CARD_NAME_MISMATCH,另一人的身份证,李老师,2021-10-05T10:00:00\n");
  CHECK(Must(ImportDecisions(ledger, list, On(kOctober))).booked == 1);
  CHECK(StandingOn(ledger, student).state == State::kUnverified);
  const auto judgement = Must(ledger.FindJudgement(student, 1));
  const Record record = WithDecisions(judgement->record, 1, Must(ledger.EventsOf(student)));
  CHECK(record.outcome == kOk);
}

TEST_CASE("what was found in the student's record") {
  CardStanding card{.verdict = "retake", .refused_for = {}};
  const auto told = [&](Outcome photo, const Record& found, IdentityRule rule) {
    Record record;
    if (photo == kNo) record.Add(Of("HEAD_TILTED", Severity::kReject));
    if (photo == kMaybe) record.Add(Of("BACKGROUND_UNEVEN", Severity::kReview));
    record.Add(Of("CARD_CUT", Severity::kInfo));  // Of an earlier night.
    AddIdentity(record, found, card, rule);
    CHECK(standard::FindFinding(record.findings, "CARD_CUT") == nullptr);
    CHECK(record.identity == found.identity);
    return record;
  };
  const Record glare = Found("retake", "CARD_GLARE"),
               missing = Found("missing", "CARD_MISSING", Severity::kWarn);
  CHECK(told(kOk, glare, IdentityRule::kCheck).outcome == Outcome::kHeld);
  CHECK(told(kMaybe, glare, IdentityRule::kCheck).outcome == kMaybe);
  CHECK(told(kNo, glare, IdentityRule::kCheck).outcome == kNo);
  CHECK(told(kOk, missing, IdentityRule::kCheck).outcome == kOk);
  CHECK(told(kOk, missing, IdentityRule::kRequire).outcome == Outcome::kHeld);
  card.verdict = "match";
  CHECK(told(kOk, Found("match"), IdentityRule::kRequire).outcome == kOk);
  card = {.verdict = "review", .accepted = true, .refused_for = {}};
  const Record vouched =
      told(kOk, Found("review", "CARD_NAME_RARE", Severity::kReview), IdentityRule::kRequire);
  CHECK(vouched.outcome == kOk);
  CHECK(vouched.findings.at(0).severity == Severity::kWarn);
  card = {.verdict = "review", .refused_for = "CARD_NAME_MISMATCH"};
  const Record refused = told(kOk, Found("review", "CARD_NAME_RARE", Severity::kReview), IdentityRule::kCheck);
  CHECK(refused.outcome == Outcome::kHeld);
  CHECK(refused.findings.at(0).code == "CARD_NAME_MISMATCH");

  Record locked;
  locked.extra["ledger"] = {{"locked", true}};
  AddIdentity(locked, glare, card, IdentityRule::kRequire);
  CHECK(locked.outcome == kOk);
  CHECK(locked.findings.at(0).severity == Severity::kWarn);
}

TEST_CASE("a ledger from before there were cards is migrated with all that is in it") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  {
    auto database = Database::Open(file, OpenMode::kWrite);
    REQUIRE(database.has_value());
    Must(Migrate(*database, SchemaSteps().first(2), file.string()));
    Must(database->Execute(
        "INSERT INTO students (key, fields, id_number, student_number, candidate_number, season, paid, "
        "blocked_by, "
        "first_seen, last_seen) VALUES ('10001-1', '[[\"name\",\"张三\"]]', '', '1', '', 'spring-2022', 1, '', "
        "'2021-10-01', '2021-10-01');"
        "INSERT INTO attempts (student_id, number, photo_sha256, season) VALUES (1, 1, 'aa', 'spring-2022');"
        "INSERT INTO events (student_id, attempt_id, at, kind, outcome) VALUES (1, 1, '2021-10-01', 'judged', "
        "'accepted');"));
    CHECK(*database->Pragma("user_version") == 2);
  }
  Ledger ledger = Opened(file);
  const auto entry = Must(ledger.FindStudent("10001-1"));
  REQUIRE(entry.has_value());
  CHECK(ledger.rules().identity == IdentityRule::kOff);
  CHECK(StandingOn(ledger, entry->id).state == State::kAccepted);
  CHECK(Must(ledger.BookIdentity(entry->id, Found("match"), On(kOctober))));
  CHECK(StandingOn(ledger, entry->id).card.IsVerified());
  CHECK(ledger.CheckIntegrity().has_value());
  CHECK(*Database::Open(file, OpenMode::kRead)->Pragma("user_version") ==
        static_cast<std::int64_t>(SchemaSteps().size()));
}

TEST_CASE("after a purge nothing of a card is left in the file") {
  const TempDir dir;
  const auto file = dir.path() / "l.sqlite";
  Ledger ledger = Opened(file);
  const StudentId student = Added(ledger, Linked("10001-1"));
  Record found = Found("match");
  found.identity["cards"][0]["photo"] = "cards/440524188001010014-front.jpg";
  Must(ledger.BookIdentity(student, found, On(kOctober)));
  Must(ledger.KeepFile({student, FileKind::kCard, "/cards/440524188001010014-front.jpg", ""}));
  Must(ledger.Forget(std::vector{student}, Json::object(), On(kOctober)));
  Must(ledger.Compact());
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    if (auto text = ReadTextFile(entry.path(), 1 << 24)) bytes += *text;
  }
  CHECK(bytes.find("440524188001010014") == std::string::npos);
}

}  // namespace
}  // namespace gradphoto::ledger::testing
