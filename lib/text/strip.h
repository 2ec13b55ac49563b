// SPDX-License-Identifier: Apache-2.0
// Lines of writing as places in a picture, and the upright strips that are cut out of them to be read.
// Coordinates: px of the picture, pixel edges at integers.
#pragma once

#include <array>
#include <optional>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/record/record.h"

namespace gradphoto::text {

// Corners of a line as it is read: top left, top right, bottom right, bottom left.
using Quad = std::array<cv::Point2f, 4>;
// As it stands in records: [x, y, x, y, x, y, x, y]. Nothing where it is anything else, or no view of a
// rectangle.
std::optional<Quad> QuadFrom(const Json& json);

// The direction of a line that is turned by `angle_deg`, in [-90, 90): half a turn more is the same line.
double LineAngle_deg(double angle_deg);

// A rectangle around a line, about as much higher than the characters as the recognizer wants them: they fill
// 70 % of its height.
struct TextBox {
  cv::Point2d centre;
  double length_px = 0;    // The longer side.
  double height_px = 0;    // The shorter one.
  double angle_deg = 0;    // Of the longer side against the picture's x axis, in [-90, 90); clockwise as seen.
  double probability = 0;  // Mean of the detector inside, 0.5..1.

  // Read along the longer side turned further by `turn_deg` (clockwise as seen): 0, or 180 for writing on its
  // head. The first two corners are its top.
  Quad Corners(double turn_deg = 0) const;
  // The same place read along the shorter side: for a single character that stands upright in its box.
  TextBox Turned() const;
};

inline constexpr int kStripHeight_px = 48;
inline constexpr int kMostStripWidth_px = 1280;

// The place as a strip (CV_8UC3): 48 px high, wide in proportion, rounded up to a multiple of 8, from 48 to
// 1280. Averaged over the pixels of `bgr` (CV_8UC3, not empty) where it shrinks; beyond the edge the edge goes
// on.
cv::Mat CutStrip(const cv::Mat& bgr, const Quad& quad);
// The same place as a picture of the size it has in `bgr`, its longer side at most `most_px`.
cv::Mat CutUpright(const cv::Mat& bgr, const Quad& quad, int most_px);

}  // namespace gradphoto::text
