// SPDX-License-Identifier: Apache-2.0
// A face that something covers: nose and cheeks, or the mouth, in another colour than the person's own skin; or
// the mouth by a hand, which has that colour.
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

// What is seen of the mouth, for covers in the colour of skin: the greater of two that a hand hides both.
// - Lips have another colour than the skin beside them: 3 times the difference of (log R/G, log B/G) in linear
//   light between a lip and the strip of skin along it, of the clearer lip. In ratios of light the tone of the
//   skin and shadows cancel. Bare 0.2 to 2.7, the median 1.5; grey pictures and old prints 0 to 0.3; drawn
//   hands 0 to 0.2, real ones 0.5 where a red knuckle lies on a lip.
// - A mouth is its own mirror image: the correlation of what lies left and right of its middle (of log
//   luminance without the light's slow changes). Bare 0.75 to 0.98, behind moustaches, smiling and grinning
//   0.7 to 0.97; hands -0.2 to 0.4.
// Of a head turned by more than 25 degrees it says nothing.
double MouthEvidence(const AlignedFace& face);

// Below it no mouth is seen. Bare: 100 London portraits 0.83 at least, however blurred, grey or badly lit they
// are made, turned by 20 degrees 0.63; 150 faces from the web with beards, grins and old prints 0.64 but for an
// engraving (0.47). Covered: 50 drawn hands 0.31 at most, 96 % of 600 pasted photos of hands less than 0.5.
inline constexpr double kMouthSeen = 0.5;

void CheckCovered(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
