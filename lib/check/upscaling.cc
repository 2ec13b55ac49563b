// SPDX-License-Identifier: Apache-2.0
#include "lib/check/upscaling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/luma.h"

namespace gradphoto::check {
namespace {

using std::numbers::pi;

constexpr int kLeastSide = 128;

struct Trace {
  double factor = 1, peak = 0;  // The line's height above its surroundings.
};

std::vector<float> HannWindow(int length) {
  std::vector<float> window(static_cast<std::size_t>(length));
  for (int i = 0; i < length; ++i) {
    window[static_cast<std::size_t>(i)] = static_cast<float>(0.5 - 0.5 * std::cos(2 * pi * i / (length - 1)));
  }
  return window;
}

// Magnitudes of the half spectrum (length / 2 + 1) of each row.
cv::Mat RowMagnitudes(const cv::Mat& rows) {
  cv::Mat spectrum;
  cv::dft(rows, spectrum, cv::DFT_ROWS | cv::DFT_COMPLEX_OUTPUT);
  std::array<cv::Mat, 2> parts;
  cv::split(spectrum, parts.data());
  cv::Mat magnitude;
  cv::magnitude(parts[0], parts[1], magnitude);
  return magnitude.colRange(0, rows.cols / 2 + 1);
}

// Spectrum of the mean strength of the horizontal second derivative by column; its length is a multiple of 8.
std::vector<float> TraceSpectrum(const cv::Mat& luma) {
  constexpr float kEdge = 8;         // Levels: strong edges would speak for all rows.
  constexpr float kFloor = 0.05f;    // Levels, so that flat pictures have a logarithm.
  constexpr double kTrendSigma = 8;  // Px: what changes more slowly is the picture.
  const int length = (luma.cols - 2) / 8 * 8;
  cv::Mat profile = cv::Mat::zeros(1, length, CV_32F);
  float* sums = profile.ptr<float>();
  for (int y = 0; y < luma.rows; ++y) {
    const float* row = luma.ptr<float>(y) + 1;
    for (int x = 0; x < length; ++x) sums[x] += std::min(std::abs(2 * row[x] - row[x - 1] - row[x + 1]), kEdge);
  }
  const std::vector<float> window = HannWindow(length);
  cv::Mat trend;
  for (int x = 0; x < length; ++x) sums[x] = std::log(sums[x] / static_cast<float>(luma.rows) + kFloor);
  cv::GaussianBlur(profile, trend, cv::Size(0, 0), kTrendSigma);
  profile -= trend;
  for (int x = 0; x < length; ++x) sums[x] *= window[static_cast<std::size_t>(x)];
  const cv::Mat magnitude = RowMagnitudes(profile);
  return {magnitude.begin<float>(), magnitude.end<float>()};
}

// Mean power of the rows by frequency i / 256, times the square of the frequency: about level for photos.
constexpr int kSegment = 256;
std::vector<double> DetailByFrequency(const cv::Mat& luma) {
  constexpr int kEvery = 6;  // Rows.
  const int segment = std::min(kSegment, luma.cols);
  const std::vector<float> window = HannWindow(segment);
  cv::Mat rows(2 * ((luma.rows + kEvery - 1) / kEvery), segment, CV_32F);
  for (int i = 0; i < rows.rows; ++i) {
    const float* from = luma.ptr<float>(i / 2 * kEvery) + (i % 2 == 0 ? 0 : luma.cols - segment);
    float* to = rows.ptr<float>(i);
    float mean = 0;
    for (int x = 0; x < segment; ++x) mean += from[x] / static_cast<float>(segment);
    for (int x = 0; x < segment; ++x) to[x] = (from[x] - mean) * window[static_cast<std::size_t>(x)];
  }
  const cv::Mat magnitude = RowMagnitudes(rows);
  std::vector<double> detail(static_cast<std::size_t>(magnitude.cols));
  for (int y = 0; y < magnitude.rows; ++y) {
    const float* row = magnitude.ptr<float>(y);
    for (std::size_t i = 0; i < detail.size(); ++i) detail[i] += double(row[i]) * row[i];
  }
  for (std::size_t i = 0; i < detail.size(); ++i) {
    const double gain = 2 * std::sin(pi * static_cast<double>(i) / segment);
    detail[i] *= gain * gain;
  }
  return detail;
}

// Mean over the frequencies [low, high) in cycles per px.
double Band(const std::vector<double>& detail, double low, double high) {
  const double bins = 2.0 * static_cast<double>(detail.size() - 1);
  const auto first = static_cast<std::size_t>(std::lround(low * bins));
  const std::size_t last = std::min(detail.size(), std::max(first + 1, static_cast<std::size_t>(high * bins)));
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += detail[i];
  return sum / static_cast<double>(last - first);
}

double Decibels(double ratio) { return 10 * std::log10(ratio + 1e-12); }

// How far the detail falls above the highest frequency of a picture that was enlarged `factor` times.
double Drop(const std::vector<double>& detail, double factor) {
  const double top = std::min(0.6 / factor, 0.46);
  return Decibels(Band(detail, 0.12 / factor, 0.35 / factor) / Band(detail, top, 0.5));
}

std::optional<Trace> InRows(const cv::Mat& luma) {
  constexpr double kPeak = 7;  // Times the median: 206 photos as they came have 5.5 at most with a drop.
  constexpr double kDrop = 8;  // Decibels.
  constexpr double kLeast = 1.4, kMost = 6;  // Factors told; smaller ones cost little detail.
  const std::vector<float> trace = TraceSpectrum(luma);
  const std::vector<double> detail = DetailByFrequency(luma);
  const int bins = static_cast<int>(trace.size()) - 1, eighth = bins / 4;
  const auto at = [&](int bin) { return static_cast<double>(trace[static_cast<std::size_t>(bin)]); };
  constexpr int kSpread = 3;  // Bins around a line that it spills into.
  const auto near_jpeg = [&](int bin) {
    const int rest = bin % eighth;
    return std::min(rest, eighth - rest) <= kSpread;
  };
  std::vector<float> others;
  for (int bin = bins / 4; bin < bins; ++bin) {
    if (!near_jpeg(bin)) others.push_back(trace[static_cast<std::size_t>(bin)]);
  }
  const auto middle = others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2);
  std::ranges::nth_element(others, middle);
  const double median = std::max<double>(*middle, 1e-9);

