// SPDX-License-Identifier: Apache-2.0
// How blurred a face is, in pixels: the standard deviation of the Gaussian that would turn perfect edges into
// the ones seen, and how much more it is along one direction than across it.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Blur of the sharper edges of `bgr` (CV_8UC3), in px of that picture: 0.4 to 0.8 for a sharp photo, 1.3 soft,
// above 1.9 visibly blurred. Nothing when there are too few edges to tell. Below 1 px the values are too large
// (the gradient is taken over two pixels), from 1.2 px on they are right to 20 %. Method: at an edge of blur s,
// blurring again by s1 lowers the gradient by R = sqrt(1 + s1^2 / s^2), so s = s1 / sqrt(R^2 - 1) (Zhuo & Sim,
// "Defocus map estimation from a single image", Pattern Recognition 44, 2011, eq. 3-5). Contrast and skin tone
// cancel out. Noise is measured first: where there is much, the gradients are taken of a picture smoothed by
// s0 = 1 px, which changes the formula to s^2 = (s1^2 - R^2 s0^2) / (R^2 - 1), and edges have to stand out of
// the noise; without that grain would pass for sharp edges.
std::optional<double> BlurSigma(const cv::Mat& bgr);

// Blur of one direction, as camera shake or a moving head gives it.
struct MotionBlur {
  double length_px = 0;      // Of the path; 0 when no direction is blurred more than faces are by nature.
  double direction_deg = 0;  // 0 horizontal, 90 vertical, 45 down to the right; a multiple of 45.
};
// From BlurSigma of the edges of four directions: a path of length L adds a variance of L^2 / 12 along itself
// and nothing across. Noses and cheeks make horizontal gradients softer than lids make vertical ones, so a
// fifth more sigma is taken for natural. Nothing when no two perpendicular directions have enough edges. The
// length is right to a third between 3 and 7 px and too short beyond: a path is no Gaussian.
std::optional<MotionBlur> MeasureMotionBlur(const cv::Mat& bgr);

void CheckSharpness(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
