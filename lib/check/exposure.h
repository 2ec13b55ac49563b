// SPDX-License-Identifier: Apache-2.0
// Light on the face: too little, too much, too flat. Never the mean brightness, which follows the skin tone;
// what counts is what every face has: the whites of the eyes and the highlights of the skin at the bright end,
// pupils and lashes at the dark end, and pixels that hold no detail.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Shares of pixels of a face.
struct Clipping {
  double black_percent = 0;     // Linear luminance below 0.01 (sRGB 25): no detail left.
  double clipped_percent = 0;   // At least two channels at 250 or more.
  double median_luminance = 0;  // Linear, 0..1. For people; no check uses it, it follows the skin tone.
};

// Over the pixels of `bgr` (CV_8UC3) where `mask` (CV_8U) is not 0; all zero when there are none.
Clipping MeasureClipping(const cv::Mat& bgr, const cv::Mat& mask);

// Share of the whites of the eyes that is clipped (as above), of the eye with the smaller share; the iris,
// where lamps are mirrored, is left out. Whites are alike in all people, so this tells that detail is lost
// where dark skin still keeps its own: 0 in well exposed portraits, 4 and more two stops above. 0 when hardly
// any is seen.
double ClippedWhitesPercent(const FacePatch& patch);

// The brightest part of the face in percent of white (linear light): the whites of the eyes or the lit skin,
// whichever is brighter (95th percentile of luminance of each). Whites of eyes are alike in all people, so this
// tells the exposure of dark skin and of narrow eyes alike: 24 to 60 in well lit portraits of all skin tones,
// half of it for each stop of underexposure, 8 where a face is three stops too dark.
double FaceWhitePercent(const FacePatch& patch, const LinearPatch& linear);

// Photographic stops (factors of 2 in linear light) between that brightest part and the darkest 1 % around the
// eyes (lashes, pupils, lid creases): 3.7 to 6 in clear portraits of all skin tones, about 3 behind a light
// veil, below 2 in fog, behind glass or on a faded print.
double ContrastStops(const FacePatch& patch, const LinearPatch& linear);

void CheckExposure(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
