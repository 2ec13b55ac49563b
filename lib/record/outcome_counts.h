// SPDX-License-Identifier: Apache-2.0
// How many records came to which outcome.
#pragma once

#include <array>
#include <cstddef>
#include <numeric>

#include "lib/record/record.h"

namespace gradphoto {

class OutcomeCounts {
 public:
  void Add(Outcome outcome) { ++counts_[static_cast<std::size_t>(outcome)]; }
  std::size_t operator[](Outcome outcome) const { return counts_[static_cast<std::size_t>(outcome)]; }
  std::size_t Total() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

 private:
  std::array<std::size_t, 6> counts_{};
};

}  // namespace gradphoto
