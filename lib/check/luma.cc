// SPDX-License-Identifier: Apache-2.0
#include "lib/check/luma.h"

#include <algorithm>
#include <cmath>

namespace gradphoto::check {
namespace {

// The part of [low, high) of length `side` that is nearest to being centred on `middle`.
std::pair<int, int> Part(double low, double high, double middle, int side) {
  const int first = static_cast<int>(std::ceil(low)), last = static_cast<int>(std::floor(high));
  const int length = std::clamp(last - first, 0, side);
  const int start = std::clamp(static_cast<int>(middle) - length / 2, first, std::max(first, last - length));
  return {start, length};
}

}  // namespace

cv::Mat LumaOf(const cv::Mat& bgr) {
  cv::Mat luma(bgr.size(), CV_32F);
  for (int y = 0; y < bgr.rows; ++y) {
    const unsigned char* from = bgr.ptr<unsigned char>(y);
    float* to = luma.ptr<float>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      to[x] = 0.114f * static_cast<float>(from[3 * x]) + 0.587f * static_cast<float>(from[3 * x + 1]) +
              0.299f * static_cast<float>(from[3 * x + 2]);
    }
  }
  return luma;
}

cv::Rect SourceWindow(const Subject& subject, int side) {
  const geometry::CropPlan& plan = subject.plan;
  const double width = subject.source.cols, height = subject.source.rows;
  const double left = std::clamp(plan.x_px, 0.0, width), top = std::clamp(plan.y_px, 0.0, height);
  const double right = std::clamp(plan.x_px + plan.width_px / plan.scale, left, width);
  const double bottom = std::clamp(plan.y_px + plan.height_px / plan.scale, top, height);
  const cv::Point3d nose = subject.head.landmarks.points[1];
  const auto [x, columns] = Part(left, right, nose.x, side);
  const auto [y, rows] = Part(top, bottom, nose.y, side);
  return {x, y, columns, rows};
}

}  // namespace gradphoto::check
