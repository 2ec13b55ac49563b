// SPDX-License-Identifier: Apache-2.0
// Noise of a picture: the standard deviation of its finest grain, in levels of 0..255.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Of `grey` (CV_32F, 0..255), robust against edges: the median response to a kernel that plane slopes and edges
// along the axes do not stir (Immerkaer, "Fast noise variance estimation", Computer Vision and Image
// Understanding 64, 1996), as a standard deviation of white noise. Skin at the scale of a finished picture has
// 0.3 to 2 of its own; 4 is seen as grain, 8 spoils the picture. JPEG of low quality takes noise away.
double NoiseSigma(const cv::Mat& grey);

void CheckNoise(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
