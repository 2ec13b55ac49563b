// SPDX-License-Identifier: Apache-2.0
#include "lib/image/thumbnail.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "lib/image/encode.h"

namespace gradphoto::image {

namespace {

cv::Size Fitting(double width, double height, int max_width, int max_height) {
  const double scale = std::min({1.0, max_width / width, max_height / height});
  return {std::max(1, static_cast<int>(width * scale)), std::max(1, static_cast<int>(height * scale))};
}

std::optional<std::vector<std::byte>> Finish(const cv::Mat& small, std::span<const ThumbnailLine> lines) {
  constexpr int kQuality = 82, kScreenDpi = 96;
  for (const ThumbnailLine& line : lines) {
    if (line.y_share < 0 || line.y_share >= 1) continue;
    small.row(static_cast<int>(line.y_share * small.rows)).setTo(cv::Scalar(line.bgr));
  }
  auto jpeg = EncodeJpeg(small, kQuality, ChromaSampling::k420, kScreenDpi);
  if (!jpeg) return std::nullopt;
  return std::move(*jpeg);
}

}  // namespace

std::optional<std::vector<std::byte>> MakeThumbnail(std::span<const std::byte> photo, int max_width_px,
                                                    int max_height_px, std::span<const ThumbnailLine> lines) {
  const auto decoded = Decode(photo);
  if (!decoded) return std::nullopt;
  cv::Mat small;
  cv::resize(decoded->bgr, small, Fitting(decoded->bgr.cols, decoded->bgr.rows, max_width_px, max_height_px), 0,
             0, cv::INTER_AREA);
  return Finish(small, lines);
}

std::optional<std::vector<std::byte>> MakeThumbnailOf(std::span<const std::byte> photo,
                                                      const ThumbnailFrame& frame, int max_width_px,
                                                      int max_height_px, std::span<const ThumbnailLine> lines) {
  const auto decoded = Decode(photo);
  if (!decoded || frame.width_px <= 0 || frame.height_px <= 0) return std::nullopt;
  const cv::Rect2d asked(frame.x_px, frame.y_px, frame.width_px, frame.height_px);
  const cv::Rect2d there = asked & cv::Rect2d(0, 0, decoded->bgr.cols, decoded->bgr.rows);
  const cv::Rect source(there);
  if (source.empty()) return std::nullopt;
  cv::Mat small(Fitting(asked.width, asked.height, max_width_px, max_height_px), CV_8UC3, cv::Scalar::all(205));
  const double scale = small.cols / asked.width;
  cv::Rect target(cv::Point2d(there.x - asked.x, there.y - asked.y) * scale,
                  cv::Size2d(there.width * scale, there.height * scale));
  target &= cv::Rect({}, small.size());
  if (target.empty()) return std::nullopt;
  cv::Mat part = small(target);
  cv::resize(decoded->bgr(source), part, target.size(), 0, 0, cv::INTER_AREA);
  return Finish(small, lines);
}

}  // namespace gradphoto::image
