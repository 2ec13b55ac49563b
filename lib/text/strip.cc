// SPDX-License-Identifier: Apache-2.0
#include "lib/text/strip.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace gradphoto::text {

std::optional<Quad> QuadFrom(const Json& json) {
  constexpr float kMost_px = 1e6F;  // No photo is so large.
  Quad quad;
  if (!json.is_array() || json.size() != 2 * quad.size()) return std::nullopt;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (!json[i].is_number()) return std::nullopt;
    const float at = json[i].get<float>();
    if (!(std::abs(at) <= kMost_px)) return std::nullopt;
    (i % 2 == 0 ? quad[i / 2].x : quad[i / 2].y) = at;
  }
  // A view of a rectangle: convex, and no line.
  const std::vector<cv::Point2f> corners(quad.begin(), quad.end());
  if (!cv::isContourConvex(corners) || cv::contourArea(corners) < 1) return std::nullopt;
  return quad;
}

double LineAngle_deg(double angle_deg) { return angle_deg - 180 * std::floor((angle_deg + 90) / 180); }

Quad TextBox::Corners(double turn_deg) const {
  const double angle = (angle_deg + turn_deg) * std::numbers::pi / 180;
  const cv::Point2d along(std::cos(angle) * length_px / 2, std::sin(angle) * length_px / 2);
  const cv::Point2d down(-std::sin(angle) * height_px / 2, std::cos(angle) * height_px / 2);
  return {centre - along - down, centre + along - down, centre + along + down, centre - along + down};
}

TextBox TextBox::Turned() const {
  TextBox turned = *this;
  turned.length_px = height_px;
  turned.height_px = length_px;
  turned.angle_deg = angle_deg < 0 ? angle_deg + 90 : angle_deg - 90;
  return turned;
}

cv::Mat CutStrip(const cv::Mat& bgr, const Quad& quad) {
  constexpr double kStep_px = 8;
  constexpr int kMostTimes = 4;
  const double length = (cv::norm(quad[1] - quad[0]) + cv::norm(quad[2] - quad[3])) / 2;
  const double height = std::max((cv::norm(quad[3] - quad[0]) + cv::norm(quad[2] - quad[1])) / 2, 1.0);
  const double steps = std::ceil(kStripHeight_px * length / height / kStep_px);
  const int width =
      static_cast<int>(std::clamp(steps * kStep_px, double{kStripHeight_px}, double{kMostStripWidth_px}));
  // One bilinear warp would skip pixels of high lines: those are warped larger and then averaged.
  const int times = static_cast<int>(std::clamp(std::ceil(height / kStripHeight_px), 1.0, double{kMostTimes}));
  const float shift = times > 1 ? 0.5F : 0.0F;
  const auto right = static_cast<float>(width * times) - shift,
             bottom = static_cast<float>(kStripHeight_px * times) - shift;
  const Quad target = {cv::Point2f(-shift, -shift), {right, -shift}, {right, bottom}, {-shift, bottom}};
  cv::Mat strip;
  cv::warpPerspective(bgr, strip, cv::getPerspectiveTransform(quad.data(), target.data()),
                      cv::Size(width * times, kStripHeight_px * times),
                      times > 1 ? cv::INTER_LINEAR : cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  if (times > 1) cv::resize(strip, strip, cv::Size(width, kStripHeight_px), 0, 0, cv::INTER_AREA);
  return strip;
}

cv::Mat CutUpright(const cv::Mat& bgr, const Quad& quad, int most_px) {
  const double wide = std::max(cv::norm(quad[1] - quad[0]), cv::norm(quad[2] - quad[3]));
  const double high = std::max(cv::norm(quad[3] - quad[0]), cv::norm(quad[2] - quad[1]));
  const double scale = std::min(1.0, most_px / std::max({wide, high, 1.0}));
  const auto side = [&](double length) {
    return static_cast<int>(std::clamp(std::round(length * scale), 1.0, static_cast<double>(most_px)));
  };
  const cv::Size size(side(wide), side(high));
  // Warped as large as it is, then averaged.
  const cv::Size whole(static_cast<int>(std::clamp(std::round(wide), 1.0, 4.0 * most_px)),
                       static_cast<int>(std::clamp(std::round(high), 1.0, 4.0 * most_px)));
  const float right = static_cast<float>(whole.width) - 0.5F, bottom = static_cast<float>(whole.height) - 0.5F;
  const Quad target = {cv::Point2f(-0.5F, -0.5F), {right, -0.5F}, {right, bottom}, {-0.5F, bottom}};
  Quad from = quad;  // Pixel centres at integers, as OpenCV has them.
  for (cv::Point2f& corner : from) corner -= cv::Point2f(0.5F, 0.5F);
  cv::Mat cut;
  cv::warpPerspective(bgr, cut, cv::getPerspectiveTransform(from.data(), target.data()), whole,
                      cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  if (whole != size) cv::resize(cut, cut, size, 0, 0, cv::INTER_AREA);
  return cut;
}

}  // namespace gradphoto::text
