// SPDX-License-Identifier: Apache-2.0
#include "lib/check/clothes.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>

#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

image::Lab MeanLab(const cv::Mat& bgr, const cv::Rect& region) {
  const cv::Scalar mean = cv::mean(bgr(region));
  return image::LabFromSrgb({mean[2], mean[1], mean[0]});
}

// The column where the person begins, seen from the left end of the row; nothing when the row has none.
std::optional<int> LeftOutline(const cv::Mat& person, int row) {
  const float* values = person.ptr<float>(row);
  const float* end = values + person.cols;
  const float* first = std::find_if(values, end, [](float value) { return value > 0.5f; });
  if (first == end) return std::nullopt;
  return static_cast<int>(first - values);
}

std::optional<double> LeftContrast(const cv::Mat& bgr, const cv::Mat& person, int first_row) {
  // Away from the outline itself, whose place the mask knows to a few pixels, in shares of the picture's width.
  const int near = std::max(2, bgr.cols / 80), far = std::max(5, bgr.cols / 27);
  constexpr int kBand = 8;  // Rows taken together, so that folds and noise do not count.
  std::vector<double> contrasts;
  int bands = 0;
  for (int row = first_row; row + kBand <= bgr.rows; row += kBand) {
    ++bands;
    const std::optional<int> outline = LeftOutline(person, row + kBand / 2);
    if (!outline || *outline < far || *outline + far > bgr.cols) continue;
    const image::Lab outside = MeanLab(bgr, {*outline - far, row, far - near, kBand});
    const image::Lab inside = MeanLab(bgr, {*outline + near, row, far - near, kBand});
    contrasts.push_back(image::DeltaE2000(outside, inside));
  }
  if (contrasts.empty() || static_cast<int>(contrasts.size()) * 10 < bands) return std::nullopt;
  const auto middle = contrasts.begin() + static_cast<std::ptrdiff_t>(contrasts.size() / 2);
  std::ranges::nth_element(contrasts, middle);
  return *middle;
}

}  // namespace

std::optional<double> BodyContrast(const cv::Mat& bgr, const cv::Mat& person, int first_row) {
  first_row = std::clamp(first_row, 0, bgr.rows);
  const std::optional<double> left = LeftContrast(bgr, person, first_row);
  cv::Mat mirrored_bgr, mirrored_person;
  cv::flip(bgr, mirrored_bgr, 1);
  cv::flip(person, mirrored_person, 1);
  const std::optional<double> right = LeftContrast(mirrored_bgr, mirrored_person, first_row);
  if (left && right) return std::min(*left, *right);
  return left ? left : right;
}

void CheckClothes(const OutputView& output, Sheet& sheet) {
  // Half a pupil distance below the chin the shoulders have begun.
  const geometry::FaceAnchors& anchors = output.head.anchors;
  const cv::Point2d below = anchors.chin + cv::Point2d(0, 0.5 * anchors.PupilDistance());
  const int first_row = static_cast<int>(std::lround(output.plan.OutputFromSource(below).y));
  const std::optional<double> contrast = BodyContrast(output.bgr, output.person, first_row);
  if (!contrast) return sheet.NotAssessed("CLOTHES_LIKE_BACKGROUND", "no outline of the body in the picture");
  sheet.Judge("CLOTHES_LIKE_BACKGROUND", "body_contrast_delta_e", *contrast, 1);
}

}  // namespace gradphoto::check
