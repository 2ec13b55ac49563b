// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/state.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::ledger {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSeason = "spring-2022";

Event Judged(int attempt, Outcome outcome, const std::string& season = kSeason, bool held_against = true) {
  return {EventKind::kJudged, attempt, outcome, held_against && outcome == Outcome::kRejected, season};
}
Event Of(EventKind kind, int attempt) { return {kind, attempt, Outcome::kAccepted, false, ""}; }

constexpr auto kOk = Outcome::kAccepted;
constexpr auto kNo = Outcome::kRejected;
constexpr auto kMaybe = Outcome::kReview;

Rules SampleRules() {
  return {.deadlines = {{"spring-2022", 2021y / 11 / 1}, {"summer-2022", 2022y / 3 / 1}}, .max_failures = 3};
}

struct Row {
  const char* what;
  std::vector<Event> events;
  State state;
  bool locked;
  int failures;
  bool paid = true;
  bool blocked = false;
};

void CheckRows(const std::vector<Row>& rows, Day today) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Standing standing =
        StandingOf({.paid = row.paid, .blocked = row.blocked, .season = kSeason, .events = row.events},
                   SampleRules(), today);
    CHECK(StateName(standing.state) == StateName(row.state));
    CHECK(standing.locked == row.locked);
    CHECK(standing.failures == row.failures);
  }
}

