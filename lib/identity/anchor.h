// SPDX-License-Identifier: Apache-2.0
// Finding a side of the card among lines of print: its fixed words tie points of the photo to places on the
// card, and those that agree on one view of a plane make it a card. Front and back are looked for separately,
// so two sides in one photo or on a scanned page are no special case.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

#include "lib/identity/lattice.h"
#include "lib/identity/layout.h"
#include "lib/text/strip.h"

namespace gradphoto::identity {

using text::Quad;

// A line of print along the long axis of a box.
struct Box {
  double x = 0, y = 0;  // Centre, px.
  double width = 0, height = 0;
  double degrees = 0;  // Of the axis along which `width` runs, clockwise from the photo's rows.
};
Quad CornersOf(const Box& box);

// A line that was read.
struct Line {
  Quad quad;
  std::vector<Glyph> glyphs;
  std::size_t frames = 0;
  cv::Point2f PlaceOf(const Glyph& glyph) const;  // On the photo.
};

struct Anchor {
  cv::Point2f px, mm;
  std::size_t word = 0;  // Place in kLabelWords; kDigitsWord for the number.
  std::size_t glyph = 0;
};
inline constexpr std::size_t kDigitsWord = kLabelWords.size();

// The glyphs of the side's words in the lines: at least 60 % of a word and two of its characters, in their
// places.
std::vector<Anchor> AnchorsOf(std::span<const Line> lines, SideKind side, const Layout& layout);

// From px to mm.
struct View {
  cv::Matx33d to_mm;
  std::size_t anchors = 0;  // That agree on it.
  cv::Point2f ToMm(cv::Point2f px) const;
  Quad ToPx(double left, double top, double right, double bottom) const;  // Of a rectangle in mm.
  Quad Outline() const { return ToPx(0, 0, kCardWidthMm, kCardHeightMm); }
  double PxPerMm() const;
};
// Nothing when fewer than four anchors of two words agree, or when they agree on a mirrored or squeezed card.
std::optional<View> FitView(std::span<const Anchor> anchors);

}  // namespace gradphoto::identity
