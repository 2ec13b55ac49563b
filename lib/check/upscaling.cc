// SPDX-License-Identifier: Apache-2.0
#include "lib/check/upscaling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/luma.h"

namespace gradphoto::check {
namespace {

using std::numbers::pi;

constexpr int kLeastSide = 128;
constexpr double kMost = 6;  // The largest factor that one direction can show.

struct Trace {
  double factor = 1, peak = 0;  // The line's height above its surroundings.
};

// Of the rows of a picture, see TraceSpectrum and DetailByFrequency.
struct RowSpectra {
  std::vector<float> trace;
  std::vector<double> detail;
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

std::optional<Trace> InRows(const RowSpectra& spectra) {
  constexpr double kPeak = 7;     // Times the median: 206 photos as they came have 5.5 at most with a drop.
  constexpr double kDrop = 8;     // Decibels.
  constexpr double kLeast = 1.4;  // Smaller factors cost little detail.
  const std::vector<float>& trace = spectra.trace;
  const std::vector<double>& detail = spectra.detail;
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
  const double median = std::max<double>(Median(others), 1e-9);

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

// The strongest bin within 1 of `position` (inside of the trace), as a position between bins (the vertex of a
// parabola). Nothing where the trace rises beyond: the peak is another's.
std::optional<double> PeakNear(const std::vector<float>& trace, double position) {
  const auto from = static_cast<std::size_t>(std::max(1.0, std::floor(position - 1)));
  const std::size_t to = std::min(trace.size() - 2, static_cast<std::size_t>(std::ceil(position + 1)));
  std::size_t best = from;
  for (std::size_t i = from; i <= to; ++i) {
    if (trace[i] > trace[best]) best = i;
  }
  const double before = trace[best - 1], after = trace[best + 1];
  if (before > trace[best] || after > trace[best]) return std::nullopt;
  const double curve = before - 2 * trace[best] + after;
  return static_cast<double>(best) + (curve < 0 ? 0.5 * (before - after) / curve : 0);
}

// A factor of 3.5 to 13, as of a thumbnail in a photo of several megapixels. Its line lies among those of the
// picture's own coarse detail, so both directions must show it. Those of 4 and 8 fall on lines of JPEG and are
// left out when nearer than 0.75 bins; JPEG on smooth pictures has lines at its multiples, too, interpolation
// none.
std::optional<double> LargeFactor(const RowSpectra& rows, const RowSpectra& columns) {
  constexpr double kLeastLarge = 3.5, kMostLarge = 13;
  // 3 times or more in the finished picture, 13 portraits of about 1350 px: 5.9 and above, harmonics 0.55 at
  // most, drops 18 and more. 89 other photos blurred by 1.5 to 5 px, with and without JPEG: 5.2 at most where
  // the two others hold; not blurred: no drop of 12.
  constexpr double kPeak = 5.5, kHarmonics = 0.7, kDrop = 12, kFromJpeg = 0.75, kSpread = 3;
  const auto bins = [](const RowSpectra& spectra) { return static_cast<double>(spectra.trace.size() - 1); };
  const auto median = [&](const RowSpectra& spectra) {
    std::vector<float> low(spectra.trace.begin() + static_cast<std::ptrdiff_t>(bins(spectra) / 8),
                           spectra.trace.begin() + static_cast<std::ptrdiff_t>(0.6 * bins(spectra)));
    return std::max<double>(Median(low), 1e-9);
  };
  const auto highest = [](const RowSpectra& spectra, double from, double to) {
    const auto first = static_cast<std::ptrdiff_t>(std::max(0.0, from));
    const auto last = std::min(std::ssize(spectra.trace), static_cast<std::ptrdiff_t>(to) + 1);
    if (first >= last) return 0.0;
    return static_cast<double>(*std::max_element(spectra.trace.begin() + first, spectra.trace.begin() + last));
  };
  const double row_median = median(rows), column_median = median(columns);
  double best = kPeak;
  std::optional<double> factor;
  const int first_bin = static_cast<int>(std::ceil(2 / kMostLarge * bins(rows)));
  const int last_bin = static_cast<int>(2 / kLeastLarge * bins(rows));
  for (int bin = first_bin; bin <= last_bin; ++bin) {
    const std::optional<double> row_line = PeakNear(rows.trace, bin);
    if (!row_line || std::abs(*row_line - bin) > 0.5) continue;
    const double in_rows = *row_line, frequency = 0.5 * in_rows / bins(rows);
    const double expected = 2 * frequency * bins(columns);
    const std::optional<double> in_columns = PeakNear(columns.trace, expected);
    if (!in_columns || std::abs(*in_columns - expected) > 1) continue;
    const auto on_jpeg = [&](double position, double eighth) {
      return std::min(std::abs(position - eighth), std::abs(position - 2 * eighth)) < kFromJpeg;
    };
    if (on_jpeg(in_rows, bins(rows) / 4) || on_jpeg(*in_columns, bins(columns) / 4)) continue;
    const auto height = [&](double multiple, double spread) {
      return std::pair(
          highest(rows, multiple * in_rows - spread, multiple * in_rows + spread) / row_median,
          highest(columns, multiple * expected - spread, multiple * expected + spread) / column_median);
    };
    const auto [row_peak, column_peak] = height(1, 1);
    const double peak = std::sqrt(row_peak * column_peak);
    if (peak <= best || Drop(rows.detail, 1 / frequency) < kDrop || Drop(columns.detail, 1 / frequency) < kDrop)
      continue;
    const auto [row_second, column_second] = height(2, kSpread);
    const auto [row_third, column_third] = height(3, kSpread);
    if (std::max({row_second, column_second, row_third, column_third}) > kHarmonics * peak) continue;
    best = peak;
    factor = 1 / frequency;
  }
  return factor;
}

// Interpolation by 2 puts all pixels at a quarter from a true one, so the second derivative has no period; but
// every other first difference lies between two true pixels and the next one around one. The result is how much
// they differ, as a logarithm, between the blocks of JPEG; 0 unless all of them do: coding of a smooth picture
// makes some differences weaker, but not every other one.
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
  const double mean = (phase(2) + phase(4) + phase(6)) / 3 - (phase(3) + phase(5)) / 2;
  constexpr double kLeastShare = 0.2;  // 15 photos blurred by 2 px as JPEG 92: 27 of 30 directions are below.
  for (const std::size_t i : {2u, 4u, 6u}) {
    for (const std::size_t j : {3u, 5u}) {
      if ((i == j - 1 || i == j + 1) && (phase(i) - phase(j)) / mean < kLeastShare) return 0;
    }
  }
  return std::abs(mean);
}

bool IsDoubled(const cv::Mat& luma, const RowSpectra& rows, const cv::Mat& transposed,
               const RowSpectra& columns) {
  constexpr double kAlternation = 0.035, kDrop = 10;  // 202 photos as they came reach 0.026 with such a drop.
  const auto shows = [&](const cv::Mat& picture, const RowSpectra& spectra) {
    return Drop(spectra.detail, 2) >= kDrop && Alternation(picture) >= kAlternation;
  };
  return shows(luma, rows) && shows(transposed, columns);
}

}  // namespace

std::optional<double> FindEnlargement(const cv::Mat& luma) {
  if (luma.rows < kLeastSide || luma.cols < kLeastSide) return std::nullopt;
  const cv::Mat transposed = luma.t();
  const RowSpectra rows{TraceSpectrum(luma), DetailByFrequency(luma)};
  const RowSpectra columns{TraceSpectrum(transposed), DetailByFrequency(transposed)};
  const std::optional<Trace> in_rows = InRows(rows), in_columns = InRows(columns);
  if (in_rows && (!in_columns || in_rows->peak > in_columns->peak)) return in_rows->factor;
  if (in_columns) return in_columns->factor;
  if (const auto factor = LargeFactor(rows, columns)) return factor;
  if (IsDoubled(luma, rows, transposed, columns)) return 2;
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
