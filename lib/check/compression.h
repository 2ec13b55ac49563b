// SPDX-License-Identifier: Apache-2.0
// What JPEG has done to the pixels, now or in an earlier life of the photo.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// The coarsest JPEG coding whose 8-px grid can still be read in the pixels, whatever the file is now: a PNG
// made from a bad JPEG, a JPEG saved again at a better quality, a crop of one. Resampling wipes it out.
struct JpegTrace {
  int quality = 0;             // IJG, 5..90, by the standard luminance table.
  int grid_x = 0, grid_y = 0;  // Where a block begins in the picture, 0..7.
};

// Of `luma` (CV_32F, see LumaOf), nothing when no coding of quality 90 or less shows. Method: the grid is where
// the steps between neighbours are largest; on it the DCT coefficients of a coded picture are multiples of the
// quantization step, so that the mean of cos(2 pi c / step) over the coefficients c that are not 0 goes to 1 at
// the right step and to 0 at wrong ones (after Fan & de Queiroz, "Identification of bitmap compression
// history", IEEE Transactions on Image Processing 12, 2003). Of the qualities that fit the lowest is told.
// Found within 2 for qualities 10 to 75 saved again at 85 or better on the same grid, at 95 or better on
// another.
std::optional<JpegTrace> FindJpegTrace(const cv::Mat& luma);

// The IJG quality whose quantization errors are those that `quality` leaves after shrinking by `scale` (at most
// 1): averaging 1 / scale^2 pixels lowers them by the factor `scale`, and the tables grow by 50 / quality below
// quality 50 and by 2 - quality / 50 above (libjpeg, jpeg_quality_scaling).
double QualityAfterScaling(double quality, double scale);

// The quality of the photo's pixels: that of the file's tables, or of an earlier coding where that was coarser
// by more than the trace's error; 100 where nothing is known. For subject.jpeg_quality.
double LowestJpegQuality(const Subject& subject);

void CheckCompression(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
