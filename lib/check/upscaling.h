// SPDX-License-Identifier: Apache-2.0
// Whether a photo was enlarged before it came: pixels without detail, apart from how well it was focused.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct Enlargement {
  std::optional<double> factor;  // Px for each that was, in one direction.
  // There are pixels to spare and no detail for the finished picture in them: it was enlarged, whatever of the
  // lines JPEG has left, or not in focus.
  bool is_without_detail = false;
};

// Of `luma` (CV_32F, see LumaOf), in the photo's own pixels: how many pixels there are for each that was, in
// one direction, 1.4 to 13, at least 1 / `scale`; `scale` is how many pixels of the finished picture there will
// be for one of these, and an enlargement that it takes back does no harm and is not looked for. Two signs must
// agree. The finished picture's finest detail is missing, or lines would be those of cloth or of shrinking. And
// interpolated pixels lie on smooth curves between the true ones, so a derivative is weak and strong in turns,
// with a period of the factor: a line at 1 / factor in the spectrum of its mean over all rows and over all
// columns (Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images", CRV 2005; at
// factor 2 the first derivative alternates instead). The picture is blurred by a quarter of the factor first:
// there, around the highest frequency of the smaller picture, kernels leave most and JPEG takes least. A
// defocused photo has the first sign alone. Lines at multiples of 1/8, which JPEG draws, are left out, but for
// factors 2.67, 4 and 8.
//
// Below a factor of 2 it may be mistaken: the blocks of a JPEG photo that was shrunk to 0.65 to 0.95 since draw
// lines there, too (in a third of soft photos; where it was coded again at quality 85, in a tenth).
//
// Where `scale` is at most 0.75, a finest detail that is missing altogether is enough, or nearly so with a
// trace of a line: photos of seven sets, as they came, saved again at 75 or scaled by 0.7, fall by 13.8 dB at
// most, such as were enlarged to twice the pixels that the finished picture shows by 10.9 to 25.
//
// No factor when no enlargement shows: none was made, or by repeating pixels, by a learned method, or JPEG
// coding afterwards has hidden it (1.6 and 2: below quality 95; below 2: below 85; cubic and Lanczos: below
// 80).
Enlargement FindEnlargement(const cv::Mat& luma, double scale);

void CheckUpscaling(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
