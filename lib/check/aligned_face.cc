// SPDX-License-Identifier: Apache-2.0
#include "lib/check/aligned_face.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/geometry/pixel_centres.h"
#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

cv::Point2d Apply(const cv::Matx23d& map, const cv::Point2d& p) {
  return {map(0, 0) * p.x + map(0, 1) * p.y + map(0, 2), map(1, 0) * p.x + map(1, 1) * p.y + map(1, 2)};
}

cv::Mat LuminanceOf(const cv::Mat& bgr) {
  std::array<float, 256> linear;
  for (std::size_t i = 0; i < linear.size(); ++i) {
    linear[i] = static_cast<float>(image::LinearFromSrgb(static_cast<double>(i)));
  }
  cv::Mat luminance(bgr.size(), CV_32F);
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<cv::Vec3b>(y);
    auto* to = luminance.ptr<float>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      to[x] = 0.0722F * linear[from[x][0]] + 0.7152F * linear[from[x][1]] + 0.2126F * linear[from[x][2]];
    }
  }
  return luminance;
}

// Source from level picture: a turn, a scale, a shift.
cv::Matx23d SourceFromLevel(const cv::Point2d& left, const cv::Point2d& right, const LevelFrame& frame) {
  const double distance = std::max(1.0, cv::norm(right - left));
  const cv::Point2d step = (right - left) / distance * (distance / frame.pupil_distance),
                    eyes = (left + right) / 2;
  cv::Matx23d map(step.x, -step.y, 0, step.y, step.x, 0);
  const cv::Point2d turned = Apply(map, frame.eyes);
  map(0, 2) = eyes.x - turned.x;
  map(1, 2) = eyes.y - turned.y;
  return map;
}

// The matrix with which cv::warpAffine (WARP_INVERSE_MAP) fetches a level picture out of `target`.
cv::Matx23d Fetch(cv::Matx23d source_from_level, const image::ScaleShift& target) {
  for (double& value : source_from_level.val) value *= target.scale;
  source_from_level(0, 2) -= target.x_px * target.scale;
  source_from_level(1, 2) -= target.y_px * target.scale;
  return geometry::ForPixelCentres(source_from_level);
}

}  // namespace

cv::Mat LevelPicture(const cv::Mat& source, const cv::Point2d& left, const cv::Point2d& right,
                     const LevelFrame& frame) {
  const cv::Matx23d source_from_level = SourceFromLevel(left, right, frame);
  // First to the scale of the picture without turning, which shrinks without aliasing, then turned.
  const double width = frame.size.width, height = frame.size.height;
  cv::Point2d low(1e9, 1e9), high(-1e9, -1e9);
  for (const cv::Point2d& corner :
       {cv::Point2d(0, 0), cv::Point2d(width, 0), cv::Point2d(0, height), cv::Point2d(width, height)}) {
    const cv::Point2d at = Apply(source_from_level, corner);
    low = {std::min(low.x, at.x), std::min(low.y, at.y)};
    high = {std::max(high.x, at.x), std::max(high.y, at.y)};
  }
  const double scale = frame.pupil_distance / std::max(1.0, cv::norm(right - left));
  const image::ScaleShift box{scale, low.x, low.y};
  const cv::Mat upright =
      image::Resample(source, box, static_cast<int>(std::ceil((high.x - low.x) * scale)) + 1,
                      static_cast<int>(std::ceil((high.y - low.y) * scale)) + 1);
  cv::Mat level;
  cv::warpAffine(upright, level, Fetch(source_from_level, box), frame.size,
                 cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return level;
}

cv::Mat ToLab(const cv::Mat& bgr) {
  cv::Mat lab;
  bgr.convertTo(lab, CV_32F, 1.0 / 255);
  cv::cvtColor(lab, lab, cv::COLOR_BGR2Lab);
  return lab;
}

AlignedFace MakeAlignedFace(const cv::Mat& source, const face::Landmarks& landmarks, const cv::Mat& head_mask,
                            const image::ScaleShift& head_region) {
  using Face = AlignedFace;
  const cv::Point2d left = landmarks.At(face::point::kLeftPupil),
                    right = landmarks.At(face::point::kRightPupil);
  const LevelFrame frame{Face::kPupilDistance, {Face::kWidth, Face::kHeight}, {Face::kEyeX, Face::kEyeY}};
  const cv::Matx23d source_from_patch = SourceFromLevel(left, right, frame);
  const cv::Mat bgr = LevelPicture(source, left, right, frame);

  AlignedFace face;
  face.luminance = LuminanceOf(bgr);
  face.lab = ToLab(bgr);
  cv::warpAffine(head_mask, face.person, Fetch(source_from_patch, head_region), frame.size,
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT, cv::Scalar(0));
  const cv::Rect2d photo(0, 0, source.cols, source.rows);
  for (int y = 0; y < face.person.rows; ++y) {
    for (int x = 0; x < face.person.cols; ++x) {
      if (!photo.contains(Apply(source_from_patch, {x + 0.5, y + 0.5}))) face.person.at<float>(y, x) = 0;
    }
  }
  const double distance = std::max(1.0, cv::norm(right - left)), scale = Face::kPupilDistance / distance;
  const cv::Point2d along = (right - left) / distance, eyes = (left + right) / 2;
  face.landmarks = landmarks;
  for (cv::Point3d& point : face.landmarks.points) {
    const cv::Point2d from_eyes = cv::Point2d(point.x, point.y) - eyes;
    point = {Face::kEyeX + scale * from_eyes.dot(along),
             Face::kEyeY + scale * (along.x * from_eyes.y - along.y * from_eyes.x), scale * point.z};
  }
  return face;
}

double Quantile(std::vector<float> values, double quantile) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const double rank = quantile * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], rank - static_cast<double>(below));
}

double QuantileAround(const cv::Mat& picture, const cv::Point2d& centre, double half_width, double half_height,
                      double quantile) {
  const cv::Rect wanted(cv::Point(centre - cv::Point2d(half_width, half_height)),
                        cv::Point(centre + cv::Point2d(half_width, half_height)) + cv::Point(1, 1));
  const cv::Rect visible = wanted & cv::Rect(0, 0, picture.cols, picture.rows);
  if (visible.empty()) return 0;
  const cv::Mat inside = picture(visible);
  return Quantile(std::vector<float>(inside.begin<float>(), inside.end<float>()), quantile);
}

}  // namespace gradphoto::check
