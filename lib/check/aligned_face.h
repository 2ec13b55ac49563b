// SPDX-License-Identifier: Apache-2.0
// The face with level eyes at one fixed scale, so that a distance in pixels is a distance on the face whatever
// the camera, the size of the photo and the tilt of the head. The checks of what is worn look at it.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/face/landmarks.h"
#include "lib/image/resample.h"

namespace gradphoto::check {

struct AlignedFace {
  static constexpr double kPupilDistance = 96;       // Px between the pupils; the unit of all offsets.
  static constexpr int kWidth = 240, kHeight = 300;  // 2.5 pupil distances wide, from hair to chin.
  static constexpr double kEyeX = 120, kEyeY = 150;  // Middle of the pupils.

  cv::Mat luminance;  // CV_32F, linear light 0..1.
  cv::Mat lab;        // CV_32FC3, CIELAB.
  cv::Mat person;     // CV_32F 0..1: probability that a pixel shows the person; 0 beyond the end of the photo.
  face::Landmarks landmarks;  // In pixels of the patch.

  // Place on the patch, in pupil distances from the middle of the eyes, x to the right, y down.
  static cv::Point2d Place(double x, double y) {
    return {kEyeX + x * kPupilDistance, kEyeY + y * kPupilDistance};
  }
};

// A level picture of a head: `pupil_distance` px between the pupils, their middle at `eyes` (pixel edges at
// integers).
struct LevelFrame {
  double pupil_distance = 0;
  cv::Size size;
  cv::Point2d eyes;
};

// CV_8UC3 of that size, shrunk without aliasing, from a CV_8UC3 photo in which the pupils stand at `left` and
// `right`. Pixels beyond the end of the photo repeat its last ones.
cv::Mat LevelPicture(const cv::Mat& source, const cv::Point2d& left, const cv::Point2d& right,
                     const LevelFrame& frame);

// CV_32FC3, CIELAB (L 0..100), of a CV_8UC3 picture in sRGB.
cv::Mat ToLab(const cv::Mat& bgr);

// `head_mask` is the person mask (CV_32F 0..1) of the region `head_region` of the source around the head;
// beyond it nothing is person. `source` is CV_8UC3. Pixels beyond the end of the photo repeat its last ones.
AlignedFace MakeAlignedFace(const cv::Mat& source, const face::Landmarks& landmarks, const cv::Mat& head_mask,
                            const image::ScaleShift& head_region);

// Median, or another quantile (0..1), of a rectangle of a one-channel CV_32F picture: half sizes in px around a
// centre, clipped to the picture. 0 when nothing is left.
double QuantileAround(const cv::Mat& picture, const cv::Point2d& centre, double half_width, double half_height,
                      double quantile = 0.5);

// Quantile 0..1 of the values, between neighbours linear; 0 for none.
double Quantile(std::vector<float> values, double quantile);

}  // namespace gradphoto::check
