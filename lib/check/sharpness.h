// SPDX-License-Identifier: Apache-2.0
// How blurred a picture is, in pixels: the standard deviation of the Gaussian that would turn perfect edges
// into the ones seen.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Blur of the sharper edges of `bgr` (CV_8UC3), in px of that picture: 0.4 to 0.8 for a sharp photo,
// 1.3 soft, above 1.9 visibly blurred. Nothing when there are too few edges to tell. Below 1 px the values are
// too large (the gradient is taken over two pixels), from 1.2 px on they are right to 20 %. Method: at an edge
// of blur s, blurring again by s1 lowers the gradient by R = sqrt(1 + s1^2 / s^2), so s = s1 / sqrt(R^2 - 1)
// (Zhuo & Sim, "Defocus map estimation from a single image", Pattern Recognition 44, 2011, eq. 3-5). Contrast
// and skin tone cancel out; strong noise makes the result too small.
std::optional<double> BlurSigma(const cv::Mat& bgr);

void CheckSharpness(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
