// SPDX-License-Identifier: Apache-2.0
// Light reflected by the lenses of glasses: bright patches without the colour of skin around the eyes.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Share of the lens area of the worse side, in percent, that is nearly white: luminance above 0.85, or above
// 0.55 and 1.6 times that of the cheeks. The lens area is an ellipse of 0.68 x 0.52 pupil distances around the
// eye without the opening of the eye, whose white and catch light are no reflection of a lens.
//
// Or a sixth of the share of an iris that is lit, when that is more: pupil and iris send back 9 % of the light
// at most (100 London portraits), so above 25 % it is what the lens mirrors. This sees a veil that leaves dark
// skin darker than white and fair skin as bright as it is. Coated lenses mirror green, blue or violet: blue or
// green above red by 10 % of full light is lit, too (blue and green eyes of six sets show that on 20 % of an
// iris at most).
//
// Clear lenses 0 to 2.7; a reflection as large as the iris about 4, one that hides half of the lens or of the
// iris 8 and more.
double GlarePercent(const AlignedFace& face);

// Judges people who wear glasses; without them the value is 0: shiny lids belong to HIGHLIGHTS and OVEREXPOSED.
void CheckGlare(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
