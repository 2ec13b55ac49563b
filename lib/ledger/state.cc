// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>

namespace gradphoto::ledger {
namespace {

constexpr std::array<std::string_view, 11> kStateNames = {"approved",      "delivered", "accepted",  "review",
                                                          "manual-review", "rejected",  "submitted", "blocked",
                                                          "held",          "missing",   "late"};
constexpr std::array<std::string_view, 11> kEventNames = {"judged",    "accept",   "reject",   "retake",
                                                          "delivered", "pending",  "approved", "refused",
                                                          "disputed",  "unlocked", "unknown"};
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
        Decide(EventKind::kAccept);
        failed_.erase(current_);
        break;
      case EventKind::kReject:
        if (event.attempt != current_) return;
        Decide(EventKind::kReject);
        failed_.insert(current_);
        break;
      case EventKind::kRetake:
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
    }
  }

  State StateNow(int failures, int max_failures) const {
    if (approved_) return State::kApproved;
    if (decision_ && (refused_ || disputed_)) {
      // After the portal's word a person can only ask for another photo, or stand by this one.
      if (*decision_ != EventKind::kAccept) return State::kRejected;
      return refused_ ? State::kAccepted : State::kDelivered;
    }
    if (disputed_) return State::kManualReview;
    if (refused_) return failures >= max_failures ? State::kManualReview : State::kRejected;
    if (delivered_) return State::kDelivered;
    if (current_ == 0) return State::kMissing;
    if (decision_) return *decision_ == EventKind::kAccept ? State::kAccepted : State::kRejected;
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

  int FailuresIn(std::string_view season) const {
    return static_cast<int>(std::ranges::count_if(failed_, [&](int attempt) {
      const auto made_for = seasons_.find(attempt);
      return made_for == seasons_.end() || made_for->second == season;
    }));
  }

  bool locked() const { return locked_; }
  int current() const { return current_; }
  int attempts() const { return static_cast<int>(seasons_.size()); }

 private:
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

  int current_ = 0;
  Outcome outcome_ = Outcome::kAccepted;
  std::optional<EventKind> decision_;  // On the current attempt, since the portal's last word.
  bool delivered_ = false, approved_ = false, refused_ = false, disputed_ = false, locked_ = false;
  std::set<int> failed_;
  std::map<int, std::string> seasons_;  // By attempt.
};

}  // namespace

std::string_view StateName(State state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<State> StateFromName(std::string_view name) {
  const auto found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) return std::nullopt;
  return static_cast<State>(found - kStateNames.begin());
}

std::string_view StateTitle(State state, const standard::Texts& texts) {
  static constexpr std::array<standard::TextKey, 11> kKeys = {
      "state.approved",      "state.delivered", "state.accepted",  "state.review",
      "state.manual_review", "state.rejected",  "state.submitted", "state.blocked",
      "state.held",          "state.missing",   "state.late"};
  return texts.Get(kKeys[static_cast<std::size_t>(state)]);
}

std::vector<std::string> AllStateNames() { return {kStateNames.begin(), kStateNames.end()}; }

std::string_view EventName(EventKind kind) { return kEventNames[static_cast<std::size_t>(kind)]; }

std::string_view EventTitle(EventKind kind, const standard::Texts& texts) {
  static constexpr std::array<standard::TextKey, 11> kKeys = {
      "event.judged",   "event.accept",  "event.reject",   "event.retake",   "event.delivered", "event.pending",
      "event.approved", "event.refused", "event.disputed", "event.unlocked", "event.unknown"};
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
  standing.season = history.season;
  const auto state_in = [&](const std::string& season) {
    standing.failures = fold.FailuresIn(season);
    const State state = fold.StateNow(standing.failures, rules.max_failures);
    if (state == State::kApproved || state == State::kDelivered || standing.locked) return state;
    if (history.blocked) return State::kBlocked;
    return state == State::kMissing && !history.paid ? State::kHeld : state;
  };
  standing.state = state_in(standing.season);
  for (int years = 0; years < kMaxYears; ++years) {
    const bool waits_for_student = standing.state == State::kMissing || standing.state == State::kHeld ||
                                   standing.state == State::kBlocked || standing.state == State::kRejected;
    const auto deadline = rules.deadlines.find(standing.season);
    if (!waits_for_student) return standing;
    if (deadline == rules.deadlines.end()) {
      if (standing.carried) standing.state = State::kLate;
      return standing;
    }
    if (std::chrono::sys_days(today) <= std::chrono::sys_days(deadline->second)) return standing;
    const auto next = NextSeason(standing.season);
    standing.carried = true;
    if (!next) {
      standing.state = State::kLate;
      return standing;
    }
    standing.season = *next;
    standing.state = state_in(standing.season);
  }
  return standing;
}

std::string FormatDay(Day day) {
  const auto two = [](unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::to_string(static_cast<int>(day.year())) + "-" + two(static_cast<unsigned>(day.month())) + "-" +
         two(static_cast<unsigned>(day.day()));
}

}  // namespace gradphoto::ledger
