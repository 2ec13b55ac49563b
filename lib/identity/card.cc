// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/card.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <iterator>
#include <numbers>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/base/unicode.h"
#include "lib/text/strip.h"

namespace gradphoto::identity {
namespace {

constexpr std::size_t kMostLines = 48;
constexpr double kLongestLine = 20;  // Width / height: no line of a card is longer, lines of a page are.
constexpr double kAlongDeg = 30, kAcrossDeg = 60;
constexpr double kSureUpright = 0.15, kSureTurned = 0.85;
constexpr std::size_t kEnoughAnchors = 6, kWeakFront = 14, kWeakBack = 10, kFewLines = 12;
constexpr double kWindowPad = 0.12, kWindowPadPx = 10, kWindowShare = 0.6, kSmallestWindowPx = 40;
constexpr double kAroundLines = 5;  // Heights of a line that a card may reach beyond what was seen of it.
constexpr double kRowMm = 3;        // Half the height of a row.
constexpr double kMaxGlare = 0.08;  // Of a field that may be called wrong.
constexpr double kMinHeightPx = 14;
constexpr int kWhite = 250;

constexpr double kGreySpread = 0.025;  // Of the brightness, between the channels; the ground of cards has 0.08.
constexpr double kScreenshotRows = 1.0 / 6, kScreenshotShape = 1.7;
constexpr int kSameColour = 2;

double GlyphMm(FieldKind kind) {
  return kind == FieldKind::kName ? 3.7 : kind == FieldKind::kNumber ? 3.6 : 3.3;
}

// From where to where a field always carries print.
std::pair<double, double> AlwaysPrinted(FieldKind kind, const ValuePlace& place) {
  switch (kind) {
    case FieldKind::kName:
      return {12.8, 20};
    case FieldKind::kBirthDate:
      return {12.8, 36};
    case FieldKind::kNumber:
      return {28.5, 80};
    case FieldKind::kSex:
    case FieldKind::kValidity:
      break;
  }
  return {place.left + 2, place.left + 4};
}

bool IsInside(cv::Point2f point, const cv::Mat& bgr) {
  return point.x >= 0 && point.y >= 0 && point.x < static_cast<float>(bgr.cols) &&
         point.y < static_cast<float>(bgr.rows);
}

double DegreesBetween(double a, double b) {  // -90..90, of axes.
  const double difference = std::fmod(a - b + 90, 180);
  return (difference < 0 ? difference + 180 : difference) - 90;
}

// The boxes along the direction that most of the print has.
std::vector<Box> AlongOneDirection(const std::vector<Box>& boxes) {
  std::complex<double> sum;
  const bool any_long = std::ranges::any_of(boxes, [](const Box& box) { return box.width > 2 * box.height; });
  for (const Box& box : boxes) {
    if (any_long && box.width <= 2 * box.height) continue;
    sum += std::polar(box.width, 2 * box.degrees * std::numbers::pi / 180);
  }
  const double direction = std::arg(sum) * 90 / std::numbers::pi;
  std::vector<Box> kept;
  for (Box box : boxes) {
    const double off = DegreesBetween(box.degrees, direction);
    if (std::abs(off) <= kAlongDeg) {
      box.degrees = direction + off;
    } else if (std::abs(off) >= kAcrossDeg) {  // A single character is as high as wide.
      std::swap(box.width, box.height);
      box.degrees = direction + DegreesBetween(off + 90, 0);
    } else {
      continue;
    }
    if (box.width < kLongestLine * box.height) kept.push_back(box);
  }
  std::ranges::stable_sort(kept, std::ranges::greater{}, &Box::width);
  if (kept.size() > kMostLines) kept.resize(kMostLines);
  return kept;
}

StripQuality QualityOf(const cv::Mat& bgr, const Quad& quad) {
  StripQuality quality;
  quality.height_px = cv::norm(quad[3] - quad[0]);
  quality.is_cut = !std::ranges::all_of(quad, [&](cv::Point2f corner) { return IsInside(corner, bgr); });
  cv::Mat grey, values;
  cv::cvtColor(text::CutStrip(bgr, quad), grey, cv::COLOR_BGR2GRAY);
  quality.glare = cv::countNonZero(grey >= kWhite) / static_cast<double>(grey.total());
  grey.convertTo(values, CV_32F);
  std::vector<float> levels(values.begin<float>(), values.end<float>());
  const double low = Percentile(levels, 0.03), high = Percentile(levels, 0.90);
  cv::Mat steps;
  cv::absdiff(values.colRange(1, values.cols), values.colRange(0, values.cols - 1), steps);
  std::vector<float> edges(steps.begin<float>(), steps.end<float>());
  quality.edge = Percentile(edges, 0.97) / std::max(high - low, 1.0);
  return quality;
}

// Whether 80 % of the phrase stands in the text, each character in its place.
bool Says(const std::u32string& text, const std::u32string& phrase) {
  for (std::size_t start = 0; start + phrase.size() <= text.size(); ++start) {
    std::size_t same = 0;
    for (std::size_t i = 0; i < phrase.size(); ++i) same += text[start + i] == phrase[i] ? 1 : 0;
    if (5 * same >= 4 * phrase.size()) return true;
  }
  return false;
}

std::optional<OtherKind> OtherKindOf(const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    const std::u32string text = TextOf(line.glyphs);
    if (Says(text, ToUtf32("临时居民身份证"))) return OtherKind::kTemporary;
    if (Says(text, ToUtf32("居民居住证"))) return OtherKind::kHkMacauTaiwanResident;
    if (Says(text, ToUtf32("永久居留身份证")) || Says(text, ToUtf32("PERMANENTRESIDENT"))) {
      return OtherKind::kForeignPermanentResident;
    }
  }
  return std::nullopt;
}

// Of the part of the photo that the card covers.
bool IsGrey(const cv::Mat& bgr, const Quad& outline) {
  const cv::Rect box = cv::boundingRect(std::vector<cv::Point2f>(outline.begin(), outline.end())) &
                       cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (box.width < 8 || box.height < 8) return false;
  cv::Mat small;  // The noise of the sensor is no colour.
  cv::resize(bgr(box), small, {64, 40}, 0, 0, cv::INTER_AREA);
  double spread = 0, brightness = 0;
  for (int y = 4; y < 36; ++y) {
    for (int x = 4; x < 60; ++x) {
      const auto pixel = small.at<cv::Vec3b>(y, x);
      const int brightest = std::max({pixel[0], pixel[1], pixel[2]});
      spread += brightest - std::min({pixel[0], pixel[1], pixel[2]});
      brightness += brightest;
    }
  }
  return spread < kGreySpread * brightness;
}

bool IsScreenshot(const cv::Mat& bgr) {
  if (bgr.rows < kScreenshotShape * bgr.cols) return false;
  int same = 0;
  for (int y = 0; y < bgr.rows; ++y) {
    const cv::Mat row = bgr.row(y).reshape(1);
    double darkest = 0, brightest = 0;
    cv::minMaxLoc(row, &darkest, &brightest);
    same += brightest - darkest <= kSameColour ? 1 : 0;
  }
  return same >= kScreenshotRows * bgr.rows;
}

}  // namespace

