// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "lib/base/text.h"
#include "lib/check/sticker.h"
#include "lib/text/strip.h"

namespace gradphoto::check {
namespace {

constexpr std::size_t kLeastCharacters = 2;
constexpr double kSure = 0.8;  // Mean probability.

// Letters, digits and Han characters. Signs do not count, nor what is a mere stroke: eyelids, lips and seams
// are read as these.
bool IsCharacter(const text::Glyph& glyph) {
  constexpr std::string_view kLatinStrokes = "lIi";
  constexpr std::string_view kStrokes[] = {"一", "丨", "丿", "二", "三", "ー", "〇", "口"};
  if (glyph.text.size() == 1) {
    const char c = glyph.text.front();
    if (!IsDigit(c) && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) return false;
    return !kLatinStrokes.contains(c);
  }
  // Accents, Greek, punctuation, arrows, boxes; full-width signs.
  if (glyph.text.size() == 2 || glyph.text < "\u3041" || glyph.text >= "\uff00") return false;
  return std::ranges::find(kStrokes, glyph.text) == std::end(kStrokes);
}

struct Sure {
  std::string text;  // Without signs.
  int characters = 0, digits = 0;
  double probability = 0;  // Mean, of all that was read.
};

Sure SureOf(const text::Reading& reading) {
  Sure sure;
  for (const text::Glyph& glyph : reading.glyphs) {
    if (!IsCharacter(glyph)) continue;
    sure.text += glyph.text;
    ++sure.characters;
    if (glyph.text.size() == 1 && IsDigit(glyph.text.front())) ++sure.digits;
  }
  sure.probability = reading.MeanProbability();
  return sure;
}

bool IsSure(const Sure& sure) {
  return sure.characters >= static_cast<int>(kLeastCharacters) && sure.probability >= kSure;
}

// A column of upright characters, laid side by side: the recognizer knows lines only.
cv::Mat ColumnAsLine(const cv::Mat& bgr, const text::TextBox& box, int characters) {
  const text::TextBox upright{box.centre, box.height_px, box.length_px, 0, box.probability};
  const text::Quad quad = upright.Corners();
  const int side = text::kStripHeight_px;
  const std::vector<cv::Point2f> from(quad.begin(), quad.end());
  const float height = static_cast<float>(side) * static_cast<float>(characters);
  const std::vector<cv::Point2f> to = {{0, 0}, {float(side), 0}, {float(side), height}, {0, height}};
  cv::Mat column, line(side, side * characters, CV_8UC3);
  cv::warpPerspective(bgr, column, cv::getPerspectiveTransform(from, to), cv::Size(side, side * characters),
                      cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  for (int i = 0; i < characters; ++i) {
    column.rowRange(i * side, (i + 1) * side).copyTo(line.colRange(i * side, (i + 1) * side));
  }
  return line;
}

// Where writing may stand; `characters` of a column whose number is known, else 0; `look_deg`: how far the
// picture was turned for the detector, counter-clockwise as seen.
struct Place {
  text::TextBox box;
  int characters = 0;
  double look_deg = 0;
};

// The boxes, and of those of single characters that stand evenly one below the other one more for the column:
// the detector parts columns that are spaced.
std::vector<Place> PlacesOf(const std::vector<text::TextBox>& boxes) {
  constexpr double kSquare = 1.6, kAside = 0.4, kUneven = 0.25, kMostPitch = 1.6;  // Of a box's longer side.
  std::vector<Place> places;
  std::vector<text::TextBox> single;
  for (const text::TextBox& box : boxes) {
    places.push_back({box, 0});
    if (box.length_px < kSquare * box.height_px) single.push_back(box);
  }
  std::ranges::sort(single, {}, [](const text::TextBox& box) { return box.centre.y; });
  while (!single.empty()) {
    std::vector<text::TextBox> column = {single.front()};
    single.erase(single.begin());
    for (auto next = single.begin(); next != single.end();) {
      const text::TextBox& last = column.back();
      const double side = last.length_px, pitch = next->centre.y - last.centre.y;
      const double before = column.size() > 1 ? last.centre.y - column[column.size() - 2].centre.y : pitch;
      const bool follows = std::abs(next->centre.x - last.centre.x) < kAside * side && pitch > side / 2 &&
                           pitch < kMostPitch * side && std::abs(pitch - before) < kUneven * side;
      if (follows) column.push_back(*next);
      next = follows ? single.erase(next) : next + 1;
    }
    if (column.size() < kLeastCharacters) continue;
    const auto count = static_cast<int>(column.size());
    const double pitch = (column.back().centre.y - column.front().centre.y) / (count - 1);
    double height = 0, probability = 0;
    for (const text::TextBox& box : column) {
      height += box.height_px / count;
      probability += box.probability / count;
    }
    places.push_back(
        {{(column.front().centre + column.back().centre) / 2, pitch * count, height, -90, probability}, count});
  }
  return places;
}

Result<Sure> ReadPlace(const text::Reader& reader, const cv::Mat& bgr, const Place& place) {
  constexpr double kColumn = 1.5, kSteep_deg = 70;
  constexpr int kMostCharacters = 20;
  const text::TextBox& box = place.box;
  if (place.characters > 0) {
    TRY_ASSIGN(const auto column,
               reader.Recognize(ColumnAsLine(bgr, box, std::min(place.characters, kMostCharacters))));
    return SureOf(column);
  }
  const cv::Mat strip = text::CutStrip(bgr, box.Corners());
  TRY_ASSIGN(const auto reading, reader.Recognize(strip));
  Sure best = SureOf(reading);
  if (IsSure(best)) return best;
  const auto take = [&](const text::Reading& other) {
    Sure sure = SureOf(other);
    if (IsSure(sure)) best = std::move(sure);
  };
  TRY_ASSIGN(const double upright, reader.Upright(strip));
  if (upright < 0.5) {
    TRY_ASSIGN(const auto turned, reader.ReadLine(bgr, box.Corners(180)));
    take(turned);
  }
  if (!IsSure(best) && std::abs(box.angle_deg) > kSteep_deg && box.length_px > kColumn * box.height_px) {
    // The box is widened by about a fourth of its height at each end.
    const double pitch = 0.8 * box.height_px;
    const int characters = std::clamp(static_cast<int>(std::lround(box.length_px / pitch)), 2, kMostCharacters);
    TRY_ASSIGN(const auto column, reader.Recognize(ColumnAsLine(bgr, box, characters)));
    take(column);
  }
  return best;
}

WrittenLine LineIn(const text::TextBox& box, Sure sure) {
  return {box.Corners(), sure.characters, sure.digits, sure.probability, std::move(sure.text)};
}

// The part of a strip along `box` from its first glyph to its last.
text::TextBox PartOf(text::TextBox box, const text::Reading& reading) {
  const double half = box.height_px / 2, length = box.length_px;
  const double begin = std::max(0.0, reading.glyphs.front().position * length - half);
  const double end = std::min(length, reading.glyphs.back().position * length + half);
  const double angle = box.angle_deg * std::numbers::pi / 180, ahead = (begin + end - length) / 2;
  box.centre += ahead * cv::Point2d(std::cos(angle), std::sin(angle));
  box.length_px = std::max(end - begin, box.height_px);
  return box;
}

// Of faint words the detector sees some characters alone: the line through them, two or three characters longer
// at each end. What is nearly square has no direction of its own and is read in those that the detector can
// see.
Result<std::optional<WrittenLine>> ReadAround(const text::Reader& reader, const cv::Mat& bgr,
                                              const Place& place) {
  constexpr double kSquare = 1.5, kStep_deg = 15, kLonger = 2.5;  // Longer by times its height, at each end.
  std::vector<double> angles = {place.box.angle_deg};
  if (place.box.length_px < kSquare * place.box.height_px) {
    angles = {place.look_deg, place.look_deg - kStep_deg, place.look_deg + kStep_deg};
  }
  std::optional<WrittenLine> best;
  for (const double angle_deg : angles) {
    text::TextBox line = place.box;
    line.angle_deg = angle_deg;
    line.length_px += 2 * kLonger * line.height_px;
    TRY_ASSIGN(const auto reading, reader.ReadLine(bgr, line.Corners()));
    Sure sure = SureOf(reading);
    if (!IsSure(sure) || (best && sure.characters <= best->characters)) continue;
    best = LineIn(PartOf(line, reading), std::move(sure));
  }
  return best;
}

void KeepSurest(std::vector<text::TextBox>& boxes, std::size_t most) {
  std::ranges::stable_sort(boxes, std::greater{}, &text::TextBox::probability);
  if (boxes.size() > most) boxes.resize(most);
}

// Adds to `lines` what is read for sure at the places of one look. Patterns and strands may give many boxes
// that hold nothing: around three of them at most it is read on.
Result<void> ReadPlaces(const text::Reader& reader, const cv::Mat& bgr, const std::vector<Place>& places,
                        std::vector<WrittenLine>& lines) {
  int around_left = 3;
  for (const Place& place : places) {
    TRY_ASSIGN(auto sure, ReadPlace(reader, bgr, place));
    if (IsSure(sure)) {
      lines.push_back(LineIn(place.box, std::move(sure)));
    } else if (place.characters == 0 && around_left-- > 0) {
      TRY_ASSIGN(auto line, ReadAround(reader, bgr, place));
      if (line) lines.push_back(std::move(*line));
    }
  }
  return {};
}

// Boxes in px of `bgr` of lines that slant too much for the detector, which is shown the picture turned by
// `turn_deg` (counter-clockwise as seen): a square around where the face stands in a finished picture. Larger
// than in the upright look, because slanted words lie across the face, where they are faint.
Result<std::vector<text::TextBox>> DetectTurned(const text::Reader& reader, const cv::Mat& bgr,
                                                double turn_deg) {
  constexpr int kSide_px = 256;
  constexpr double kLongSide_px = 480;  // Of the whole picture.
  constexpr double kFace = 0.42;        // Of the picture's height.
  const double scale = kLongSide_px / std::max(bgr.cols, bgr.rows);
  cv::Mat small, turned, back;
  cv::resize(bgr, small, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  const cv::Point2d middle(small.cols / 2.0, small.rows * kFace);
  cv::Mat turn = cv::getRotationMatrix2D(middle, turn_deg, 1);
  turn.at<double>(0, 2) += kSide_px / 2.0 - middle.x;
  turn.at<double>(1, 2) += kSide_px / 2.0 - middle.y;
  cv::warpAffine(small, turned, turn, {kSide_px, kSide_px}, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  TRY_ASSIGN(auto boxes, reader.Detect(turned, kSide_px));
  cv::invertAffineTransform(turn, back);
  for (text::TextBox& box : boxes) {
    const cv::Mat centre = back * cv::Mat(cv::Vec3d(box.centre.x, box.centre.y, 1));
    box.centre = cv::Point2d(centre.at<double>(0), centre.at<double>(1)) / scale;
    box.length_px /= scale;
    box.height_px /= scale;
    box.angle_deg = text::LineAngle_deg(box.angle_deg + turn_deg);
  }
  return boxes;
}

void Judge(const std::vector<WrittenLine>& lines, const cv::Mat& person, double chin_px, Sheet& sheet) {
  int characters = 0;
  bool all_on_clothes = true;
  const WrittenLine* longest = nullptr;
  for (const WrittenLine& line : lines) {
    const bool on_clothes = IsOnClothes(line, person, chin_px);
    // What is not on the clothes is the worse and the one that is told.
    if (all_on_clothes && !on_clothes) longest = nullptr;
    all_on_clothes = all_on_clothes && on_clothes;
    characters += line.characters;
    if (on_clothes == all_on_clothes && (longest == nullptr || line.characters > longest->characters)) {
      longest = &line;
    }
  }
  sheet.Judge("TEXT_OVERLAY", characters, 0, longest == nullptr ? "" : "reads '" + Masked(*longest) + "'");
  if (all_on_clothes) sheet.Soften("TEXT_OVERLAY", Severity::kWarn, "on the clothes");
}

double ChinRow(const face::Head& head, const geometry::CropPlan& plan) {
  return plan.OutputFromSource(head.anchors.chin).y;
}

}  // namespace

Result<std::vector<WrittenLine>> ReadWriting(const text::Reader& reader, const cv::Mat& bgr,
                                             SlantedLines slanted) {
  std::vector<WrittenLine> lines;
  if (bgr.empty()) return lines;
  constexpr std::size_t kMostUpright = 12, kMostTurned = 6;
  constexpr double kTurn_deg = 32;  // 30 to 34 find as much; 45 finds less of what slants by 15 to 25.
  TRY_ASSIGN(auto boxes, reader.Detect(bgr, text::kPortraitSide_px));
  KeepSurest(boxes, kMostUpright);
  TRY(ReadPlaces(reader, bgr, PlacesOf(boxes), lines));
  if (slanted == SlantedLines::kSkip) return lines;
  for (const double turn_deg : {-kTurn_deg, kTurn_deg}) {
    TRY_ASSIGN(boxes, DetectTurned(reader, bgr, turn_deg));
    // Words that were read are not read again; of a number there may be more.
    std::erase_if(boxes, [&](const text::TextBox& box) {
      return std::ranges::any_of(lines, [&](const WrittenLine& line) {
        return line.digits == 0 && cv::pointPolygonTest(line.quad, cv::Point2f(box.centre), false) > 0;
      });
    });
    KeepSurest(boxes, kMostTurned);
    std::vector<Place> places;
    for (const text::TextBox& box : boxes) places.push_back({box, 0, turn_deg});
    TRY(ReadPlaces(reader, bgr, places, lines));
  }
  return lines;
}

bool IsOnClothes(const WrittenLine& line, const cv::Mat& person, double chin_px) {
  constexpr double kMost = 0.6;
  constexpr int kNumber = 6;
  if (line.digits >= kNumber) return false;
  std::vector<cv::Point> outline;
  for (const cv::Point2f& corner : line.quad) outline.emplace_back(corner);
  cv::Mat place = cv::Mat::zeros(person.size(), CV_8U);
  cv::fillConvexPoly(place, outline, cv::Scalar(255));
  if (cv::countNonZero(place) == 0 || cv::mean(person, place)[0] < kMost) return false;
  return cv::boundingRect(outline).y + cv::boundingRect(outline).height / 2.0 > chin_px;
}

std::string Masked(const WrittenLine& line) {
  constexpr std::size_t kMost = 12;
  std::size_t end = 1;
  while (end < line.text.size() && (static_cast<unsigned char>(line.text[end]) & 0xC0U) == 0x80U) ++end;
  const auto others = static_cast<std::size_t>(std::max(line.characters - 1, 0));
  return line.text.substr(0, end) + std::string(std::min(others, kMost), '*');
}

void CheckTextOverlay(const Subject& subject, Sheet& sheet) {
  if (!subject.frame) return;  // The photo is rejected for its missing picture; nothing is delivered.
  const FrameView& frame = *subject.frame;
  const double chin = ChinRow(subject.head, subject.plan);
  const bool harmless = std::ranges::all_of(
      frame.writing, [&](const WrittenLine& line) { return IsOnClothes(line, frame.person, chin); });
  if (harmless) {
    if (std::string sticker = StickerOn(subject); !sticker.empty()) {
      return sheet.SendToReview("TEXT_OVERLAY", std::move(sticker));
    }
  }
  Judge(frame.writing, frame.person, chin, sheet);
}

void CheckOutputText(const OutputView& output, Sheet& sheet) {
  if (output.writing) Judge(*output.writing, output.person, ChinRow(output.head, output.plan), sheet);
}

}  // namespace gradphoto::check
