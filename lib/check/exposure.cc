// SPDX-License-Identifier: Apache-2.0
#include "lib/check/exposure.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

double Percentile(std::vector<double>& values, double p) {
  const auto rank = values.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, rank);
  return *rank;
}

}  // namespace

Exposure MeasureExposure(const cv::Mat& bgr, const cv::Mat& mask) {
  constexpr double kBlack = 0.01;
  constexpr int kClipped = 250;
  std::vector<double> luminances, chromas;
  std::size_t black = 0, clipped = 0;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      if (mask.at<unsigned char>(y, x) == 0) continue;
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      const std::array<double, 3> rgb = {double(pixel[2]), double(pixel[1]), double(pixel[0])};
      const double luminance = image::LuminanceFromSrgb(rgb);
      luminances.push_back(luminance);
      if (luminance < kBlack) ++black;
      if ((pixel[0] >= kClipped) + (pixel[1] >= kClipped) + (pixel[2] >= kClipped) >= 2) ++clipped;
      if ((x | y) % 2 != 0) continue;  // A quarter of the pixels gives the same percentile.
      const image::Lab lab = image::LabFromSrgb(rgb);
      chromas.push_back(std::hypot(lab.a, lab.b));
    }
  }
  Exposure exposure;
  if (luminances.empty()) return exposure;
  const double count = static_cast<double>(luminances.size());
  exposure.black_percent = 100 * static_cast<double>(black) / count;
  exposure.clipped_percent = 100 * static_cast<double>(clipped) / count;
  exposure.median_luminance = Percentile(luminances, 0.5);
  if (!chromas.empty()) exposure.chroma = Percentile(chromas, 0.95);
  return exposure;
}

void CheckExposure(const Subject& subject, Sheet& sheet) {
  const Exposure exposure = MeasureExposure(subject.face.bgr, subject.face.mask);
  sheet.Measure("median_luminance", exposure.median_luminance, 3);
  sheet.Judge("UNDEREXPOSED", "black_percent", exposure.black_percent, 2);
  sheet.Judge("OVEREXPOSED", "clipped_percent", exposure.clipped_percent, 2);
  sheet.Judge("MONOCHROME", "chroma", exposure.chroma, 1);
}

}  // namespace gradphoto::check
