// SPDX-License-Identifier: Apache-2.0
// Photos of a screen or of a print (翻拍): the grid of screen pixels, or of the dots of a print, over the whole
// picture.
#pragma once

#include <optional>

#include <opencv2/core/mat.hpp>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct PeriodicGrid {
  double strength_db = 0;  // Of the strongest line above its surroundings in the mean logarithmic spectrum.
  double period_px = 0;    // Of that line, in px of the photo.
};

// The strongest periodic pattern of `luma` (CV_32F, see LumaOf) that runs through the whole picture. The
// spectra of tiles of 128 px are averaged as logarithms, so a pattern that only some tiles have - a blind, hair
// - counts little and one that all have stands out; the weaker of the upper and the lower half counts, because
// a shirt is in one. 2 to 5 dB for photographs, 12 and more where the pixels of a screen are 1.3 px or larger
// in the photo, 40 for coarse halftone. Lines along the axes are left out: JPEG and enlargement draw them.
// Nothing for pictures smaller than about 256 x 320. A screen with pixels smaller than the camera's leaves only
// broad moire, which this does not find.
std::optional<PeriodicGrid> FindGrid(const cv::Mat& luma);

void CheckScreenPhoto(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
