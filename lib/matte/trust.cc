// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/trust.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/matte/cells.h"

namespace gradphoto::matte {
namespace {

// Where each sign means the same risk of a visible defect; chosen in docs/MATTING.md, "Trust".
constexpr double kUnexplainedLimit = 0.12, kAmbiguousLimit = 1.0, kAmbiguousLimitInClutter = 0.3,
                 kMirrorLimit = 1.0, kIndistinctLimit = 14;
constexpr double kPlainShare = 0.6;  // Walls measure 0.86 and more, rooms and gardens 0.55 and less.

constexpr double kAmbiguousWidth = 12,
                 kMirrorWidth = 12;   // Pixels of a frame 480 wide; narrower areas do not count.
constexpr double kBesidePerson = 40;  // How far from the person leftovers are looked for.
constexpr float kWallError = 0.035f, kWallOutlier = 0.06f;  // Colours in 0..1.
constexpr float kLeftover = 0.05f;                          // Root mean square over the channels.
constexpr float kDeepestShadow = 0.6f,
                kBrighter = 1.04f;  // Shares of the wall's brightness that are still wall.

double OpenedPercent(const cv::Mat& mask, double width, const Grid& grid, double scale) {
  const int side = std::max(2, static_cast<int>(std::lround(width * scale / grid.side)));
  cv::Mat opened;
  cv::morphologyEx(mask, opened, cv::MORPH_OPEN, cv::Mat::ones(side, side, CV_8U));
  return 100.0 * cv::countNonZero(opened) / static_cast<double>(mask.total());
}

// A wall whose colour changes smoothly: a quadratic in x and y for each channel.
class Wall {
 public:
  static constexpr int kTerms = 6;
  explicit Wall(cv::Size cells) : cells_(cells) {}

  // Robust least squares over cells and their colours; returns the share that fits.
  double Fit(const std::vector<cv::Point>& places, const std::vector<cv::Vec3f>& colours) {
    constexpr int kRounds = 3;
    constexpr std::size_t kFewest = 50;
    if (places.size() < kFewest) return 0;
    std::vector<bool> fits(places.size(), true);
    std::size_t close = 0;
    for (int round = 0; round < kRounds; ++round) {
      cv::Matx<double, kTerms, kTerms> normal = cv::Matx<double, kTerms, kTerms>::eye() * 1e-3;
      cv::Matx<double, kTerms, 3> right;
      for (std::size_t i = 0; i < places.size(); ++i) {
        if (!fits[i]) continue;
        const auto terms = Terms(places[i]);
        normal += terms * terms.t();
        right += terms * cv::Matx<double, 1, 3>(colours[i][0], colours[i][1], colours[i][2]);
      }
      coefficients_ = normal.solve(right, cv::DECOMP_CHOLESKY);
      close = 0;
      for (std::size_t i = 0; i < places.size(); ++i) {
        const cv::Vec3f difference = At(places[i]) - colours[i];
        const float error =
            std::max({std::abs(difference[0]), std::abs(difference[1]), std::abs(difference[2])});
        fits[i] = error < kWallOutlier;
        if (error < kWallError) ++close;
      }
    }
    return static_cast<double>(close) / static_cast<double>(places.size());
  }

  cv::Vec3f At(const cv::Point& cell) const {
    const cv::Matx<double, 1, 3> colour = Terms(cell).t() * coefficients_;
    return {static_cast<float>(colour(0)), static_cast<float>(colour(1)), static_cast<float>(colour(2))};
  }

 private:
  cv::Matx<double, kTerms, 1> Terms(const cv::Point& cell) const {
    const double u = 2.0 * cell.x / cells_.width - 1, v = 2.0 * cell.y / cells_.height - 1;
    return {1, u, v, u * u, u * v, v * v};
  }

