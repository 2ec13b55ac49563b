// SPDX-License-Identifier: Apache-2.0
// Caps, hats, helmets, turbans, scarves: by two that see different things. The colours of the upper head,
// weighted by a linear model (worn_model.h), and the smooth edge that headgear draws from one side of the head
// to the other above the brows. Hair draws none: a hairline bends down at the temples, a fringe ends before
// them, and strands fray both. Alone each finds 60 and 35 % of real hats at 1 % of bare heads, their sum more
// than 80 %. A third is for scarves that frame the face in a colour that hair has, which both take for hair.
#pragma once

#include <optional>

#include "lib/check/aligned_face.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// The contrast of the clearest smooth arc over the forehead, in CIELAB differences over a tenth of the pupil
// distance: of all parabolas that rise at most 0.26 (visors) and fall at most 0.3 pupil distances to the
// temples, the one whose weakest tenth is strongest. Person must be on both sides of the edge, so that the top
// of the head before the wall does not count. Where cloth lies above the edge, the contrast counts 1.4 times:
// it is dyed evenly or in a hue that no hair and no skin has, and its edge may still be faint where dark hair
// or dark skin is under it. Hair of all lengths, fringes and bald heads 2 to 15, hats and caps 20 to 85. Cloth
// in the colour of the hair under it, and scarves or hoods that frame the face as hair does, measure like hair;
// for them there is FrameContrast.
// Nothing when the photo ends too close above the brows.
std::optional<double> BrimContrast(const AlignedFace& face);

// A scarf or hood that frames the face in a colour that hair has: above the forehead, beside both jaws and
// under the chin is one colour, and neither the skin of the cheeks nor, under a beard, that of the chin. The
// least distance to the skin less the largest among the four, in CIELAB with half the lightness. Of 279 bare
// portraits of five sets -4 at most, of 431 with drawn hair 1; drawn scarves -50 to 29, above 4 a quarter of
// them. Nothing where the head's mask has no person above or beside the face, the photo ends close under the
// chin, or below 40 px between the pupils: of 538 bare LFW heads, all smaller, 4 (0.7 %) would measure 9 to 13,
// hair over the jaws above dark collars. Who wears such a collar up to the chin is for a person to see.
std::optional<double> FrameContrast(const Subject& subject);

// The model's logit plus a tenth of the contrast (at most 40), less what parts hats from bare heads: above 0
// headgear.
double HeadgearLogit(double colours, double brim_contrast);

// Not assessed where the photo ends close above the brows, the pupils are less than 20 px apart (the least that
// was measured), or the head is turned by more than 40 degrees.
void CheckHeadgear(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
