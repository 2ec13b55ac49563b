// SPDX-License-Identifier: Apache-2.0
// Hair that hangs over brows or eyes: strands run downwards, and nothing else there does. Lids, creases and
// lashes are lines across, bare skin is smooth.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct Strands {
  double brows = 0;  // In the strip of skin right above the brow, of the worse side.
  double eyes = 0;   // Between the brow and the lid, of the worse side.
};

// Mean step of log luminance across (over 2 % of the pupil distance), beyond that of the cheeks, which takes
// away the noise of the camera. In log luminance the skin tone cancels. Free brows 0 to 0.08, a fringe on the
// brows 0.15 to 0.35; free lids 0.03 to 0.15, strands across an eye 0.25 to 0.9, fair ones included.
Strands MeasureStrands(const AlignedFace& face);

// Frames and reflections of glasses are edges, too, and a curtain of hair looks like a frame: where glasses are
// seen, only strands count that cross the brow as well. Where the brow is not clearly crossed (0.18), the
// lesser of the two contrasts is judged.
void CheckHair(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