  cv::Size cells_;
  cv::Matx<double, kTerms, 3> coefficients_;
};

struct CellColour {
  cv::Vec3f rest;   // Mean of what the pixels show beyond their foreground: (1 - a) B if the matte is right.
  float share = 0;  // Mean of 1 - alpha.
};

CellColour ColourOf(const cv::Mat& bgr, const Refined& refined, const Grid& grid, const cv::Point& cell) {
  CellColour sum;
  float count = 0;
  for (int y = cell.y * grid.side; y < std::min(bgr.rows, (cell.y + 1) * grid.side); ++y) {
    for (int x = cell.x * grid.side; x < std::min(bgr.cols, (cell.x + 1) * grid.side); ++x, ++count) {
      const float alpha = refined.alpha.at<float>(y, x);
      sum.share += 1 - alpha;
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      const cv::Vec3b& front = refined.foreground.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        sum.rest[c] += (static_cast<float>(pixel[c]) - alpha * static_cast<float>(front[c])) / 255;
      }
    }
  }
  return {sum.rest / count, sum.share / count};
}

// Neither the wall nor a shadow on it.
bool IsLeftover(const CellColour& cell, const cv::Vec3f& wall) {
  const cv::Vec3f expected = wall * cell.share;
  const float brightness = cell.rest.dot(expected) / std::max(1e-4f, expected.dot(expected));
  const cv::Vec3f difference = cell.rest - std::clamp(brightness, kDeepestShadow, kBrighter) * expected;
  return difference.dot(difference) / 3 > kLeftover * kLeftover;
}

// Nothing where the wall is not plain.
std::optional<Wall> LookAtWall(const cv::Mat& bgr, const Refined& refined, const cv::Mat& coarse,
                               MatteTrust& trust) {
  const Grid grid(bgr.size(), kColourCell);
  const double cells = FrameScale(bgr.size()) / grid.side;
  const cv::Mat person = CellMeans(refined.alpha, grid), prior = CellMeans(coarse, grid);
  cv::Mat distance;
  cv::distanceTransform(person <= 0.5, distance, cv::DIST_L2, 3);
  std::vector<cv::Point> places;
  std::vector<cv::Vec3f> colours;
  constexpr double kClearOfPerson = 12;
  for (int y = 0; y < grid.size.height; y += 2) {
    for (int x = 0; x < grid.size.width; x += 2) {
      if (prior.at<float>(y, x) > 0.05f || person.at<float>(y, x) > 0 ||
          distance.at<float>(y, x) < kClearOfPerson * cells) {
        continue;
      }
      places.emplace_back(x, y);
      colours.push_back(ColourOf(bgr, refined, grid, {x, y}).rest);
    }
  }
  Wall wall(grid.size);
  trust.plain_share = wall.Fit(places, colours);
  if (trust.plain_share < kPlainShare) return std::nullopt;
  int leftovers = 0;
  for (int y = 0; y < grid.size.height; ++y) {
    for (int x = 0; x < grid.size.width; ++x) {
      if (person.at<float>(y, x) > 0.5f || distance.at<float>(y, x) > kBesidePerson * cells) continue;
      if (IsLeftover(ColourOf(bgr, refined, grid, {x, y}), wall.At({x, y}))) ++leftovers;
    }
  }
  trust.unexplained_percent = 100.0 * leftovers / grid.size.area();
  return wall;
}

// Mean colour of each cell, B, G, R in 0..1.
cv::Mat CellColours(const cv::Mat& bgr, const Grid& grid) {
  cv::Mat colours;
  cv::resize(bgr, colours, grid.size, 0, 0, cv::INTER_AREA);
  colours.convertTo(colours, CV_32F, 1.0 / 255);
  return colours;
}

// The side in cells, odd, of a square of `side_px` of a frame 480 wide.
int CellsOf(double side_px, cv::Size frame, const Grid& grid) {
  return 2 * static_cast<int>(std::lround(side_px / 2 * FrameScale(frame) / grid.side)) + 1;
}

// Mean colour of the marked cells near each cell, and the share of cells that are marked.
struct NearMean {
  cv::Mat sum, share;

  NearMean(const cv::Mat& colours, const cv::Mat& mask, int reach) {
    cv::Mat part = cv::Mat::zeros(colours.size(), CV_32FC3);
    colours.copyTo(part, mask);
    mask.convertTo(share, CV_32F, 1.0 / 255);
    cv::boxFilter(part, sum, CV_32F, cv::Size(reach, reach));
    cv::boxFilter(share, share, CV_32F, cv::Size(reach, reach));
  }
  bool Knows(const cv::Point& cell) const { return share.at<float>(cell) > kLeastShare; }
  cv::Vec3f At(const cv::Point& cell) const { return sum.at<cv::Vec3f>(cell) / share.at<float>(cell); }

