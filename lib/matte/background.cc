// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/background.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/image/color.h"

namespace gradphoto::matte {
namespace {

constexpr int kCell = 4;                // Frame pixels per side of a cell.
constexpr std::size_t kFlatSample = 3;  // Every third pixel in both axes shows flatness as well as all.

using Terms = cv::Vec<double, 6>;  // 1, x, y, x^2, x y, y^2

struct Cell {
  cv::Vec3b bgr;
  cv::Vec3d lab;
  Terms terms;  // Of the cell's place, both axes from -1 to 1.
};

cv::Vec3d ChannelMedians(const std::vector<cv::Vec3d>& values) {
  cv::Vec3d medians;
  for (int c = 0; c < 3; ++c) {
    std::vector<double> channel;
    channel.reserve(values.size());
    for (const cv::Vec3d& value : values) channel.push_back(value[c]);
    medians[c] = Percentile(std::move(channel), 0.5);
  }
  return medians;
}

// Mask of the pixels away from the outline, where hair and the camera's sharpening mix in.
cv::Mat SureWall(const cv::Mat& person) {
  cv::Mat sure;
  cv::compare(person, 0.05, sure, cv::CMP_LT);
  const int margin = std::max(3, person.cols / 60);
  cv::erode(sure, sure, cv::Mat::ones(2 * margin + 1, 2 * margin + 1, CV_8U), cv::Point(-1, -1), 1,
            cv::BORDER_CONSTANT, cv::Scalar(255));
  return sure;
}

std::vector<Cell> WallCells(const cv::Mat& bgr, const cv::Mat& sure, const cv::Size& grid) {
  cv::Mat colours, coverage, lab;
  cv::resize(bgr, colours, grid, 0, 0, cv::INTER_AREA);
  cv::resize(sure, coverage, grid, 0, 0, cv::INTER_AREA);
  colours.convertTo(lab, CV_32F, 1.0 / 255);
  cv::cvtColor(lab, lab, cv::COLOR_BGR2Lab);
  std::vector<Cell> cells;
  for (int row = 0; row < grid.height; ++row) {
    const double y = 2.0 * row / grid.height - 1;
    for (int column = 0; column < grid.width; ++column) {
      if (coverage.at<unsigned char>(row, column) < 255) continue;
      const double x = 2.0 * column / grid.width - 1;
      cells.push_back({colours.at<cv::Vec3b>(row, column),
                       cv::Vec3d(lab.at<cv::Vec3f>(row, column)),
                       {1, x, y, x * x, x * y, y * y}});
    }
  }
  return cells;
}

// The wall's smooth part at each cell: iteratively reweighted least squares from the median colour outwards.
std::vector<cv::Vec3d> SmoothWall(const std::vector<Cell>& cells) {
  constexpr int kRounds = 8;
  constexpr double kTukey = 4.685;                   // 95 % efficiency on normal residuals.
  constexpr double kLeastScale = 1, kFarthest = 20;  // CIELAB units.
  std::vector<cv::Vec3d> colours;
  colours.reserve(cells.size());
  for (const Cell& cell : cells) colours.push_back(cell.lab);
  std::vector<cv::Vec3d> smooth(cells.size(), ChannelMedians(colours));
  std::vector<double> distances(cells.size());
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < cells.size(); ++i) distances[i] = cv::norm(cells[i].lab - smooth[i]);
    const double scale = std::max(kLeastScale, 1.4826 * Percentile(std::vector(distances), 0.5));
    const double reach = std::min(kTukey * scale, kFarthest);
    cv::Matx<double, 6, 6> normal = cv::Matx<double, 6, 6>::eye() * 1e-6;  // A narrow wall leaves terms open.
    cv::Matx<double, 6, 3> right = cv::Matx<double, 6, 3>::zeros();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const double u = distances[i] / reach;
      if (u >= 1) continue;
      const double weight = (1 - u * u) * (1 - u * u);
      const Terms weighted = cells[i].terms * weight;
      normal += weighted * cells[i].terms.t();
      right += weighted * cells[i].lab.t();
    }
    const cv::Matx<double, 6, 3> fit = normal.solve(right, cv::DECOMP_CHOLESKY);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const cv::Matx<double, 1, 3> colour = cells[i].terms.t() * fit;
      smooth[i] = {colour(0), colour(1), colour(2)};
    }
  }
  return smooth;
}

