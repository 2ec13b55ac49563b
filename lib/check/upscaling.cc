// SPDX-License-Identifier: Apache-2.0
#include "lib/check/upscaling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/luma.h"

namespace gradphoto::check {
namespace {

using std::numbers::pi;

constexpr int kLeastSide = 128;
constexpr double kLeastFactor = 1.4;  // Smaller ones cost little detail.
constexpr double kMostFactor = 13;

double Decibels(double ratio) { return 10 * std::log10(ratio + 1e-12); }

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
    detail[i] *= gain * gain / magnitude.rows;
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

// How far the detail falls, in decibels, towards the finest that is seen with `scale` px for each of these.
double Drop(const std::vector<double>& detail, double scale) {
  const double finest = 0.5 * std::min(1.0, scale);
  return Decibels(Band(detail, 0.05 * finest, 0.2 * finest) / Band(detail, 0.75 * finest, 0.95 * finest));
}

// The same from below to above the highest frequency of a picture that was enlarged `factor` times.
double DropAbove(const std::vector<double>& detail, double factor) {
  const double top = std::min(0.6 / factor, 0.46);
  return Decibels(Band(detail, 0.12 / factor, 0.35 / factor) / Band(detail, top, std::min(0.5, 1.6 * top)));
}

// Means of the logarithm of the rows' first or second derivative by column, after a blur of `sigma` px along
// the rows.
std::vector<float> LogDerivative(const cv::Mat& luma, double sigma, int order) {
  const int length = (luma.cols - 2) / 8 * 8;
  // So that flat places have a logarithm, in levels; what a blur leaves of noise falls with its width.
  const double floor = 0.5 / (1 + 6 * sigma * sigma * sigma);
  cv::Mat blurred, left, middle, right, derivative, mean;
  if (sigma > 0) {
    cv::GaussianBlur(luma, blurred, cv::Size(2 * static_cast<int>(std::ceil(3 * sigma)) + 1, 1), sigma);
  } else {
    blurred = luma;
  }
  left = blurred.colRange(0, length), middle = blurred.colRange(1, length + 1);
  right = blurred.colRange(2, length + 2);
  if (order == 1) {
    cv::absdiff(left, middle, derivative);
  } else {
    derivative = cv::abs(2 * middle - left - right);
  }
  derivative += floor;
  cv::log(derivative, derivative);
  cv::reduce(derivative, mean, 0, cv::REDUCE_AVG);
  return {mean.begin<float>(), mean.end<float>()};
}

constexpr int kSpread = 3;  // Bins around a line that it spills into.

// Whether a bin is on a line that the blocks of JPEG may draw: a multiple of 1/8. The last bin is 1/2.
bool NearJpegLine(std::size_t bin, std::size_t last) {
  const std::size_t eighth = last / 4, rest = bin % eighth;
  return std::min(rest, eighth - rest) <= kSpread;
}

// Spectrum of a profile, each bin relative to the median of those around it that JPEG draws no line on.
std::vector<float> Lines(std::vector<float> profile) {
  constexpr double kTrendSigma = 10;  // Px: what changes more slowly is the picture.
  constexpr std::size_t kLeastReach = 12, kStep = 8;
  const int length = static_cast<int>(profile.size());
  cv::Mat row(1, length, CV_32F, profile.data()), trend;
  cv::GaussianBlur(row, trend, cv::Size(0, 0), kTrendSigma);
  row -= trend;
  const std::vector<float> window = HannWindow(length);
  for (std::size_t x = 0; x < profile.size(); ++x) profile[x] *= window[x];
  const cv::Mat magnitude = RowMagnitudes(row);
  const std::vector<float> spectrum(magnitude.begin<float>(), magnitude.end<float>());
  const std::size_t last = spectrum.size() - 1;
  std::vector<float> lines(spectrum.size()), around;
  float level = 1;
  for (std::size_t i = 0; i <= last; ++i) {
    if (i % kStep == 0) {
      const std::size_t middle = i + kStep / 2, reach = std::max(kLeastReach, std::min(last / 6, middle / 2));
      around.clear();
      for (std::size_t j = std::max<std::size_t>(3, middle - std::min(middle, reach));
           j <= std::min(last, middle + reach); ++j) {
        if (!NearJpegLine(j, last)) around.push_back(spectrum[j]);
      }
      if (!around.empty()) level = std::max(1e-6f, static_cast<float>(Median(around)));
    }
    lines[i] = spectrum[i] / level;
  }
  return lines;
}

// The highest within `reach` bins of a frequency in cycles per px.
double Highest(const std::vector<float>& lines, double frequency, double reach) {
  const double position = 2 * frequency * static_cast<double>(lines.size() - 1);
  const auto first = static_cast<std::size_t>(std::max(0.0, std::floor(position - reach)));
  const std::size_t last = std::min(lines.size() - 1, static_cast<std::size_t>(std::ceil(position + reach)));
  float highest = 0;
  for (std::size_t i = first; i <= last; ++i) highest = std::max(highest, lines[i]);
  return highest;
}

// What the rows and the columns show at one width of the blur.
struct Traces {
  std::vector<float> rows, columns;
  double At(double frequency, double reach) const {
    return std::sqrt(Highest(rows, frequency, reach) * Highest(columns, frequency, reach));
  }
};

struct Found {
  double factor = 0, height = 0;
};

// Rows and columns of a picture, and their detail.
struct Picture {
  cv::Mat rows, columns;
  std::vector<double> row_detail, column_detail;
  explicit Picture(const cv::Mat& luma)
      : rows(luma),
        columns(luma.t()),
        row_detail(DetailByFrequency(rows)),
        column_detail(DetailByFrequency(columns)) {}
  double DropTo(double scale) const { return (Drop(row_detail, scale) + Drop(column_detail, scale)) / 2; }
  double DropOf(double factor) const {
    return (DropAbove(row_detail, factor) + DropAbove(column_detail, factor)) / 2;
  }
};

struct Line {
  double factor = 0, height = 0;
};

// A factor whose line falls on one of JPEG: 2.67, and 4 and 8, where the blur leaves little of JPEG.
double HeightOnJpegLine(const Traces& traces, double factor) {
  constexpr double kHeight = 5.5, kOverOthers = 4;
  const double own = traces.At(1 / factor, 1), eighth = traces.At(0.125, 1), quarter = traces.At(0.25, 1);
  // Interpolation draws multiples of its line weaker than the line; JPEG draws 2/8 the strongest.
  const double others = factor > 6   ? quarter / 2
                        : factor > 3 ? std::max(eighth, traces.At(0.375, 1))
                                     : std::max(eighth, quarter);
  return own < std::max(kHeight, kOverOthers * others) ? 0 : own;
}

// Blurs are made for a range of factors each: what interpolation leaves of the picture's own images is
// strongest, over the noise of JPEG, around the highest frequency of the smaller picture.
constexpr double kBlurByFactor = 0.25, kBlurStep = 1.3;

Traces TracesOf(const Picture& picture, double sigma) {
  return {Lines(LogDerivative(picture.rows, sigma, 2)), Lines(LogDerivative(picture.columns, sigma, 2))};
}

// Whether JPEG has drawn the lines of its blocks, down to one that a factor of 8 draws weakly.
bool HasBlocks(const Picture& picture) {
  constexpr double kHeight = 4;
  const Traces traces = TracesOf(picture, kBlurByFactor * kLeastFactor);
  return traces.At(0.375, 1) > kHeight;
}

// The highest line of a factor of the range that this blur is for.
Line HighestLine(const Picture& picture, const Traces& traces, double from, double to) {
  constexpr double kDrop = 7, kDropOnJpegLine = 8, kDropOfMirrored = 10;  // Decibels.
  constexpr double kWider = 1.2;  // The blur on lines of JPEG, of that elsewhere.
  Line best;
  const auto consider = [&](double factor, double height, double drop) {
    if (height > best.height && picture.DropOf(factor) >= drop) best = {factor, height};
  };
  const std::size_t last = traces.rows.size() - 1;
  for (std::size_t bin = 1; bin < last; ++bin) {
    if (NearJpegLine(bin, last)) continue;
    const double frequency = 0.5 * static_cast<double>(bin) / static_cast<double>(last);
    // The line of 1 / factor above 1/2 is seen mirrored, so a line may mean two factors.
    for (const double factor : {1 / frequency, 1 / (1 - frequency)}) {
      if (factor < 2 && picture.DropOf(1 / frequency) >= kDropOfMirrored) continue;
      if (factor >= from && factor <= to) consider(factor, traces.At(frequency, 0.6), kDrop);
    }
  }
  for (const double factor : {8 / 3.0, 4.0, 8.0}) {
    const double at = factor > 3 ? kWider * factor : factor;
    if (at < from || at > to || (factor > 6 && HasBlocks(picture))) continue;
    consider(factor, HeightOnJpegLine(traces, factor), factor > 3 ? kDropOnJpegLine : kDrop);
  }
  return best;
}

Line HighestLine(const Picture& picture, double least) {
  const double half = std::sqrt(kBlurStep);
  Line best;
  double factor = kLeastFactor;
  while (factor < kMostFactor) {
    if (factor * half >= least) {
      const Traces traces = TracesOf(picture, kBlurByFactor * factor);
      const Line line =
          HighestLine(picture, traces, std::max(least, factor / half), std::min(kMostFactor, factor * half));
      if (line.height > best.height) best = line;
    }
    factor *= kBlurStep;
  }
  return best;
}

// Interpolation by 2 puts all pixels at a quarter from a true one, so the second derivative has no period; but
// every other first difference lies between two true pixels and the next one around one. JPEG makes some
// differences weaker, but not every other one: all of those between the lines of its blocks have to.
double Alternation(const cv::Mat& luma) {
  constexpr double kLeastShare = 0.2;
  const std::vector<float> profile = LogDerivative(luma, 0, 1);
  const std::size_t blocks = profile.size() / 8;
  std::array<double, 8> phases{};
  for (std::size_t x = 0; x < 8 * blocks; ++x) phases[x % 8] += profile[x] / static_cast<double>(blocks);
  const auto line = static_cast<std::size_t>(std::ranges::max_element(phases) - phases.begin());
  // Of every other difference, counted from the line between two blocks, over its neighbours.
  const auto alternating = [&](const auto& at) { return (at(2) + at(4) + at(6)) / 3 - (at(3) + at(5)) / 2; };
  const auto mean_at = [&](std::size_t i) { return phases[(line + i) % 8]; };
  const double mean = alternating(mean_at);
  for (const std::size_t even : {2u, 4u, 6u}) {
    for (const std::size_t odd : {3u, 5u}) {
      if ((even == odd - 1 || even == odd + 1) && (mean_at(even) - mean_at(odd)) / mean < kLeastShare) return 0;
    }
  }
  double sum = 0, squares = 0;
  for (std::size_t block = 0; block + 1 < blocks; ++block) {
    const double own = alternating([&](std::size_t i) { return double(profile[8 * block + line + i]); });
    sum += own, squares += own * own;
  }
  const auto n = static_cast<double>(blocks - 1);
  const double variance = std::max(1e-9, squares / n - sum * sum / (n * n));
  return std::abs(sum / n) / std::sqrt(variance / n);
}

}  // namespace

Enlargement FindEnlargement(const cv::Mat& luma, double scale) {
  // How much detail is gone is the first sign, the line the second; what is nearly all gone needs less of a
  // line. docs/CALIBRATION-quality.md has the figures.
  constexpr double kDrop = 7, kDeepDrop = 11, kDropOfDoubled = 10;  // Decibels.
  constexpr double kHeight = 4.2, kHeightInDeep = 3.5, kAlternation = 5;
  constexpr double kPixelsToSpare = 0.75, kGone = 15.5, kNearlyGone = 14, kTraceOfLine = 2.5;
  if (luma.rows < kLeastSide || luma.cols < kLeastSide) return {};
  const Picture picture(luma);
  const double drop = picture.DropTo(scale), least = std::max(kLeastFactor, 1 / scale);
  if (drop < kDrop) return {};
  const Line line = HighestLine(picture, least);
  Enlargement found;
  found.is_without_detail =
      scale <= kPixelsToSpare && (drop >= kGone || (drop >= kNearlyGone && line.height >= kTraceOfLine));
  if (line.height >= (drop < kDeepDrop ? kHeight : kHeightInDeep)) {
    found.factor = line.factor;
  } else if (least <= 2 && picture.DropOf(2) >= kDropOfDoubled &&
             std::min(Alternation(picture.rows), Alternation(picture.columns)) >= kAlternation) {
    found.factor = 2;
  }
  return found;
}

namespace {

// Whether it is known already why the detail is missing.
bool IsOutOfFocus(const Sheet& sheet) {
  return std::ranges::any_of(std::initializer_list<standard::Code>{"BLURRED", "MOTION_BLUR"},
                             [&](standard::Code code) {
                               const Finding* finding = sheet.Find(code);
                               return finding != nullptr && finding->severity >= Severity::kReview;
                             });
}

}  // namespace

void CheckUpscaling(const Subject& subject, Sheet& sheet) {
  constexpr int kWindow = 512;  // Px.
  // The blocks of a JPEG photo that was shrunk since draw the lines of such factors, too.
  constexpr double kAmbiguous = 2;
  const double scale = subject.plan.scale;
  const Enlargement found = FindEnlargement(LumaOf(subject.source(SourceWindow(subject, kWindow))), scale);
  if (found.factor) sheet.Measure("enlarged_before", *found.factor, 2);
  // What counts is how many true pixels the finished picture has.
  const double ratio = found.factor ? *found.factor * scale : std::min(1.0, scale);
  const bool is_sure = found.factor && *found.factor >= kAmbiguous && ratio > 1;
  if (found.is_without_detail && !is_sure && !IsOutOfFocus(sheet)) {  // By how much is not known.
    return sheet.SendToReview("UPSCALED", "its finest detail is missing: it was enlarged, or not in focus");
  }
  sheet.Judge("UPSCALED", ratio, 2, found.factor ? "the photo was enlarged before" : "");
  if (found.factor && *found.factor < kAmbiguous) {
    sheet.Soften("UPSCALED", Severity::kWarn, "or shrunk after JPEG coding");
  }
}

}  // namespace gradphoto::check
