// SPDX-License-Identifier: Apache-2.0
// One shoulder higher than the other, from the outline of the person in the planned frame.
#pragma once

#include <optional>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Where the outline is looked for, in pixels of the frame.
struct ShoulderPlace {
  double mid_x = 0;  // Middle of the head; see FaceAnchors::MidX.
  double face_width = 0;
  double chin_y = 0;
};

struct ShoulderLine {
  double angle_deg = 0;   // Positive: the picture's right shoulder is the lower one.
  double spread_deg = 0;  // Between the pairs of places it is read from. Shoulders 2 at most; hair on one side
                          // or a mask that lost a sleeve is more.
};

// The slope between the highest point of the person on both sides, at distances of 0.8 to 1.15 face widths from
// the middle, counted from the lower edge of the frame: there hair ends and sleeves have not begun to fall.
// Median over the distances. 49 portraits: -7 to 3 degrees, standard deviation 2. Where one shoulder has fallen
// out of the frame and the other has not, it counts as at the frame's edge: the slope is that large at least.
// Nothing when an outline is missing (both outside the frame, or one above the chin: long hair).
std::optional<ShoulderLine> MeasureShoulders(const cv::Mat& person, const ShoulderPlace& place);

void CheckShoulders(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
