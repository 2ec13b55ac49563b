// SPDX-License-Identifier: Apache-2.0
#include "lib/image/resample.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradphoto::image {
namespace {

double CatmullRom(double t) {
  t = std::abs(t);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return ((-0.5 * t + 2.5) * t - 4) * t + 2;
  return 0;
}

// The source pixels that make up one output pixel, along one axis.
struct Taps {
  int first = 0;  // May lie outside the source; indices are clamped on use.
  std::vector<float> weights;
};

std::vector<Taps> MakeTaps(int output_size, double scale, double origin) {
  const double stretch = std::max(1.0, 1.0 / scale);
  std::vector<Taps> taps(static_cast<std::size_t>(output_size));
  for (int i = 0; i < output_size; ++i) {
    const double centre = origin + (i + 0.5) / scale;
    const int first = static_cast<int>(std::floor(centre - 2 * stretch));
    const int last = static_cast<int>(std::ceil(centre + 2 * stretch));
    Taps& tap = taps[static_cast<std::size_t>(i)];
    tap.first = first;
    double sum = 0;
    for (int k = first; k < last; ++k) {
      const double weight = CatmullRom((k + 0.5 - centre) / stretch);
      tap.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : tap.weights) weight = static_cast<float>(weight / sum);
  }
  return taps;
}

// The part of the source that the output needs, at half its size, with the shift and scale that belong to it.
cv::Mat HalvedPart(const cv::Mat& bgr, ScaleShift& shift, int width_px, int height_px) {
  const double reach = 2 / shift.scale + 2;
  const auto start = [&](double origin, int length) {
    return std::clamp(static_cast<int>(std::floor(origin - reach)), 0, length - 2);
  };
  const auto halves = [&](int first, double end, int length) {
    return std::max(1, (std::min(length, static_cast<int>(std::ceil(end + reach))) - first) / 2);
  };
  const cv::Point corner(start(shift.x_px, bgr.cols), start(shift.y_px, bgr.rows));
  const cv::Size half(halves(corner.x, shift.x_px + width_px / shift.scale, bgr.cols),
                      halves(corner.y, shift.y_px + height_px / shift.scale, bgr.rows));
  shift = {2 * shift.scale, (shift.x_px - corner.x) / 2, (shift.y_px - corner.y) / 2};
  return Halved(bgr(cv::Rect(corner, half * 2)));
}

cv::Mat ResampleAtOnce(const cv::Mat& bgr, const ScaleShift& output_from_source, int width_px, int height_px) {
  const double scale = output_from_source.scale;
  const std::vector<Taps> columns = MakeTaps(width_px, scale, output_from_source.x_px);
  const std::vector<Taps> rows = MakeTaps(height_px, scale, output_from_source.y_px);
  // Columns of the source that any output pixel needs; the vertical pass touches only these.
  const int left = std::clamp(columns.front().first, 0, bgr.cols - 1);
  const int right =
      std::clamp(columns.back().first + static_cast<int>(columns.back().weights.size()), left + 1, bgr.cols);
  const int strip = (right - left) * 3;
  std::vector<float> line(static_cast<std::size_t>(strip));
  float* const sums = line.data();  // Checked indices would keep the loop from being vectorized.
  cv::Mat output(height_px, width_px, CV_8UC3);
  for (int y = 0; y < height_px; ++y) {
    const Taps& row = rows[static_cast<std::size_t>(y)];
    std::ranges::fill(line, 0.0f);
    for (std::size_t k = 0; k < row.weights.size(); ++k) {
      const float weight = row.weights[k];
      const unsigned char* in =
          bgr.ptr(std::clamp(row.first + static_cast<int>(k), 0, bgr.rows - 1)) + std::ptrdiff_t{left} * 3;
      for (int i = 0; i < strip; ++i) sums[i] += weight * static_cast<float>(in[i]);
    }
    auto* out = output.ptr<cv::Vec3b>(y);
    for (int x = 0; x < width_px; ++x) {
      const Taps& column = columns[static_cast<std::size_t>(x)];
      float blue = 0, green = 0, red = 0;
      int at = column.first;
      for (const float weight : column.weights) {
        const float* const in = sums + std::ptrdiff_t{std::clamp(at++, left, right - 1) - left} * 3;
        blue += weight * in[0];
        green += weight * in[1];
        red += weight * in[2];
      }
      out[x] = {cv::saturate_cast<unsigned char>(blue), cv::saturate_cast<unsigned char>(green),
                cv::saturate_cast<unsigned char>(red)};
    }
  }
  return output;
}

}  // namespace

cv::Mat Halved(const cv::Mat& bgr) {
  const cv::Size half(bgr.cols / 2, bgr.rows / 2);
  cv::Mat halved;
  cv::resize(bgr(cv::Rect({}, half * 2)), halved, half, 0, 0, cv::INTER_AREA);
  return halved;
}

cv::Mat Resample(const cv::Mat& bgr, const ScaleShift& output_from_source, int width_px, int height_px) {
  constexpr double kHalve = 0.25;
  cv::Mat source = bgr;
  ScaleShift shift = output_from_source;
  while (shift.scale < kHalve && source.cols >= 4 && source.rows >= 4) {
    source = HalvedPart(source, shift, width_px, height_px);
  }
  return ResampleAtOnce(source, shift, width_px, height_px);
}

}  // namespace gradphoto::image
