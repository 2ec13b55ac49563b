// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/face/outline.h"

namespace gradphoto::check {
namespace {

constexpr int kStroke = 9;                              // Px: wider strokes are no thin ones.
constexpr int kMostContrast = 30, kLeastContrast = 10;  // Levels.

struct Piece {
  cv::Point2d centre;
  double area = 0;     // Px.
  double size = 0;     // The longer side of its box.
  double opacity = 0;  // Of the writing, 0..1.
  bool glyph = false;  // Of the size and thinness of a character; all others are clutter.
  bool slim = false;   // A bar, as strands of hair are; of characters only few.
};

// Strokes that are brighter or darker than what is around them.
struct Strokes {
  cv::Mat contrast;  // CV_8U, levels.
  cv::Mat room;      // CV_8U: how many levels there would be to white or to black.
};

cv::Mat LowestChannel(const cv::Mat& bgr) {
  std::array<cv::Mat, 3> channels;
  cv::split(bgr, channels.data());
  cv::Mat lowest;
  cv::min(channels[0], channels[1], lowest);
  cv::min(lowest, channels[2], lowest);
  return lowest;
}

// In the lowest channel a white stroke stands out on skin, and one of any colour on a white wall.
std::array<Strokes, 2> FindStrokes(const cv::Mat& bgr) {
  const cv::Mat lowest = LowestChannel(bgr);
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(kStroke, kStroke));
  cv::Mat opened, closed;
  cv::morphologyEx(lowest, opened, cv::MORPH_OPEN, kernel);
  cv::morphologyEx(lowest, closed, cv::MORPH_CLOSE, kernel);
  return {Strokes{lowest - opened, 255 - opened}, Strokes{closed - lowest, closed}};
}

// Off the person and off the fringe of hair around it.
cv::Mat BareWall(const cv::Mat& person) {
  constexpr double kPerson = 0.3;
  constexpr int kFringe = 10;  // Px.
  const cv::Mat shown = person >= kPerson;
  cv::Mat grown;
  cv::dilate(shown, grown,
             cv::getStructuringElement(cv::MORPH_RECT, cv::Size(2 * kFringe + 1, 2 * kFringe + 1)));
  return ~grown;
}

// Thin strokes in the orange, yellow and red of camera date stamps where cameras put them, at the lower end of
// the picture and below row `chin_px`, but not within larger things in such colours. By their colour alone:
// they are as bright as some of what they lie on.
cv::Mat StampStrokes(const cv::Mat& bgr, int chin_px) {
  constexpr double kLowerEnd = 0.15;  // Of the height.
  constexpr int kAround = 25;         // Px.
  constexpr double kMost = 0.5;       // Digits cover a third of their surroundings.
  cv::Mat stamp = cv::Mat::zeros(bgr.size(), CV_8U), around;
  const int top = std::max(chin_px, static_cast<int>((1 - kLowerEnd) * bgr.rows));
  for (int y = top; y < bgr.rows; ++y) {
    const cv::Vec3b* row = bgr.ptr<cv::Vec3b>(y);
    unsigned char* to = stamp.ptr<unsigned char>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      const int blue = row[x][0], green = row[x][1], red = row[x][2];
      to[x] = red > 150 && 2 * blue < red && blue <= green + 10 && green <= red + 5 ? 255 : 0;
    }
  }
  cv::boxFilter(stamp, around, CV_8U, cv::Size(kAround, kAround), cv::Point(-1, -1), true,
                cv::BORDER_REPLICATE);
  cv::Mat thick;
  cv::morphologyEx(stamp, thick, cv::MORPH_OPEN,
                   cv::getStructuringElement(cv::MORPH_RECT, cv::Size(kStroke, kStroke)));
  return stamp & ~thick & (around < 255 * kMost);
}

// The level below which the share `part` of the pixels of `place` lies in `levels` (CV_8U); 255 for a small
// place.
int LevelOf(const cv::Mat& levels, const cv::Mat& place, double part) {
  constexpr int kEveryRow = 2, kLeastPixels = 250;
  std::array<int, 256> histogram{};
  int count = 0;
  for (int y = 0; y < levels.rows; y += kEveryRow) {
    const unsigned char *row = levels.ptr<unsigned char>(y), *inside = place.ptr<unsigned char>(y);
    for (int x = 0; x < levels.cols; ++x) {
      if (inside[x] == 0) continue;
      ++histogram[row[x]];
      ++count;
    }
  }
  if (count < kLeastPixels) return 255;
  int level = 0;
  for (int below = histogram[0]; below < part * count; below += histogram[static_cast<std::size_t>(level)])
    ++level;
  return level;
}

