// SPDX-License-Identifier: Apache-2.0
// Red pupils: the flash seen on the retina.
#pragma once

#include <optional>

#include "lib/check/face_zones.h"
#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

// Percent of the inner iris (three quarters of its radius, between the lids) that is red, of the less red eye:
// a flash is seen in both, a red spot in one is something red that is mirrored. Red is judged against the same
// person's skin under the same light: at least a fifth as much red light, at twice the skin's ratio of red to
// the stronger of green and blue. So brown eyes and warm light measure 0; red pupils measure 13 to 40, faint
// ones 2 to 20. Nothing when no iris has a radius of 3 px.
std::optional<double> RedPupilPercent(const FacePatch& patch, const LinearPatch& linear);

void CheckRedEye(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
