// SPDX-License-Identifier: Apache-2.0
// A colour cast of the whole photo (wrong white balance, coloured light), read from what is white by nature or
// by habit: the whites of the eyes, a wall, light cloth. Each of them errs alone, so that two have to agree:
// retouched and narrow eyes measure up to 20 in neutral light, walls are painted, shirts are dyed.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

struct ColourCast {
  double chroma = 0;    // Distance of a white from its usual colour in the a*b* plane, at Y = 0.5.
  double a = 0, b = 0;  // The difference itself: a > 0 magenta, a < 0 green, b > 0 yellow, b < 0 blue.
};

// Of the eye that is nearer to neutral, so that a lamp or a coloured wall beside one half of the face is no
// cast. 3 usual, up to 9 in 98 of 100 portraits; 13 cold at 9000 K, 19 warm at 4500 K, 37 at 3500 K. Nothing
// when the whites cannot be seen: too few pixels, or not told from skin (skin is redder than the white of the
// eye by the same factor under every light, so too small a difference means that skin or lids were read).
std::optional<ColourCast> CastOfWhites(const FacePatch& patch, const LinearPatch& linear);

// What the colour of the skin is beyond all that skin has in neutral light: 0 under most lights, a sure sign
// under strong ones. Skins of 220 portraits in neutral light: a* 3 to 22, b* 4 to 33.
ColourCast CastOfSkin(const FacePatch& patch, const LinearPatch& linear);

// Of the wall and of the light cloth below the chin, as if they were grey. Nothing where they are not seen or
// too dark to be white.
std::optional<ColourCast> CastOfWall(const FrameView& frame);
std::optional<ColourCast> CastOfCloth(const FrameView& frame, double chin_y_px);

// What two witnesses say alike: of the lesser one, the part in the direction of the other.
ColourCast Agreed(const ColourCast& one, const ColourCast& other);

void CheckColourCast(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
