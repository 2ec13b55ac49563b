// SPDX-License-Identifier: Apache-2.0
#include "lib/check/features.h"

#include <cmath>

#include "lib/check/judge.h"

namespace gradphoto::check {

bool LidsMisread(double eye_opening, double eye_open_margin) {
  constexpr double kNarrowEye = 0.20, kSurelyClosed = -6;
  return eye_opening < kNarrowEye && eye_open_margin < kSurelyClosed;
}

void CheckFeatures(const Subject& subject, Sheet& sheet) {
  if (!Judge(subject.standard, "EYES_CLOSED", subject.head.eye_opening) &&
      LidsMisread(subject.head.eye_opening, subject.head.eye_open_margin)) {
    sheet.Measure("eye_opening_ratio", subject.head.eye_opening, 3);
    sheet.SendToReview("EYES_CLOSED", "the eyes look closed where the lids are measured open");
  } else {
    sheet.Judge("EYES_CLOSED", "eye_opening_ratio", subject.head.eye_opening, 3);
  }
  // Of a head turned this far the mesh guesses lips: it may find them open, but closed ones say nothing (a yawn
  // seen from the side, behind a beard, measured 0.001).
  constexpr double kLipsSeen_deg = 25;
  sheet.Judge("MOUTH_OPEN", "lip_gap_ratio", subject.head.lip_gap, 3);
  if (std::abs(subject.head.pose.yaw_deg) > kLipsSeen_deg && sheet.Find("MOUTH_OPEN") == nullptr) {
    sheet.NotAssessed("MOUTH_OPEN", "the head is turned too far to see the lips");
  }
}

}  // namespace gradphoto::check
