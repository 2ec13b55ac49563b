// SPDX-License-Identifier: Apache-2.0
// Clothes against the background of the finished picture (黑边检测 of the portals): where they are alike, the
// outline of the body is lost.
#pragma once

#include <optional>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// CIEDE2000 between the colours just inside and just outside the outline of the body, median along the outline
// of the weaker side. 30 dark suit on light blue, 8 white shirt on light grey, 2 cannot be seen. `bgr` is the
// picture, `person` its mask (see FrameView), rows from `first_row` down are body. Nothing when less than a
// tenth of those rows show an outline on either side (the body fills the frame).
std::optional<double> BodyContrast(const cv::Mat& bgr, const cv::Mat& person, int first_row);

void CheckClothes(const OutputView& output, Sheet& sheet);

}  // namespace gradphoto::check
