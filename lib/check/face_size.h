// SPDX-License-Identifier: Apache-2.0
// How many faces there are and whether the first is large enough to be measured.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

void CheckFaceSize(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
