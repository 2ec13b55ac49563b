// SPDX-License-Identifier: Apache-2.0
#include "lib/face/pose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/calib3d.hpp>

namespace gradphoto::face {
namespace {

// A mesh point and its place on the reference head, in interpupillary distances: x to the picture's right, y
// down, z away from the camera.
struct ReferencePoint {
  int index;
  cv::Point3d place;
};

constexpr int kReferencePoints = 32;
const std::array<ReferencePoint, kReferencePoints> kReferenceHead = {{
    {4, {0.0000, 0.2565, -0.7972}},     {6, {0.0000, -0.2108, -0.4707}},   {10, {0.0000, -1.1307, -0.2702}},
    {33, {-0.7256, -0.2488, -0.0330}},  {54, {-0.9820, -0.7964, 0.2433}},  {67, {-0.5734, -1.0684, -0.1403}},
    {117, {-0.8551, 0.0381, -0.0458}},  {119, {-0.5395, 0.0526, -0.1884}}, {121, {-0.2962, -0.0454, -0.2357}},
    {127, {-1.1513, -0.1164, 0.7950}},  {129, {-0.3312, 0.3509, -0.3191}}, {132, {-1.0740, 0.6345, 0.7828}},
    {133, {-0.2744, -0.2248, -0.1223}}, {136, {-0.7827, 1.2533, 0.2910}},  {143, {-1.0123, -0.1577, 0.2029}},
    {147, {-0.9888, 0.5041, 0.1392}},   {198, {-0.2187, 0.1502, -0.4720}}, {205, {-0.6425, 0.4331, -0.2572}},
    {263, {0.7256, -0.2488, -0.0330}},  {284, {0.9820, -0.7964, 0.2433}},  {297, {0.5734, -1.0684, -0.1403}},
    {346, {0.8551, 0.0381, -0.0458}},   {348, {0.5395, 0.0526, -0.1884}},  {350, {0.2962, -0.0454, -0.2357}},
    {356, {1.1513, -0.1164, 0.7950}},   {358, {0.3312, 0.3509, -0.3191}},  {361, {1.0740, 0.6345, 0.7828}},
    {362, {0.2744, -0.2248, -0.1223}},  {365, {0.7827, 1.2533, 0.2910}},   {372, {1.0123, -0.1577, 0.2029}},
    {376, {0.9888, 0.5041, 0.1392}},    {420, {0.2187, 0.1502, -0.4720}},
}};

double Degrees(double radians) { return radians * 180 / std::numbers::pi; }

}  // namespace

Result<Pose> EstimatePose(const Landmarks& landmarks, cv::Size photo_size) {
  std::vector<cv::Point3d> head;
  std::vector<cv::Point2d> seen;
  for (const ReferencePoint& point : kReferenceHead) {
    head.push_back(point.place);
    seen.push_back(landmarks.At(point.index));
  }
  // The optical axis is put through the face: photos come cropped, so the picture's middle says little about
  // the camera, and a head near the edge is not turned because of where it stands.
  const double focal = 1.5 * std::max(photo_size.width, photo_size.height);
  cv::Point2d centre;
  for (const cv::Point2d& point : seen) centre += point / double{kReferencePoints};
  const cv::Matx33d camera(focal, 0, centre.x, 0, focal, centre.y, 0, 0, 1);
  cv::Vec3d rotation, translation;
  try {
    if (!cv::solvePnP(head, seen, camera, cv::noArray(), rotation, translation, false, cv::SOLVEPNP_SQPNP) ||
        !cv::solvePnP(head, seen, camera, cv::noArray(), rotation, translation, true, cv::SOLVEPNP_ITERATIVE)) {
      return Fail(ErrorKind::kInternal, "the landmarks do not determine a head pose");
    }
  } catch (const cv::Exception& error) {
    return Fail(ErrorKind::kInternal, std::string("head pose: ") + error.what());
  }
  cv::Matx33d turn;
  cv::Rodrigues(rotation, turn);
  const cv::Vec3d nose = turn * cv::Vec3d(0, 0, -1);  // Where the face looks; the camera is at -z.
  const cv::Point2d eyes = landmarks.At(point::kRightPupil) - landmarks.At(point::kLeftPupil);
  return Pose{Degrees(std::atan2(eyes.y, eyes.x)), Degrees(std::atan2(nose[0], -nose[2])),
              Degrees(std::asin(std::clamp(nose[1], -1.0, 1.0)))};
}

}  // namespace gradphoto::face
