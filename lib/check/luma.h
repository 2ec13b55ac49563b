// SPDX-License-Identifier: Apache-2.0
// The grey pixels that the checks of sharpness, compression and resampling look at.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/subject.h"

namespace gradphoto::check {

// Luma of ITU-R BT.601, the one JPEG codes: CV_32F, 0..255, from CV_8UC3.
cv::Mat LumaOf(const cv::Mat& bgr);

// The photo's own pixels, not resampled, around the face: at most `side` px wide and high, inside the planned
// frame and the photo. So the cost does not grow with the camera. Never empty for a face inside the photo.
cv::Rect SourceWindow(const Subject& subject, int side);

}  // namespace gradphoto::check
