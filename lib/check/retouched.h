// SPDX-License-Identifier: Apache-2.0
// Skin that an app has smoothed (美颜, 磨皮): its texture is gone while lashes and brows are sharp.
#pragma once

#include <optional>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// The fine texture of the skin in percent of the edges of lashes, brows and lids: 3 to 10 in photos as they
// were taken, below 3 where the skin alone was smoothed. A ratio, so that exposure and contrast cancel and blur
// mostly does. Method: the difference of Gaussians of 0.6 and 1.2 px of luma at 88 px between the pupils
// (pores, fine hair, grain, 1 to 2 mm); of the skin the median in each of 40 places on forehead, cheeks and
// nose and of these the lower quarter, because beards, wrinkles and strands leave texture where an app has
// been; of the eyes the strongest twentieth. Nothing below 70 px between the pupils, where the band is at the
// limit of the photo's own pixels, or where too few places are seen or not burnt out. Noise reduction of a
// whole photo takes texture as an app does.
std::optional<double> SkinTexturePercent(const FacePatch& patch);

void CheckRetouched(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