void MeasureDisturbance(const std::vector<Cell>& cells, BackgroundLook& look) {
  constexpr double kShadowShare = 0.02;               // Of the wall: a smaller one is not noticed.
  constexpr double kDeepestShadow = 35;               // L*; what is darker still is a thing.
  constexpr double kObjectDistance = 8;               // CIE76 distance from the smooth wall.
  constexpr double kHueSlack = 3, kHueGrowth = 0.25;  // Chroma units, and per unit of L*.
  const std::vector<cv::Vec3d> smooth = SmoothWall(cells);
  std::vector<double> depths(cells.size(), 0.0);
  std::size_t objects = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const cv::Vec3d& seen = cells[i].lab;
    const double depth = smooth[i][0] - seen[0];
    // Less light scales all three tristimulus values alike, so L* + 16 and with it a* and b* shrink by one
    // factor.
    const double factor = std::clamp((seen[0] + 16) / (std::max(1.0, smooth[i][0]) + 16), 0.0, 1.0);
    const double hue_off = std::hypot(seen[1] - factor * smooth[i][1], seen[2] - factor * smooth[i][2]);
    const bool is_shade = depth > 0 && depth < kDeepestShadow && hue_off < kHueSlack + kHueGrowth * depth;
    if (is_shade) {
      depths[i] = depth;
    } else if (cv::norm(seen - smooth[i]) > kObjectDistance) {
      ++objects;
    }
  }
  look.shadow_depth = Percentile(std::move(depths), 1 - kShadowShare);
  look.objects_percent = 100 * static_cast<double>(objects) / static_cast<double>(cells.size());
}

std::optional<double> FlatPercent(const cv::Mat& bgr, const cv::Mat& sure, const cv::Vec3d& median) {
  constexpr double kClippedWhite = 252;
  if (std::min({median[0], median[1], median[2]}) > kClippedWhite) return std::nullopt;
  std::size_t all = 0, flat = 0;
  for (int y = 0; y < bgr.rows; y += kFlatSample) {
    for (int x = 0; x < bgr.cols; x += kFlatSample) {
      if (sure.at<unsigned char>(y, x) == 0) continue;
      ++all;
      const cv::Vec3d off = cv::Vec3d(bgr.at<cv::Vec3b>(y, x)) - median;
      if (std::abs(off[0]) <= 1 && std::abs(off[1]) <= 1 && std::abs(off[2]) <= 1) ++flat;
    }
  }
  if (all == 0) return std::nullopt;
  return 100 * static_cast<double>(flat) / static_cast<double>(all);
}

}  // namespace

std::optional<BackgroundLook> LookAtBackground(const cv::Mat& bgr, const cv::Mat& mask) {
  constexpr double kLeastShare = 0.02;
  const cv::Mat sure = SureWall(mask);
  const cv::Size grid(std::max(1, bgr.cols / kCell), std::max(1, bgr.rows / kCell));
  const std::vector<Cell> cells = WallCells(bgr, sure, grid);
  BackgroundLook look;
  look.share = static_cast<double>(cells.size()) / grid.area();
  if (look.share < kLeastShare) return std::nullopt;

  std::vector<cv::Vec3d> colours;
  for (const Cell& cell : cells) colours.emplace_back(cell.bgr);
  const cv::Vec3d median = ChannelMedians(colours);
  look.rgb = {median[2], median[1], median[0]};
  const image::Lab centre = image::LabFromSrgb(look.rgb);
  std::vector<double> distances;
  for (const cv::Vec3d& colour : colours) {
    distances.push_back(image::DeltaE2000(centre, image::LabFromSrgb({colour[2], colour[1], colour[0]})));
  }
  look.spread_delta_e = Percentile(std::move(distances), 0.95);
  MeasureDisturbance(cells, look);
  look.flat_percent = FlatPercent(bgr, sure, median);
  return look;
}

}  // namespace gradphoto::matte
