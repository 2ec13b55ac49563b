// SPDX-License-Identifier: Apache-2.0
// Photos of a screen or of a print (翻拍): the grid of screen pixels, or of the dots of a print, over the whole
// picture; and the coloured bands (moire) that are left of a grid finer than the camera's own.
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
// Nothing for pictures smaller than about 256 x 320.
std::optional<PeriodicGrid> FindGrid(const cv::Mat& luma);

// How much of the change of colour in `bgr` (CV_8UC3, at the size of the finished picture) where `mask` (CV_8U)
// is not 0 is one running wave: 0..1, the median over tiles of 64 px of the strongest wave's share of the power
// at periods of 5 to 26 px, each frequency weighed by its square. Colour of real skin and walls is smooth or
// noise: 0.06 to 0.29, hardly any on a plain wall. The subpixels of a screen alias with different phases, so
// the bands run through the hues; Cb + i Cr then turns one way and only one of two opposite frequencies is
// counted, which folds, stripes and blinds in one colour have both of. Waves weaker than 0.7 levels are 0.
// Nothing when fewer than six tiles fit.
std::optional<double> ColourWaveShare(const cv::Mat& bgr, const cv::Mat& mask);

// Both together, in decibels above the share of ordinary portraits (0.11): that of the face, and half of what
// the wall has more, up to 10 dB. A wall alone, striped or not, is no screen; where it was replaced the face
// alone tells. Clean photos -5 to 6.
double ColourBandsDb(double face_share, std::optional<double> wall_share);

void CheckScreenPhoto(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
