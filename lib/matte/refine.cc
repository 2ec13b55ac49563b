// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/refine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/matte/cells.h"

namespace gradphoto::matte {
namespace {

// Distances are in pixels of a frame 480 wide; other frames are scaled. docs/MATTING.md says how each number
// was chosen.
constexpr double kInnerBand = 6, kOuterBand = 10;  // How far the band reaches in and out of the coarse outline.
constexpr double kSoftLow = 0.05, kSoftHigh = 0.95;  // Coarse values between them belong to the band as well.
constexpr double kSoftReach = 32;         // As far as that: a shirt that the net half believes is a shirt.
constexpr double kSoftMargin = 2;         // And what is so near to them.
constexpr int kNear = 2, kFar = 8;        // Radii of the local means in cells, each box applied twice.
constexpr float kFewSure = 0.001f;        // Share of sure pixels in the wide mean that is none.
constexpr int kCandidateStep = 3;         // Cells between the foreground colours that compete.
constexpr float kNoiseVariance = 0.004f;  // Of a pixel against the mixture, with colours in 0..1.
constexpr float kCoarseSigma = 0.25f;     // Error of the coarse mask as a guess of alpha.
constexpr float kCandidateCost = 0.02f;   // For the square of a candidate's distance in cells.
constexpr float kCoarseContrast = 2.0f;   // The net's mask is softer than hair.
constexpr double kGuidedEpsilon = 5e-5;
constexpr float kStretch = 0.08f;  // Alpha below it is 0, above 1 - it is 1.
constexpr double kHoleReach =
    12;  // Enclosed background and detached islands farther than this from the rest are none.

enum Zone : unsigned char { kBackground = 0, kUnknown = 1, kForeground = 2 };

float Clamp01(float value) { return std::clamp(value, 0.0f, 1.0f); }

// One Zone for each cell.
cv::Mat ZonesOf(const cv::Mat& coarse, const Grid& grid, const HeadShape& head) {
  const double cells = FrameScale(coarse.size()) / grid.side;  // Per pixel of the study.
  const cv::Mat mask = CellMeans(coarse, grid);
  cv::Mat inside, outside, inner_distance, outer_distance, soft;
  cv::compare(mask, 0.5, inside, cv::CMP_GT);
  cv::bitwise_not(inside, outside);
  cv::distanceTransform(inside, inner_distance, cv::DIST_L2, 3);
  cv::distanceTransform(outside, outer_distance, cv::DIST_L2, 3);
  cv::inRange(mask, kSoftLow, kSoftHigh, soft);
  const int margin = std::max(1, static_cast<int>(std::lround(kSoftMargin * cells)));
  cv::dilate(soft, soft, cv::Mat::ones(2 * margin + 1, 2 * margin + 1, CV_8U));
  cv::Mat zones(grid.size, CV_8U);
  for (int y = 0; y < zones.rows; ++y) {
    for (int x = 0; x < zones.cols; ++x) {
      const bool in = inside.at<unsigned char>(y, x) != 0;
      const double distance = (in ? inner_distance : outer_distance).at<float>(y, x) / cells;
      const bool unknown = distance <= (in ? kInnerBand : kOuterBand) ||
                           (soft.at<unsigned char>(y, x) != 0 && distance <= kSoftReach);
      zones.at<unsigned char>(y, x) = unknown ? kUnknown : in ? kForeground : kBackground;
    }
  }
  if (!head.face_core.empty()) {
    std::vector<cv::Point> core;
    for (const cv::Point& point : head.face_core) core.push_back(point / grid.side);
    cv::fillPoly(zones, std::vector{core}, cv::Scalar(kForeground));
  }
  return zones;
}

using Sums = cv::Vec<float, 5>;  // Of sure pixels: how many per pixel of the cell; colour; mean square.

struct CellSums {
  cv::Mat front, back;  // CV_32FC5, one Sums for each cell.
  cv::Mat has_unknown;  // CV_8U.
};

CellSums SumSurePixels(const cv::Mat& bgr, const cv::Mat& zones, const Grid& zone_grid, const Grid& grid) {
  CellSums sums{cv::Mat::zeros(grid.size, CV_32FC(5)), cv::Mat::zeros(grid.size, CV_32FC(5)),
                cv::Mat::zeros(grid.size, CV_8U)};
  const float pixel = 1.0f / static_cast<float>(grid.side * grid.side);
  const float colour = pixel / 255, square = pixel / (255 * 255 * 3);
  std::vector<std::array<std::array<std::int32_t, 5>, 3>> row(static_cast<std::size_t>(grid.size.width));
  std::vector<std::uint16_t> zone_column(static_cast<std::size_t>(bgr.cols)), column(zone_column.size());
  for (int x = 0; x < bgr.cols; ++x) {
    zone_column[static_cast<std::size_t>(x)] = static_cast<std::uint16_t>(x / zone_grid.side);
    column[static_cast<std::size_t>(x)] = static_cast<std::uint16_t>(x / grid.side);
  }
  for (int cell_y = 0; cell_y < grid.size.height; ++cell_y) {
    std::ranges::fill(row, std::array<std::array<std::int32_t, 5>, 3>{});
    for (int y = cell_y * grid.side; y < std::min(bgr.rows, (cell_y + 1) * grid.side); ++y) {
      const unsigned char* zone = zones.ptr(y / zone_grid.side);
      const unsigned char* p = bgr.ptr(y);
      for (std::size_t x = 0; x < column.size(); ++x, p += 3) {
        std::array<std::int32_t, 5>& sum = row[column[x]][zone[zone_column[x]]];
        sum[0] += 1;
        sum[1] += p[0];
        sum[2] += p[1];
        sum[3] += p[2];
        sum[4] += p[0] * p[0] + p[1] * p[1] + p[2] * p[2];
      }
    }
    for (int x = 0; x < grid.size.width; ++x) {
      const auto& cell = row[static_cast<std::size_t>(x)];
      const auto scaled = [&](const std::array<std::int32_t, 5>& s) {
        return Sums(static_cast<float>(s[0]) * pixel, static_cast<float>(s[1]) * colour,
                    static_cast<float>(s[2]) * colour, static_cast<float>(s[3]) * colour,
                    static_cast<float>(s[4]) * square);
      };
      sums.front.at<Sums>(cell_y, x) = scaled(cell[kForeground]);
      sums.back.at<Sums>(cell_y, x) = scaled(cell[kBackground]);
      sums.has_unknown.at<unsigned char>(cell_y, x) = cell[kUnknown][0] > 0 ? 255 : 0;
    }
  }
  return sums;
}

// CV_32FC4 at cell resolution: mean colour (channels 0-2) and variance (channel 3) of the sure pixels around
// each place.
cv::Mat LocalMeans(const cv::Mat& sums) {
  const auto blurred = [&](int radius) {
    cv::Mat result;
    const cv::Size window(2 * radius + 1, 2 * radius + 1);
    cv::boxFilter(sums, result, -1, window, cv::Point(-1, -1), true, cv::BORDER_CONSTANT);
    cv::boxFilter(result, result, -1, window, cv::Point(-1, -1), true, cv::BORDER_CONSTANT);
    return result;
  };
  const cv::Mat near = blurred(kNear), far = blurred(kFar);
  cv::Mat means(sums.size(), CV_32FC4);
  for (int y = 0; y < means.rows; ++y) {
    for (int x = 0; x < means.cols; ++x) {
      const Sums& n = near.at<Sums>(y, x);
      const Sums& f = far.at<Sums>(y, x);
      // Where hardly any sure pixel is near, the wide mean takes over.
      const float t = std::min(1.0f, n[0] / 0.02f), wn = t / (n[0] + 1e-5f), wf = 1 / (f[0] + 1e-6f);
      cv::Vec4f mean;
      float squared = 0;
      for (int c = 0; c < 3; ++c) {
        const float wide = f[c + 1] * wf;
        squared += wide * wide;
        mean[c] = n[c + 1] * wn + (1 - t) * wide;
      }
      // Where there is none at all, nothing is known of the colour, and the coarse mask decides.
      mean[3] = f[0] < kFewSure ? 1.0f : std::max(0.0f, f[4] * wf - squared / 3);
      means.at<cv::Vec4f>(y, x) = mean;
    }
  }
  return means;
}

// Bilinear value of a CV_32FC4 cell map at a pixel's centre.
class CellInterpolation {
 public:
  CellInterpolation(const Grid& grid, int x, int y) {
    const auto axis = [&](int pixel, int cells, int& first, int& second, float& weight) {
      const float at = (static_cast<float>(pixel) + 0.5f) / static_cast<float>(grid.side) - 0.5f;
      const float floor = std::floor(at);
      weight = at - floor;
      first = std::clamp(static_cast<int>(floor), 0, cells - 1);
      second = std::clamp(static_cast<int>(floor) + 1, 0, cells - 1);
    };
    float fx = 0, fy = 0;
    axis(x, grid.size.width, x0_, x1_, fx);
    axis(y, grid.size.height, y0_, y1_, fy);
    weights_ = {(1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx};
  }
  cv::Vec4f Of(const cv::Mat& map) const {
    return weights_[0] * map.at<cv::Vec4f>(y0_, x0_) + weights_[1] * map.at<cv::Vec4f>(y0_, x1_) +
           weights_[2] * map.at<cv::Vec4f>(y1_, x0_) + weights_[3] * map.at<cv::Vec4f>(y1_, x1_);
  }

 private:
  int x0_ = 0, x1_ = 0, y0_ = 0, y1_ = 0;
  cv::Vec4f weights_;
};

struct BandPixel {
  int x = 0, y = 0;
  cv::Vec3f colour, front, back;
  float alpha = 0;
};

struct Candidate {
  cv::Vec3f colour;
  float variance = 0, cost = 0;
};

// The sure foreground colours around one cell that compete for its pixels.
std::vector<Candidate> CandidatesAround(const cv::Mat& front_sums, int cell_x, int cell_y) {
  std::vector<Candidate> candidates;
  for (int dy = -kCandidateStep; dy <= kCandidateStep; dy += kCandidateStep) {
    for (int dx = -kCandidateStep; dx <= kCandidateStep; dx += kCandidateStep) {
      const int x = cell_x + dx, y = cell_y + dy;
      if (x < 0 || y < 0 || x >= front_sums.cols || y >= front_sums.rows) continue;
      const Sums& s = front_sums.at<Sums>(y, x);
      if (s[0] < 0.05f) continue;
      const cv::Vec3f colour(s[1] / s[0], s[2] / s[0], s[3] / s[0]);
      candidates.push_back({colour, std::max(0.0f, s[4] / s[0] - colour.dot(colour) / 3),
                            kCandidateCost * static_cast<float>(dx * dx + dy * dy)});
    }
  }
  return candidates;
}

// The most probable alpha of one pixel and the foreground colour that it goes with.
void Unmix(BandPixel& pixel, float coarse, float back_variance, const Candidate& local,
           std::span<const Candidate> candidates) {
  constexpr float kPrecision = 1 / (kCoarseSigma * kCoarseSigma);
  const cv::Vec3f from_back = pixel.colour - pixel.back;
  const float distance = from_back.dot(from_back) / 3;
  float least = 1e30f;
  const auto consider = [&](const Candidate& candidate) {
    const cv::Vec3f difference = candidate.colour - pixel.back;
    const float squared = difference.dot(difference) / 3, projected = from_back.dot(difference) / 3;
    const float precision = 1 / (kNoiseVariance + coarse * candidate.variance + (1 - coarse) * back_variance);
    const float alpha =
        Clamp01((projected * precision + coarse * kPrecision) / (squared * precision + kPrecision));
    const float residual = distance + alpha * (alpha * squared - 2 * projected);
    const float cost =
        3 * residual * precision + (alpha - coarse) * (alpha - coarse) * kPrecision + candidate.cost;
    if (cost >= least) return;
    least = cost;
    pixel.alpha = alpha;
    pixel.front = candidate.colour;
  };
  consider(local);
  for (const Candidate& candidate : candidates) consider(candidate);
}

std::vector<BandPixel> UnmixBand(const cv::Mat& bgr, const cv::Mat& coarse, const cv::Mat& zones,
                                 const Grid& zone_grid, const CellSums& sums, const Grid& grid) {
  const cv::Mat front = LocalMeans(sums.front), back = LocalMeans(sums.back);
  std::vector<BandPixel> band;
  for (int cell_y = 0; cell_y < grid.size.height; ++cell_y) {
    for (int cell_x = 0; cell_x < grid.size.width; ++cell_x) {
      if (sums.has_unknown.at<unsigned char>(cell_y, cell_x) == 0) continue;
      const std::vector<Candidate> candidates = CandidatesAround(sums.front, cell_x, cell_y);
      for (int y = cell_y * grid.side; y < std::min(bgr.rows, (cell_y + 1) * grid.side); ++y) {
        for (int x = cell_x * grid.side; x < std::min(bgr.cols, (cell_x + 1) * grid.side); ++x) {
          if (zones.at<unsigned char>(y / zone_grid.side, x / zone_grid.side) != kUnknown) continue;
          const CellInterpolation place(grid, x, y);
          const cv::Vec4f f = place.Of(front), b = place.Of(back);
          BandPixel pixel;
          pixel.x = x;
          pixel.y = y;
          const cv::Vec3b& bytes = bgr.at<cv::Vec3b>(y, x);
          for (int c = 0; c < 3; ++c) pixel.colour[c] = static_cast<float>(bytes[c]) / 255;
          pixel.back = {b[0], b[1], b[2]};
          const float guess = Clamp01((coarse.at<float>(y, x) - 0.5f) * kCoarseContrast + 0.5f);
          Unmix(pixel, guess, b[3], {{f[0], f[1], f[2]}, f[3], 0}, candidates);
          band.push_back(pixel);
        }
      }
    }
  }
  return band;
}

// Colour guided filter (eq. 14-16) with the statistics of 3 x 3 cells, for the cells that hold band pixels;
// returns the coefficients (a_b, a_g, a_r, b), averaged over 3 x 3 cells.
cv::Mat GuidedCoefficients(const cv::Mat& bgr, const cv::Mat& alpha, const cv::Mat& has_unknown,
                           const Grid& grid) {
  using Moments = cv::Vec<float, 13>;  // b, g, r, alpha, then bb bg br gg gr rr, then b, g, r times alpha.
  cv::Mat wanted, needed;
  cv::dilate(has_unknown, wanted,
             cv::Mat::ones(5, 5, CV_8U));  // One for the interpolation, one for the averaging.
  cv::dilate(wanted, needed, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat moments(grid.size, CV_32FC(13));
  for (int cell_y = 0; cell_y < grid.size.height; ++cell_y) {
    for (int cell_x = 0; cell_x < grid.size.width; ++cell_x) {
      if (needed.at<unsigned char>(cell_y, cell_x) == 0) continue;
      std::array<int, 3> colour{};
      float sum = 0;
      const int bottom = std::min(bgr.rows, (cell_y + 1) * grid.side), top = cell_y * grid.side;
      const int right = std::min(bgr.cols, (cell_x + 1) * grid.side), left = cell_x * grid.side;
      for (int y = top; y < bottom; ++y) {
        const unsigned char* p = bgr.ptr(y) + std::ptrdiff_t{3} * left;
        const float* a = alpha.ptr<float>(y) + left;
        for (int x = left; x < right; ++x, p += 3, ++a) {
          colour[0] += p[0];
          colour[1] += p[1];
          colour[2] += p[2];
          sum += *a;
        }
      }
      const float count = static_cast<float>((bottom - top) * (right - left)), scale = 1 / (255 * count);
      const float b = static_cast<float>(colour[0]) * scale, g = static_cast<float>(colour[1]) * scale,
                  r = static_cast<float>(colour[2]) * scale, t = sum / count;
      moments.at<Moments>(cell_y, cell_x) = {b,     g,     r,     t,     b * b, b * g, b * r,
                                             g * g, g * r, r * r, b * t, g * t, r * t};
    }
  }
  const auto for_neighbours = [&](int cell_y, int cell_x, auto&& use) {
    for (int y = std::max(0, cell_y - 1); y <= std::min(grid.size.height - 1, cell_y + 1); ++y) {
      for (int x = std::max(0, cell_x - 1); x <= std::min(grid.size.width - 1, cell_x + 1); ++x) use(y, x);
    }
  };
  cv::Mat local = cv::Mat::zeros(grid.size, CV_32FC4), averaged = cv::Mat::zeros(grid.size, CV_32FC4);
  for (int cell_y = 0; cell_y < grid.size.height; ++cell_y) {
    for (int cell_x = 0; cell_x < grid.size.width; ++cell_x) {
      if (wanted.at<unsigned char>(cell_y, cell_x) == 0) continue;
      Moments m = Moments::all(0);
      float count = 0;
      for_neighbours(cell_y, cell_x, [&](int y, int x) {
        m += moments.at<Moments>(y, x);
        ++count;
      });
      m *= 1 / count;
      // Inverse of the symmetric covariance by its adjugate.
      constexpr auto kEpsilon = static_cast<float>(kGuidedEpsilon);
      const float bb = m[4] - m[0] * m[0] + kEpsilon, bg = m[5] - m[0] * m[1], br = m[6] - m[0] * m[2],
                  gg = m[7] - m[1] * m[1] + kEpsilon, gr = m[8] - m[1] * m[2],
                  rr = m[9] - m[2] * m[2] + kEpsilon;
      const float cb = m[10] - m[0] * m[3], cg = m[11] - m[1] * m[3], cr = m[12] - m[2] * m[3];
      const float ibb = gg * rr - gr * gr, ibg = br * gr - bg * rr, ibr = bg * gr - br * gg,
                  igg = bb * rr - br * br, igr = bg * br - bb * gr, irr = bb * gg - bg * bg;
      const float scale = 1 / (bb * ibb + bg * ibg + br * ibr);
      const float a_b = (ibb * cb + ibg * cg + ibr * cr) * scale,
                  a_g = (ibg * cb + igg * cg + igr * cr) * scale,
                  a_r = (ibr * cb + igr * cg + irr * cr) * scale;
      local.at<cv::Vec4f>(cell_y, cell_x) = {a_b, a_g, a_r, m[3] - a_b * m[0] - a_g * m[1] - a_r * m[2]};
    }
  }
  for (int cell_y = 0; cell_y < grid.size.height; ++cell_y) {
    for (int cell_x = 0; cell_x < grid.size.width; ++cell_x) {
      if (wanted.at<unsigned char>(cell_y, cell_x) == 0) continue;
      cv::Vec4f sum(0, 0, 0, 0);
      float count = 0;
      for_neighbours(cell_y, cell_x, [&](int y, int x) {
        if (wanted.at<unsigned char>(y, x) == 0) return;
        sum += local.at<cv::Vec4f>(y, x);
        ++count;
      });
      averaged.at<cv::Vec4f>(cell_y, cell_x) = sum / count;
    }
  }
  return averaged;
}

// Background that the person encloses is none: only what hangs together with the upper, left or right border
// is. And a person is one piece: what does not hang together with the face or reach the bottom edge is none.
void FillHolesAndDropIslands(cv::Mat& alpha, const Grid& grid, const HeadShape& head) {
  const double reach = kHoleReach * FrameScale(alpha.size()) / grid.side;
  cv::Mat person;  // With a frame of one cell of background, open at the bottom.
  cv::compare(CellMeans(alpha, grid), 0.5, person, cv::CMP_GE);
  cv::copyMakeBorder(person, person, 1, 0, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  const cv::Rect inner(1, 1, grid.size.width, grid.size.height);
  const auto set_far_from = [&](const cv::Mat& others, float value) {
    cv::Mat distance;
    cv::distanceTransform(others, distance, cv::DIST_L2, 3);
    for (int y = 0; y < alpha.rows; ++y) {
      const float* d = distance.ptr<float>(y / grid.side + 1) + 1;
      for (int x = 0; x < alpha.cols; ++x) {
        if (d[x / grid.side] > reach) alpha.at<float>(y, x) = value;
      }
    }
  };
  constexpr int kWall = 100;
  cv::Mat filled = person.clone();
  cv::floodFill(filled, cv::Point(0, 0), cv::Scalar(kWall), nullptr, {}, {}, 8);
  if (cv::countNonZero(filled == 0) > 0) set_far_from(filled != kWall, 1.0f);
  person = filled != kWall;

  if (head.face_core.empty()) return;
  cv::Point middle(0, 0);
  for (const cv::Point& point : head.face_core) middle += point;
  middle = middle / (static_cast<int>(head.face_core.size()) * grid.side) + inner.tl();
  if (!inner.contains(middle) || person.at<unsigned char>(middle) == 0) return;
  constexpr int kBody = 200;
  cv::floodFill(person, middle, cv::Scalar(kBody), nullptr, {}, {}, 8);
  for (int x = inner.x; x < inner.x + inner.width; ++x) {  // A thin neck may part the shoulders from the face.
    const cv::Point bottom(x, person.rows - 1);
    if (person.at<unsigned char>(bottom) == 255) {
      cv::floodFill(person, bottom, cv::Scalar(kBody), nullptr, {}, {}, 8);
    }
  }
  if (cv::countNonZero(person == 255) > 0) set_far_from(person != kBody, 0.0f);
}

}  // namespace

Refined Refine(const cv::Mat& bgr, const cv::Mat& coarse, const HeadShape& head) {
  const Grid zone_grid(bgr.size(), kZoneCell), grid(bgr.size(), kColourCell);
  const cv::Mat zones = ZonesOf(coarse, zone_grid, head);
  const CellSums sums = SumSurePixels(bgr, zones, zone_grid, grid);
  std::vector<BandPixel> band = UnmixBand(bgr, coarse, zones, zone_grid, sums, grid);

  Refined refined;
  refined.alpha.create(bgr.size(), CV_32F);
  for (int y = 0; y < bgr.rows; ++y) {
    const unsigned char* zone = zones.ptr(y / zone_grid.side);
    float* alpha = refined.alpha.ptr<float>(y);
    for (int x = 0; x < bgr.cols; ++x) alpha[x] = zone[x / zone_grid.side] == kForeground ? 1.0f : 0.0f;
  }
  for (const BandPixel& pixel : band) refined.alpha.at<float>(pixel.y, pixel.x) = pixel.alpha;
  const cv::Mat coefficients = GuidedCoefficients(bgr, refined.alpha, sums.has_unknown, grid);
  for (const BandPixel& pixel : band) {
    const cv::Vec4f k = CellInterpolation(grid, pixel.x, pixel.y).Of(coefficients);
    const float filtered = k[0] * pixel.colour[0] + k[1] * pixel.colour[1] + k[2] * pixel.colour[2] + k[3];
    refined.alpha.at<float>(pixel.y, pixel.x) = Clamp01((filtered - kStretch) / (1 - 2 * kStretch));
  }
  FillHolesAndDropIslands(refined.alpha, zone_grid, head);

  refined.foreground = bgr.clone();
  for (const BandPixel& pixel : band) {
    const float alpha = refined.alpha.at<float>(pixel.y, pixel.x);
    if (alpha <= 0 || alpha > 0.985f) continue;
    const cv::Vec3f unblended = (pixel.colour - (1 - alpha) * pixel.back) / std::max(alpha, 0.1f);
    const float t = Clamp01((alpha - 0.4f) / 0.4f);
    for (int c = 0; c < 3; ++c) {
      const float colour = (1 - t) * pixel.front[c] + t * Clamp01(unblended[c]);
      refined.foreground.at<cv::Vec3b>(pixel.y, pixel.x)[c] = cv::saturate_cast<unsigned char>(255 * colour);
    }
  }
  return refined;
}

}  // namespace gradphoto::matte
