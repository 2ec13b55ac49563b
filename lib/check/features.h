// SPDX-License-Identifier: Apache-2.0
// Open eyes and closed lips; the ratios are those of face/features.h.
#pragma once

#include "lib/check/sheet.h"
#include "lib/check/subject.h"

namespace gradphoto::check {

void CheckFeatures(const Subject& subject, Sheet& sheet);

}  // namespace gradphoto::check
