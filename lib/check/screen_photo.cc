// SPDX-License-Identifier: Apache-2.0
#include "lib/check/screen_photo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
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

// The power plus 1 of a spectrum that cv::dft has packed (CCS: the first and the last column hold the complex
// values of their upper halves, the others real and imaginary parts side by side).
void UnpackPower(const cv::Mat& packed, cv::Mat& power) {
  for (int row = 0; row < kTile; ++row) {
    const float* from = packed.ptr<float>(row);
    float* to = power.ptr<float>(row);
    for (int k = 1; k < kHalf; ++k) to[k] = from[2 * k - 1] * from[2 * k - 1] + from[2 * k] * from[2 * k] + 1;
    const int folded = std::min(row, kTile - row);  // Opposite frequencies have the same power.
    for (const int column : {0, kTile - 1}) {
      const float real = packed.at<float>(folded == 0 ? 0 : 2 * folded - 1, column);
      const float imaginary = folded == 0 || folded == kHalf ? 0 : packed.at<float>(2 * folded, column);
      to[column == 0 ? 0 : kHalf] = real * real + imaginary * imaginary + 1;
    }
  }
}

// Power in decibels by frequency, averaged over the tiles: kTile rows (vertical frequency -64..63) and kHalf +
// 1 columns (horizontal frequency 0..64), in units of 1 / kTile per px.
cv::Mat MeanSpectrum(const cv::Mat& luma, const std::vector<int>& tops, const std::vector<int>& lefts) {
  cv::Mat window;
  cv::createHanningWindow(window, cv::Size(kTile, kTile), CV_32F);
  cv::Mat sum = cv::Mat::zeros(kTile, kHalf + 1, CV_32F), power(kTile, kHalf + 1, CV_32F);
  for (const int top : tops) {
    for (const int left : lefts) {
      cv::Mat tile = luma(cv::Rect(left, top, kTile, kTile)).clone();
      tile -= cv::mean(tile)[0];
      cv::multiply(tile, window, tile);
      cv::dft(tile, tile);
      UnpackPower(tile, power);
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

std::optional<double> ColourWaveShare(const cv::Mat& bgr, const cv::Mat& mask) {
  // Colour is coded at half size in most photos, so that loses nothing and costs a quarter.
  constexpr int kTilePx = 32, kStep = 16;           // Px at half size.
  constexpr double kLowest = 2.5, kHighest = 12.5;  // Cycles per tile.
  constexpr double kCovered = 0.75;                 // Of a tile, by the mask.
  constexpr double kLeastAmplitude = 0.7;           // Levels.
  constexpr std::size_t kLeastTiles = 6;
  cv::Mat half, half_mask, ycrcb, colour;
  cv::resize(bgr, half, {}, 0.5, 0.5, cv::INTER_AREA);
  cv::resize(mask, half_mask, half.size(), 0, 0, cv::INTER_NEAREST);
  cv::cvtColor(half, ycrcb, cv::COLOR_BGR2YCrCb);
  cv::Mat chroma(half.size(), CV_8UC2);
  constexpr std::array<int, 4> kCbCr = {2, 0, 1, 1};
  cv::mixChannels({ycrcb}, {chroma}, kCbCr.data(), 2);
  chroma.convertTo(colour, CV_32FC2);
  cv::Mat covered;
  cv::integral(half_mask != 0, covered, CV_32S);
  cv::Mat window, window2;
  cv::createHanningWindow(window, cv::Size(kTilePx, kTilePx), CV_32F);
  cv::merge(std::vector{window, window}, window2);
  const double window_power = cv::norm(window, cv::NORM_L2SQR) * kTilePx * kTilePx;
  std::array<float, kTilePx * kTilePx> weight{};
  const auto place = [](int v, int u) {
    return static_cast<std::size_t>(v) * kTilePx + static_cast<std::size_t>(u);
  };
  for (int v = 0; v < kTilePx; ++v) {
    for (int u = 0; u < kTilePx; ++u) {
      const double k = std::hypot(std::min(u, kTilePx - u), std::min(v, kTilePx - v));
      if (k >= kLowest && k <= kHighest) weight[place(v, u)] = static_cast<float>(k * k);
    }
  }
  std::vector<float> shares;
  for (int top = 0; top + kTilePx <= colour.rows; top += kStep) {
    for (int left = 0; left + kTilePx <= colour.cols; left += kStep) {
      const int inside = covered.at<int>(top + kTilePx, left + kTilePx) - covered.at<int>(top, left + kTilePx) -
                         covered.at<int>(top + kTilePx, left) + covered.at<int>(top, left);
      if (inside < kCovered * 255 * kTilePx * kTilePx) continue;
      cv::Mat tile = colour(cv::Rect(left, top, kTilePx, kTilePx)).clone();
      tile -= cv::mean(tile);
      cv::multiply(tile, window2, tile);
      cv::dft(tile, tile);
      std::array<float, kTilePx * kTilePx> power{};
      double total = 0;
      int peak = 0;
      for (int i = 0; i < kTilePx * kTilePx; ++i) {
        const cv::Vec2f& value = tile.at<cv::Vec2f>(i / kTilePx, i % kTilePx);
        const auto at = static_cast<std::size_t>(i);
        power[at] = weight[at] * (value[0] * value[0] + value[1] * value[1]);
        total += power[at];
        if (power[at] > power[static_cast<std::size_t>(peak)]) peak = i;
      }
      // A wave spills into the bins beside its own.
      double wave = 0, wave_power = 0;
      for (int dv = -1; dv <= 1; ++dv) {
        for (int du = -1; du <= 1; ++du) {
          const int v = (peak / kTilePx + dv + kTilePx) % kTilePx,
                    u = (peak % kTilePx + du + kTilePx) % kTilePx;
          const std::size_t at = place(v, u);
          wave += power[at];
          if (weight[at] > 0) wave_power += power[at] / weight[at];
        }
      }
      const bool seen = std::sqrt(wave_power / window_power) >= kLeastAmplitude;
      shares.push_back(seen && total > 0 ? static_cast<float>(wave / total) : 0);
    }
  }
  if (shares.size() < kLeastTiles) return std::nullopt;
  return Median(shares);
}

double ColourBandsDb(double face_share, std::optional<double> wall_share) {
  constexpr double kOrdinary = 0.11, kLeast = 0.04;  // Median and about the least of 288 photos.
  constexpr double kMostOfWall = 10;
  const auto db = [&](double share) {
    share = std::clamp(share, kLeast, 0.99);
    return 10 * std::log10(share / (1 - share) * (1 - kOrdinary) / kOrdinary);
  };
  const double face = db(face_share);
  return wall_share ? face + std::clamp(db(*wall_share) - face, 0.0, kMostOfWall) / 2 : face;
}

void CheckScreenPhoto(const Subject& subject, Sheet& sheet) {
  constexpr int kWindow = 4 * kTile;
  constexpr double kWall = 0.1;  // Of the person mask.
  const auto grid = FindGrid(LumaOf(subject.source(SourceWindow(subject, kWindow))));
  const auto face = ColourWaveShare(subject.light.bgr, subject.light.mask);
  if (!grid && !face) return sheet.NotAssessed("SCREEN_PHOTO", "the photo is too small to show a grid");
  double strongest_db = grid ? grid->strength_db : 0;
  if (grid) sheet.Measure("grid_db", grid->strength_db, 1);
  std::string detail;
  if (face) {
    std::optional<double> wall;
    if (subject.frame) wall = ColourWaveShare(subject.frame->bgr, subject.frame->person < kWall);
    const double bands_db = ColourBandsDb(*face, wall);
    sheet.Measure("colour_bands_db", bands_db, 1);
    if (bands_db > strongest_db) {
      strongest_db = bands_db;
      detail = "coloured bands";
    }
  }
  sheet.Judge("SCREEN_PHOTO", strongest_db, 1, detail);
}

}  // namespace gradphoto::check