// The strokes in `place` that stand out by five times what most of it has without writing.
cv::Mat StandingOut(const Strokes& strokes, const cv::Mat& place) {
  constexpr double kMost = 0.75;
  constexpr int kTimes = 5;
  const int usual = LevelOf(strokes.contrast, place, kMost);
  if (usual == 255) return cv::Mat::zeros(place.size(), CV_8U);
  return (strokes.contrast > std::clamp(kTimes * usual, kLeastContrast, kMostContrast)) & place;
}

// Of the pixels of `place` those that are brighter than most: what shows between strands of hair is not.
cv::Mat BrighterThanMost(const cv::Mat& bgr, const cv::Mat& place) {
  constexpr double kMost = 0.6;
  const cv::Mat lowest = LowestChannel(bgr);
  return (lowest > LevelOf(lowest, place, kMost)) & place;
}

// The connected parts of `found` (CV_8U). All have the same opacity where `strokes` is null.
std::vector<Piece> FindPieces(const Strokes* strokes, const cv::Mat& found) {
  constexpr int kLeastHeight = 7, kMostHeight = 60;
  cv::Mat labels, stats, centres;
  const int count = cv::connectedComponentsWithStats(found, labels, stats, centres);
  std::vector<Piece> pieces;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    const int longer = std::max(box.width, box.height), area = stats.at<int>(i, cv::CC_STAT_AREA);
    Piece piece{
        {centres.at<double>(i, 0), centres.at<double>(i, 1)}, double(area), double(longer), 1, false, false};
    piece.slim = std::min(box.width, box.height) < 0.35 * longer;
    // Strokes that a frame's edge cuts off are parts of larger things.
    piece.glyph = longer >= kLeastHeight && longer <= kMostHeight && area >= 2 * longer - 4 && box.x > 0 &&
                  box.y > 0 && box.br().x < found.cols && box.br().y < found.rows;
    if (piece.glyph && strokes != nullptr) {
      double opacity = 0;
      for (int y = box.y; y < box.br().y; ++y) {
        for (int x = box.x; x < box.br().x; ++x) {
          if (labels.at<int>(y, x) != i) continue;
          opacity += double(strokes->contrast.at<unsigned char>(y, x)) /
                     std::max<int>(8, strokes->room.at<unsigned char>(y, x));
        }
      }
      piece.opacity = opacity / area;
    }
    pieces.push_back(piece);
  }
  return pieces;
}

bool Alike(double a, double b, double ratio) { return a < ratio * b && b < ratio * a; }

constexpr std::size_t kLine = 4;  // Characters.

struct Row {
  std::size_t count = 0;
  double size = 0, opacity = 0;  // Of its first piece.
};

// Rows of at least three glyphs of like size and opacity along the x axis turned by `angle`, the longest first.
// Writing stands alone: strands of hair and twigs have clutter of all sizes above, between and below.
std::vector<Row> FindRows(std::vector<Piece> pieces, double angle) {
  constexpr std::size_t kRow = 3;
  constexpr double kSizes = 1.5, kOpacities = 1.6;             // Largest ratios.
  constexpr double kOff = 0.25, kGap = 2.0, kLeastGap = 0.25;  // Of the size: off the line, between centres.
  constexpr double kAround = 1, kLeastShare = 0.5;             // Of the size; of all that is found there.
  const double c = std::cos(angle), s = std::sin(angle);
  for (Piece& piece : pieces) {
    piece.centre = {c * piece.centre.x + s * piece.centre.y, c * piece.centre.y - s * piece.centre.x};
  }
  std::ranges::sort(pieces, {}, [](const Piece& piece) { return piece.centre.x; });
  std::vector<bool> taken(pieces.size());
  std::vector<std::size_t> row;
  std::vector<Row> rows;
  for (std::size_t first = 0; first < pieces.size(); ++first) {
    if (taken[first]) continue;
    const Piece& start = pieces[first];
    if (!start.glyph) continue;
    row = {first};
    double own = start.area;
    std::size_t slim = start.slim ? 1 : 0;
    for (std::size_t i = first + 1; i < pieces.size(); ++i) {
      const Piece& next = pieces[i];
      const double gap = next.centre.x - pieces[row.back()].centre.x;
      if (gap > kGap * start.size) break;
      if (next.glyph && !taken[i] && gap >= kLeastGap * start.size &&
          std::abs(next.centre.y - start.centre.y) <= kOff * start.size &&
          Alike(next.size, start.size, kSizes) && Alike(next.opacity, start.opacity, kOpacities)) {
        row.push_back(i);
        own += next.area;
        if (next.slim) ++slim;
      }
    }
    if (row.size() < kRow || 2 * slim > row.size()) continue;
    const double left = start.centre.x - start.size / 2, right = pieces[row.back()].centre.x + start.size / 2;
    double all = 0;
    const auto from =
        std::ranges::lower_bound(pieces, left, {}, [](const Piece& piece) { return piece.centre.x; });
    for (auto piece = from; piece != pieces.end() && piece->centre.x <= right; ++piece) {
      if (std::abs(piece->centre.y - start.centre.y) <= kAround * start.size) all += piece->area;
    }
    if (own < kLeastShare * all) continue;
    for (const std::size_t i : row) taken[i] = true;
    rows.push_back({row.size(), start.size, start.opacity});
  }
  std::ranges::stable_sort(rows, std::greater{}, &Row::count);
  return rows;
}

