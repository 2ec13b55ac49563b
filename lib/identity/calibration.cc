// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/calibration.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>

#include "lib/identity/anchor.h"

namespace gradphoto::identity {
namespace {

constexpr float kFarMm = 3;  // A word that stands elsewhere is not the card's.

}  // namespace

void Calibration::Add(const CardPhoto& photo) {
  for (const Side& side : photo.sides) {
    ++(side.kind == SideKind::kFront ? fronts_ : backs_);
    for (const Anchor& anchor : AnchorsOf(photo.lines, side.kind, layout_)) {
      const cv::Point2f mm = side.view.ToMm(anchor.px);
      if (std::abs(mm.x - anchor.mm.x) > kFarMm || std::abs(mm.y - anchor.mm.y) > kFarMm) continue;
      Sum& sum = glyphs_[{anchor.word, anchor.glyph}];
      sum.x += mm.x;
      sum.y += mm.y;
      ++sum.count;
    }
    for (const auto& [kind, field] : side.fields) {
      if (field.reading.first_text.empty()) continue;
      Sum& sum = rows_[static_cast<std::size_t>(kind)];
      sum.y += field.row_mm;
      ++sum.count;
    }
  }
}

// A straight line through the means of the word's glyphs.
LabelPlace Calibration::MeanOf(std::size_t word, const LabelPlace& place) const {
  double count = 0, index = 0, x = 0, y = 0, squares = 0, products = 0;
  std::size_t cards = 0;
  for (const auto& [key, sum] : glyphs_) {
    if (key.first != word) continue;
    const auto n = static_cast<double>(sum.count), i = static_cast<double>(key.second);
    cards = std::max(cards, sum.count);
    count += n;
    index += i * n;
    x += sum.x;
    y += sum.y;
    squares += i * i * n;
    products += i * sum.x;
  }
  if (cards < kFewest) return place;
  const double spread = count * squares - index * index;
  LabelPlace mean = place;
  if (spread > 0) mean.pitch = (count * products - index * x) / spread;
  mean.x = (x - mean.pitch * index) / count;
  mean.y = y / count;
  return mean;
}

Layout Calibration::Mean() const {
  Layout mean = layout_;
  for (std::size_t word = 0; word < kLabelWords.size(); ++word)
    mean.labels[word] = MeanOf(word, layout_.labels[word]);
  mean.digits = MeanOf(kDigitsWord, layout_.digits);
  for (std::size_t field = 0; field < kFields; ++field) {
    if (rows_[field].count < kFewest) continue;
    mean.values[field].row = rows_[field].y / static_cast<double>(rows_[field].count);
  }
  return mean;
}

double Calibration::LargestMove() const {
  const Layout mean = Mean();
  double largest = 0;
  const auto moved = [&](const LabelPlace& from, const LabelPlace& to) {
    largest = std::max(largest, std::hypot(to.x - from.x, to.y - from.y));
  };
  for (std::size_t word = 0; word < kLabelWords.size(); ++word) moved(layout_.labels[word], mean.labels[word]);
  moved(layout_.digits, mean.digits);
  for (std::size_t field = 0; field < kFields; ++field) {
    largest = std::max(largest, std::abs(mean.values[field].row - layout_.values[field].row));
  }
  return largest;
}

}  // namespace gradphoto::identity
