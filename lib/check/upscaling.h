// SPDX-License-Identifier: Apache-2.0
// Whether a photo was enlarged before it came: pixels without detail, apart from how well it was focused.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Of `luma` (CV_32F, see LumaOf), in the photo's own pixels: how many pixels there are for each that was, in
// one direction, 1.4 to 13. Two signs must agree. Interpolated pixels lie on smooth curves between the true
// ones, so the second derivative is weak and strong in turns, with a period of the factor: a line at 1 / factor
// in the spectrum of its mean over all rows (Gallagher, "Detection of linear and cubic interpolation in JPEG
// compressed images", CRV 2005; at factor 2 the first derivative alternates instead). And nothing is left above
// the highest frequency of the smaller picture, or lines would be those of shrinking. A defocused photo has the
// second sign alone. Lines at multiples of 1/8, which JPEG draws, are left out, but for factor 4. Above 6,
// where the picture's own detail is strong, both directions must show the line.
//
// Nothing when no enlargement shows: none was made, or it was by less than 1.4 or by 1.6, 2.67 or 8, by
// repeating pixels, by a learned method, or JPEG coding afterwards has hidden it (below quality 85; sharper
// kernels than the cubic sooner).
std::optional<double> FindEnlargement(const cv::Mat& luma);

void CheckUpscaling(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
