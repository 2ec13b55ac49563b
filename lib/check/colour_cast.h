// SPDX-License-Identifier: Apache-2.0
// A colour cast of the whole photo (wrong white balance, coloured light), read from the whites of the eyes:
// they are nearly neutral in all people, whatever the colour of skin, clothes and wall.
#pragma once

#include <optional>

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct ColourCast {
  double chroma = 0;    // Distance of the whites from their usual colour in the a*b* plane, at Y = 0.5.
  double a = 0, b = 0;  // The difference itself: a > 0 magenta, a < 0 green, b > 0 yellow, b < 0 blue.
};

// Of the eye that is nearer to neutral, so that a lamp or a coloured wall beside one half of the face is no
// cast. 3 usual, up to 9 in 98 of 100 portraits; 13 cold at 9000 K, 19 warm at 4500 K, 37 at 3500 K. Nothing
// when the whites cannot be seen: too few pixels, or not told from skin (skin is redder than the white of the
// eye by the same factor under every light, so too small a difference means that skin or lids were read).
std::optional<ColourCast> MeasureColourCast(const FacePatch& patch, const LinearPatch& linear);

void CheckColourCast(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
