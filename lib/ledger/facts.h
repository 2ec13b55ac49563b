// SPDX-License-Identifier: Apache-2.0
// What the office's lists tell a student: where they stand in the ledger, until when, the how-manieth photo it
// is, and what a person said. Reports and notices print these, not the last finding.
#pragma once

#include <optional>
#include <string>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::ledger {

// The last word of a person or the portal about the current photo.
struct Remark {
  EventKind kind = EventKind::kAccept;
  std::string who;   // Reviewer; empty: the portal, or nobody was named.
  std::string at;    // Day, or day and time, as it was written.
  std::string code;  // Reason; may be empty.
  std::string text;  // Free text; may hold anything, numbers of persons too.
};

struct StudentFacts {
  Standing standing;
  int max_failures = 0;         // Photo number failures + 1 of so many; the last failure goes to a person.
  std::optional<Day> deadline;  // Of the student's season now; its last day.
  std::optional<Remark> remark;
  std::string hold_reason;  // What the office wrote when it withdrew or kept the student; may be empty.
  std::string blocked_by;   // The office's own errors: codes of the roster row, joined by ", ".
};

Result<StudentFacts> FactsOf(Ledger& ledger, const StudentEntry& entry, const Moment& now);

// The record's field "ledger": {"state", "attempt", "failures", "season", "locked", "max_failures"} and, where
// there is something to tell, {"deadline", "carried_from", "hold": "left|withdrawn", "hold_reason",
// "blocked_by", "unpaid": true, "remark": {"kind", "by": "person|portal", "who", "at", "code", "text"}}.
Json ToJson(const StudentFacts& facts);

}  // namespace gradphoto::ledger