TEST_CASE("states before the deadline") {
  using K = EventKind;
  const std::vector<Event> three = {Judged(1, kNo), Judged(2, kNo), Judged(3, kNo)};
  const auto after = [](std::vector<Event> events, const std::vector<Event>& more) {
    events.insert(events.end(), more.begin(), more.end());
    return events;
  };
  const std::vector<Event> delivered = {Judged(1, kOk), Of(K::kDelivered, 1)};
  CheckRows(
      {
          {"nothing yet", {}, State::kMissing, false, 0},
          {"not paid", {}, State::kHeld, false, 0, /*paid=*/false},
          {"not paid, but a photo was judged: never a second charge",
           {Judged(1, kNo)},
           State::kRejected,
           false,
           1,
           /*paid=*/false},
          {"the row is wrong", {}, State::kBlocked, false, 0, true, /*blocked=*/true},
          {"an accepted photo of a row that is wrong is not delivered",
           {Judged(1, kOk)},
           State::kBlocked,
           false,
           0,
           true,
           /*blocked=*/true},
          {"a row that turns wrong later does not undo a delivery", delivered, State::kDelivered, true, 0, true,
           /*blocked=*/true},
          {"accepted", {Judged(1, kOk)}, State::kAccepted, false, 0},
          {"left to a person", {Judged(1, kMaybe)}, State::kReview, false, 0},
          {"a damaged file", {Judged(1, Outcome::kError)}, State::kSubmitted, false, 0},
          {"rejected", {Judged(1, kNo)}, State::kRejected, false, 1},
          {"rejected for the roster's sake only", {Judged(1, kNo, kSeason, false)}, State::kRejected, false, 0},
          {"second failure", {Judged(1, kNo), Judged(2, kNo)}, State::kRejected, false, 2},
          {"third failure", three, State::kManualReview, false, 3},
          {"a damaged file is no failure",
           {Judged(1, kNo), Judged(2, Outcome::kError), Judged(3, kNo)},
           State::kRejected,
           false,
           2},
          {"the fourth photo is good", after(three, {Judged(4, kOk)}), State::kAccepted, false, 3},
          {"the same photo judged anew by a newer model is no further failure",
           {Judged(1, kNo), Judged(1, kNo)},
           State::kRejected,
           false,
           1},
          {"and may pass", {Judged(1, kNo), Judged(1, kOk)}, State::kAccepted, false, 0},
          // People.
          {"accepted by a person", {Judged(1, kMaybe), Of(K::kAccept, 1)}, State::kAccepted, false, 0},
          {"accepted by a person after three failures", after(three, {Of(K::kAccept, 3)}), State::kAccepted,
           false, 2},
          {"a person's word stands when newer checks disagree",
           {Judged(1, kMaybe), Of(K::kAccept, 1), Judged(1, kNo)},
           State::kAccepted,
           false,
           0},
          {"rejected by a person", {Judged(1, kMaybe), Of(K::kReject, 1)}, State::kRejected, false, 1},
          {"rejected by a person after three failures: a new photo", after(three, {Of(K::kReject, 3)}),
           State::kRejected, false, 3},
          {"and the next failure is a case again", after(three, {Of(K::kReject, 3), Judged(4, kNo)}),
           State::kManualReview, false, 4},
          {"a retake asked for by the office is no failure",
           {Judged(1, kMaybe), Of(K::kRetake, 1)},
           State::kRetakeDue,
           false,
           0},
          {"a fresh series", after(three, {Of(K::kRetake, 3)}), State::kRetakeDue, false, 0},
          {"whose first failure counts as one", after(three, {Of(K::kRetake, 3), Judged(4, kNo)}),
           State::kRejected, false, 1},
          {"a retake does not become a failure when newer checks reject the photo",
           {Judged(1, kMaybe), Of(K::kRetake, 1), Judged(1, kNo)},
           State::kRetakeDue,
           false,
           0},
          {"three retakes are no case of manual review",
           {Judged(1, kMaybe), Of(K::kRetake, 1), Judged(2, kMaybe), Of(K::kRetake, 2), Judged(3, kMaybe),
            Of(K::kRetake, 3)},
           State::kRetakeDue,
           false,
           0},
          {"the photo after a retake is a photo like any other",
           {Judged(1, kMaybe), Of(K::kRetake, 1), Judged(2, kOk)},
           State::kAccepted,
           false,
           0},
          {"a decision on an older photo comes too late",
           {Judged(1, kMaybe), Judged(2, kNo), Of(K::kAccept, 1)},
           State::kRejected,
           false,
           1},
          {"a decision is about one photo",
           {Judged(1, kMaybe), Of(K::kAccept, 1), Judged(2, kNo)},
           State::kRejected,
           false,
           1},
          {"the last decision counts",
           {Judged(1, kMaybe), Of(K::kAccept, 1), Of(K::kReject, 1)},
           State::kRejected,
           false,
           1},
          // Delivery and the portal.
          {"delivered", delivered, State::kDelivered, true, 0},
          {"under review at the portal", after(delivered, {Of(K::kPending, 1)}), State::kDelivered, true, 0},
          {"a reply that nobody understands", after(delivered, {Of(K::kUnknown, 1)}), State::kDelivered, true,
           0},
          {"approved", after(delivered, {Of(K::kApproved, 1)}), State::kApproved, true, 0},
          {"refused", after(delivered, {Of(K::kRefused, 1)}), State::kRejected, false, 1},
          {"refused after it had been approved", after(delivered, {Of(K::kApproved, 1), Of(K::kRefused, 1)}),
           State::kRejected, false, 1},
          {"approved after it had been refused", after(delivered, {Of(K::kRefused, 1), Of(K::kApproved, 1)}),
           State::kApproved, true, 0},
          {"refused as the third failure",
           {Judged(1, kNo), Judged(2, kNo), Judged(3, kOk), Of(K::kDelivered, 3), Of(K::kRefused, 3)},
           State::kManualReview,
           false,
           3},
          {"refused, a retake, delivered again",
           after(delivered, {Of(K::kRefused, 1), Judged(2, kOk), Of(K::kDelivered, 2)}), State::kDelivered,
           true, 1},
          {"refused, but a person stands by it: handed over again",
           after(delivered, {Of(K::kRefused, 1), Of(K::kAccept, 1)}), State::kAccepted, false, 0},
          {"and is delivered", after(delivered, {Of(K::kRefused, 1), Of(K::kAccept, 1), Of(K::kDelivered, 1)}),
           State::kDelivered, true, 0},
          {"refused, a person asks for a fresh series",
           after(delivered, {Of(K::kRefused, 1), Of(K::kRetake, 1)}), State::kRetakeDue, false, 0},
          {"disputed: a person looks, the photo stays locked", after(delivered, {Of(K::kDisputed, 1)}),
           State::kManualReview, true, 0},
          {"disputed and stood by", after(delivered, {Of(K::kDisputed, 1), Of(K::kAccept, 1)}),
           State::kDelivered, true, 0},
          {"disputed and given up", after(delivered, {Of(K::kDisputed, 1), Of(K::kReject, 1)}),
           State::kRejected, false, 1},
          {"a refusal of an older photo changes nothing",
           after(delivered, {Of(K::kRefused, 1), Judged(2, kOk), Of(K::kRefused, 1)}), State::kAccepted, false,
           1},
          {"the portal approves a photo that is not ours", {Of(K::kApproved, 0)}, State::kApproved, true, 0},
          {"the portal refuses a photo that is not ours",
           {Judged(1, kOk), Of(K::kRefused, 0)},
           State::kAccepted,
           false,
           0},
          // Unlocking.
          {"unlocked: the old photo holds until another is there", after(delivered, {Of(K::kUnlocked, 1)}),
           State::kDelivered, false, 0},
          {"unlocked and replaced", after(delivered, {Of(K::kUnlocked, 1), Judged(2, kOk)}), State::kAccepted,
           false, 0},
          {"unlocked and badly replaced", after(delivered, {Of(K::kUnlocked, 1), Judged(2, kNo)}),
           State::kRejected, false, 1},
          {"the replacement is locked as well",
           after(delivered, {Of(K::kUnlocked, 1), Judged(2, kOk), Of(K::kDelivered, 2)}), State::kDelivered,
           true, 0},
      },
      2021y / 10 / 1);
}

