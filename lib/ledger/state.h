// SPDX-License-Identifier: Apache-2.0
// Where a student stands, as a pure function of what the ledger knows and of the day. No disk, no clock.
//
// The events of a student are told in the order in which they came into the ledger. The attempt that was judged
// last is the current one; everything below is about it.
//
//   approved       the portal, or the office in its name, approved it                                    locked
//   delivered      it is in a pack that was handed over, and nobody has answered yet                     locked
//   accepted       the checks or a person accepted it: it goes into the next pack
//   review         the checks leave it to a person
//   manual-review  the max_failures-th attempt failed, or the portal asks for a person; a person decides
//   rejected       it failed: a new photo is wanted
//   retake-due     the office asked for another photo, which is no failure
//   unverified     the photo would go into the next pack, but the identity card is missing, has to be
//   photographed
//                  again or is not that of the student (Rules::identity); in doubt: review
//   submitted      it is there but could not be judged (damaged file, failure of the program)
//   blocked        the roster row or the linking is at fault (ID_INVALID, LINK_DUPLICATE...): the office's task
//   held           not paid, and no photo was ever judged: a retake never asks for payment again
//   missing        no photo
//   late           blocked, held, missing, rejected, retake-due or unverified when the deadline of the season
//   passed: listed
//                  for the season one year later; works like any other student as soon as that season has a
//                  deadline
//   left           no longer in the roster: nothing of theirs is packed until the office says withdraw, rename
//                  or keep (Rules::hold_leavers)
//   withdrawn      the office took the student out: nothing is packed, no photo is wanted
//
// A student whose photo is approved or delivered keeps that state when they leave; Standing::hold tells it.
//
// Being carried over to the next season is an event of its own: once it is booked (Ledger::SyncStudents), a
// roster that still names the season that is over, or a job that has forgotten its deadline, does not take the
// student back. Two things do: a roster that names a season outside of the chain, and an extended deadline, as
// long as nothing was handed in for the later season.
//
// Decisions and replies about an attempt that is not the current one change nothing. A reply without an attempt
// (the portal knows a photo that did not come from here) counts only when it approves.
//
// The card is judged apart from the photo (EventKind::kIdentity) and is no failure. A person's acceptance of a
// photo under review vouches for a card in doubt, too; one of a photo that conforms already vouches for the
// card, whatever the verdict. A person's rejection for a reason of the card (CARD_...) is about the card alone.
//
// A failure is an attempt that the checks rejected for the photo's sake, or that a person or the portal
// rejected. Only those of the present season and since the last `retake` count.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"
#include "lib/standard/texts.h"

