// SPDX-License-Identifier: Apache-2.0
// Every case that waits for a person, with all that the page and the printed sheet of a case show. The cases
// come from the ledger, not from the records of a night: whose photo was rejected for the third time a week ago
// waits like one of today.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/facts.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::ledger {

struct CaseAttempt {
  int number = 0;
  std::string at;  // When it was last judged.
  // As the checks left it, with what a person or the portal said about it (WithDecisions).
  Record record;
  // Files that still hold what was judged: the student's own, else the copy among the evidence. Empty: gone.
  std::string photo, reference, standardized;
  std::vector<BookedEvent> events;  // About this attempt; without `judged`.
};

struct PersonCase {
  StudentId id = 0;
  Student student;
  StudentFacts facts;                 // The state is kReview or kManualReview.
  std::vector<CaseAttempt> attempts;  // Oldest first; the last one is decided on.
  const CaseAttempt& Current() const { return attempts.back(); }
};

// In the order in which the students came into the ledger. Reads the files once, for their hashes.
Result<std::vector<PersonCase>> CasesForPerson(Ledger& ledger, const Moment& now);

// The reviews of a run, one attempt each (number 0, no facts), in order: what there is without a ledger.
std::vector<PersonCase> CasesOf(std::span<const Record> records);

// CasesForPerson, and behind them the reviews of a run that the ledger does not know: photos without a student,
// and photos that were never booked.
Result<std::vector<PersonCase>> CasesForPerson(Ledger& ledger, std::span<const Record> records,
                                               const Moment& now);

}  // namespace gradphoto::ledger
