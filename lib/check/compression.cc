// SPDX-License-Identifier: Apache-2.0
#include "lib/check/compression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/numbers.h"
#include "lib/check/luma.h"
#include "lib/image/decode.h"

namespace gradphoto::check {
namespace {

using std::numbers::pi;

constexpr int kLowest = 5, kHighest = 90;  // Qualities told apart; finer steps drown in rounding.
constexpr double kFit = 0.55;  // Mean cosine: right steps give 0.7 to 0.99, pictures never coded 0.12 at most.
constexpr int kMostStep = 255;

// The strength of the steps between columns x - 1 and x, for x modulo 8; of rows when `luma` is transposed.
std::array<double, 8> StepsByPhase(const cv::Mat& luma) {
  constexpr float kEdge = 12;  // Levels: larger ones are the picture's own.
  std::vector<double> columns(static_cast<std::size_t>(luma.cols));
  for (int y = 0; y < luma.rows; y += 2) {
    const float* row = luma.ptr<float>(y);
    for (int x = 2; x < luma.cols - 1; ++x) {
      const float step = row[x] - row[x - 1] - (row[x - 1] - row[x - 2] + row[x + 1] - row[x]) / 2;
      columns[static_cast<std::size_t>(x)] += std::min(std::abs(step), kEdge);
    }
  }
  std::array<double, 8> sums{};
  std::array<int, 8> counts{};
  for (int x = 2; x < luma.cols - 1; ++x) {
    sums[static_cast<std::size_t>(x % 8)] += columns[static_cast<std::size_t>(x)];
    ++counts[static_cast<std::size_t>(x % 8)];
  }
  for (std::size_t phase = 0; phase < 8; ++phase) sums[phase] /= std::max(1, counts[phase]);
  return sums;
}

// The phases at which a grid may begin: the strongest, and the next one where it stands out too, as after
// coding on two grids.
std::vector<int> GridPhases(const cv::Mat& luma) {
  constexpr double kSecond = 0.15;  // Of the excess of the first.
  const std::array<double, 8> steps = StepsByPhase(luma);
  std::array<int, 8> order = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto strength = [&](int phase) { return steps[static_cast<std::size_t>(phase)]; };
  std::ranges::sort(order, std::greater{}, strength);
  const double middle = (strength(order[3]) + strength(order[4])) / 2;
  std::vector<int> phases = {order[0]};
  if (strength(order[1]) - middle > kSecond * (strength(order[0]) - middle)) phases.push_back(order[1]);
  return phases;
}

// The low frequencies: those that are not quantized to 0 in most blocks.
constexpr std::array<std::pair<int, int>, 7> kFrequencies = {
    {{0, 1}, {1, 0}, {1, 1}, {0, 2}, {2, 0}, {1, 2}, {2, 1}}};  // Row, column.

// Histograms of the magnitudes of DCT coefficients.
constexpr int kBins = 768;
constexpr double kBin = 0.5;  // Levels.
using Histogram = std::array<int, kBins>;

std::array<Histogram, kFrequencies.size()> CoefficientHistograms(const cv::Mat& luma, int grid_x, int grid_y) {
  std::array<std::array<float, 8>, 3> basis{};
  for (std::size_t u = 0; u < 3; ++u) {
    for (std::size_t x = 0; x < 8; ++x) {
      const double norm = u == 0 ? std::sqrt(0.125) : 0.5;
      basis[u][x] = static_cast<float>(norm * std::cos((2 * double(x) + 1) * double(u) * pi / 16));
    }
  }
  std::array<Histogram, kFrequencies.size()> histograms{};
  for (int top = grid_y; top + 8 <= luma.rows; top += 8) {
    for (int left = grid_x; left + 8 <= luma.cols; left += 8) {
      std::array<std::array<float, 8>, 3> vertical{};  // [frequency of rows][column]
      for (int y = 0; y < 8; ++y) {
        const float* row = luma.ptr<float>(top + y) + left;
        for (std::size_t u = 0; u < 3; ++u) {
          const float weight = basis[u][static_cast<std::size_t>(y)];
          for (std::size_t x = 0; x < 8; ++x) vertical[u][x] += weight * row[x];
        }
      }
      for (std::size_t i = 0; i < kFrequencies.size(); ++i) {
        const std::array<float, 8>& rows = vertical[static_cast<std::size_t>(kFrequencies[i].first)];
        const std::array<float, 8>& columns = basis[static_cast<std::size_t>(kFrequencies[i].second)];
        float coefficient = 0;
        for (std::size_t x = 0; x < 8; ++x) coefficient += rows[x] * columns[x];
        const int bin = static_cast<int>(std::lround(std::abs(coefficient) / kBin));
        if (bin < kBins) ++histograms[i][static_cast<std::size_t>(bin)];
      }
    }
  }
  return histograms;
}

// How well the coefficients are multiples of `step`, -1..1; nothing when there are too few that are not 0.
std::optional<double> Fit(const Histogram& histogram, int step) {
  constexpr int kLeast = 30;
  // From a third of a step, so that the odd multiples of half as large a step speak against this one.
  const int first = std::max(2, static_cast<int>(0.35 * step / kBin));
  static_assert(kBin == 0.5);
  const int period = 2 * step;  // Bins after which the cosine repeats.
  std::array<int, 2 * kMostStep> folded{};
  int count = 0;
  for (int start = 0; start < kBins; start += period) {
    for (int bin = std::max(start, first); bin < std::min(start + period, kBins); ++bin) {
      folded[static_cast<std::size_t>(bin - start)] += histogram[static_cast<std::size_t>(bin)];
      count += histogram[static_cast<std::size_t>(bin)];
    }
  }
  // cos((b + 1) a) = 2 cos(a) cos(b a) - cos((b - 1) a).
  const double angle = 2 * pi * kBin / step, twice = 2 * std::cos(angle);
  double sum = 0, before = std::cos(angle), cosine = 1;
  for (int bin = 0; bin < period; ++bin) {
    sum += folded[static_cast<std::size_t>(bin)] * cosine;
    before = std::exchange(cosine, twice * cosine - before);
  }
  if (count < kLeast) return std::nullopt;
  return sum / count;
}

// The lowest quality whose steps fit, on the given grid.
std::optional<int> LowestQuality(const cv::Mat& luma, int grid_x, int grid_y) {
  const auto histograms = CoefficientHistograms(luma, grid_x, grid_y);
  std::array<std::array<std::optional<std::optional<double>>, kMostStep + 1>, kFrequencies.size()> known{};
  const auto fit_of = [&](int quality) {
    std::vector<double> fits;
    for (std::size_t i = 0; i < kFrequencies.size(); ++i) {
      const int step = image::StandardQuantStep(quality, kFrequencies[i].first, kFrequencies[i].second);
      if (step < 2) continue;
      auto& fit = known[i][static_cast<std::size_t>(step)];
      if (!fit) fit = Fit(histograms[i], step);
      if (*fit) fits.push_back(**fit);
    }
    if (fits.size() < 3) return -1.0;
    return Median(fits);
  };
  for (int quality = kLowest; quality <= kHighest; ++quality) {
    double fit = fit_of(quality);
    if (fit < kFit) continue;
    for (; quality < kHighest; ++quality) {  // Neighbours fit a little, too.
      const double next = fit_of(quality + 1);
      if (next < fit) break;
      fit = next;
    }
    return quality;
  }
  return std::nullopt;
}

}  // namespace

std::optional<JpegTrace> FindJpegTrace(const cv::Mat& luma) {
  constexpr int kLeastSide = 64;
  if (luma.rows < kLeastSide || luma.cols < kLeastSide) return std::nullopt;
  const std::vector<int> rows = GridPhases(luma.t()), columns = GridPhases(luma);
  std::optional<JpegTrace> worst;
  for (const int grid_y : rows) {
    for (const int grid_x : columns) {
      const auto quality = LowestQuality(luma, grid_x, grid_y);
      if (quality && (!worst || *quality < worst->quality)) worst = JpegTrace{*quality, grid_x, grid_y};
    }
  }
  return worst;
}

double QualityAfterScaling(double quality, double scale) {
  const double factor = (quality < 50 ? 50 / quality : 2 - quality / 50) * std::min(1.0, scale);
  return factor > 1 ? 50 / factor : 50 * (2 - factor);
}

double LowestJpegQuality(const Subject& subject) {
  constexpr int kWindow = 448;  // Px: 3136 blocks are plenty.
  const double quality = subject.file.jpeg_quality.value_or(100);
  const auto trace = FindJpegTrace(LumaOf(subject.source(SourceWindow(subject, kWindow))));
  // The trace is a quality or two off; the file's own tables are exact.
  return trace && trace->quality < quality - 3 ? trace->quality : quality;
}

void CheckCompression(const Subject& subject, Sheet& sheet) {
  const double quality = subject.jpeg_quality;
  std::string detail;
  if (quality < subject.file.jpeg_quality.value_or(100)) {
    detail = "was a JPEG of quality " + std::to_string(static_cast<int>(quality)) + " before";
    sheet.Measure("earlier_jpeg_quality", quality, 0);
  }
  sheet.Judge("COMPRESSED", "effective_jpeg_quality", QualityAfterScaling(quality, subject.plan.scale), 0,
              detail);
}

}  // namespace gradphoto::check
