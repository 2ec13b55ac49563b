// SPDX-License-Identifier: Apache-2.0
// What else the card says and the verdict needs: birth date and sex, which stand in the number, too, and the
// validity.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "lib/identity/expected.h"
#include "lib/identity/lattice.h"
#include "lib/roster/id_number.h"

namespace gradphoto::identity {

// A day that was read, and how surely (that of the least sure character, 0..1).
struct ReadDay {
  std::chrono::year_month_day day;
  double confidence = 0;
};
// "2001年3月2日" in the strip, else in the first text.
std::optional<ReadDay> ReadBirthDate(const FieldReading& field, const Alphabet& alphabet);

// Whether the printed birth date is this one. kMismatch: another one was read surely, in a field that is
// visible.
Fit CheckBirthDate(const FieldReading& field, std::chrono::year_month_day expected, const Alphabet& alphabet);

// The likelier of 男 and 女; nothing when they are within 6 nats, or when the line is hardly either.
std::optional<roster::Sex> ReadSex(const FieldReading& field, const Alphabet& alphabet);

// 有效期限. `until` is absent for 长期 (long-term).
struct Validity {
  std::optional<std::chrono::year_month_day> from, until;
  // Day and month repeat and the term is 5, 10 or 20 years, or long-term, and all of it was read surely.
  bool clear = false;
};
// "2015.03.02-2035.03.02" in the strip, else in the first text; else the end alone, where the print stands at
// the right end of the field: `ends_right`. Otherwise a start would be taken for an end.
std::optional<Validity> ReadValidity(const FieldReading& field, const Alphabet& alphabet, bool ends_right);

}  // namespace gradphoto::identity
