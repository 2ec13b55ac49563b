// SPDX-License-Identifier: Apache-2.0
// Open eyes and closed lips; the ratios are those of face/features.h.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Thick lashes on a closed lid can pass for an open eye with the mesh. Then the eye net (face/features.h) says
// closed: below -6 of lids that measure less than 0.20. Of 50 portraits with their lids drawn down 3 measure
// 0.13 to 0.20 with margins of -10 to -7; 100 London portraits have margins of 6 and more, narrow open eyes
// (115 East Asian portraits, models/README.md) of -4 and more. Wide open ones do not count: behind dark lenses
// the net says closed, too.
bool LidsMisread(double eye_opening, double eye_open_margin);

void CheckFeatures(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
