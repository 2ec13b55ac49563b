// SPDX-License-Identifier: Apache-2.0
// 公民身份号码 out of a lattice: 17 digits and a check character (GB 11643-1999, ISO 7064 MOD 11-2). The check
// digit admits one string in eleven, so a number that had to be mended to be valid is a guess: it is told apart
// and neither proves nor disproves anything.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/identity/lattice.h"
#include "lib/roster/id_number.h"

namespace gradphoto::identity {

// The classes that count as each of 0-9 and X: the letters that look like it in the card's face are added.
class Digits {
 public:
  explicit Digits(const Alphabet& alphabet);
  const Symbol& Of(char digit) const { return symbols_.at(digit); }
  // Precondition: 0-9 and X only.
  Symbols Of(std::string_view number) const;

 private:
  friend struct NumberBeam;
  std::map<char, Symbol> symbols_;
};

// What the other fields of the card say; only to choose among numbers that had to be mended.
struct NumberHints {
  std::optional<std::chrono::year_month_day> birth_date;
  std::optional<roster::Sex> sex;
};

enum class NumberState {
  kClear,     // The likeliest string is valid and stands well ahead of the next.
  kRepaired,  // It is not valid, and one valid string is much likelier than the others.
  kDoubtful,
};

struct NumberReading {
  NumberState state = NumberState::kDoubtful;
  std::string number;  // The likeliest valid one; empty: none.
  std::string top;     // The likeliest string, valid or not.
  double top_log = 0;  // Its log likelihood.
};

// 18 characters, a province, a day of the calendar up to `today` and the right check character. Those of
// residence permits (from 81, 82, 83 and 9) are valid, too.
bool IsValidNumber(std::string_view number, std::chrono::year_month_day today);

// Prefix beam search, 24 strings wide.
NumberReading ReadNumber(const Lattice& lattice, const Digits& digits, std::chrono::year_month_day today,
                         const NumberHints& hints = {});

}  // namespace gradphoto::identity
