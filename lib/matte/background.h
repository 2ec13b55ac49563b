// SPDX-License-Identifier: Apache-2.0
// What the wall behind the person looks like: its colour, and what disturbs it.
#pragma once

#include <array>
#include <optional>

#include <opencv2/core/mat.hpp>

namespace gradphoto::matte {

// Colours are judged in cells of 4 x 4 frame pixels (sensor noise and JPEG grain are no pattern) that are
// surely wall: well outside the person mask. The smooth part of the wall is a polynomial of second order in x
// and y for each CIELAB channel, fitted robustly (Tukey's biweight), as in studies of plain backgrounds; what
// it does not explain is shadow or objects.
struct BackgroundLook {
  std::array<double, 3> rgb{};  // Median colour, sRGB 0..255, in the order red, green, blue.
  double share = 0;             // Of the frame's pixels that are surely wall, 0..1.
  double spread_delta_e = 0;    // 95th percentile of the CIEDE2000 distance to the median, everything included:
                                // 1 studio wall, 4 visible gradient, 10 and more shadow, pattern or objects.
  // Lightness (CIELAB L*) by which the darkest 2 % of the wall's area lie below the lightness of the wall
  // around them, where the hue stays that of the wall: a shadow. 1 none, 5 soft shadow, 12 hard shadow beside
  // the head.
  double shadow_depth = 0;
  // Share of the wall that is something else: colours off the wall's smooth part by more than a shadow
  // explains.
  double objects_percent = 0;
  // Share of frame pixels of the wall within 1 of the median in all channels. A camera's wall has noise and
  // falls off towards the corners: above 90 only when the wall was painted in. Clipped white (above 252) says
  // nothing: absent.
  std::optional<double> flat_percent;
};

// `mask` is the person mask of the frame (CV_32F 0..1, same size). Nothing when less than 2 % of the frame is
// sure background.
std::optional<BackgroundLook> LookAtBackground(const cv::Mat& bgr, const cv::Mat& mask);

}  // namespace gradphoto::matte
