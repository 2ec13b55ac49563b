// SPDX-License-Identifier: Apache-2.0
// How the head stands; the angles are those of face/pose.h.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

void CheckPose(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
