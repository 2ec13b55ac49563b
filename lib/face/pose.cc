// SPDX-License-Identifier: Apache-2.0
#include "lib/face/pose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/core.hpp>

namespace gradphoto::face {
namespace {

// A mesh point and its place on the reference head, in interpupillary distances: x to the picture's right, y
// down, z away from the camera.
struct ReferencePoint {
  int index;
  cv::Vec3d place;
};

constexpr int kReferencePoints = 29;
const std::array<ReferencePoint, kReferencePoints> kReferenceHead = {{
    {4, {0.0000, 0.2565, -0.7972}},    {6, {0.0000, -0.2108, -0.4707}},   {10, {0.0000, -1.1307, -0.2702}},
    {33, {-0.7256, -0.2488, -0.0330}}, {54, {-0.9820, -0.7964, 0.2433}},  {67, {-0.5734, -1.0684, -0.1403}},
    {117, {-0.8551, 0.0381, -0.0458}}, {119, {-0.5395, 0.0526, -0.1884}}, {121, {-0.2962, -0.0454, -0.2357}},
    {127, {-1.1513, -0.1164, 0.7950}}, {129, {-0.3312, 0.3509, -0.3191}}, {133, {-0.2744, -0.2248, -0.1223}},
    {143, {-1.0123, -0.1577, 0.2029}}, {147, {-0.9888, 0.5041, 0.1392}},  {198, {-0.2187, 0.1502, -0.4720}},
    {205, {-0.6425, 0.4331, -0.2572}}, {263, {0.7256, -0.2488, -0.0330}}, {284, {0.9820, -0.7964, 0.2433}},
    {297, {0.5734, -1.0684, -0.1403}}, {346, {0.8551, 0.0381, -0.0458}},  {348, {0.5395, 0.0526, -0.1884}},
    {350, {0.2962, -0.0454, -0.2357}}, {356, {1.1513, -0.1164, 0.7950}},  {358, {0.3312, 0.3509, -0.3191}},
    {362, {0.2744, -0.2248, -0.1223}}, {372, {1.0123, -0.1577, 0.2029}},  {376, {0.9888, 0.5041, 0.1392}},
    {420, {0.2187, 0.1502, -0.4720}},  {425, {0.6425, 0.4331, -0.2572}},
}};

double Degrees(double radians) { return radians * 180 / std::numbers::pi; }

}  // namespace

Result<Pose> EstimatePose(const Landmarks& landmarks) {
  cv::Vec3d middle, reference_middle;
  std::array<cv::Vec3d, kReferencePoints> seen;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const cv::Point3d& point = landmarks.points[static_cast<std::size_t>(kReferenceHead[i].index)];
    seen[i] = {point.x, point.y, point.z};
    middle += seen[i] / double{kReferencePoints};
    reference_middle += kReferenceHead[i].place / double{kReferencePoints};
  }
  // The rotation that brings the reference head nearest to the points, whatever their scale and place.
  cv::Matx33d covariance = cv::Matx33d::zeros();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    covariance += (seen[i] - middle) * (kReferenceHead[i].place - reference_middle).t();
  }
  cv::Matx31d spread;
  cv::Matx33d left, right;
  cv::SVD::compute(covariance, spread, left, right);
  constexpr double kLeastSpread = 1e-3;  // Points on a line, or in one place, have no orientation.
  if (!(spread(1) > kLeastSpread * spread(0))) {
    return Fail(ErrorKind::kInternal, "the landmarks do not determine a head pose");
  }
  const double handed = cv::determinant(left * right) < 0 ? -1 : 1;
  const cv::Matx33d turn = left * cv::Matx33d::diag({1, 1, handed}) * right;
  const cv::Vec3d nose = turn * cv::Vec3d(0, 0, -1);  // Where the face looks; the camera is at -z.
  const cv::Point2d eyes = landmarks.At(point::kRightPupil) - landmarks.At(point::kLeftPupil);
  return Pose{Degrees(std::atan2(eyes.y, eyes.x)), Degrees(std::atan2(nose[0], -nose[2])),
              Degrees(std::asin(std::clamp(nose[1], -1.0, 1.0)))};
}

}  // namespace gradphoto::face
