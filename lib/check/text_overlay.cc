// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace gradphoto::check {
namespace {

constexpr int kStroke = 9;     // Px: wider strokes are no thin ones.
constexpr int kContrast = 30;  // Levels.

struct Piece {
  cv::Point2d centre;
  double size = 0;  // The longer side of its box.
  double contrast = 0;
};

// Strokes that are brighter (or darker) than what is around them, in levels.
std::array<cv::Mat, 2> StrokeContrast(const cv::Mat& bgr) {
  std::array<cv::Mat, 3> channels;
  cv::split(bgr, channels.data());
  cv::Mat highest, lowest;
  cv::max(channels[0], channels[1], highest);
  cv::max(highest, channels[2], highest);
  cv::min(channels[0], channels[1], lowest);
  cv::min(lowest, channels[2], lowest);
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(kStroke, kStroke));
  cv::Mat bright, bright_lowest, dark;
  cv::morphologyEx(highest, bright, cv::MORPH_TOPHAT, kernel);
  cv::morphologyEx(lowest, bright_lowest, cv::MORPH_TOPHAT, kernel);
  cv::morphologyEx(lowest, dark, cv::MORPH_BLACKHAT, kernel);
  cv::max(bright, bright_lowest, bright);
  return {bright, dark};
}

// Where writing may stand: off the person, and in date-stamp orange on it.
cv::Mat AllowedPixels(const cv::Mat& bgr, const cv::Mat& person) {
  constexpr float kPerson = 0.3f;
  cv::Mat allowed(bgr.size(), CV_8U);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      const bool stamp =
          pixel[2] > 150 && 2 * pixel[0] < pixel[2] && pixel[0] <= pixel[1] && pixel[1] < pixel[2];
      allowed.at<unsigned char>(y, x) = person.at<float>(y, x) < kPerson || stamp ? 255 : 0;
    }
  }
  return allowed;
}

std::vector<Piece> FindPieces(const cv::Mat& contrast, const cv::Mat& allowed) {
  constexpr int kLeastHeight = 7, kMostHeight = 60;
  cv::Mat strokes = (contrast > kContrast) & allowed, labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(strokes, labels, stats, centres);
  std::vector<Piece> pieces;
  for (int i = 1; i < count; ++i) {
    const int width = stats.at<int>(i, cv::CC_STAT_WIDTH), height = stats.at<int>(i, cv::CC_STAT_HEIGHT);
    const int longer = std::max(width, height), area = stats.at<int>(i, cv::CC_STAT_AREA);
    if (longer < kLeastHeight || longer > kMostHeight || area < 2 * longer - 4) continue;
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP), width, height);
    // Strokes that a frame's edge or the outline of the person cuts off are parts of larger things.
    if (box.x == 0 || box.y == 0 || box.br().x == contrast.cols || box.br().y == contrast.rows) continue;
    const double mean = cv::mean(contrast(box), labels(box) == i)[0];
    pieces.push_back({{centres.at<double>(i, 0), centres.at<double>(i, 1)}, double(longer), mean});
  }
  return pieces;
}

// How many pieces stand in rows of at least kRow pieces of like size and contrast, along the x axis turned by
// `angle`.
int PiecesInRows(std::vector<Piece> pieces, double angle) {
  constexpr int kRow = 4;
  constexpr double kSizes = 1.5, kContrasts = 1.6;             // Largest ratios.
  constexpr double kOff = 0.25, kGap = 1.3, kLeastGap = 0.25;  // Of the size: off the line, between centres.
  const double c = std::cos(angle), s = std::sin(angle);
  for (Piece& piece : pieces) {
    piece.centre = {c * piece.centre.x + s * piece.centre.y, c * piece.centre.y - s * piece.centre.x};
  }
  std::ranges::sort(pieces, {}, [](const Piece& piece) { return piece.centre.x; });
  const auto alike = [](double a, double b, double ratio) { return a < ratio * b && b < ratio * a; };
  std::vector<bool> taken(pieces.size());
  std::vector<std::size_t> row;
  int in_rows = 0;
  for (std::size_t first = 0; first < pieces.size(); ++first) {
    if (taken[first]) continue;
    const Piece& start = pieces[first];
    row = {first};
    for (std::size_t i = first + 1; i < pieces.size(); ++i) {
      const Piece& next = pieces[i];
      const double gap = next.centre.x - pieces[row.back()].centre.x;
      if (gap > kGap * start.size) break;
      if (!taken[i] && gap >= kLeastGap * start.size &&
          std::abs(next.centre.y - start.centre.y) <= kOff * start.size &&
          alike(next.size, start.size, kSizes) && alike(next.contrast, start.contrast, kContrasts)) {
        row.push_back(i);
      }
    }
    if (std::ssize(row) < kRow) continue;
    in_rows += static_cast<int>(row.size());
    for (const std::size_t i : row) taken[i] = true;
  }
  return in_rows;
}

}  // namespace

int CountWriting(const cv::Mat& bgr, const cv::Mat& person) {
  constexpr int kAngles = 12;
  constexpr std::size_t kMostPieces = 400;  // More are a pattern, no writing.
  const cv::Mat allowed = AllowedPixels(bgr, person);
  int most = 0;
  for (const cv::Mat& contrast : StrokeContrast(bgr)) {
    const std::vector<Piece> pieces = FindPieces(contrast, allowed);
    if (pieces.size() > kMostPieces) continue;
    for (int i = 0; i < kAngles; ++i) {
      most = std::max(most, PiecesInRows(pieces, std::numbers::pi * i / kAngles));
    }
  }
  return most;
}

void CheckTextOverlay(const Subject& subject, Sheet& sheet) {
  if (!subject.frame) return;  // The photo is rejected for its missing picture; nothing is delivered.
  sheet.Judge("TEXT_OVERLAY", CountWriting(subject.frame->bgr, subject.frame->person), 0);
}

}  // namespace gradphoto::check
