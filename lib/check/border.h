// SPDX-License-Identifier: Apache-2.0
// Frames and bars of one colour around the photo: scans of prints, screenshots, letterboxes.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Thickness at each side, in px of the photo; 0 where there is none.
struct Borders {
  int left_px = 0, top_px = 0, right_px = 0, bottom_px = 0;
};

// Of `bgr` (CV_8UC3). A side has a border when, seen from the edge along about 100 lines, one colour goes on
// evenly (deviation of at most 3 levels in all, as paper in a scan has) and ends at once in nearly all of them,
// on one straight line that may be slanted by 3 %. A plain wall ends at the head's outline, which is no line.
// At least 2 px thick, and at most two fifths of the side.
Borders FindBorders(const cv::Mat& bgr);

void CheckBorder(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
