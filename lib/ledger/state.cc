// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>

namespace gradphoto::ledger {
namespace {

constexpr std::array<std::string_view, kStates.size()> kStateNames = {
    "approved",  "delivered", "accepted", "review",  "manual-review", "rejected", "retake-due", "unverified",
    "submitted", "blocked",   "held",     "missing", "late",          "left",     "withdrawn"};
constexpr std::array<std::string_view, 19> kEventNames = {
    "judged",  "accept",    "reject",   "retake",  "delivered", "pending", "approved",
    "refused", "disputed",  "unlocked", "unknown", "carried",   "left",    "returned",
    "kept",    "withdrawn", "renamed",  "paid",    "identity"};
constexpr int kMaxYears = 20;  // A student who was carried over so often is no student any more.

// What the events say, before payment, roster and deadlines have their word.
class Fold {
 public:
  void Add(const Event& event) {
    switch (event.kind) {
      case EventKind::kJudged:
        Judged(event);
        break;
      case EventKind::kAccept:
        if (event.attempt != current_) return;  // A newer photo was judged: the decision came too late.
        if (Conforms() || card_.verdict == kDoubtfulCard || card_outcome_ == Outcome::kReview) VouchForCard();
        Decide(EventKind::kAccept);
        failed_.erase(current_);
        break;
      case EventKind::kReject:
        if (!event.card_code.empty()) return RefuseCard(event.card_code);
        if (event.attempt != current_) return;
        Decide(EventKind::kReject);
        failed_.insert(current_);
        break;
      case EventKind::kRetake:
        if (!event.card_code.empty()) return RefuseCard(event.card_code);
        if (event.attempt != current_) return;
        Decide(EventKind::kRetake);
        failed_.clear();
        break;
      case EventKind::kDelivered:
        if (event.attempt != current_) return;
        delivered_ = locked_ = true;
        refused_ = disputed_ = false;
        break;
      case EventKind::kPending:
      case EventKind::kUnknown:
        break;
      case EventKind::kApproved:
        if (event.attempt != 0 && event.attempt != current_) return;
        approved_ = locked_ = true;
        disputed_ = refused_ = false;
        failed_.erase(current_);
        break;
      case EventKind::kRefused:
        if (event.attempt != current_) return;
        refused_ = true;
        approved_ = locked_ = disputed_ = false;
        decision_.reset();
        failed_.insert(current_);
        break;
      case EventKind::kDisputed:
        if (event.attempt != current_) return;
        disputed_ = true;
        approved_ = false;
        decision_.reset();
        break;
      case EventKind::kUnlocked:
        locked_ = false;
        break;
      case EventKind::kCarried:
        carried_.push_back({event.from, event.season});
        break;
      case EventKind::kLeft:
      case EventKind::kReturned:
      case EventKind::kKept:
      case EventKind::kWithdrawn:
      case EventKind::kRenamed:
        Belongs(event.kind);
        break;
      case EventKind::kPaid:
        paid_ = true;
        break;
      case EventKind::kIdentity:
        card_ = {.verdict = event.verdict, .refused_for = {}};
        card_outcome_ = event.outcome;
        break;
    }
  }

  State StateNow(int failures, const Rules& rules) const {
    const State state = StateOfPhoto(failures, rules.max_failures);
    return state == State::kAccepted ? StateOfCard(rules.identity) : state;
  }

  int FailuresIn(std::string_view season) const {
    return static_cast<int>(std::ranges::count_if(failed_, [&](int attempt) {
      const auto made_for = seasons_.find(attempt);
      return made_for == seasons_.end() || made_for->second == season;
    }));
  }

  // Something was handed in for this season.
  bool HasAttemptFor(std::string_view season) const {
    return std::ranges::any_of(seasons_, [&](const auto& attempt) { return attempt.second == season; });
  }

  Hold HoldOf(const Rules& rules) const {
    if (withdrawn_) return Hold::kWithdrawn;
    return left_ && rules.hold_leavers ? Hold::kLeft : Hold::kNone;
  }

  bool Conforms() const {
    if (current_ == 0) return false;
    if (delivered_) return true;
    return decision_ ? *decision_ == EventKind::kAccept : outcome_ == Outcome::kAccepted;
  }

  bool locked() const { return locked_; }
  bool paid() const { return paid_; }
  const CardStanding& card() const { return card_; }
  const std::vector<CarryOver>& carried() const { return carried_; }
  int current() const { return current_; }
  int attempts() const { return static_cast<int>(seasons_.size()); }

 private:
  static constexpr std::string_view kDoubtfulCard = "review";

  void VouchForCard() {
    if (card_.verdict.empty()) return;
    card_.accepted = true;
    card_.refused_for.clear();
  }

  void RefuseCard(const std::string& code) {
    card_.accepted = false;
    card_.refused_for = code;
  }

