// SPDX-License-Identifier: Apache-2.0
// The few points of a head that image standards speak of. Source pixels of the upright photo, pixel edges at
// integers, x right, y down; "left" and "right" are sides of the picture, not of the person.
#pragma once

#include <algorithm>

#include <opencv2/core/types.hpp>

namespace gradphoto::geometry {

struct FaceAnchors {
  cv::Point2d left_pupil, right_pupil;
  double crown_y = 0;                   // Top of the hair outline (头顶发际), from the person mask.
  double skull_y = 0;                   // Top of the head under the hair, estimated; at or below crown_y.
  cv::Point2d chin;                     // Lowest point of the chin.
  cv::Point2d left_cheek, right_cheek;  // Face edge at cheek level, ears excluded.

  cv::Point2d EyeMid() const { return (left_pupil + right_pupil) / 2; }
  double PupilDistance() const { return cv::norm(right_pupil - left_pupil); }
  double FaceWidth() const { return right_cheek.x - left_cheek.x; }
  // Horizontal middle of the head: the mean of the eyes' and the cheeks' middle, so that a slight turn of the
  // head pulls it neither to the nose's nor to the ear's side.
  double MidX() const { return (EyeMid().x + (left_cheek.x + right_cheek.x) / 2) / 2; }
};

// The top of the head under the hair, for heads whose hair stands high: a crown rule met by a topknot alone
// would push the face down. Source: regression on the hand-placed crown points of the Face Research Lab London
// Set (50 neutral portraits, CC BY 4.0): 0.48 + 0.65 * min(hair, 2.0) interpupillary distances above the eyes,
// where `hair` is the height of the outline; standard deviation 0.10.
inline double EstimateSkullTop(double eye_y, double crown_y, double pupil_distance) {
  const double hair = (eye_y - crown_y) / pupil_distance;
  const double skull = 0.48 + 0.65 * std::min(hair, 2.0);
  return eye_y - std::min(skull, hair) * pupil_distance;
}

}  // namespace gradphoto::geometry
