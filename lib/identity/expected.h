// SPDX-License-Identifier: Apache-2.0
// Whether a line of the card says what the roster says. The question is put to the lattice directly: how likely
// is the expected text, and is every character of it seen. A doubt is never a match and never a mismatch.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "lib/identity/lattice.h"
#include "lib/identity/number.h"

namespace gradphoto::identity {

enum class Fit { kMatch, kMismatch, kReview };
std::string_view FitName(Fit fit);  // "match", "mismatch", "review"

// One field of a card as it was read.
struct FieldReading {
  std::vector<Lattice> strips;  // The field, cut out once or twice, a little differently.
  std::u32string first_text;    // What the detector's own boxes gave for it, without blanks.
  // All of it lies in the photo, is not blown out and is large enough; only then may a field be called wrong.
  bool visible = false;
};

enum class NameDoubt {
  kNone,
  kNothingRead,
  kRare,       // A character that the recogniser does not know.
  kWeak,       // The expected name is the likeliest, but not sure.
  kLookAlike,  // A character that looks alike is not clearly less likely.
  kOneCharacter,
  kOther,
};

struct NameCheck {
  Fit fit = Fit::kReview;
  NameDoubt doubt = NameDoubt::kNone;
  bool rest_fits = false;  // kRare: all other characters do, and there are as many glyphs as characters.
};

// `expected`: UTF-8, as in the roster; not empty. The separator of minority names never decides: the recogniser
// drops it or takes it for a comma. Figures for all limits: docs/IDENTITY.md.
NameCheck CheckName(const FieldReading& field, std::string_view expected, const Alphabet& alphabet);

struct NumberCheck {
  Fit fit = Fit::kReview;
  int digits_seen = 0;           // Of the expected 18, those with a posterior of 0.5 or more.
  bool birth_date_seen = false;  // All of the birth date, the 7th to the 14th, are among them.
  NumberReading read;
};

// `expected`: a valid number of 18 characters. A repaired reading is always a review.
NumberCheck CheckNumber(const FieldReading& field, std::string_view expected, const Digits& digits,
                        std::chrono::year_month_day today, const NumberHints& hints = {});

}  // namespace gradphoto::identity
