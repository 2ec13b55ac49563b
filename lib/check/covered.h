// SPDX-License-Identifier: Apache-2.0
// A face that something covers: nose and cheeks, or the mouth, in another colour than the person's own skin.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// How far the lower face is from the skin of the upper face, as a difference of CIELAB colours in which
// lightness counts 0.4 (shadows are no cloth). Each of three places (tip of the nose, both cheeks beside it) is
// compared with the most similar of four (forehead, root of the nose, under both eyes), and the smallest of the
// three differences counts: a mask covers all three, a beard none of them, a shadow one. The person is compared
// with themselves, so skin tone and light cancel. Uncovered faces 0 to 6, blue masks 24 to 38, white 8 to 26,
// black 10 to 30; coloured light from one side up to 9. A mask in the colour of skin and a hand measure like
// skin.
//
// The mouth counts when it is at least 12 less red (a*) or 25 bluer (b*) than the nearest skin: beards reach 9,
// painted lips 21. Then the whole difference of colours counts.
double CoverDifference(const AlignedFace& face);

void CheckCovered(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
