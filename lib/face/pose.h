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

// Yaw and pitch of the rotation that brings a reference head nearest to 29 points of the mesh that expression
// hardly moves, with the mesh's own depth (Kabsch, "A solution for the best rotation to relate two sets of
// vectors", Acta Cryst. A32, 1976); parallel projection. The reference head is the symmetric mean of the mesh
// over the 50 neutral portraits of the Face Research Lab London Set (DeBruine & Jones, CC BY 4.0), so zero
// pitch is the pose of people who were asked to look straight ahead. The mesh is shy: of a head turned or
// nodding by 10 to 25 degrees it shows about three quarters (50 portraits warped by their own relief).
// Depth pays: the highest pitch of the 50 as they sat is 11.1, the lowest of the same nodding by 20
// degrees 13.4; from the picture's plane alone (PnP) 11.2 and 9.4. Errors: kInternal - the points do not
// determine a pose.
Result<Pose> EstimatePose(const Landmarks& landmarks);

}  // namespace gradphoto::face
