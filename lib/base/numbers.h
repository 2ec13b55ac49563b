// SPDX-License-Identifier: Apache-2.0
// Arithmetic that records and reports share.
#pragma once

#include <cmath>

namespace gradphoto {

// To `digits` decimals, halves away from zero.
inline double Round(double value, int digits) {
  const double unit = std::pow(10.0, digits);
  return std::round(value * unit) / unit;
}

}  // namespace gradphoto
