// SPDX-License-Identifier: Apache-2.0
#include "lib/check/pose.h"

namespace gradphoto::check {

void CheckPose(const Subject& subject, Sheet& sheet) {
  const face::Pose& pose = subject.head.pose;
  sheet.Judge("HEAD_TILTED", pose.roll_deg, 1);
  sheet.Judge("HEAD_TURNED", pose.yaw_deg, 1);
  sheet.Judge("HEAD_UP_DOWN", pose.pitch_deg, 1);
}

}  // namespace gradphoto::check
