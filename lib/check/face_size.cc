// SPDX-License-Identifier: Apache-2.0
#include "lib/check/face_size.h"

namespace gradphoto::check {

void CheckFaceSize(const Subject& subject, Sheet& sheet) {
  sheet.Judge("MULTIPLE_FACES", subject.second_face_ratio, 3);
  sheet.Judge("FACE_TOO_SMALL", subject.head.anchors.PupilDistance(), 1);
}

}  // namespace gradphoto::check
