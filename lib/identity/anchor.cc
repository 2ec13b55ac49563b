// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/anchor.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <string_view>
#include <utility>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/base/unicode.h"

namespace gradphoto::identity {
namespace {

constexpr double kShareOfWord = 0.6;
constexpr std::size_t kFewest = 4, kFewestForPerspective = 10;
// Print moves against its labels by half a millimetre; the rest is the recogniser's frames.
constexpr double kAffineMm = 1.6, kPerspectiveMm = 1.2;
constexpr double kMostSqueezed = 2, kMostUnlikeSides = 1.5;
constexpr int kTries = 3000;
constexpr double kConfidence = 0.999;

bool IsDigitGlyph(char32_t character) { return character >= U'0' && character <= U'9'; }

// Where the word stands best in the line: pairs of its characters and the glyphs that are they.
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;
Pairs BestPlace(const std::vector<Glyph>& glyphs, const std::u32string& word) {
  Pairs best;
  const auto count = static_cast<std::ptrdiff_t>(glyphs.size()),
             length = static_cast<std::ptrdiff_t>(word.size());
  for (std::ptrdiff_t start = 2 - length; start < count - 1; ++start) {
    Pairs pairs;
    for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, -start); i < length && start + i < count; ++i) {
      const auto glyph = static_cast<std::size_t>(start + i);
      if (glyphs[glyph].character == word[static_cast<std::size_t>(i)]) pairs.emplace_back(i, glyph);
    }
    if (pairs.size() > best.size()) best = std::move(pairs);
  }
  const double needed = std::max(2.0, kShareOfWord * static_cast<double>(word.size()));
  if (static_cast<double>(best.size()) < needed) best.clear();
  return best;
}

// Seven of the eighteen digits: all would outvote the labels, whose places are known better.
void AddDigits(const Line& line, const Layout& layout, std::vector<Anchor>& anchors) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < line.glyphs.size(); ++i) {
    const char32_t character = line.glyphs[i].character;
    const bool last = run >= 17 && (character == U'X' || character == U'x');
    run = IsDigitGlyph(character) || last ? run + 1 : 0;
    if (run != 18) continue;
    for (const std::size_t digit : {0U, 3U, 6U, 9U, 12U, 15U, 17U}) {
      const LabelPlace& place = layout.digits;
      anchors.push_back({.px = line.PlaceOf(line.glyphs[i - 17 + digit]),
                         .mm = cv::Point2d(place.x + place.pitch * static_cast<double>(digit), place.y),
                         .word = kDigitsWord,
                         .glyph = digit});
    }
    return;
  }
}

// 年, 月 and 日 behind a year.
void AddDate(const Line& line, const Layout& layout, std::vector<Anchor>& anchors) {
  const auto& glyphs = line.glyphs;
  std::size_t start = glyphs.size();
  for (std::size_t i = 4; i < glyphs.size() && start == glyphs.size(); ++i) {
    const std::size_t gap = glyphs[i - 1].character == U' ' && i > 4 ? 1 : 0;
    const std::size_t first = i - 4 - gap;
    const bool digits = std::ranges::all_of(glyphs.begin() + static_cast<std::ptrdiff_t>(first),
                                            glyphs.begin() + static_cast<std::ptrdiff_t>(first + 4),
                                            [](const Glyph& glyph) { return IsDigitGlyph(glyph.character); });
    const bool year = digits && (glyphs[first].character == U'1' || glyphs[first].character == U'2');
    if (year && glyphs[i].character == U'年') start = i;
  }
  for (std::size_t i = start; i < glyphs.size(); ++i) {
    for (std::size_t word = 0; word < kLabelWords.size(); ++word) {
      const std::u32string text = ToUtf32(kLabelWords[word].utf8);
      if (text.size() != 1 || text.front() != glyphs[i].character) continue;
      const LabelPlace& place = layout.labels[word];
      anchors.push_back({.px = line.PlaceOf(glyphs[i]), .mm = cv::Point2d(place.x, place.y), .word = word});
    }
  }
}

std::size_t WordsOf(std::span<const Anchor> anchors, const std::vector<uchar>& taken) {
  std::set<std::size_t> words;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    if (taken[i] != 0) words.insert(anchors[i].word);
  }
  return words.size();
}

bool IsPlausible(const View& view) {
  const Quad corners = view.Outline();
  if (!cv::isContourConvex(std::vector<cv::Point2f>(corners.begin(), corners.end()))) return false;
  std::array<double, 4> sides{};
  for (std::size_t i = 0; i < 4; ++i) sides[i] = cv::norm(corners[i] - corners[(i + 1) % 4]);
  const auto unlike = [](double a, double b) { return std::max(a / b, b / a) >= kMostUnlikeSides; };
  return !unlike(sides[0], sides[2]) && !unlike(sides[1], sides[3]);
}

}  // namespace