// Characters in the lines among `rows`.
int InLines(const std::vector<Row>& rows) {
  constexpr double kSizes = 1.5, kOpacities = 1.6;  // Of shorter rows and the longest.
  if (rows.empty() || rows.front().count < kLine) return 0;
  std::size_t count = 0;
  for (const Row& row : rows) {
    if (row.count >= kLine ||
        (Alike(row.size, rows.front().size, kSizes) && Alike(row.opacity, rows.front().opacity, kOpacities))) {
      count += row.count;
    }
  }
  return static_cast<int>(count);
}

}  // namespace

int CountWriting(const cv::Mat& bgr, const cv::Mat& person, const cv::Mat& skin, int chin_px) {
  constexpr int kAngles = 12;
  constexpr int kMostPieces = 400;  // Glyphs; more are a pattern, no writing.
  const cv::Mat wall = BareWall(person);
  struct Layer {
    std::vector<Piece> pieces;
    int angles = kAngles;
  };
  std::vector<Layer> layers;
  const auto [bright, dark] = FindStrokes(bgr);
  const cv::Mat on_skin = StandingOut(bright, skin) & BrighterThanMost(bgr, skin);
  layers.push_back({FindPieces(&bright, StandingOut(bright, wall) | on_skin)});
  layers.push_back(
      {FindPieces(&dark, StandingOut(dark, wall))});  // On a face it is hair, beard, wrinkles, rims.
  layers.push_back({FindPieces(nullptr, StampStrokes(bgr, chin_px)), 1});  // Level: a striped tie is none.
  int most = 0;
  for (const auto& [pieces, angles] : layers) {
    const auto glyphs = std::ranges::count_if(pieces, &Piece::glyph);
    if (glyphs < static_cast<int>(kLine) || glyphs > kMostPieces) continue;
    for (int i = 0; i < angles; ++i) {
      most = std::max(most, InLines(FindRows(pieces, std::numbers::pi * i / kAngles)));
    }
  }
  return most;
}

cv::Mat PlainSkin(const Subject& subject) {
  constexpr double kShrink = 0.95;
  // Half sizes and places in pupil distances from the middle of the eyes: eyes with brows, nose, mouth.
  const std::array<cv::Rect2d, 3> kFeatures = {
      cv::Rect2d(-1.0, -0.35, 2.0, 0.7), cv::Rect2d(-0.3, 0.3, 0.6, 0.55), cv::Rect2d(-0.6, 0.75, 1.2, 0.7)};
  const geometry::CropPlan& plan = subject.plan;
  const auto in_frame = [&](const cv::Point2d& point) {
    return cv::Point((point - cv::Point2d(plan.x_px, plan.y_px)) * plan.scale);
  };
  cv::Mat skin = cv::Mat::zeros(plan.height_px, plan.width_px, CV_8U);
  std::vector<cv::Point> outline;
  for (const cv::Point2d& point : face::FaceOutline(subject.head.landmarks, kShrink)) {
    outline.push_back(in_frame(point));
  }
  cv::fillPoly(skin, std::vector{outline}, cv::Scalar(255));
  const cv::Point2d eyes = subject.head.anchors.EyeMid();
  const double unit = subject.head.anchors.PupilDistance();
  for (const cv::Rect2d& part : kFeatures) {
    skin(cv::Rect(in_frame(eyes + unit * part.tl()), in_frame(eyes + unit * part.br())) &
         cv::Rect({}, skin.size()))
        .setTo(0);
  }
  return skin;
}

void CheckTextOverlay(const Subject& subject, Sheet& sheet) {
  if (!subject.frame) return;  // The photo is rejected for its missing picture; nothing is delivered.
  const double chin_px = (subject.head.anchors.chin.y - subject.plan.y_px) * subject.plan.scale;
  sheet.Judge(
      "TEXT_OVERLAY",
      CountWriting(subject.frame->bgr, subject.frame->person, PlainSkin(subject), static_cast<int>(chin_px)),
      0);
}

}  // namespace gradphoto::check
