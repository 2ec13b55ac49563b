// SPDX-License-Identifier: Apache-2.0
// What the fault injectors draw with. Not for use outside tests/support.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/support/faults.h"

namespace gradphoto::faults {

cv::Mat ToLinear(const cv::Mat& bgr);       // CV_8UC3 sRGB -> CV_32FC3 linear light 0..1.
cv::Mat FromLinear(const cv::Mat& linear);  // And back, clipped.

// Face coordinates: origin between the pupils, u along them to the right, v down the face, unit one pupil
// distance.
class Local {
 public:
  explicit Local(const Portrait& portrait);
  cv::Point2d At(double u, double v) const { return origin_ + unit_ * (u * right_ + v * down_); }
  cv::Point2d Of(const cv::Point2d& point) const {
    const cv::Point2d d = point - origin_;
    return {d.dot(right_) / unit_, d.dot(down_) / unit_};
  }
  double unit_px() const { return unit_; }

  double half_width = 0;                  // Of the face at the cheeks.
  double head_left = 0, head_right = 0;   // Of the head with its hair above the ears, both positive.
  double crown = 0, brows = 0, chin = 0;  // v of each; the crown is negative.

 private:
  cv::Point2d origin_, right_, down_;
  double unit_ = 1;
};

struct Eye {
  std::vector<cv::Point2d> opening;       // Closed polygon of the lids.
  std::vector<cv::Point2d> upper, lower;  // Lid edges from left to right.
  std::vector<cv::Point2d> brow;          // Lower edge of the brow, left to right.
  cv::Point2d pupil;
  double iris_radius = 0;
};
std::array<Eye, 2> EyesOf(const Portrait& portrait);  // Left, right.

// CV_32F 0..1 with an edge `softness_px` wide (standard deviation).
cv::Mat SoftPolygon(cv::Size size, const std::vector<cv::Point2d>& polygon, double softness_px);
std::vector<cv::Point2d> Ellipse(const cv::Point2d& centre, double rx, double ry, double from_deg = 0,
                                 double to_deg = 360, double turn_deg = 0);
cv::Mat Blend(const cv::Mat& below, const cv::Mat& above, const cv::Mat& alpha);

// Latin text with its base line beginning at `at`; `height_px` of a capital.
void Write(cv::Mat& bgr, const std::string& text, const cv::Point2d& at, double height_px,
           const cv::Scalar& colour, double opacity);

}  // namespace gradphoto::faults
