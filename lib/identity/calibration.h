// SPDX-License-Identifier: Apache-2.0
// Where the print really stands: the mean over cards that were read with a layout that is about right. What
// comes out holds positions and nothing of anybody.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <utility>

#include "lib/identity/card.h"
#include "lib/identity/layout.h"

namespace gradphoto::identity {

class Calibration {
 public:
  explicit Calibration(const Layout& layout) : layout_(layout) {}

  // A photo that was read with `keep_lines` and this layout.
  void Add(const CardPhoto& photo);

  std::size_t fronts() const { return fronts_; }
  std::size_t backs() const { return backs_; }
  // Labels and rows that were seen on three cards or more are where they were seen on average; the others stay.
  Layout Mean() const;
  // The largest way that a label or row goes, mm.
  double LargestMove() const;

 private:
  struct Sum {
    double x = 0, y = 0;
    std::size_t count = 0;
  };
  static constexpr std::size_t kFewest = 3;
  LabelPlace MeanOf(std::size_t word, const LabelPlace& place) const;

  Layout layout_;
  std::size_t fronts_ = 0, backs_ = 0;
  std::map<std::pair<std::size_t, std::size_t>, Sum> glyphs_;  // By word and its glyph.
  std::array<Sum, kFields> rows_{};
};

}  // namespace gradphoto::identity