Quad CornersOf(const Box& box) {
  const double angle = box.degrees * std::numbers::pi / 180;
  const cv::Point2d along(std::cos(angle), std::sin(angle)), across(-along.y, along.x);
  const cv::Point2d centre(box.x, box.y), half = along * (box.width / 2), up = across * (box.height / 2);
  return {centre - half - up, centre + half - up, centre + half + up, centre - half + up};
}

cv::Point2f Line::PlaceOf(const Glyph& glyph) const {
  const float along =
      (static_cast<float>(glyph.frame) + 0.5F) / static_cast<float>(std::max<std::size_t>(frames, 1));
  const cv::Point2f top = quad[0] * (1 - along) + quad[1] * along;
  const cv::Point2f bottom = quad[3] * (1 - along) + quad[2] * along;
  return (top + bottom) / 2;
}

std::vector<Anchor> AnchorsOf(std::span<const Line> lines, SideKind side, const Layout& layout) {
  std::vector<Anchor> anchors;
  for (const Line& line : lines) {
    for (std::size_t word = 0; word < kLabelWords.size(); ++word) {
      if (kLabelWords[word].side != side) continue;
      const std::u32string text = ToUtf32(kLabelWords[word].utf8);
      if (text.size() < 2) continue;
      const LabelPlace& place = layout.labels[word];
      for (const auto& [character, glyph] : BestPlace(line.glyphs, text)) {
        anchors.push_back({.px = line.PlaceOf(line.glyphs[glyph]),
                           .mm = cv::Point2d(place.x + place.pitch * static_cast<double>(character), place.y),
                           .word = word,
                           .glyph = character});
      }
    }
    if (side != SideKind::kFront) continue;
    AddDigits(line, layout, anchors);
    AddDate(line, layout, anchors);
  }
  return anchors;
}

cv::Point2f View::ToMm(cv::Point2f px) const {
  const cv::Vec3d mapped = to_mm * cv::Vec3d(px.x, px.y, 1);
  return cv::Point2d(mapped[0] / mapped[2], mapped[1] / mapped[2]);
}

Quad View::ToPx(double left, double top, double right, double bottom) const {
  const cv::Matx33d to_px = to_mm.inv();
  const auto map = [&](double x, double y) {
    const cv::Vec3d mapped = to_px * cv::Vec3d(x, y, 1);
    return cv::Point2f(cv::Point2d(mapped[0] / mapped[2], mapped[1] / mapped[2]));
  };
  return {map(left, top), map(right, top), map(right, bottom), map(left, bottom)};
}

double View::PxPerMm() const {
  const Quad square = ToPx(20, 20, 30, 30);
  return (cv::norm(square[1] - square[0]) + cv::norm(square[3] - square[0])) / 20;
}

std::optional<View> FitView(std::span<const Anchor> anchors) {
  if (anchors.size() < kFewest) return std::nullopt;
  std::vector<cv::Point2f> px, mm;
  for (const Anchor& anchor : anchors) px.push_back(anchor.px), mm.push_back(anchor.mm);
  std::vector<uchar> taken;
  const cv::Mat affine = cv::estimateAffine2D(px, mm, taken, cv::RANSAC, kAffineMm, kTries, kConfidence);
  if (affine.empty()) return std::nullopt;
  const auto agreeing = static_cast<std::size_t>(std::ranges::count_if(taken, [](uchar t) { return t != 0; }));
  if (agreeing < kFewest || WordsOf(anchors, taken) < 2) return std::nullopt;
  const cv::Matx22d linear(affine.at<double>(0, 0), affine.at<double>(0, 1), affine.at<double>(1, 0),
                           affine.at<double>(1, 1));
  cv::Vec2d singular;
  cv::SVD::compute(cv::Mat(linear), singular, cv::SVD::NO_UV);
  if (cv::determinant(linear) <= 0 || singular[0] > kMostSqueezed * singular[1]) return std::nullopt;
  View view{.to_mm = cv::Matx33d::eye(), .anchors = agreeing};
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) view.to_mm(row, column) = affine.at<double>(row, column);
  }
  if (anchors.size() < kFewestForPerspective) return view;
  std::vector<uchar> kept;
  const cv::Mat perspective = cv::findHomography(px, mm, cv::RANSAC, kPerspectiveMm, kept, kTries, kConfidence);
  if (perspective.empty()) return view;
  const auto held = static_cast<std::size_t>(std::ranges::count_if(kept, [](uchar t) { return t != 0; }));
  const View better{.to_mm = cv::Matx33d(perspective), .anchors = held};
  const bool enough = held >= kFewestForPerspective && held + 1 >= agreeing;
  return enough && cv::determinant(better.to_mm) != 0 && IsPlausible(better) ? better : view;
}

}  // namespace gradphoto::identity
