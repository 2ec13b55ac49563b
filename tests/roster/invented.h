// SPDX-License-Identifier: Apache-2.0
// Invented identity numbers for tests.
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::roster::testing {

// `first17` with its check digit, reckoned by the powers of two that GB 11643-1999 derives its weights from.
inline std::string WithCheckDigit(std::string_view first17) {
  int sum = 0;
  for (std::size_t i = 0; i < first17.size(); ++i) {
    int weight = 1;
    for (std::size_t k = i; k < 17; ++k) weight = weight * 2 % 11;
    sum += weight * (first17[i] - '0');
  }
  const int check = (12 - sum % 11) % 11;
  return std::string(first17) + (check == 10 ? 'X' : static_cast<char>('0' + check));
}

}  // namespace gradphoto::roster::testing