TEST_CASE("after the deadline whoever waits for the student is late, whoever waits for the office is not") {
  using K = EventKind;
  const std::vector<Event> three = {Judged(1, kNo), Judged(2, kNo), Judged(3, kNo)};
  CheckRows(
      {
          {"missing", {}, State::kLate, false, 0},
          {"held", {}, State::kLate, false, 0, /*paid=*/false},
          {"blocked", {}, State::kLate, false, 0, true, /*blocked=*/true},
          {"asked for another photo", {Judged(1, kMaybe), Of(K::kRetake, 1)}, State::kLate, false, 0},
          {"rejected: the failures of this season do not count next year",
           {Judged(1, kNo)},
           State::kLate,
           false,
           0},
          {"refused by the portal",
           {Judged(1, kOk), Of(K::kDelivered, 1), Of(K::kRefused, 1)},
           State::kLate,
           false,
           0},
          {"accepted in time", {Judged(1, kOk)}, State::kAccepted, false, 0},
          {"handed in in time, to be decided", {Judged(1, kMaybe)}, State::kReview, false, 0},
          {"handed in in time, damaged here", {Judged(1, Outcome::kError)}, State::kSubmitted, false, 0},
          {"manual review", three, State::kManualReview, false, 3},
          {"delivered", {Judged(1, kOk), Of(K::kDelivered, 1)}, State::kDelivered, true, 0},
          {"approved", {Judged(1, kOk), Of(K::kDelivered, 1), Of(K::kApproved, 1)}, State::kApproved, true, 0},
      },
      2021y / 11 / 2);
}

TEST_CASE("deadlines include their day, and late students go to the same season of the next year") {
  const History nobody{.paid = true, .blocked = false, .season = kSeason, .events = {}};
  Rules rules = SampleRules();
  CHECK(StandingOf(nobody, rules, 2021y / 11 / 1).state == State::kMissing);
  const Standing late = StandingOf(nobody, rules, 2021y / 11 / 2);
  CHECK(late.state == State::kLate);
  CHECK(late.season == "spring-2023");
  CHECK(late.carried);

  rules.deadlines["spring-2023"] = 2022y / 11 / 1;  // The next collection opens.
  const Standing again = StandingOf(nobody, rules, 2021y / 11 / 2);
  CHECK(again.state == State::kMissing);
  CHECK(again.season == "spring-2023");
  CHECK(again.carried);
  CHECK(StandingOf(nobody, rules, 2022y / 11 / 2).season == "spring-2024");
  CHECK(StandingOf(nobody, rules, 2022y / 11 / 2).state == State::kLate);

  // Failures start anew with the season, attempts of the new season count in it.
  const std::vector<Event> carried = {Judged(1, kNo), Judged(2, kNo), Judged(3, kNo, "spring-2023")};
  const Standing third = StandingOf({true, false, kSeason, carried}, rules, 2021y / 12 / 1);
  CHECK(third.state == State::kRejected);
  CHECK(third.failures == 1);
  CHECK(third.season == "spring-2023");
}

Event Carried(const std::string& from, const std::string& to) {
  return {EventKind::kCarried, 0, Outcome::kAccepted, false, to, from};
}

