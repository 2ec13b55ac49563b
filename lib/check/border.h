// SPDX-License-Identifier: Apache-2.0
// Frames, bars and strips around the photo or inside the finished picture: scans of prints, screenshots,
// letterboxes, blurred fills, name strips.
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

// A seam of two pictures: the share of the columns (rows) in which what is above and below (left and right) of
// one straight line does not go on.
struct Seam {
  int at_px = 0;     // First row (column) behind it.
  double share = 0;  // 0..1
};

// The seam that cuts off the thickest part, at most two fifths of the side, at each side of the finished
// picture; `share` 0 where there is none. Whatever lies behind it: one colour, a blurred or foreign picture, a
// strip with writing.
struct Seams {
  Seam left, top, right, bottom;
};
Seams FindSeams(const cv::Mat& bgr);

// Thickness of bands in the finished picture `bgr` (CV_8UC3), see FindSeams. Below a seam of 0.3 to 0.6 of the
// width, which a white bar draws beside a white shirt, only one that is of one colour, writing apart.
Borders FindBands(const cv::Mat& bgr);

void CheckBorder(const Subject& subject, Sheet& sheet);
void CheckOutputBands(const OutputView& output, Sheet& sheet);

}  // namespace gradphoto::check