 private:
  static constexpr float kLeastShare = 0.05f;
};

// Before a plain wall: where the colours say the same as the matte, whatever the net thinks. They lie between
// the wall's and those of the sure person nearby, which differ, and as far from the wall as the matte says.
// Loose hair does, a chair and a white shirt before a white wall do not.
cv::Mat ConfirmedByColour(const cv::Mat& bgr, const Refined& refined, const cv::Mat& coarse, const Wall& wall) {
  constexpr double kNearby = 80;  // Px of a frame 480 wide.
  constexpr float kSure = 0.95f, kDifferent = 0.12f, kOffLine = 0.06f, kOffShare = 0.35f;
  constexpr float kDarkest = 1.5f;  // Hair in the shade is further from a light wall than hair in the mean.
  const Grid grid(bgr.size(), kColourCell);
  const cv::Mat alpha = CellMeans(refined.alpha, grid);
  const cv::Mat colours = CellColours(bgr, grid);
  const int reach = CellsOf(kNearby, bgr.size(), grid);
  const NearMean person(colours, (alpha > kSure) & (CellMeans(coarse, grid) > kSure), reach);
  cv::Mat confirmed = cv::Mat::zeros(grid.size, CV_8U);
  for (int y = 0; y < grid.size.height; ++y) {
    for (int x = 0; x < grid.size.width; ++x) {
      const cv::Point cell(x, y);
      if (!person.Knows(cell)) continue;
      const cv::Vec3f behind = wall.At(cell), line = person.At(cell) - behind,
                      seen = colours.at<cv::Vec3f>(cell) - behind;
      const float length = line.dot(line);
      if (length < 3 * kDifferent * kDifferent) continue;
      const float share = std::clamp(seen.dot(line) / length, 0.0f, kDarkest);
      const cv::Vec3f off = seen - share * line;
      if (off.dot(off) < 3 * kOffLine * kOffLine &&
          std::abs(std::min(share, 1.0f) - alpha.at<float>(cell)) < kOffShare) {
        confirmed.at<unsigned char>(cell) = 255;
      }
    }
  }
  return confirmed;
}

bool IsOutline(const cv::Mat& person, int x, int y) {
  if (!person.at<unsigned char>(y, x)) return false;
  return !person.at<unsigned char>(y - 1, x) || !person.at<unsigned char>(y + 1, x) ||
         !person.at<unsigned char>(y, x - 1) || !person.at<unsigned char>(y, x + 1);
}

// What is sure person is compared with what is sure wall, near each cell of the outline. After LookAtWall.
void LookAtOutline(const cv::Mat& bgr, const Refined& refined, MatteTrust& trust) {
  constexpr float kSure = 0.95f;
  constexpr double kBeside = 24;     // Px of a frame 480 wide.
  constexpr float kDarkWall = 40;    // L*; black cloth and brown wood are below, blue and red card walls above.
  constexpr float kAlike = 12;       // L* units.
  constexpr double kOfColour = 0.3;  // What nets and photographs of dark things keep of it.
  const Grid grid(bgr.size(), kColourCell);
  const cv::Mat alpha = CellMeans(refined.alpha, grid), person = alpha > 0.5;
  cv::Mat lab;
  cv::cvtColor(CellColours(bgr, grid), lab, cv::COLOR_BGR2Lab);
  const int reach = CellsOf(kBeside, bgr.size(), grid);
  const NearMean inside(lab, alpha > kSure, reach), outside(lab, alpha < 1 - kSure, reach);
  int cells = 0, alike = 0;
  double lightness = 0;
  for (int y = 1; y + 1 < grid.size.height; ++y) {
    for (int x = 1; x + 1 < grid.size.width; ++x) {
      const cv::Point cell(x, y);
      if (!IsOutline(person, x, y) || !inside.Knows(cell) || !outside.Knows(cell)) continue;
      const cv::Vec3f wall = outside.At(cell), difference = inside.At(cell) - wall;
      ++cells;
      lightness += wall[0];
      if (std::hypot(difference[0], kOfColour * difference[1], kOfColour * difference[2]) < kAlike) ++alike;
    }
  }
  if (cells > 0 && lightness / cells < kDarkWall && trust.plain_share >= kPlainShare)
    trust.indistinct_percent = 100.0 * alike / cells;
}

}  // namespace

double MatteTrust::DoubtPercent() const {
  const double ambiguous_limit = plain_share < kPlainShare ? kAmbiguousLimitInClutter : kAmbiguousLimit;
  return std::max({ambiguous_percent / ambiguous_limit, mirror_percent / kMirrorLimit,
                   unexplained_percent / kUnexplainedLimit, indistinct_percent / kIndistinctLimit});
}

MatteTrust MeasureTrust(const cv::Mat& bgr, const Refined& refined, const cv::Mat& coarse, const cv::Mat& mask,
                        const cv::Mat& mirrored) {
  const Grid grid(bgr.size(), kZoneCell);
  const double scale = FrameScale(bgr.size());
  MatteTrust trust;
  cv::Mat in_between, disagreement;
  cv::inRange(CellMeans(coarse, grid), 0.2, 0.8, in_between);
  cv::absdiff(CellMeans(mask, grid), CellMeans(mirrored, grid), disagreement);
  cv::Mat disagrees = disagreement > 0.35;
  if (const auto wall = LookAtWall(bgr, refined, coarse, trust)) {
    cv::Mat confirmed;
    cv::resize(ConfirmedByColour(bgr, refined, coarse, *wall), confirmed, grid.size, 0, 0, cv::INTER_NEAREST);
    in_between.setTo(0, confirmed);
    disagrees.setTo(0, confirmed);
  }
  trust.ambiguous_percent = OpenedPercent(in_between, kAmbiguousWidth, grid, scale);
  trust.mirror_percent = OpenedPercent(disagrees, kMirrorWidth, grid, scale);
  LookAtOutline(bgr, refined, trust);
  return trust;
}

}  // namespace gradphoto::matte
