// SPDX-License-Identifier: Apache-2.0
// Everything measured on the one head that a photo is about. Coordinates: pixels of the upright photo.
#pragma once

#include "lib/face/landmarks.h"
#include "lib/face/pose.h"
#include "lib/geometry/anchors.h"

namespace gradphoto::face {

struct Head {
  Landmarks landmarks;
  geometry::FaceAnchors anchors;
  Pose pose;
  double eye_opening = 0;  // See face/features.h.
  double lip_gap = 0;
  double eye_open_margin = 0;
  bool crown_cut = false;  // The hair reaches the upper end of the photo.
};

}  // namespace gradphoto::face
