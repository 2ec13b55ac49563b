// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/office.h"

namespace gradphoto::ledger {
namespace {

bool IsSoAlready(const Standing& standing, EventKind kind) {
  switch (kind) {
    case EventKind::kUnlocked:
      return !standing.locked;
    case EventKind::kWithdrawn:
      return standing.hold == Hold::kWithdrawn;
    case EventKind::kKept:
      return standing.hold == Hold::kNone;
    default:
      return standing.state == State::kApproved && standing.locked;
  }
}

}  // namespace

Result<OfficeAnswer> Say(Ledger& ledger, StudentId student, const OfficeWord& word, const Moment& now) {
  TRY_ASSIGN(const auto entry, ledger.GetStudent(student));
  const Standing standing = StandingOf(entry.history, ledger.rules(), now.today);
  if (IsSoAlready(standing, word.kind)) return OfficeAnswer{};
  if (word.kind == EventKind::kApproved && !standing.conforms && !word.force) {
    return OfficeAnswer{false, "has no photo that the checks or a person accepted (" +
                                   std::string(StateName(standing.state)) +
                                   "); decide on it first, or say --force --reason TEXT"};
  }
  BookedEvent booked;
  booked.event.kind = word.kind;
  const bool of_photo = word.kind == EventKind::kApproved || word.kind == EventKind::kUnlocked;
  booked.event.attempt = of_photo ? standing.current : 0;
  booked.at = now.stamp;
  booked.text = word.text;
  if (word.kind == EventKind::kApproved) booked.decided_at = now.stamp;
  TRY_ASSIGN(const bool is_new, ledger.Book(student, booked));
  return OfficeAnswer{is_new, ""};
}

}  // namespace gradphoto::ledger
