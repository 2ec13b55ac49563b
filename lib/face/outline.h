// SPDX-License-Identifier: Apache-2.0
// The outline of the face (forehead, cheeks, chin) as the mesh gives it.
#pragma once

#include <vector>

#include <opencv2/core/types.hpp>

#include "lib/face/landmarks.h"

namespace gradphoto::face {

// The closed outline, clockwise from the forehead's middle, each point moved towards the centre so that
// `shrink` of its distance is left (1 = the outline itself, 0 < shrink <= 1).
std::vector<cv::Point2d> FaceOutline(const Landmarks& landmarks, double shrink);

}  // namespace gradphoto::face
