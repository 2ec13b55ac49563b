// SPDX-License-Identifier: Apache-2.0
#include "lib/check/gaze.h"

#include <cmath>
#include <utility>

namespace gradphoto::check {
namespace {

// Place of the iris in the eye: along the line of the corners and across it (down), from the corners' middle,
// in half eye widths.
cv::Point2d IrisPlace(const face::Landmarks& landmarks, int left_corner, int right_corner, int iris) {
  const cv::Point2d left = landmarks.At(left_corner), right = landmarks.At(right_corner);
  const cv::Point2d half = (right - left) / 2, offset = landmarks.At(iris) - (left + right) / 2;
  const double square = half.dot(half);
  if (square <= 0) return {};
  return {offset.dot(half) / square, half.cross(offset) / square};
}

}  // namespace

Gaze MeasureGaze(const face::Landmarks& landmarks, double yaw_deg) {
  using namespace face::point;
  constexpr double kPerDegree = 0.012, kPerYawDegree = 0.009;
  constexpr double kLevel = -0.126;  // The iris stands above the corners of its eye.
  const cv::Point2d place = (IrisPlace(landmarks, kLeftEyeOuter, kLeftEyeInner, kLeftPupil) +
                             IrisPlace(landmarks, kRightEyeInner, kRightEyeOuter, kRightPupil)) /
                            2;
  Gaze gaze;
  gaze.across_deg = (place.x + kPerYawDegree * yaw_deg) / kPerDegree;
  gaze.down_deg = (place.y - kLevel) / kPerDegree;
  gaze.off_deg = std::hypot(gaze.across_deg, gaze.down_deg);
  return gaze;
}

void CheckGaze(const Subject& subject, Sheet& sheet) {
  constexpr double kClosed = 0.10;    // Lid opening over eye width: the mesh guesses irises behind closed lids.
  constexpr double kTurned_deg = 20;  // The correction was fitted on heads within 8 degrees; 20 is as far as it
                                      // was seen to hold.
  if (subject.head.eye_opening < kClosed) return sheet.NotAssessed("GAZE_OFF", "the eyes are closed");
  if (std::abs(subject.head.pose.yaw_deg) > kTurned_deg) {
    return sheet.NotAssessed("GAZE_OFF", "the head is turned too far");
  }
  const Gaze gaze = MeasureGaze(subject.head.landmarks, subject.head.pose.yaw_deg);
  const bool sideways = std::abs(gaze.across_deg) >= std::abs(gaze.down_deg);
  sheet.Judge("GAZE_OFF", "gaze_off_deg", gaze.off_deg, 1,
              sideways ? (gaze.across_deg < 0 ? "left" : "right") : (gaze.down_deg < 0 ? "up" : "down"));
}

}  // namespace gradphoto::check
