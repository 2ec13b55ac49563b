// SPDX-License-Identifier: Apache-2.0
#include "lib/face/outline.h"

#include <array>

namespace gradphoto::face {
namespace {

// Source: MediaPipe's face mesh connections, FACE_OVAL (Apache-2.0).
constexpr std::array<int, 36> kOval = {10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288,
                                       397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
                                       172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};

}  // namespace

std::vector<cv::Point2d> FaceOutline(const Landmarks& landmarks, double shrink) {
  std::vector<cv::Point2d> outline;
  cv::Point2d centre;
  for (const int index : kOval) {
    outline.push_back(landmarks.At(index));
    centre += outline.back();
  }
  centre /= static_cast<double>(outline.size());
  for (cv::Point2d& point : outline) point = centre + (point - centre) * shrink;
  return outline;
}

}  // namespace gradphoto::face
