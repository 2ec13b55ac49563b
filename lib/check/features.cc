// SPDX-License-Identifier: Apache-2.0
#include "lib/check/features.h"

namespace gradphoto::check {

void CheckFeatures(const Subject& subject, Sheet& sheet) {
  sheet.Judge("EYES_CLOSED", "eye_opening_ratio", subject.head.eye_opening, 3);
  sheet.Judge("MOUTH_OPEN", "lip_gap_ratio", subject.head.lip_gap, 3);
}

}  // namespace gradphoto::check
