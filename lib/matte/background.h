// SPDX-License-Identifier: Apache-2.0
// What the wall behind the person looks like: its colour and how even it is.
#pragma once

#include <array>
#include <optional>

#include <opencv2/core/mat.hpp>

namespace gradphoto::matte {

struct BackgroundLook {
  std::array<double, 3> rgb{};  // Median colour, sRGB 0..255, in the order red, green, blue.
  double spread_delta_e = 0;    // 95th percentile of the CIEDE2000 distance to the median: 0 even, 3 visible
                                // shadow, 10 and more a pattern or objects.
  double share = 0;             // Of the frame's pixels that are sure background, 0..1.
};

// `mask` is the person mask of the frame (CV_32F 0..1, same size). Nothing when less than 2 % of the frame is
// sure background.
std::optional<BackgroundLook> LookAtBackground(const cv::Mat& bgr, const cv::Mat& mask);

}  // namespace gradphoto::matte
