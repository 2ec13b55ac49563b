// SPDX-License-Identifier: Apache-2.0
// From what was read of a student's card photos to a verdict and its reasons. A doubt is never held against the
// student: only a sure reading of a field that is seen whole is a mismatch, and a cause that the student can
// mend turns a doubt into a retake.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/identity/card.h"
#include "lib/identity/dates.h"
#include "lib/identity/expected.h"
#include "lib/identity/number.h"
#include "lib/standard/codes.h"

namespace gradphoto::identity {

enum class Verdict { kMatch, kReview, kRetake, kMissing, kMismatch };  // Ordered: the worst one counts.
std::string_view VerdictName(Verdict verdict);

// What a card is held against.
struct Expected {
  std::string name;  // UTF-8; empty: the roster has none.
  std::string
      number;  // As in the roster; whatever is no valid number of a resident identity card cannot be compared.
  std::chrono::year_month_day today;
  // Whether another student of the batch has this number; empty: nobody is known.
  std::function<bool(std::string_view number)> is_of_another;
};

struct Reason {
  standard::Code code;
  std::string detail;
  friend bool operator==(const Reason&, const Reason&) = default;
};

struct Judgement {
  Verdict verdict = Verdict::kMatch;
  std::vector<Reason> reasons;
  std::optional<Fit> name, number;               // Absent without a front.
  std::optional<Validity> validity;              // Absent where none was read.
  const Side *front = nullptr, *back = nullptr;  // That were judged, of the photos given; null: none.
  bool birth_date_in_doubt = false;              // Among the digits of the number that do not fit.
  void Add(Verdict at_least, standard::Code code, std::string detail = {});
};

enum class Needed { kBothSides, kAnySide };

class Judge {
 public:
  explicit Judge(const Alphabet& alphabet) : alphabet_(alphabet), digits_(alphabet) {}

  // One student's photos. Without any: missing. Of several fronts or backs the one that is best for the student
  // counts. Every reason stands once.
  Judgement Of(std::span<const CardPhoto> photos, const Expected& expected,
               Needed needed = Needed::kBothSides) const;
  // One photo without a roster: what is wrong with it, and whether the card agrees with itself.
  Judgement WithoutRoster(const CardPhoto& photo, std::chrono::year_month_day today) const;
  NumberReading NumberOn(const Side& front, std::chrono::year_month_day today) const;
  std::optional<Validity> ValidityOn(const Side& back) const;

 private:
  Judgement OfFront(const Side& front, const Expected& expected) const;
  Judgement OfBack(const Side& back, std::chrono::year_month_day today) const;
  void CheckAgainstItself(const Side& front, std::string_view number, std::chrono::year_month_day today,
                          Judgement& judgement) const;
  NumberHints HintsOf(const Side& front) const;

  const Alphabet& alphabet_;
  Digits digits_;
};

}  // namespace gradphoto::identity
