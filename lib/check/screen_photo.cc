// SPDX-License-Identifier: Apache-2.0
#include "lib/check/screen_photo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/luma.h"

namespace gradphoto::check {
namespace {

constexpr int kTile = 128;
constexpr int kHalf = kTile / 2;

// Starts of the tiles along a side: evenly spread, at most four, overlapping by half at most.
std::vector<int> Starts(int length) {
  const int count = length < kTile ? 0 : std::min(4, (length - kTile) / (kTile / 2) + 1);
  std::vector<int> starts;
  for (int i = 0; i < count; ++i) starts.push_back(count == 1 ? 0 : i * (length - kTile) / (count - 1));
  return starts;
}

// Power in decibels by frequency, averaged over the tiles: kTile rows (vertical frequency -64..63) and kHalf +
// 1 columns (horizontal frequency 0..64), in units of 1 / kTile per px.
cv::Mat MeanSpectrum(const cv::Mat& luma, const std::vector<int>& tops, const std::vector<int>& lefts) {
  cv::Mat window;
  cv::createHanningWindow(window, cv::Size(kTile, kTile), CV_32F);
  cv::Mat sum = cv::Mat::zeros(kTile, kHalf + 1, CV_32F);
  for (const int top : tops) {
    for (const int left : lefts) {
      cv::Mat tile = luma(cv::Rect(left, top, kTile, kTile)).clone();
      tile -= cv::mean(tile)[0];
      cv::multiply(tile, window, tile);
      cv::Mat spectrum;
      cv::dft(tile, spectrum, cv::DFT_COMPLEX_OUTPUT);
      spectrum = spectrum.colRange(0, kHalf + 1);
      std::array<cv::Mat, 2> parts;
      cv::split(spectrum, parts.data());
      cv::Mat power = parts[0].mul(parts[0]) + parts[1].mul(parts[1]) + 1;
      cv::log(power, power);
      sum += power;
    }
  }
  sum *= 10 / std::log(10.0) / static_cast<double>(tops.size() * lefts.size());
  cv::Mat centred(sum.size(), CV_32F);
  sum.rowRange(kHalf, kTile).copyTo(centred.rowRange(0, kHalf));
  sum.rowRange(0, kHalf).copyTo(centred.rowRange(kHalf, kTile));
  return centred;
}

// The surroundings are the mean of 15 x 15 bins without the 5 x 5 that a line spills into.
cv::Mat AboveSurroundings(const cv::Mat& spectrum) {
  cv::Mat wide, narrow;
  cv::boxFilter(spectrum, wide, CV_32F, cv::Size(15, 15), cv::Point(-1, -1), false, cv::BORDER_REFLECT_101);
  cv::boxFilter(spectrum, narrow, CV_32F, cv::Size(5, 5), cv::Point(-1, -1), false, cv::BORDER_REFLECT_101);
  return spectrum - (wide - narrow) / (15 * 15 - 5 * 5);
}

}  // namespace

std::optional<PeriodicGrid> FindGrid(const cv::Mat& luma) {
  constexpr std::size_t kLeastTiles = 6;
  constexpr int kAxis = 2;        // Bins beside the axes that are left out.
  constexpr double kLowest = 11;  // Bins: slower patterns are the picture's own.
  const std::vector<int> tops = Starts(luma.rows), lefts = Starts(luma.cols);
  if (tops.size() < 2 || tops.size() * lefts.size() < kLeastTiles) return std::nullopt;
  // A shirt has its weave in the lower half alone, so the weaker half counts.
  const auto middle = tops.begin() + std::ssize(tops) / 2;
  const cv::Mat above = cv::min(AboveSurroundings(MeanSpectrum(luma, {tops.begin(), middle}, lefts)),
                                AboveSurroundings(MeanSpectrum(luma, {middle, tops.end()}, lefts)));
  PeriodicGrid strongest;
  for (int row = 0; row < kTile; ++row) {
    const int vertical = row - kHalf;
    if (std::abs(vertical) <= kAxis || std::abs(vertical) >= kHalf - kAxis) continue;
    for (int horizontal = kAxis + 1; horizontal < kHalf - kAxis; ++horizontal) {
      const double frequency = std::hypot(vertical, horizontal);
      if (frequency <= kLowest) continue;
      const double strength = above.at<float>(row, horizontal);
      if (strength > strongest.strength_db) strongest = {strength, kTile / frequency};
    }
  }
  return strongest;
}

void CheckScreenPhoto(const Subject& subject, Sheet& sheet) {
  constexpr int kWindow = 4 * kTile;
  const auto grid = FindGrid(LumaOf(subject.source(SourceWindow(subject, kWindow))));
  if (!grid) return sheet.NotAssessed("SCREEN_PHOTO", "the photo is too small to show a grid");
  sheet.Judge("SCREEN_PHOTO", "grid_db", grid->strength_db, 1);
}

}  // namespace gradphoto::check
