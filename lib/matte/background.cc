// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/background.h"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/image/color.h"

namespace gradphoto::matte {

std::optional<BackgroundLook> LookAtBackground(const cv::Mat& bgr, const cv::Mat& mask) {
  // Away from the outline, where hair and the camera's sharpening mix in; averaged over cells of 4 x 4 pixels,
  // so that sensor noise and JPEG grain are not taken for a pattern.
  constexpr int kCell = 4;
  cv::Mat sure;
  cv::compare(mask, 0.05, sure, cv::CMP_LT);
  const int margin = std::max(3, bgr.cols / 60);
  cv::erode(sure, sure, cv::Mat::ones(2 * margin + 1, 2 * margin + 1, CV_8U), cv::Point(-1, -1), 1,
            cv::BORDER_CONSTANT, cv::Scalar(255));
  const cv::Size cells(std::max(1, bgr.cols / kCell), std::max(1, bgr.rows / kCell));
  cv::Mat colours, coverage;
  cv::resize(bgr, colours, cells, 0, 0, cv::INTER_AREA);
  cv::resize(sure, coverage, cells, 0, 0, cv::INTER_AREA);

  std::array<std::vector<unsigned char>, 3> channels;
  std::vector<cv::Vec3b> pixels;
  for (int y = 0; y < cells.height; ++y) {
    for (int x = 0; x < cells.width; ++x) {
      if (coverage.at<unsigned char>(y, x) < 255) continue;
      pixels.push_back(colours.at<cv::Vec3b>(y, x));
      for (std::size_t c = 0; c < 3; ++c) channels[c].push_back(pixels.back()[static_cast<int>(c)]);
    }
  }
  BackgroundLook look;
  look.share = static_cast<double>(pixels.size()) / cells.area();
  if (look.share < 0.02) return std::nullopt;
  for (std::size_t c = 0; c < 3; ++c) {
    auto& values = channels[2 - c];
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    look.rgb[c] = *middle;
  }
  const image::Lab median = image::LabFromSrgb(look.rgb);
  std::vector<double> distances;
  for (const cv::Vec3b& pixel : pixels) {
    distances.push_back(
        image::DeltaE2000(median, image::LabFromSrgb({double(pixel[2]), double(pixel[1]), double(pixel[0])})));
  }
  const auto rank =
      distances.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(distances.size() - 1));
  std::ranges::nth_element(distances, rank);
  look.spread_delta_e = *rank;
  return look;
}

}  // namespace gradphoto::matte
