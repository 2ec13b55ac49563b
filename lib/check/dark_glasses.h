// SPDX-License-Identifier: Apache-2.0
// Tinted lenses: how much light comes from the eyes behind the glasses, compared with the cheeks beside them.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Median luminance (linear light) in and around the brighter eye over that of the brighter cheek, or of the
// skin right under the eye where that is darker, times 0.7 since bare skin is that much brighter than an eye
// with its lids and lashes. The skin, because dark lenses mirror the sky in their upper half, and on dark
// cheeks that is bright. The brighter side, because a shadow on one side is no lens. Light passes a lens twice
// at most, so a lens of transmission t multiplies the ratio by t to t^2. Open eyes without glasses 0.33 to 1.3,
// behind clear lenses 0.3 to 1.3, sunglasses below 0.25.
double EyeBrightnessRatio(const AlignedFace& face);

// Judges the ratio of people who wear glasses; without them the value is 1, since nothing takes light away:
// deep eye sockets and shadows of the brows are no lenses.
void CheckDarkGlasses(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
