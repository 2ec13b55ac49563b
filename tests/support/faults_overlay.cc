// SPDX-License-Identifier: Apache-2.0
// What programs and people lay over a finished photo: strips, bars, seals, stickers, writing.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/image/text.h"
#include "tests/support/faults.h"

namespace gradphoto::faults {
namespace {

// Lays `colour` (B, G, R) over `picture` where `layer` (CV_8U) is set, as opaque as it is times `opacity`.
void Lay(cv::Mat& picture, const cv::Mat& layer, const cv::Scalar& colour, double opacity) {
  cv::Mat share, wide;
  cv::cvtColor(layer, share, cv::COLOR_GRAY2BGR);
  share.convertTo(share, CV_32FC3, opacity / 255);
  picture.convertTo(wide, CV_32FC3);
  wide = wide + share.mul(cv::Scalar(colour) - wide);
  wide.convertTo(picture, CV_8UC3);
}

// `words` white on black, `size_px` high, its middle at `at`, turned by `angle_deg`.
void Write(cv::Mat& layer, const std::string& words, const cv::Point2d& at, double size_px, double angle_deg) {
  const image::TextStyle style{.size_px = size_px, .bgr = {255, 255, 255}, .bold = true};
  const cv::Size size = image::TextSize(words, style);
  cv::Mat drawn = cv::Mat::zeros(size, CV_8UC3), grey, placed;
  image::DrawText(drawn, words, {0, 0}, style);
  cv::cvtColor(drawn, grey, cv::COLOR_BGR2GRAY);
  cv::Mat turn = cv::getRotationMatrix2D(cv::Point2f(size) / 2, angle_deg, 1);
  turn.at<double>(0, 2) += at.x - size.width / 2.0;
  turn.at<double>(1, 2) += at.y - size.height / 2.0;
  cv::warpAffine(grey, placed, turn, layer.size());
  cv::max(layer, placed, layer);
}

cv::Mat EmptyLayer(const Portrait& portrait) { return cv::Mat::zeros(portrait.bgr.size(), CV_8U); }

// The rows of the photo from `height_px` above the frame's lower end.
cv::Rect LowerEnd(const Portrait& portrait, double height_px) {
  const double lower = std::min(portrait.frame.br().y, double(portrait.bgr.rows));
  const auto top = static_cast<int>(std::lround(lower - height_px / portrait.scale));
  return {0, top, portrait.bgr.cols, portrait.bgr.rows - top};
}

}  // namespace

cv::Mat NameStrip(const Portrait& portrait, double height_px, int grey, const std::string& words) {
  cv::Mat result = portrait.bgr.clone();
  const cv::Rect strip = LowerEnd(portrait, height_px);
  result(strip).setTo(cv::Scalar::all(grey));
  cv::Mat layer = EmptyLayer(portrait);
  const double size = 0.6 * height_px / portrait.scale;
  Write(layer, words, {portrait.frame.x + portrait.frame.width / 2, strip.y + 0.5 * height_px / portrait.scale},
        size, 0);
  Lay(result, layer, cv::Scalar::all(grey > 127 ? 0 : 255), 1);
  return result;
}

cv::Mat Bar(const Portrait& portrait, double height_px, int grey) {
  cv::Mat result = portrait.bgr.clone();
  result(LowerEnd(portrait, height_px)).setTo(cv::Scalar::all(grey));
  return result;
}

cv::Mat BlurredFill(const Portrait& portrait, double height_px) {
  constexpr double kZoom = 1.6, kBlur = 0.03;  // Of the frame's width.
  cv::Mat result = portrait.bgr.clone(), fill;
  const cv::Rect bar = LowerEnd(portrait, height_px);
  const cv::Point2f middle(float(portrait.bgr.cols) / 2, float(portrait.bgr.rows) * 0.6F);
  cv::warpAffine(portrait.bgr, fill, cv::getRotationMatrix2D(middle, 0, kZoom), portrait.bgr.size(),
                 cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::GaussianBlur(fill, fill, {}, kBlur * portrait.frame.width);
  fill(bar).copyTo(result(bar));
  return result;
}

cv::Mat Seal(const Portrait& portrait, double radius_px, const cv::Scalar& rgb, double opacity) {
  cv::Mat result = portrait.bgr.clone(), layer = EmptyLayer(portrait);
  const cv::Rect2d& frame = portrait.frame;
  const double radius = radius_px / portrait.scale;
  const cv::Point2d centre(frame.x + 0.82 * frame.width - radius / 3,
                           std::min(frame.br().y, double(portrait.bgr.rows)) - 0.75 * radius);
  cv::circle(layer, centre, static_cast<int>(radius), cv::Scalar(255),
             std::max(2, static_cast<int>(0.05 * radius)), cv::LINE_AA);
  Write(layer, "专用章", centre, 0.4 * radius, 0);
  Lay(result, layer, {rgb[2], rgb[1], rgb[0]}, opacity);
  return result;
}

cv::Mat Sticker(const Portrait& portrait, double radius_px, const cv::Scalar& rgb) {
  cv::Mat result = portrait.bgr.clone(), layer = EmptyLayer(portrait);
  const cv::Point2d eyes = portrait.anchors.EyeMid();
  const double unit = portrait.anchors.PupilDistance();
  cv::circle(layer, eyes + cv::Point2d(0.62 * unit, 0.8 * unit), static_cast<int>(radius_px / portrait.scale),
             cv::Scalar(255), cv::FILLED, cv::LINE_AA);
  Lay(result, layer, {rgb[2], rgb[1], rgb[0]}, 1);
  return result;
}

cv::Mat Writing(const Portrait& portrait, const std::string& words, const cv::Point2d& at, double size_px,
                double angle_deg, int grey, double opacity) {
  cv::Mat result = portrait.bgr.clone(), layer = EmptyLayer(portrait);
  const cv::Rect2d& frame = portrait.frame;
  Write(layer, words, {frame.x + at.x * frame.width, frame.y + at.y * frame.height}, size_px / portrait.scale,
        angle_deg);
  Lay(result, layer, cv::Scalar::all(grey), opacity);
  return result;
}

cv::Mat Column(const Portrait& portrait, const std::vector<std::string>& characters, double size_px, int grey) {
  cv::Mat result = portrait.bgr.clone(), layer = EmptyLayer(portrait);
  const cv::Rect2d& frame = portrait.frame;
  double y = frame.y + 0.2 * frame.height;
  for (const std::string& character : characters) {
    Write(layer, character, {frame.x + 0.09 * frame.width, y}, size_px / portrait.scale, 0);
    y += 1.15 * size_px / portrait.scale;
  }
  Lay(result, layer, cv::Scalar::all(grey), 1);
  return result;
}

cv::Mat TiledWatermark(const Portrait& portrait, const std::string& words, double opacity, int grey,
                       double angle_deg) {
  cv::Mat result = portrait.bgr.clone(), layer = EmptyLayer(portrait);
  const cv::Rect2d& frame = portrait.frame;
  for (int row = 0; row < 5; ++row) {
    for (int column = 0; column < 3; ++column) {
      Write(layer, words,
            {frame.x + (0.15 + 0.35 * column) * frame.width, frame.y + (0.1 + 0.2 * row) * frame.height},
            0.045 * frame.height, angle_deg);
    }
  }
  Lay(result, layer, cv::Scalar::all(grey), opacity);
  return result;
}

}  // namespace gradphoto::faults