TEST_CASE("a student who was carried over stays there, whatever the roster and the job say afterwards") {
  Rules rules = SampleRules();
  rules.deadlines["spring-2023"] = 2022y / 11 / 1;
  History history{.paid = true, .blocked = false, .season = kSeason, .events = {}};
  const Standing due = StandingOf(history, rules, 2021y / 11 / 2);
  REQUIRE(due.due.size() == 1);
  CHECK(due.due[0].from == "spring-2022");
  CHECK(due.due[0].to == "spring-2023");

  history.events = {Judged(1, kNo), Carried("spring-2022", "spring-2023"), Judged(2, kOk, "spring-2023")};
  struct Case {
    const char* what;
    const char* roster_season;
    std::map<std::string, Day, std::less<>> deadlines;
    const char* season;
  };
  const auto both = rules.deadlines;
  for (const Case& row : {
           Case{"the roster names the season that is over", "spring-2022", both, "spring-2023"},
           Case{"the roster follows", "spring-2023", both, "spring-2023"},
           Case{"the roster names none", "", both, "spring-2023"},
           Case{"the job has forgotten the old deadline",
                "spring-2022",
                {{"spring-2023", 2022y / 11 / 1}},
                "spring-2023"},
           Case{"the job has no deadlines at all", "spring-2022", {}, "spring-2023"},
           Case{"extended, but a photo is in for the new one",
                "spring-2022",
                {{"spring-2022", 2022y / 1 / 1}},
                "spring-2023"},
       }) {
    CAPTURE(row.what);
    history.season = row.roster_season;
    const Standing standing = StandingOf(history, {.deadlines = row.deadlines}, 2021y / 11 / 20);
    CHECK(standing.season == row.season);
    CHECK(standing.carried);
    CHECK(standing.carried_from == "spring-2022");
    CHECK(standing.state == State::kAccepted);
    CHECK(standing.failures == 0);
    CHECK(standing.due.empty());
  }

  history.season = "summer-2022";  // The office moved the student by hand.
  CHECK(StandingOf(history, rules, 2021y / 11 / 20).season == "summer-2022");
  CHECK_FALSE(StandingOf(history, rules, 2021y / 11 / 20).carried);

  // An extended deadline takes back who has not made use of the new season.
  history = {
      .paid = true, .blocked = false, .season = kSeason, .events = {Carried("spring-2022", "spring-2023")}};
  rules.deadlines["spring-2022"] = 2021y / 12 / 1;
  CHECK(StandingOf(history, rules, 2021y / 11 / 20).season == "spring-2022");
  CHECK(StandingOf(history, rules, 2021y / 12 / 2).season == "spring-2023");

  // Twice in a row: the season they began in is told.
  history.events.push_back(Carried("spring-2023", "spring-2024"));
  CHECK(StandingOf(history, rules, 2022y / 11 / 2).season == "spring-2024");
  CHECK(StandingOf(history, rules, 2022y / 11 / 2).carried_from == "spring-2022");
  CHECK(StandingOf(history, rules, 2022y / 11 / 2).state == State::kLate);
}

TEST_CASE("who leaves the roster, and who is withdrawn, is held until the office says a word") {
  using K = EventKind;
  const Event left = Of(K::kLeft, 0), returned = Of(K::kReturned, 0), kept = Of(K::kKept, 0),
              withdrawn = Of(K::kWithdrawn, 0), renamed = Of(K::kRenamed, 0);
  const std::vector<Event> delivered = {Judged(1, kOk), Of(K::kDelivered, 1)};
  struct Case {
    const char* what;
    std::vector<Event> events;
    State state;
    Hold hold;
    bool settled = false;
  };
  for (const Case& row : {
           Case{"left", {Judged(1, kOk), left}, State::kLeft, Hold::kLeft},
           Case{"left without a photo", {left}, State::kLeft, Hold::kLeft},
           Case{"left in review", {Judged(1, kMaybe), left}, State::kLeft, Hold::kLeft},
           Case{"back", {Judged(1, kOk), left, returned}, State::kAccepted, Hold::kNone},
           Case{"kept", {Judged(1, kOk), left, kept}, State::kAccepted, Hold::kNone},
           Case{"renamed", {Judged(1, kOk), left, renamed}, State::kAccepted, Hold::kNone},
           Case{"withdrawn", {Judged(1, kOk), withdrawn}, State::kWithdrawn, Hold::kWithdrawn, true},
           Case{"left, withdrawn", {left, withdrawn}, State::kWithdrawn, Hold::kWithdrawn, true},
           Case{"left, withdrawn, in the roster again",
                {left, withdrawn, returned},
                State::kMissing,
                Hold::kNone},
           Case{"withdrawn though in the roster, which cannot undo it",
                {withdrawn, returned},
                State::kWithdrawn,
                Hold::kWithdrawn,
                true},
           Case{"withdrawn, put back", {withdrawn, kept}, State::kMissing, Hold::kNone},
           Case{"delivered and left", {delivered[0], delivered[1], left}, State::kDelivered, Hold::kLeft, true},
           Case{"delivered and withdrawn",
                {delivered[0], delivered[1], withdrawn},
                State::kDelivered,
                Hold::kWithdrawn,
                true},
           Case{"delivered, unlocked",
                {delivered[0], delivered[1], Of(K::kUnlocked, 1)},
                State::kDelivered,
                Hold::kNone},
           Case{"accepted", {Judged(1, kOk)}, State::kAccepted, Hold::kNone},
       }) {
    CAPTURE(row.what);
    const History history{.paid = true, .blocked = false, .season = kSeason, .events = row.events};
    const Standing standing = StandingOf(history, SampleRules(), 2021y / 10 / 1);
    CHECK(StateName(standing.state) == StateName(row.state));
    CHECK((standing.hold == row.hold));
    CHECK(IsSettled(standing) == row.settled);
  }
  // No photo is wanted of them: never late.
  const History history{.paid = true, .blocked = false, .season = kSeason, .events = {left}};
  CHECK(StandingOf(history, SampleRules(), 2021y / 11 / 2).season == kSeason);
  Rules keep = SampleRules();
  keep.hold_leavers = false;
  CHECK(StandingOf(history, keep, 2021y / 10 / 1).state == State::kMissing);
  CHECK((StandingOf(history, keep, 2021y / 10 / 1).hold == Hold::kNone));
}

