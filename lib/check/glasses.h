// SPDX-License-Identifier: Apache-2.0
// Whether somebody wears glasses: by the frame, never by the lenses, which may be clear.
#pragma once

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// How strongly a frame stands out: the contrast of the line across the bridge of the nose, of the line under an
// eye and of the line from the corner of an eye to the temple, as their geometric mean. A line is the path
// across its zone with the greatest steps of log luminance over 4 % of the pupil distance, and its contrast is
// the step that 80 % of the path exceed: one crease or strand of hair is no line. In log luminance the skin
// tone cancels. The three places are those of the classic method (Jiang et al., "Towards detection of glasses
// in facial images", 2000); the product asks for all three, since frowns, bags under the eyes and strands of
// hair make one of them each. Bare faces 0.05 to 0.2 (0.37 with deep frowns in hard light), thin metal 0.3 to
// 0.8, plastic frames 0.6 to 2.5; half frames 0.25 to 0.55, rimless glasses 0.17 to 0.4 and thus often not
// seen.
double GlassesContrast(const AlignedFace& face);

// Above it what is seen through the lenses is judged as such: no bare face of 100 London portraits is above
// 0.2, no frame that holds dark lenses below 0.4 (4 of 4 sunglasses).
inline constexpr double kGlassesSeen = 0.25;

// GLASSES is judged only where the standard forbids glasses; the contrast is always recorded.
void CheckGlasses(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
