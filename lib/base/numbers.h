// SPDX-License-Identifier: Apache-2.0
// Arithmetic that checks, records and reports share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace gradphoto {

// To `digits` decimals, halves away from zero.
inline double Round(double value, int digits) {
  const double unit = std::pow(10.0, digits);
  return std::round(value * unit) / unit;
}

// The value that `share` (0..1) of the others lie below, one of the values themselves: no interpolation. Brings
// the vector into another order. Precondition: not empty.
template <typename Vector>
auto Percentile(Vector&& values, double share) {
  const auto rank =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, rank);
  return *rank;
}

// One of the values themselves, of two middle ones the larger. Brings the vector into another order.
// Precondition: not empty.
template <typename Vector>
auto Median(Vector&& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace gradphoto
