// SPDX-License-Identifier: Apache-2.0
#include "lib/check/features.h"

#include <cmath>

namespace gradphoto::check {

void CheckFeatures(const Subject& subject, Sheet& sheet) {
  sheet.Judge("EYES_CLOSED", "eye_opening_ratio", subject.head.eye_opening, 3);
  // Of a head turned this far the mesh guesses lips: it may find them open, but closed ones say nothing (a yawn
  // seen from the side, behind a beard, measured 0.001).
  constexpr double kLipsSeen_deg = 25;
  sheet.Judge("MOUTH_OPEN", "lip_gap_ratio", subject.head.lip_gap, 3);
  if (std::abs(subject.head.pose.yaw_deg) > kLipsSeen_deg && sheet.Find("MOUTH_OPEN") == nullptr) {
    sheet.NotAssessed("MOUTH_OPEN", "the head is turned too far to see the lips");
  }
}

}  // namespace gradphoto::check