namespace gradphoto::ledger {

using Day = std::chrono::year_month_day;

enum class State {
  kApproved,
  kDelivered,
  kAccepted,
  kReview,
  kManualReview,
  kRejected,
  kRetakeDue,
  kUnverified,
  kSubmitted,
  kBlocked,
  kHeld,
  kMissing,
  kLate,
  kLeft,
  kWithdrawn,
};
inline constexpr std::array kStates = {
    State::kApproved, State::kDelivered, State::kAccepted,   State::kReview,    State::kManualReview,
    State::kRejected, State::kRetakeDue, State::kUnverified, State::kSubmitted, State::kBlocked,
    State::kHeld,     State::kMissing,   State::kLate,       State::kLeft,      State::kWithdrawn};
std::string_view StateName(State state);  // As above.
using StateCounts = std::map<State, std::size_t>;
Json ToJson(const StateCounts& counts);  // By the names of all states, 0 included.
std::optional<State> StateFromName(std::string_view name);
std::vector<std::string> AllStateNames();
std::string_view StateTitle(State state, const standard::Texts& texts);  // A few words for tables.

enum class EventKind {
  kJudged,  // The checks: see `outcome` and `held_against`.
  kAccept,  // A person's decision on the attempt.
  kReject,  // The same; counts as a failure.
  kRetake,  // A new photo is wanted, and the failures count from zero again.
  kDelivered,
  kPending,   // The portal has it under review.
  kApproved,  // By the portal, or by the office that asked the portal.
  kRefused,   // By the portal; counts as a failure.
  kDisputed,  // The portal wants a person to look into it.
  kUnlocked,  // The office lets a locked photo be replaced.
  kUnknown,   // A reply that nobody has mapped yet: changes nothing.
  // Of the student, not of a photo.
  kCarried,    // To a later season: see Event::from and Event::season.
  kLeft,       // The roster that the student came from has no such row any more.
  kReturned,   // It has one again. Takes back kLeft, kKept, and a withdrawal that came after kLeft.
  kKept,       // The office: this student stays, whatever the roster says. Takes back kLeft and kWithdrawn.
  kWithdrawn,  // The office: this student takes no part any more.
  kRenamed,    // The student's number was corrected; the row under the new one is in the roster.
  kPaid,       // The cashier's list names the student.
  kIdentity,   // The identity card was held against the roster: see Event::verdict.
};
std::string_view EventName(EventKind kind);  // "judged", "accept", ..., "renamed", "paid", "identity".
std::string_view EventTitle(EventKind kind, const standard::Texts& texts);  // A few words for tables.
std::optional<EventKind> EventFromName(std::string_view name);

struct Event {
  EventKind kind = EventKind::kJudged;
  int attempt = 0;                       // 1, 2, ...; 0: of the student, not of a photo.
  Outcome outcome = Outcome::kAccepted;  // kJudged; kIdentity: what the findings about the card come to.
  bool held_against = false;             // kJudged and rejected: for the photo's sake, not for the roster's.
  std::string season;                    // kJudged: the season the attempt was made for. kCarried: the new one.
  // kCarried only: the season that was over.
  std::string from{};  // NOLINT(readability-redundant-member-init): may be left unnamed
  // kIdentity only: match, review, retake, missing or mismatch.
  std::string verdict{};  // NOLINT(readability-redundant-member-init): may be left unnamed
  // kReject, kRetake: the reason, where it is one of the card (CARD_...).
  std::string card_code{};  // NOLINT(readability-redundant-member-init): may be left unnamed
};

struct History {
  bool paid = true;      // As the roster says now.
  bool blocked = false;  // As the roster and the linking say now.
  std::string season;    // As the roster says now; may be empty.
  std::vector<Event> events;
};

// What a batch makes of identity cards (`identity` of the job).
enum class IdentityRule {
  kOff,      // Nothing is asked.
  kCheck,    // What is found counts by its severity.
  kRequire,  // And nobody is delivered whose card does not match, or was not seen by a person.
};

struct Rules {
  std::map<std::string, Day, std::less<>> deadlines;  // The last day of each season.
  int max_failures = 3;                               // At least 1.
  bool hold_leavers = true;  // Whoever leaves the roster is not packed until the office has said a word.
  IdentityRule identity = IdentityRule::kOff;
};

// Why nothing of a student is packed, whatever the state of the photo.
enum class Hold { kNone, kLeft, kWithdrawn };

// From one season to another.
struct CarryOver {
  std::string from, to;
};

// What the events say of the student's card.
struct CardStanding {
  std::string verdict;      // Of the last kIdentity; empty: none.
  bool accepted = false;    // A person vouches for it.
  std::string refused_for;  // A person wants another photo of it for this reason (CARD_...).
  bool IsVerified() const { return accepted || (verdict == "match" && refused_for.empty()); }
  bool IsDecided() const { return accepted || !refused_for.empty(); }
};

struct Standing {
  State state = State::kMissing;
  bool locked = false;  // No other photo is taken.
  int attempts = 0;
  int failures = 0;            // That count now.
  int current = 0;             // Number of the current attempt; 0: none.
  std::string season;          // The student's season now: the roster's, or a later year's after `late`.
  bool carried = false;        // `season` is not the one the student began in.
  std::string carried_from;    // That one; empty unless carried.
  std::vector<CarryOver> due;  // Carry-overs that follow from deadlines and day and are not booked yet.
  Hold hold = Hold::kNone;
  bool conforms = false;  // The checks or a person accepted the current photo.
  bool paid = true;       // By the roster or by the cashier's list.
  CardStanding card;
};

// Nothing about the student is open: the photo is approved or delivered and cannot be replaced, or the office
// took the student out. Only such students are purged without being asked for twice.
bool IsSettled(const Standing& standing);

// A season's name one year later: its first group of four digits, plus one ("spring-2022" -> "spring-2023").
// Nothing when there is no such group.
std::optional<std::string> NextSeason(std::string_view season);

Standing StandingOf(const History& history, const Rules& rules, Day today);

// "2021-11-01".
std::string FormatDay(Day day);

}  // namespace gradphoto::ledger
