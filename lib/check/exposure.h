// SPDX-License-Identifier: Apache-2.0
// Light and colour of the face: clipped and black pixels, and whether there is colour at all. Shares of pixels,
// not mean brightness, because the mean follows the skin tone.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct Exposure {
  double black_percent = 0;     // Pixels with linear luminance below 0.01 (sRGB 25): no detail left.
  double clipped_percent = 0;   // Pixels with at least two channels at 250 or more.
  double median_luminance = 0;  // Linear, 0..1. For people; no check uses it.
  double chroma = 0;            // 95th percentile of the CIELAB chroma: about 0 grey, above 10 any living face.
};

// Over the pixels of `bgr` (CV_8UC3) where `mask` (CV_8U) is not 0; all zero when there are none.
Exposure MeasureExposure(const cv::Mat& bgr, const cv::Mat& mask);

void CheckExposure(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
