// SPDX-License-Identifier: Apache-2.0
// Head pose from the landmarks, in degrees. Roll: clockwise in the picture is positive; yaw: the nose towards
// the picture's right is positive; pitch: the nose down is positive. Arithmetic only.
#pragma once

#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/face/landmarks.h"

namespace gradphoto::face {

struct Pose {
  double roll_deg = 0;   // From the line of the pupils: 0.4 degrees mean error (models/README.md).
  double yaw_deg = 0;    // Within 5 degrees for 95 % of frontal portraits.
  double pitch_deg = 0;  // Coarse: a person's own face shape moves it by 4 degrees (one standard deviation).
};

// Yaw and pitch by perspective-n-point (SQPNP, then iterative refinement) of 32 points that expression hardly
// moves, with the optical axis through the face and a focal length of 1.5 times the photo's longer side. The
// reference head is the symmetric mean of the mesh over the 50 neutral portraits of the Face Research Lab
// London Set (DeBruine & Jones, CC BY 4.0), so zero pitch is the pose of people who were asked to look straight
// ahead. Errors: kInternal - the points do not determine a pose.
Result<Pose> EstimatePose(const Landmarks& landmarks, cv::Size photo_size);

}  // namespace gradphoto::face
