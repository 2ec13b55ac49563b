// SPDX-License-Identifier: Apache-2.0
#include "lib/image/damage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <span>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace gradphoto::image {
namespace {

constexpr int kMinHeight_px = 8;                    // Of an MCU: five lines beside an edge are looked at.
constexpr int kMinMcus = 4;                         // Of either side: with fewer a tear is no line.
constexpr int kMinRun = 3;                          // MCUs behind a tear that ends at a restart marker.
constexpr double kMinEdges = 10, kMinShare = 0.15;  // That count, of a tear; the share is that of a row.
// Grey levels that an edge may step anywhere, and how often what is usual in this picture.
constexpr double kFloor = 1.5, kUsual = 2;
constexpr double kQuanta = 1.5;  // Steps of the DC coefficient that are usual anywhere.
constexpr double kGain = 2;      // Strength of a step that is as large as what is usual there.
constexpr double kDoubt = 2;     // Edges without a step that are added to those of a tear: a few prove nothing.
constexpr int kBlack = 6, kWhite = 249;  // Where an offset is cut off...
constexpr double kUnclippedStep = 6;     // ...unless something is seen of it.

// Sums of a row of edges, so that the mean of any run costs two look-ups.
class Steps {
 public:
  explicit Steps(std::size_t edges) : step(edges), weight(edges) {}
  void Close() {
    sums_.assign(step.size() + 1, 0), weights_.assign(step.size() + 1, 0);
    for (std::size_t i = 0; i < step.size(); ++i) {
      sums_[i + 1] = sums_[i] + step[i] * weight[i];
      weights_[i + 1] = weights_[i] + weight[i];
    }
  }
  // Of the edges [from, to), and `more` that do not step.
  double Mean(int from, int to, double more) const {
    const auto a = static_cast<std::size_t>(from), b = static_cast<std::size_t>(to);
    return (sums_[b] - sums_[a]) / std::max(1.0, weights_[b] - weights_[a] + more);
  }
  double Count(int from, int to) const {
    return weights_[static_cast<std::size_t>(to)] - weights_[static_cast<std::size_t>(from)];
  }
  std::vector<double> step, weight;  // In coding order; of the edge above each MCU.

 private:
  std::vector<double> sums_, weights_;
};

// The step at the edge above an MCU in grey levels, and the slopes beside it, of each channel.
struct Edge {
  std::array<double, 3> step{}, slope{};
  bool clipped = false;  // Black or white on both sides: an offset would not be seen.
};

// Two lines above the edge and two below it, in YCrCb. The decoder smooths subsampled colours over one pixel
// beside the edge, so the lines next to it are left out.
using Lines = std::array<cv::Mat, 4>;

Edge EdgeOf(const Lines& lines, int x0, int width) {
  Edge edge;
  int clipped = 0;
  for (int x = x0; x < x0 + width; ++x) {
    std::array<cv::Vec3b, 4> at;
    for (std::size_t i = 0; i < at.size(); ++i) at[i] = lines[i].ptr<cv::Vec3b>()[x];
    for (int k = 0; k < 3; ++k) {
      const int before = at[1][k] - at[0][k], behind = at[3][k] - at[2][k];
      const auto channel = static_cast<std::size_t>(k);
      edge.step[channel] += (at[2][k] - at[1][k]) - 0.5 * (before + behind);
      edge.slope[channel] += 0.5 * (std::abs(before) + std::abs(behind));
    }
    clipped += (at[1][0] < kBlack && at[2][0] < kBlack) || (at[1][0] > kWhite && at[2][0] > kWhite);
  }
  for (std::size_t k = 0; k < 3; ++k) edge.step[k] /= width, edge.slope[k] /= width;
  const auto is_seen = [](double step) { return std::abs(step) > kUnclippedStep; };
  edge.clipped = 2 * clipped > width && std::ranges::none_of(edge.step, is_seen);
  return edge;
}

std::array<Steps, 3> StepsOf(const cv::Mat& bgr, const McuGrid& grid, int columns, int rows) {
  const auto count = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  std::vector<Edge> edges(count);
  Lines lines;
  for (int row = 1; row < rows; ++row) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const int y = row * grid.height_px + std::array{-5, -2, 1, 4}[i];
      cv::cvtColor(bgr.row(y), lines[i], cv::COLOR_BGR2YCrCb);
    }
    for (int column = 0; column < columns; ++column) {
      edges[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
            static_cast<std::size_t>(column)] = EdgeOf(lines, column * grid.width_px, grid.width_px);
    }
  }
  std::array<Steps, 3> steps = {Steps(count), Steps(count), Steps(count)};
  std::vector<double> sizes(count - static_cast<std::size_t>(columns));
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      sizes[i] = std::abs(edges[i + static_cast<std::size_t>(columns)].step[k]);
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    const double usual = std::max(kFloor, kQuanta * grid.dc_quantum[k]) + kUsual * *middle;
    for (std::size_t i = 0; i < count; ++i) {
      steps[k].step[i] =
          std::clamp(kGain * edges[i].step[k] / (usual + edges[i].slope[k]), -kMaxTear, kMaxTear);
      steps[k].weight[i] = edges[i].clipped ? 0 : 1;
    }
    steps[k].Close();
  }
  return steps;
}

