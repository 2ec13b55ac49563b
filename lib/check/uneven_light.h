// SPDX-License-Identifier: Apache-2.0
// One half of the face in the light, the other in the shade (阴阳脸).
#pragma once

#include <optional>

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Photographic stops (factors of 2 in linear light) by which the picture's left half of the face is brighter
// than the right: the median, over pairs of places that mirror each other, of the logarithm of the ratio of
// their luminances. A fringe, a beard, a mole or a highlight spoils some pairs, not the median; the skin tone
// cancels out. 0 even, 0.2 usual in a studio, 0.7 seen at once, 1.5 one half in the shade. Nothing when fewer
// than half of the pairs lie in the picture.
std::optional<double> SideLightStops(const FacePatch& patch, const LinearPatch& linear);

void CheckUnevenLight(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
