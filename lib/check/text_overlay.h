// SPDX-License-Identifier: Apache-2.0
// Writing laid over the photo: date stamps, watermarks, captions.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Characters in lines of writing (connected pieces: a Chinese character may be several, two that touch are
// one). `bgr` is CV_8UC3 at the size of the finished picture, `person` CV_32F 0..1 of the same size. Pieces are
// thin strokes, 7 to 60 px long, that stand out by 30 levels; a line is a row of at least four of like size and
// contrast, evenly set; all lines of the same direction (one of twelve) count together, as a watermark that is
// repeated has many short ones. On the person only strokes in the orange of camera date stamps count: prints on
// clothes are allowed, and hair is thin, too. Not found: writing on the face or in large letters, and
// watermarks fainter than that.
int CountWriting(const cv::Mat& bgr, const cv::Mat& person);

void CheckTextOverlay(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
