// SPDX-License-Identifier: Apache-2.0
#include "lib/image/thumbnail.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "lib/image/encode.h"

namespace gradphoto::image {

std::optional<std::vector<std::byte>> MakeThumbnail(std::span<const std::byte> photo, int max_width_px,
                                                    int max_height_px, std::span<const ThumbnailLine> lines) {
  constexpr int kQuality = 82, kScreenDpi = 96;
  const auto decoded = Decode(photo);
  if (!decoded) return std::nullopt;
  const cv::Mat& bgr = decoded->bgr;
  const double scale = std::min({1.0, double(max_width_px) / bgr.cols, double(max_height_px) / bgr.rows});
  const cv::Size size(std::max(1, static_cast<int>(bgr.cols * scale)),
                      std::max(1, static_cast<int>(bgr.rows * scale)));
  cv::Mat small;
  cv::resize(bgr, small, size, 0, 0, cv::INTER_AREA);
  for (const ThumbnailLine& line : lines) {
    if (line.y_share < 0 || line.y_share >= 1) continue;
    small.row(static_cast<int>(line.y_share * small.rows)).setTo(cv::Scalar(line.bgr));
  }
  auto jpeg = EncodeJpeg(small, kQuality, ChromaSampling::k420, kScreenDpi);
  if (!jpeg) return std::nullopt;
  return std::move(*jpeg);
}

}  // namespace gradphoto::image
