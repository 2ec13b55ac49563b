// SPDX-License-Identifier: Apache-2.0
// A smile: by the corners of the mouth, and by teeth that are seen.
#pragma once

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Width of the mouth plus the rise of its corners above the middle of the lips, over the interpupillary
// distance. 0.75 at rest (0.62 to 0.92 of 50 neutral portraits: mouths differ in width), 0.90 a gentle
// smile, 1.1 a broad one. 50 pairs of one person's neutral and smiling portrait: the smile is larger in 94 of
// 100 comparisons.
double SmileRatio(const face::Landmarks& landmarks);

// Area of teeth over the square of the interpupillary distance: pixels between the inner lips that are less red
// than the person's skin and at least a third as bright. 0 closed lips or a dark open mouth, 0.02 teeth just
// showing, 0.10 a broad smile. Relative to the skin, so white teeth behind dark lips and yellow light count
// alike.
double TeethRatio(const FacePatch& patch, const LinearPatch& linear);

void CheckExpression(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
