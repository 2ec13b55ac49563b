// SPDX-License-Identifier: Apache-2.0
// Writing laid over the photo: date stamps, watermarks, captions.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// The longest line of writing, in characters (connected pieces; a Chinese character may be several).
// `bgr` is CV_8UC3 at the size of the finished picture, `person` CV_32F 0..1 of the same size. Pieces are thin
// strokes, 7 to 60 px high, that stand out by 30 levels; a line is a row of pieces of like height and contrast,
// evenly set, at any of twelve angles. On the person only strokes in the orange of camera date stamps count:
// prints on clothes are allowed, and hair is thin, too. Not found: writing on the face or in large letters, and
// watermarks fainter than that.
int LongestLine(const cv::Mat& bgr, const cv::Mat& person);

void CheckTextOverlay(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
