// SPDX-License-Identifier: Apache-2.0
// Whether the photo has colours: a grey photo has none, a toned one (sepia, cyanotype, a scan of an old print)
// has one at each brightness.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// How much the colour of the face varies among pixels of like lightness: the 95th percentile of the distance,
// in the a*b* plane, to the median colour of the pixels as light (24 classes), after a blur of 1 px against
// colour noise. Lips, irises, cheeks and brows differ in colour from skin of the same lightness in every living
// face: 4.0 to 12 in portraits of all skin tones, 0 grey, 1.6 to 2.0 sepia, 2.4 to 2.9 scans of toned prints.
// Even light or a pale or dark skin does not lower it, a strong cast does not raise it for grey. 0 without
// pixels.
double HueVariation(const FacePatch& patch);

// 95th percentile of the CIELAB chroma of the face, 0 grey. For people; sepia measures like skin.
double FaceChroma(const FacePatch& patch);

void CheckMonochrome(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
