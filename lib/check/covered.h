// SPDX-License-Identifier: Apache-2.0
// A face that something covers: by the colours of its lower half, weighted by a linear model (worn_model.h),
// less what is seen of the mouth; a hand, which has the colour of the face, by the mouth alone.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

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
// are made, 1.0 % of 504 frontal faces of LFW less than 0.4 and 2.6 % less than 0.5. Covered: 50 drawn hands
// 0.31 at most.
inline constexpr double kMouthSeen = 0.35;

// The model's logit less twice the evidence of a mouth (at most 1), less what parts covered faces from bare
// ones: above 0 covered.
double CoverLogit(double colours, double mouth_evidence);

// Not assessed where the pupils are less than 20 px apart. Of a head turned by more than 40 degrees the model
// says nothing.
void CheckCovered(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
