// SPDX-License-Identifier: Apache-2.0
// The wall behind the person as it is in the photo; the quantities are those of matte/background.h. What a
// replacement mends is told afterwards by pipeline/frame.h.
#pragma once

#include <array>

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// CIEDE2000 distance of a wall's colour (sRGB 0..255) to the nearest colour that the standard allows; 0 where
// it allows any plain one.
double DistanceToAllowed(const standard::Standard& standard, const std::array<double, 3>& rgb);

void CheckBackground(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
