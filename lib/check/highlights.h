// SPDX-License-Identifier: Apache-2.0
// Shining skin: where a lamp is mirrored so strongly that the skin is washed out (高光).
#pragma once

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Percent of the skin (without eyes and lips) that is nearly white (linear luminance above 0.7, sRGB 217) and
// at least one stop brighter than the skin's median, so that neither a pale nor a bright face counts as
// shining. Below 0.2 in portraits of all skin tones; four lamps mirrored on forehead, nose and cheeks measure 2
// to 10.
double HighlightPercent(const FacePatch& patch, const LinearPatch& linear);

void CheckHighlights(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
