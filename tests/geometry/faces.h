// SPDX-License-Identifier: Apache-2.0
// Synthetic heads for the tests of the crop.
#pragma once

#include <random>

#include "lib/geometry/crop.h"

namespace gradphoto::geometry::testing {

// A frontal head whose pupils are `pupils` apart around `eye_mid`, with the proportions of most people.
inline FaceAnchors MakeFace(const cv::Point2d& eye_mid, double pupils, double hair = 1.9, double chin = 1.8,
                            double width = 2.15) {
  FaceAnchors face;
  face.left_pupil = eye_mid - cv::Point2d(pupils / 2, 0);
  face.right_pupil = eye_mid + cv::Point2d(pupils / 2, 0);
  face.crown_y = eye_mid.y - hair * pupils;
  face.skull_y = EstimateSkullTop(eye_mid.y, face.crown_y, pupils);
  face.chin = eye_mid + cv::Point2d(0, chin * pupils);
  face.left_cheek = eye_mid + cv::Point2d(-width * pupils / 2, 0.6 * pupils);
  face.right_cheek = eye_mid + cv::Point2d(width * pupils / 2, 0.6 * pupils);
  return face;
}

// The windows of 教毕指〔2017〕99号 for 480 x 640.
inline CropRequest GraduationRequest() {
  CropRequest request;
  request.width_px = 480;
  request.height_px = 640;
  request.rules = {{Measure::kEyeLine, 200, 300, 250, 260, true},
                   {Measure::kCrown, 50, 110, 72, 82, true},
                   {Measure::kFaceWidth, 180, 300, 195, 205, true},
                   {Measure::kChin, 0, 425, 0, 425, false}};
  return request;
}

inline FaceAnchors Scaled(FaceAnchors face, double factor) {
  for (cv::Point2d* point :
       {&face.left_pupil, &face.right_pupil, &face.chin, &face.left_cheek, &face.right_cheek}) {
    *point *= factor;
  }
  face.crown_y *= factor;
  face.skull_y *= factor;
  return face;
}

}  // namespace gradphoto::geometry::testing