std::size_t CardReader::Search::Anchors() const {
  std::size_t sum = 0;
  for (const Found& side : sides) sum += side.view.anchors;
  return sum;
}

Result<std::vector<Line>> CardReader::ReadLines(const cv::Mat& bgr, const std::vector<Box>& boxes,
                                                double turn) const {
  std::vector<Line> lines;
  for (Box box : boxes) {
    box.degrees += turn;
    Line line{.quad = CornersOf(box), .glyphs = {}, .frames = 0};
    TRY_ASSIGN(const auto lattice, nets_.read_line(bgr, line.quad));
    line.glyphs = FreeReading(lattice, alphabet_);
    line.frames = lattice.frames.size();
    if (!line.glyphs.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

Result<CardReader::Search> CardReader::FindSides(const cv::Mat& bgr, const std::vector<Box>& boxes) const {
  Search best;
  const std::vector<Box> kept = AlongOneDirection(boxes);
  if (kept.empty()) return best;
  std::vector<Quad> longest;
  for (const Box& box : kept) {
    if (box.width > 1.5 * box.height && longest.size() < 8) longest.push_back(CornersOf(box));
  }
  if (longest.empty()) longest.push_back(CornersOf(kept.front()));
  TRY_ASSIGN(const double turned, nets_.upside_down(bgr, longest));
  const bool sure = turned < kSureUpright || turned > kSureTurned;
  const double likely = turned > 0.5 ? 180 : 0;
  std::size_t seen = 0;
  for (const double turn : {likely, 180 - likely}) {
    Search search;
    TRY_ASSIGN(search.lines, ReadLines(bgr, kept, turn));
    for (const SideKind kind : {SideKind::kFront, SideKind::kBack}) {
      const auto anchors = AnchorsOf(search.lines, kind, layout_);
      seen += anchors.size();
      if (const auto view = FitView(anchors)) search.sides.push_back({kind, *view});
    }
    if (search.Anchors() > best.Anchors() || best.lines.empty()) best = std::move(search);
    if (sure || best.Anchors() >= kEnoughAnchors) break;
  }
  best.seen = seen;
  return best;
}

// Once more in the window of the card, or of all print, where the first look saw too little.
Result<CardReader::Search> CardReader::LookCloser(const cv::Mat& bgr, const std::vector<Box>& boxes,
                                                  double beside_px, Search first) const {
  std::vector<cv::Point2f> points;
  for (const Found& side : first.sides) std::ranges::copy(side.view.Outline(), std::back_inserter(points));
  if (points.empty()) {
    for (const Box& box : boxes) std::ranges::copy(CornersOf(box), std::back_inserter(points));
  }
  std::vector<float> xs, ys;
  for (const cv::Point2f& point : points) xs.push_back(point.x), ys.push_back(point.y);
  const double tail = first.sides.empty() ? 0.02 : 0;  // One stray box does not widen the window.
  const auto range = [&](std::vector<float>& values, int size) {
    const double low = Percentile(values, tail), high = Percentile(values, 1 - tail);
    const double pad = (high - low) * kWindowPad + kWindowPadPx + beside_px;
    const auto from = std::clamp(low - pad, 0.0, static_cast<double>(size));
    const auto to = std::clamp(high + pad, 0.0, static_cast<double>(size));
    return cv::Range(static_cast<int>(from), static_cast<int>(to));
  };
  const cv::Range columns = range(xs, bgr.cols), rows = range(ys, bgr.rows);
  const double share = static_cast<double>(columns.size()) * rows.size() / static_cast<double>(bgr.total());
  if (share >= kWindowShare || std::min(columns.size(), rows.size()) <= kSmallestWindowPx) return first;
  TRY_ASSIGN(auto inside, nets_.find_lines(bgr(rows, columns)));
  for (Box& box : inside) box.x += columns.start, box.y += rows.start;
  TRY_ASSIGN(auto second, FindSides(bgr, inside));
  return second.Anchors() >= first.Anchors() && !second.lines.empty() ? second : first;
}

Result<Field> CardReader::ReadField(const cv::Mat& bgr, FieldKind kind, const View& view,
                                    const std::vector<Line>& lines) const {
  const ValuePlace& place = layout_.Of(kind);
  const double glyph = GlyphMm(kind);
  struct Seen {
    cv::Point2f mm;
    char32_t character;
  };
  std::vector<Seen> seen;
  for (const Line& line : lines) {
    for (const Glyph& one : line.glyphs) {
      const cv::Point2f mm = view.ToMm(line.PlaceOf(one));
      if (mm.x >= place.left && mm.x <= place.right && std::abs(mm.y - place.row) < kRowMm) {
        seen.push_back({mm, one.character});
      }
    }
  }
  std::ranges::stable_sort(seen, {}, [](const Seen& one) { return one.mm.x; });
  Field field;
  for (const Seen& one : seen) {
    if (one.character != U' ') field.reading.first_text += one.character;
  }
  // Print has a tolerance against its labels: where it was seen counts, not where it should be.
  double row = place.row, left = place.left + 0.8, right = place.right - (kind == FieldKind::kSex ? 1 : 0);
  if (!seen.empty()) {
    std::vector<float> heights;
    for (const Seen& one : seen) heights.push_back(one.mm.y);
    row = Median(heights);
    left = std::max(place.left, seen.front().mm.x - 0.8 * glyph);
    right = std::min(place.right, seen.back().mm.x + 0.9 * glyph);
  }
  if (kind == FieldKind::kNumber && seen.size() < 18)
    left = std::min(left, 28.6), right = std::max(right, 81.0);
  const auto cut_out = [&](double from, double to, double half, double shift) {
    return view.ToPx(from, row - half * glyph + shift, to, row + half * glyph + shift);
  };
  field.strip = cut_out(left, right, 0.68, 0);
  field.row_mm = row;
  field.right_mm = right;
  field.quality = QualityOf(bgr, field.strip);
  const auto [printed_from, printed_to] = AlwaysPrinted(kind, place);
  const Quad printed = view.ToPx(printed_from, row, printed_to, row);
  if (!IsInside(printed[0], bgr) || !IsInside(printed[1], bgr)) field.quality.is_cut = true;
  TRY_ASSIGN(auto strip, nets_.read_line(bgr, field.strip));
  field.glyphs = FreeReading(strip, alphabet_).size();
  field.reading.strips.push_back(std::move(strip));
  if (kind == FieldKind::kName) {
    TRY_ASSIGN(auto second, nets_.read_line(bgr, cut_out(left - 0.4, right + 0.3, 0.62, 0.1)));
    field.reading.strips.push_back(std::move(second));
  }
  field.reading.visible =
      !field.quality.is_cut && field.quality.glare < kMaxGlare && field.quality.height_px >= kMinHeightPx;
  return field;
}

Result<Side> CardReader::ReadSide(const cv::Mat& bgr, const Found& found,
                                  const std::vector<Line>& lines) const {
  Side side{.kind = found.kind, .view = found.view, .fields = {}};
  const auto fields = found.kind == SideKind::kFront ? std::vector{FieldKind::kName, FieldKind::kSex,
                                                                   FieldKind::kBirthDate, FieldKind::kNumber}
                                                     : std::vector{FieldKind::kValidity};
  for (const FieldKind kind : fields) {
    TRY_ASSIGN(auto field, ReadField(bgr, kind, found.view, lines));
    side.fields.emplace(kind, std::move(field));
  }
  return side;
}

Result<CardPhoto> CardReader::Read(const cv::Mat& bgr, bool keep_lines) const {
  CardPhoto photo;
  TRY_ASSIGN(const auto boxes, nets_.find_lines(bgr));
  if (boxes.empty()) return photo;
  TRY_ASSIGN(auto search, FindSides(bgr, boxes));
  const bool weak = search.sides.empty() || std::ranges::any_of(search.sides, [](const Found& side) {
                      return side.view.anchors < (side.kind == SideKind::kFront ? kWeakFront : kWeakBack);
                    });
  if (weak && (!search.sides.empty() || search.seen > 0 || search.lines.size() <= kFewLines)) {
    TRY_ASSIGN(search, LookCloser(bgr, boxes, 0, std::move(search)));
    if (search.sides.empty()) {
      // Of a small card far away a line or two were seen, and the rest of it lies beside them.
      double height = 0;
      for (const Box& box : boxes) height = std::max(height, std::min(box.width, box.height));
      TRY_ASSIGN(search, LookCloser(bgr, boxes, kAroundLines * height, std::move(search)));
    }
  }
  photo.other = OtherKindOf(search.lines);
  for (const Found& found : search.sides) {
    TRY_ASSIGN(auto side, ReadSide(bgr, found, search.lines));
    photo.sides.push_back(std::move(side));
  }
  if (!photo.sides.empty()) {
    photo.is_grey = IsGrey(bgr, photo.sides.front().view.Outline());
    photo.is_screenshot = IsScreenshot(bgr);
  }
  if (keep_lines) photo.lines = std::move(search.lines);
  return photo;
}

}  // namespace gradphoto::identity
