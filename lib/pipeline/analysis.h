// SPDX-License-Identifier: Apache-2.0
// What the nets see in one photo, computed once and handed on by const reference.
// Coordinates: pixels of the upright photo, edges at integers.
#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/face/find.h"
#include "lib/face/head.h"
#include "lib/image/resample.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::pipeline {

struct Analysis {
  cv::Mat bgr;            // The upright photo; turned further when no face was found otherwise.
  int quarter_turns = 0;  // Clockwise, after the EXIF orientation: 0 unless the tag was missing or wrong.
  std::optional<face::Head> head;  // The largest face; absent when there is none.
  std::vector<cv::Rect2d> others;  // Boxes of further faces, largest first.
  double second_face_ratio = 0;    // Area of the largest other face over that of the first.
  cv::Mat head_mask;  // CV_32F 0..1, person mask of `head_region` of the photo; empty without a head.
  image::ScaleShift head_region;  // Mask px from photo px.
};

// Finds the faces (only those that the mesh confirms), the landmarks of the largest one, the crown, the pose. A
// photo of unknown orientation is turned by quarters when its face stands better so. No face is not an error.
// Errors: kInternal - a net failed.
Result<Analysis> Analyse(const Engine& engine, const cv::Mat& upright_bgr, face::Orientation orientation);

}  // namespace gradphoto::pipeline
