// SPDX-License-Identifier: Apache-2.0
// What the office says about a student by hand: approve, unlock, withdraw, keep.
#pragma once

#include <string>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"

namespace gradphoto::ledger {

struct OfficeWord {
  EventKind kind = EventKind::kApproved;  // kApproved, kUnlocked, kWithdrawn or kKept.
  std::string text;                       // Note or reason, for the books.
  bool force = false;                     // kApproved: also without a photo that conforms.
};

struct OfficeAnswer {
  bool booked = false;  // False without `refused`: it is so already.
  std::string refused;  // Why not, plain English with the remedy; empty: not refused.
};

// Refused is the approval of a student without a photo that the checks or a person accepted, unless forced.
Result<OfficeAnswer> Say(Ledger& ledger, StudentId student, const OfficeWord& word, const Moment& now);

}  // namespace gradphoto::ledger