  std::optional<Trace> best;
  const auto consider = [&](double peak, double factor) {
    if (factor < kLeast || factor > kMost || peak < kPeak || Drop(detail, factor) < kDrop) return false;
    if (!best || peak > best->peak) best = Trace{factor, peak};
    return true;
  };
  for (int bin = static_cast<int>(2.0 / kMost * bins); bin < bins; ++bin) {
    if (near_jpeg(bin)) continue;
    const double frequency = 0.5 * bin / bins, peak = at(bin) / median;
    // The line of 1 / factor above 1/2 is seen mirrored, so a line may mean two factors.
    const double small = 1 / (1 - frequency), large = 1 / frequency;
    if (peak < kPeak) continue;
    const bool deeper =
        Decibels(Band(detail, 0.12 / large, 0.4 / large) / Band(detail, 0.55 / large, 0.45 / small)) > kDrop;
    if (deeper || !consider(peak, small)) consider(peak, large);
  }
  // Blocks of JPEG draw no line at 1/4 that is stronger than those at 1/8 and 3/8.
  if (at(2 * eighth) > 2 * std::max(at(eighth), at(3 * eighth))) consider(at(2 * eighth) / median, 4);
  return best;
}

// Interpolation by 2 puts all pixels at a quarter from a true one, so the second derivative has no period; but
// every other first difference lies between two true pixels and the next one around one. The result is how much
// they differ, as a logarithm, between the blocks of JPEG.
double Alternation(const cv::Mat& luma) {
  constexpr float kEdge = 8;  // Levels.
  const int length = (luma.cols - 1) / 8 * 8;
  std::array<double, 8> phases{};
  std::vector<float> sums(static_cast<std::size_t>(length));
  for (int y = 0; y < luma.rows; y += 2) {
    const float* row = luma.ptr<float>(y);
    for (int x = 0; x < length; ++x)
      sums[static_cast<std::size_t>(x)] += std::min(std::abs(row[x + 1] - row[x]), kEdge);
  }
  for (int x = 0; x < length; ++x) {
    const double mean = 2 * sums[static_cast<std::size_t>(x)] / static_cast<double>(luma.rows);
    phases[static_cast<std::size_t>(x % 8)] += 8 * std::log(mean + 0.05) / length;
  }
  const auto block = static_cast<std::size_t>(std::ranges::max_element(phases) - phases.begin());
  const auto phase = [&](std::size_t i) { return phases[(block + i) % 8]; };
  return std::abs((phase(2) + phase(4) + phase(6)) / 3 - (phase(3) + phase(5)) / 2);
}

bool IsDoubled(const cv::Mat& luma, const cv::Mat& transposed) {
  constexpr double kAlternation = 0.035, kDrop = 10;  // 202 photos as they came reach 0.026 with such a drop.
  const auto shows = [&](const cv::Mat& picture) {
    return Alternation(picture) >= kAlternation && Drop(DetailByFrequency(picture), 2) >= kDrop;
  };
  return shows(luma) && shows(transposed);
}

}  // namespace

std::optional<double> FindEnlargement(const cv::Mat& luma) {
  if (luma.rows < kLeastSide || luma.cols < kLeastSide) return std::nullopt;
  const cv::Mat transposed = luma.t();
  const std::optional<Trace> rows = InRows(luma), columns = InRows(transposed);
  if (rows && (!columns || rows->peak > columns->peak)) return rows->factor;
  if (columns) return columns->factor;
  if (IsDoubled(luma, transposed)) return 2;
  return std::nullopt;
}

void CheckUpscaling(const Subject& subject, Sheet& sheet) {
  constexpr int kWindow = 512;  // Px.
  const auto found = FindEnlargement(LumaOf(subject.source(SourceWindow(subject, kWindow))));
  if (found) sheet.Measure("enlarged_before", *found, 2);
  // What counts is how many true pixels the finished picture has.
  sheet.Judge("UPSCALED", found ? *found * subject.plan.scale : std::min(1.0, subject.plan.scale), 2,
              found ? "the photo was enlarged before" : "");
}

}  // namespace gradphoto::check