TEST_CASE("the cashier's list pays for a student whom the roster calls unpaid") {
  const History unpaid{.paid = false, .blocked = false, .season = kSeason, .events = {}};
  CHECK(StandingOf(unpaid, SampleRules(), 2021y / 10 / 1).state == State::kHeld);
  const History paid{.paid = false, .blocked = false, .season = kSeason, .events = {Of(EventKind::kPaid, 0)}};
  CHECK(StandingOf(paid, SampleRules(), 2021y / 10 / 1).state == State::kMissing);
  CHECK(StandingOf(paid, SampleRules(), 2021y / 10 / 1).paid);
}

TEST_CASE("a photo conforms when the checks or a person accepted it, or it was handed over") {
  const auto conforms = [](std::vector<Event> events) {
    return StandingOf({.paid = true, .blocked = false, .season = kSeason, .events = std::move(events)},
                      SampleRules(), 2021y / 10 / 1)
        .conforms;
  };
  CHECK_FALSE(conforms({}));
  CHECK_FALSE(conforms({Judged(1, kNo)}));
  CHECK_FALSE(conforms({Judged(1, kMaybe)}));
  CHECK(conforms({Judged(1, kOk)}));
  CHECK_FALSE(conforms({Judged(1, kOk), Of(EventKind::kReject, 1)}));
  CHECK(conforms({Judged(1, kMaybe), Of(EventKind::kAccept, 1)}));
  CHECK(conforms({Judged(1, kOk), Of(EventKind::kDelivered, 1), Of(EventKind::kDisputed, 1)}));
}

TEST_CASE("no deadline, no lateness") {
  CHECK(StandingOf({.paid = true, .blocked = false, .season = "autumn-2022", .events = {}}, SampleRules(),
                   2030y / 1 / 1)
            .state == State::kMissing);
  CHECK(StandingOf({}, SampleRules(), 2030y / 1 / 1).state == State::kMissing);
}

TEST_CASE("the next season") {
  CHECK(NextSeason("spring-2022") == "spring-2023");
  CHECK(NextSeason("2022年春季") == "2023年春季");
  CHECK(NextSeason("2099") == "2100");
  CHECK(NextSeason("20221 2022") == "20221 2023");
  CHECK_FALSE(NextSeason("spring").has_value());
  CHECK_FALSE(NextSeason("").has_value());
}

TEST_CASE("names of states and events go both ways") {
  const auto catalogue = standard::TextCatalogue::Load(testing::SourceDir() / "configs");
  REQUIRE(catalogue.has_value());
  const standard::Texts& english = catalogue->In(standard::Language::kEn);
  for (const State state : kStates) {
    CHECK(StateFromName(StateName(state)) == state);
    CHECK(StateTitle(state, english) == StateName(state));
  }
  CHECK_FALSE(StateFromName("lost").has_value());
  for (int kind = 0; kind <= static_cast<int>(EventKind::kPaid); ++kind) {
    CHECK(EventFromName(EventName(static_cast<EventKind>(kind))) == static_cast<EventKind>(kind));
    CHECK(EventTitle(static_cast<EventKind>(kind), english) == EventName(static_cast<EventKind>(kind)));
  }
  CHECK(FormatDay(2021y / 11 / 1) == "2021-11-01");
}

}  // namespace
}  // namespace gradphoto::ledger