// The tear that begins at MCU `at` and ends at `end`: strength in the direction `sign`.
double StrengthAt(const Steps& steps, int columns, int total, int from, int at, int end, int sign) {
  double weakest = kMaxTear, strongest_other = 0, edges = 0;
  const auto inside = [&](int a, int b, int direction) {
    if (a >= b) return;
    edges += steps.Count(a, b);
    weakest = std::min(weakest, direction * sign * steps.Mean(a, b, kDoubt));
  };
  const auto outside = [&](int a, int b) {
    if (a >= b) return;
    strongest_other = std::max(strongest_other, std::abs(steps.Mean(a, b, kDoubt)));
  };
  const int row_end = (at / columns + 1) * columns;
  if (end == total) {
    inside(at, row_end, 1);
    if (row_end < total) inside(row_end, at + columns, 1);
    outside(row_end - columns, at);
    if (row_end < total) outside(at + columns, row_end + columns);
  } else {
    inside(at, std::min(at + columns, end), 1);
    inside(std::max(at + columns, end), std::min(end + columns, total), -1);
    outside(std::max(from, at - columns), at);
    if (from < at && std::min(at, from + columns) + columns <= total)
      outside(from + columns, std::min(at, from + columns) + columns);
  }
  const double enough = std::max(kMinEdges, kMinShare * columns);
  return edges < (end == total ? enough : 2 * kMinEdges) ? 0 : weakest - strongest_other;
}

}  // namespace

std::optional<Tear> FindTear(const cv::Mat& bgr, const McuGrid& grid) {
  const int columns = bgr.cols / grid.width_px, rows = bgr.rows / grid.height_px;  // Whole MCUs.
  if (columns < kMinMcus || rows < kMinMcus || grid.height_px < kMinHeight_px) return std::nullopt;
  const int total = columns * rows;
  const int last = total - columns;  // In the last row a tear has no second half, and little is behind it.
  Tear strongest;
  for (const Steps& steps : StepsOf(bgr, grid, columns, rows)) {
    for (int at = columns + 1; at < last; ++at) {
      if (at % columns == 0 && grid.restart_mcus == 0) continue;
      int from = 0, end = total;
      if (grid.restart_mcus > 0) {
        // Counted with the MCUs that hang over the right edge.
        const int coded = (bgr.cols + grid.width_px - 1) / grid.width_px;
        const int index = at / columns * coded + at % columns;
        const auto seen = [&](int i) { return i / coded * columns + std::min(i % coded, columns); };
        from = seen(index / grid.restart_mcus * grid.restart_mcus);
        end = std::min(total, seen((index / grid.restart_mcus + 1) * grid.restart_mcus));
        if (end - at < kMinRun || from == at) continue;
      }
      for (const int sign : {-1, 1}) {
        const double strength = StrengthAt(steps, columns, total, from, at, end, sign);
        if (strength > strongest.strength) {
          strongest = {strength, at % columns * grid.width_px, at / columns * grid.height_px};
        }
      }
    }
  }
  return strongest;
}

double StrengthBesideGrid(const cv::Mat& bgr, const McuGrid& grid) {
  double strength = 0;
  const int last = std::min(3 * grid.height_px / 4, bgr.rows);
  for (int shift = grid.height_px / 4; shift <= last; ++shift) {
    if (const auto tear = FindTear(bgr.rowRange(shift, bgr.rows), grid))
      strength = std::max(strength, tear->strength);
  }
  return strength;
}

}  // namespace gradphoto::image