  // Of a student whose photo could be packed.
  State StateOfCard(IdentityRule rule) const {
    if (rule == IdentityRule::kOff || card_.accepted) return State::kAccepted;
    if (!card_.refused_for.empty()) return State::kUnverified;
    if (!card_.verdict.empty() && card_outcome_ != Outcome::kAccepted) {
      return card_outcome_ == Outcome::kReview ? State::kReview : State::kUnverified;
    }
    if (rule == IdentityRule::kCheck || card_.IsVerified()) return State::kAccepted;
    return card_.verdict == kDoubtfulCard ? State::kReview : State::kUnverified;
  }

  State StateOfPhoto(int failures, int max_failures) const {
    if (approved_) return State::kApproved;
    if (decision_ && (refused_ || disputed_)) {
      // After the portal's word a person can only ask for another photo, or stand by this one.
      if (*decision_ != EventKind::kAccept) return Refusal();
      return refused_ ? State::kAccepted : State::kDelivered;
    }
    if (disputed_) return State::kManualReview;
    if (refused_) return failures >= max_failures ? State::kManualReview : State::kRejected;
    if (delivered_) return State::kDelivered;
    if (current_ == 0) return State::kMissing;
    if (decision_) return *decision_ == EventKind::kAccept ? State::kAccepted : Refusal();
    switch (outcome_) {
      case Outcome::kAccepted:
        return State::kAccepted;
      case Outcome::kReview:
        return State::kReview;
      case Outcome::kRejected:
        return failures >= max_failures ? State::kManualReview : State::kRejected;
      case Outcome::kError:
      case Outcome::kMissing:
      case Outcome::kHeld:
        break;
    }
    return State::kSubmitted;
  }

  // Where a person's decision leads that is no acceptance.
  State Refusal() const { return *decision_ == EventKind::kRetake ? State::kRetakeDue : State::kRejected; }

  void Judged(const Event& event) {
    if (event.attempt != current_) {
      decision_.reset();
      delivered_ = approved_ = refused_ = disputed_ = locked_ = false;
    }
    current_ = event.attempt;
    outcome_ = event.outcome;
    seasons_.try_emplace(current_, event.season);
    if (decision_) return;  // A person's word on the same photo stands, whatever newer checks say.
    if (event.outcome == Outcome::kRejected && event.held_against) {
      failed_.insert(current_);
    } else if (!refused_) {
      failed_.erase(current_);
    }
  }

  void Decide(EventKind decision) {
    decision_ = decision;
    if (decision == EventKind::kAccept) {
      // Standing by a photo that the portal refused means handing it over once more.
      if (refused_) delivered_ = false;
    } else {
      delivered_ = approved_ = locked_ = false;
    }
  }

  void Belongs(EventKind kind) {
    if (kind == EventKind::kWithdrawn) {
      withdrawn_ = true;
      return;
    }
    // Back in the roster lifts a withdrawal that its absence had brought about, and no other.
    if (kind == EventKind::kKept || (kind != EventKind::kLeft && left_)) withdrawn_ = false;
    left_ = kind == EventKind::kLeft;
  }

