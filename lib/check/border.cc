// SPDX-License-Identifier: Apache-2.0
#include "lib/check/border.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"

namespace gradphoto::check {
namespace {

int Difference(const cv::Vec3b& a, const cv::Vec3b& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

// The border at one side. `pixel(line, depth)`: line 0..lines-1 along the side, depth 0 at the edge.
template <typename Pixel>
int BorderDepth(int lines, int depth_of_photo, const Pixel& pixel) {
  constexpr int kSamples = 96;
  constexpr double kCorner = 0.1;      // Of the lines at either end: other sides' borders.
  constexpr int kChange = 14;          // Levels: more than JPEG ringing beside an edge.
  constexpr int kContrast = 20;        // Levels, behind the border's end.
  constexpr double kFlat = 3;          // Levels.
  constexpr double kSlant = 0.03;      // Depth per px of line.
  constexpr double kAgree = 0.85;      // Of the lines.
  constexpr int kLeast = 2, kEnd = 3;  // Px; over kEnd px the edge rings and blurs.
  const int most = depth_of_photo * 2 / 5;
  if (lines < kSamples || most <= kLeast + kEnd) return 0;
  const auto line_of = [&](int sample) {
    const double along = kCorner + (1 - 2 * kCorner) * (sample + 0.5) / kSamples;
    return static_cast<int>(along * lines);
  };
  std::array<std::vector<int>, 3> edge;
  for (int i = 0; i < kSamples; ++i) {
    for (int depth = 0; depth < kLeast; ++depth) {
      for (int channel = 0; channel < 3; ++channel) {
        edge[static_cast<std::size_t>(channel)].push_back(pixel(line_of(i), depth)[channel]);
      }
    }
  }
  const cv::Vec3b colour(static_cast<unsigned char>(Median(edge[0])),
                         static_cast<unsigned char>(Median(edge[1])),
                         static_cast<unsigned char>(Median(edge[2])));
  std::vector<int> depths;
  for (int i = 0; i < kSamples; ++i) {
    int depth = 0;
    while (depth < most && Difference(pixel(line_of(i), depth), colour) <= kChange) ++depth;
    depths.push_back(depth);
  }
  // A straight line through the medians of both halves.
  const auto half = depths.begin() + kSamples / 2;
  const double first = Median(std::vector(depths.begin(), half)),
               second = Median(std::vector(half, depths.end()));
  const double slope = (second - first) / (line_of(kSamples * 3 / 4) - line_of(kSamples / 4));
  if (std::abs(slope) > kSlant || std::min(first, second) < kLeast || std::max(first, second) >= most) return 0;
  int agree = 0;
  double sum_of_squares = 0;
  std::size_t count = 0;
  for (int i = 0; i < kSamples; ++i) {
    const int line = line_of(i), depth = depths[static_cast<std::size_t>(i)];
    const double expected = first + slope * (line - line_of(kSamples / 4));
    if (std::abs(depth - expected) > 2) continue;
    const int behind = std::min(depth + kEnd, depth_of_photo - 1);
    if (Difference(pixel(line, behind), colour) >= kContrast) ++agree;
    for (int d = 0; d < std::max(kLeast, depth - kEnd); d += 1 + depth / 32) {
      const double difference = Difference(pixel(line, d), colour);
      sum_of_squares += difference * difference;
      ++count;
    }
  }
  if (agree < kAgree * kSamples || count == 0) return 0;
  return std::sqrt(sum_of_squares / static_cast<double>(count)) <= kFlat
             ? static_cast<int>((first + second) / 2)
             : 0;
}

int Thickest(const Borders& borders) {
  return std::max({borders.left_px, borders.top_px, borders.right_px, borders.bottom_px});
}

// For each row of `bgr` but the outermost the share of the columns in which it does not go on below it: the
// step over three rows is at least kStep and larger than what the picture has beside it.
std::vector<double> BreaksOfRows(const cv::Mat& bgr) {
  constexpr int kAlong = 9;   // Px that are averaged: grain is no step.
  constexpr float kStep = 6;  // Levels.
  constexpr float kTimes = 2.5F;
  cv::Mat even;
  bgr.convertTo(even, CV_32FC3);
  cv::blur(even, even, cv::Size(kAlong, 1));
  const auto difference = [](const cv::Vec3f& a, const cv::Vec3f& b) {
    return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
  };
  std::vector<double> breaks(static_cast<std::size_t>(bgr.rows), 0);
  for (int y = 4; y + 5 < bgr.rows; ++y) {
    const auto *before = even.ptr<cv::Vec3f>(y - 4), *last = even.ptr<cv::Vec3f>(y - 1),
               *next = even.ptr<cv::Vec3f>(y + 2), *after = even.ptr<cv::Vec3f>(y + 5);
    int count = 0;
    for (int x = 0; x < bgr.cols; ++x) {
      const float step = difference(next[x], last[x]);
      if (step < kStep) continue;
      if (step > kTimes * std::max(difference(last[x], before[x]), difference(after[x], next[x]))) ++count;
    }
    breaks[static_cast<std::size_t>(y)] = double(count) / bgr.cols;
  }
  return breaks;
}

}  // namespace

Borders FindBorders(const cv::Mat& bgr) {
  const int width = bgr.cols, height = bgr.rows;
  const auto at = [&](int y, int x) -> const cv::Vec3b& { return bgr.at<cv::Vec3b>(y, x); };
  Borders borders;
  borders.top_px = BorderDepth(width, height, [&](int line, int depth) { return at(depth, line); });
  borders.bottom_px =
      BorderDepth(width, height, [&](int line, int depth) { return at(height - 1 - depth, line); });
  borders.left_px = BorderDepth(height, width, [&](int line, int depth) { return at(line, depth); });
  borders.right_px =
      BorderDepth(height, width, [&](int line, int depth) { return at(line, width - 1 - depth); });
  return borders;
}

Seams FindSeams(const cv::Mat& bgr) {
  // A seam breaks the three rows around it, alike when it is sharp: its place is the middle of those that it
  // breaks at least half as plainly as the plainest. Of equal seams the inner one counts.
  constexpr int kAround = 2;
  const auto best = [](const std::vector<double>& breaks, bool from_begin) {
    const auto length = static_cast<int>(breaks.size());
    const auto share_at = [&](int at) { return breaks[static_cast<std::size_t>(at)]; };
    int plainest = 0;
    double share = 0;
    for (int i = 0; i < length * 2 / 5; ++i) {
      const int at = from_begin ? i : length - 1 - i;
      if (share_at(at) > 0 && share_at(at) >= share) {
        plainest = at;
        share = share_at(at);
      }
    }
    if (share == 0) return Seam{};
    int first = plainest, last = plainest;
    while (first > 0 && plainest - first < kAround && share_at(first - 1) >= share / 2) --first;
    while (last + 1 < length && last - plainest < kAround && share_at(last + 1) >= share / 2) ++last;
    return Seam{(first + last) / 2 + 1, share};
  };
  if (bgr.empty()) return {};
  cv::Mat turned;
  cv::transpose(bgr, turned);
  const std::vector<double> rows = BreaksOfRows(bgr), columns = BreaksOfRows(turned);
  return {best(columns, true), best(rows, true), best(columns, false), best(rows, false)};
}

namespace {

// Whether nearly all of it is of one colour, but for what JPEG leaves of an edge above: a bar, or a strip with
// writing.
bool IsOfOneColour(const cv::Mat& rows) {
  constexpr int kOfEdge = 8;
  constexpr double kNear = 5, kLeastShare = 0.75;  // Levels.
  if (rows.rows <= kOfEdge) return false;
  const cv::Mat band = rows.rowRange(kOfEdge, rows.rows);
  std::array<cv::Mat, 3> channels;
  cv::split(band, channels.data());
  cv::Scalar colour;
  for (int c = 0; c < 3; ++c) {
    const cv::Mat& channel = channels[static_cast<std::size_t>(c)];
    colour[c] = Median(std::vector<double>(channel.begin<std::uint8_t>(), channel.end<std::uint8_t>()));
  }
  cv::Mat near;
  cv::inRange(band, colour - cv::Scalar::all(kNear), colour + cv::Scalar::all(kNear), near);
  return cv::countNonZero(near) >= kLeastShare * static_cast<double>(near.total());
}

}  // namespace

Borders FindBands(const cv::Mat& bgr) {
  constexpr double kLevel = 0.6, kUpright = 0.8;  // Shares.
  constexpr double kAboveOneColour = 0.3;  // A white bar below a white shirt is seen beside the shirt only.
  const Seams seams = FindSeams(bgr);
  Borders bands;
  if (seams.left.share >= kUpright) bands.left_px = seams.left.at_px;
  if (seams.top.share >= kLevel) bands.top_px = seams.top.at_px;
  if (seams.right.share >= kUpright) bands.right_px = bgr.cols - seams.right.at_px;
  if (seams.bottom.share >= kLevel ||
      (seams.bottom.share >= kAboveOneColour && IsOfOneColour(bgr.rowRange(seams.bottom.at_px, bgr.rows)))) {
    bands.bottom_px = bgr.rows - seams.bottom.at_px;
  }
  return bands;
}

void CheckBorder(const Subject& subject, Sheet& sheet) {
  const Borders borders = FindBorders(subject.source);
  const geometry::CropPlan& plan = subject.plan;
  const double right = plan.x_px + plan.width_px / plan.scale, bottom = plan.y_px + plan.height_px / plan.scale;
  // How much of each border the planned frame shows.
  const auto shown = [&](int thickness, double left_out) {
    return thickness == 0 ? 0.0 : std::clamp(thickness - left_out, 0.0, double(thickness)) * plan.scale;
  };
  double most = std::max({shown(borders.left_px, plan.x_px), shown(borders.top_px, plan.y_px),
                          shown(borders.right_px, subject.source.cols - right),
                          shown(borders.bottom_px, subject.source.rows - bottom)});
  if (subject.frame)
    most = std::max(most, double(Thickest(FindBands(subject.frame->bgr(subject.frame->photo)))));
  if (const int thickest = Thickest(borders); thickest > 0) sheet.Measure("border_px", thickest, 0);
  sheet.Judge("BORDER", most, 1);
}

void CheckOutputBands(const OutputView& output, Sheet& sheet) {
  if (output.writing) sheet.Judge("BORDER", Thickest(FindBands(output.bgr(output.photo))), 1);
}

}  // namespace gradphoto::check
