// SPDX-License-Identifier: Apache-2.0
// Clothes against the background of the finished picture (黑边检测 of the portals): where they are alike, the
// outline of the body is lost.
#pragma once

#include <optional>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Where the body begins, in px of the picture.
struct BodyPlace {
  double centre_x = 0, chin_y = 0;
  double pupils = 0;  // Distance between them.
};

// CIEDE2000 between the colours just inside and just outside the outline of the body, across the outline, that
// a third of the outline falls short of: seams and strands of hair cannot make up for shoulders that are lost.
// Of the two sides the geometric mean, since a side light that brings one shoulder near the wall lifts the
// other off it, but no more than twice the weaker side. 30 dark suit on light blue, 7 white shirt on light
// grey, 2 cannot be seen. The outline begins beside the neck. `bgr` is the picture, `person` its mask (see
// FrameView). Nothing when the picture shows less than 8 % of the pupil distance of it (the body fills
// the frame).
std::optional<double> BodyContrast(const cv::Mat& bgr, const cv::Mat& person, const BodyPlace& place);

void CheckClothes(const OutputView& output, Sheet& sheet);

}  // namespace gradphoto::check