  int current_ = 0;
  Outcome outcome_ = Outcome::kAccepted;
  std::optional<EventKind> decision_;  // On the current attempt, since the portal's last word.
  bool delivered_ = false, approved_ = false, refused_ = false, disputed_ = false, locked_ = false;
  std::set<int> failed_;
  std::map<int, std::string> seasons_;  // By attempt.
  std::vector<CarryOver> carried_;      // In order.
  bool left_ = false, withdrawn_ = false, paid_ = false;
  CardStanding card_;
  Outcome card_outcome_ = Outcome::kAccepted;  // Of the last kIdentity.
};

bool IsOver(const Rules& rules, std::string_view season, Day today) {
  const auto deadline = rules.deadlines.find(season);
  return deadline != rules.deadlines.end() &&
         std::chrono::sys_days(today) > std::chrono::sys_days(deadline->second);
}

bool IsOpen(const Rules& rules, std::string_view season, Day today) {
  return rules.deadlines.contains(season) && !IsOver(rules, season, today);
}

// Where the booked carry-overs have brought the student, and from where; nothing when the roster names a season
// that has no part in them.
std::optional<CarryOver> CarriedTo(const Fold& fold, const std::string& roster_season, const Rules& rules,
                                   Day today) {
  std::optional<CarryOver> whole;
  std::set<std::string, std::less<>> stations;
  for (const CarryOver& step : fold.carried()) {
    // The deadline was extended, and nobody has made use of the later season yet.
    if (IsOpen(rules, step.from, today) && !fold.HasAttemptFor(step.to)) continue;
    if (!whole || whole->to != step.from) {
      whole = step;
      stations = {step.from, step.to};
    } else {
      whole->to = step.to;
      stations.insert(step.to);
    }
  }
  if (whole && !roster_season.empty() && !stations.contains(roster_season)) return std::nullopt;
  return whole;
}

}  // namespace

std::string_view StateName(State state) { return kStateNames[static_cast<std::size_t>(state)]; }

Json ToJson(const StateCounts& counts) {
  Json json;
  for (const State state : kStates) {
    const auto found = counts.find(state);
    json[std::string(StateName(state))] = found == counts.end() ? 0 : found->second;
  }
  return json;
}

std::optional<State> StateFromName(std::string_view name) {
  const auto found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<State>(found - kStateNames.begin());
}

std::string_view StateTitle(State state, const standard::Texts& texts) {
  static constexpr std::array<standard::TextKey, kStates.size()> kKeys = {
      "state.approved", "state.delivered",  "state.accepted",   "state.review",    "state.manual_review",
      "state.rejected", "state.retake_due", "state.unverified", "state.submitted", "state.blocked",
      "state.held",     "state.missing",    "state.late",       "state.left",      "state.withdrawn"};
  return texts.Get(kKeys[static_cast<std::size_t>(state)]);
}

std::vector<std::string> AllStateNames() { return {kStateNames.begin(), kStateNames.end()}; }

std::string_view EventName(EventKind kind) { return kEventNames[static_cast<std::size_t>(kind)]; }

std::string_view EventTitle(EventKind kind, const standard::Texts& texts) {
  static constexpr std::array<standard::TextKey, kEventNames.size()> kKeys = {
      "event.judged",    "event.accept",   "event.reject",  "event.retake",   "event.delivered",
      "event.pending",   "event.approved", "event.refused", "event.disputed", "event.unlocked",
      "event.unknown",   "event.carried",  "event.left",    "event.returned", "event.kept",
      "event.withdrawn", "event.renamed",  "event.paid",    "event.identity"};
  return texts.Get(kKeys[static_cast<std::size_t>(kind)]);
}

std::optional<EventKind> EventFromName(std::string_view name) {
  const auto found = std::ranges::find(kEventNames, name);
  if (found == kEventNames.end()) return std::nullopt;
  return static_cast<EventKind>(found - kEventNames.begin());
}

std::optional<std::string> NextSeason(std::string_view season) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < season.size();) {
    std::size_t end = i;
    while (end < season.size() && is_digit(season[end])) ++end;
    if (end - i == 4) {
      std::string year = std::to_string(std::stoi(std::string(season.substr(i, 4))) + 1);
      if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
      return std::string(season.substr(0, i)) + year + std::string(season.substr(end));
    }
    i = std::max(end, i + 1);
  }
  return std::nullopt;
}

Standing StandingOf(const History& history, const Rules& rules, Day today) {
  Fold fold;
  for (const Event& event : history.events) fold.Add(event);
  Standing standing;
  standing.attempts = fold.attempts();
  standing.current = fold.current();
  standing.locked = fold.locked();
  standing.card = fold.card();
  standing.conforms = fold.Conforms();
  standing.paid = history.paid || fold.paid();
  standing.hold = fold.HoldOf(rules);
  standing.season = history.season;
  if (const auto carried = CarriedTo(fold, history.season, rules, today)) {
    standing.season = carried->to;
    standing.carried_from = carried->from;
    standing.carried = true;
  }
  const auto state_in = [&](const std::string& season) {
    standing.failures = fold.FailuresIn(season);
    const State state = fold.StateNow(standing.failures, rules);
    if (state == State::kApproved || state == State::kDelivered || standing.locked) return state;
    if (standing.hold == Hold::kWithdrawn) return State::kWithdrawn;
    if (standing.hold == Hold::kLeft) return State::kLeft;
    if (history.blocked) return State::kBlocked;
    return state == State::kMissing && !standing.paid ? State::kHeld : state;
  };
  standing.state = state_in(standing.season);
  for (int years = 0; years < kMaxYears; ++years) {
    const bool waits_for_student = standing.state == State::kMissing || standing.state == State::kHeld ||
                                   standing.state == State::kBlocked || standing.state == State::kRejected ||
                                   standing.state == State::kRetakeDue || standing.state == State::kUnverified;
    if (!waits_for_student) return standing;
    if (!rules.deadlines.contains(standing.season)) {
      if (standing.carried) standing.state = State::kLate;
      return standing;
    }
    if (!IsOver(rules, standing.season, today)) return standing;
    const auto next = NextSeason(standing.season);
    if (!standing.carried) standing.carried_from = standing.season;
    standing.carried = true;
    if (!next) {
      standing.state = State::kLate;
      return standing;
    }
    standing.due.push_back({standing.season, *next});
    standing.season = *next;
    standing.state = state_in(standing.season);
  }
  return standing;
}

bool IsSettled(const Standing& standing) {
  if (standing.state == State::kWithdrawn) return true;
  return standing.locked && (standing.state == State::kApproved || standing.state == State::kDelivered);
}

std::string FormatDay(Day day) {
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(static_cast<int>(day.year())) + "-" + two(static_cast<unsigned>(day.month())) + "-" +
         two(static_cast<unsigned>(day.day()));
}

}  // namespace gradphoto::ledger
