// SPDX-License-Identifier: Apache-2.0
#include "bench/worn_drawing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "tests/support/faults_paint.h"

namespace gradphoto::bench {
namespace {

using faults::Blend;
using faults::Local;
using faults::Portrait;
using faults::SoftPolygon;
using Points = std::vector<cv::Point2d>;
using Colour = cv::Vec3d;  // B, G, R, 0..255.

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  double U(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) / 9007199254740992.0;
  }
  bool P(double chance) { return U(0, 1) < chance; }
  int N(int count) { return std::min(count - 1, static_cast<int>(U(0, count))); }
  double Bell(double deviation) { return deviation * (U(-1, 1) + U(-1, 1) + U(-1, 1)); }  // Sum of three.
  int Pick(const std::vector<double>& weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    double at = U(0, sum);
    int i = 0;
    for (const double weight : weights) {
      if (at < weight) return i;
      at -= weight;
      ++i;
    }
    return i - 1;
  }
  std::uint64_t Seed() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// Smooth noise, -1..1, that repeats after 64 cells.
class Noise {
 public:
  explicit Noise(Dice& dice) : values_(64, 64, CV_32F) {
    cv::RNG random(dice.Seed());
    random.fill(values_, cv::RNG::UNIFORM, -1.0, 1.0);
  }
  double At(double x, double y) const {
    const double fx = std::floor(x), fy = std::floor(y), u = x - fx, v = y - fy;
    const int i = static_cast<int>(fx) & 63, j = static_cast<int>(fy) & 63;
    const auto value = [&](int a, int b) { return double{values_.at<float>((j + b) & 63, (i + a) & 63)}; };
    return std::lerp(std::lerp(value(0, 0), value(1, 0), u), std::lerp(value(0, 1), value(1, 1), u), v);
  }

 private:
  cv::Mat values_;
};

template <typename Shade>
void Paint(cv::Mat& bgr, const Local& local, const cv::Mat& mask, const Shade& shade) {
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float w = mask.at<float>(y, x);
      if (w <= 0.004F) continue;
      const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
      const Colour colour = shade(at.x, at.y);
      cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<unsigned char>(pixel[c] * (1 - w) + colour[c] * w);
    }
  }
}

void Darken(cv::Mat& bgr, const cv::Mat& mask, double strength) {
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float w = mask.at<float>(y, x);
      if (w > 0) bgr.at<cv::Vec3b>(y, x) *= 1 - strength * w;
    }
  }
}

Points Placed(const Local& local, const Points& points) {
  Points placed;
  for (const cv::Point2d& point : points) placed.push_back(local.At(point.x, point.y));
  return placed;
}

cv::Mat Soft(const cv::Mat& bgr, const Local& local, const Points& points, double soft) {
  return SoftPolygon(bgr.size(), Placed(local, points), soft * local.unit_px());
}

Colour FromHsv(double hue_deg, double saturation, double value) {
  cv::Mat3f hsv(
      1, 1, cv::Vec3f(static_cast<float>(hue_deg), static_cast<float>(saturation), static_cast<float>(value))),
      bgr;
  cv::cvtColor(hsv, bgr, cv::COLOR_HSV2BGR);
  return Colour(bgr(0, 0)) * 255;
}

Colour ClothColour(Dice& dice) {
  switch (dice.Pick({0.30, 0.15, 0.17, 0.38})) {
    case 0:
      return FromHsv(dice.U(0, 360), dice.U(0, 0.6), dice.U(0.03, 0.28));
    case 1:
      return FromHsv(dice.U(0, 360), dice.U(0, 0.12), dice.U(0.75, 1));
    case 2:
      return FromHsv(dice.U(15, 50), dice.U(0, 0.55), dice.U(0.25, 0.75));
    default:
      return FromHsv(dice.U(0, 360), dice.U(0.4, 1), dice.U(0.25, 0.95));
  }
}

// A cloth with its pattern, weave and light.
class Cloth {
 public:
  explicit Cloth(Dice& dice)
      : base_(ClothColour(dice)),
        second_(ClothColour(dice)),
        pattern_(dice.Pick({0.58, 0.12, 0.08, 0.09, 0.07, 0.06})),
        turn_(dice.U(0, std::numbers::pi)),
        period_(dice.U(0.06, 0.5)),
        weave_(dice.P(0.5) ? dice.U(0, 0.05) : dice.U(0, 0.2)),
        cells_(dice.U(8, 40)),
        folds_(dice.P(0.4) ? dice.U(0, 0.35) : 0),
        fold_cells_(dice.U(1.5, 6)),
        light_(dice.Bell(0.2)),
        round_(dice.U(0.1, 0.7)),
        fall_(dice.Bell(0.12)),
        noise_(dice) {}

  Colour At(double u, double v) const {
    const double along = u * std::cos(turn_) + v * std::sin(turn_),
                 across = v * std::cos(turn_) - u * std::sin(turn_);
    const auto band = [&](double place) { return std::fmod(std::abs(place) / period_ + 100, 2.0) < 1; };
    bool second = false;
    if (pattern_ == 1) second = band(along);
    if (pattern_ == 2) second = band(along) != band(across);
    if (pattern_ == 3) second = noise_.At(u / period_ * 1.3 + 9, v / period_ * 1.3) > 0.1;
    if (pattern_ == 4) second = std::abs(u) > 0.35 + 0.3 * period_;
    if (pattern_ == 5) {
      second = std::hypot(std::remainder(along, 1.4 * period_), std::remainder(across, 1.4 * period_)) <
               0.4 * period_;
    }
    const double curve = 1 - round_ * std::pow(std::min(1.0, std::abs(u) / 1.5), 2);
    const double fold = 1 + folds_ * noise_.At(along * fold_cells_ * 2 + 30, across * fold_cells_ * 0.5);
    return (second ? second_ : base_) *
           (curve * fold * (1 + light_ * u + fall_ * v) * (1 + weave_ * noise_.At(u * cells_, v * cells_)));
  }
  const Colour& base() const { return base_; }

 private:
  Colour base_, second_;
  int pattern_;
  double turn_, period_, weave_, cells_, folds_, fold_cells_, light_, round_, fall_;
  Noise noise_;
};

Colour MedianOf(const cv::Mat& bgr, const cv::Mat& mask) {
  std::array<std::vector<unsigned char>, 3> values;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      if (mask.at<float>(y, x) < 0.9F) continue;
      for (std::size_t c = 0; c < 3; ++c) values[c].push_back(bgr.at<cv::Vec3b>(y, x)[static_cast<int>(c)]);
    }
  }
  Colour median(90, 110, 150);
  for (std::size_t c = 0; c < 3; ++c) {
    if (values[c].empty()) return median;
    std::ranges::nth_element(values[c], values[c].begin() + static_cast<std::ptrdiff_t>(values[c].size() / 2));
    median[static_cast<int>(c)] = values[c][values[c].size() / 2];
  }
  return median;
}

Colour ForeheadColour(const cv::Mat& bgr, const Local& local) {
  const double y = local.brows - 0.2;
  return MedianOf(bgr, Soft(bgr, local, {{-0.3, y - 0.1}, {0.3, y - 0.1}, {0.3, y + 0.1}, {-0.3, y + 0.1}}, 0));
}

// From the left end of a lower edge over the top of the head to the right end and back along `edge`(u).
template <typename Edge>
Points Dome(double left, double right, double top, double shape, const Edge& edge) {
  Points points;
  for (int i = 0; i <= 48; ++i) {
    const double angle = std::numbers::pi * (1 + i / 48.0);
    const double wide = std::copysign(std::pow(std::abs(std::cos(angle)), shape), std::cos(angle));
    const double u = wide * (wide < 0 ? left : right), low = edge(u);
    points.emplace_back(u, low + (top - low) * std::pow(std::max(0.0, -std::sin(angle)), 0.85));
  }
  for (int i = 48; i >= 0; --i) {
    const double u = -left + (left + right) * i / 48.0;
    points.emplace_back(u, edge(u));
  }
  return points;
}

// --- Hair and wall

cv::Mat HairMask(const Portrait& head, const Local& local) {
  const Colour skin = ForeheadColour(head.bgr, local);
  const double light = skin[0] + skin[1] + skin[2];
  cv::Mat hair = cv::Mat::zeros(head.bgr.size(), CV_32F);
  for (int y = 0; y < hair.rows; ++y) {
    for (int x = 0; x < hair.cols; ++x) {
      const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
      const bool face =
          std::hypot(at.x / (0.98 * local.half_width), (at.y - 0.45) / 1.35) < 1 && at.y > local.brows - 0.12;
      if (face || at.y > local.chin) continue;
      const cv::Vec3b& p = head.bgr.at<cv::Vec3b>(y, x);
      const double off =
          std::abs(p[0] + p[1] + p[2] - light) / light + std::abs(p[2] - p[0] - skin[2] + skin[0]) / 120;
      hair.at<float>(y, x) =
          static_cast<float>(std::clamp((off - 0.18) / 0.2, 0.0, 1.0)) * head.person.at<float>(y, x);
    }
  }
  cv::GaussianBlur(hair, hair, {}, 1);
  return hair;
}

Colour HairColour(Dice& dice) {
  switch (dice.Pick({0.5, 0.2, 0.12, 0.1, 0.08})) {
    case 0:
      return FromHsv(dice.U(0, 40), dice.U(0, 0.4), dice.U(0.04, 0.16));
    case 1:
      return FromHsv(dice.U(10, 30), dice.U(0.3, 0.7), dice.U(0.16, 0.4));
    case 2:
      return FromHsv(dice.U(25, 45), dice.U(0.2, 0.6), dice.U(0.45, 0.85));
    case 3:
      return FromHsv(dice.U(0, 60), dice.U(0, 0.08), dice.U(0.35, 0.9));
    default:
      return FromHsv(dice.P(0.6) ? dice.U(5, 22) : dice.U(0, 360), dice.U(0.5, 0.9), dice.U(0.25, 0.7));
  }
}

void Recolour(cv::Mat& bgr, const cv::Mat& hair, Dice& dice) {
  const Colour to = HairColour(dice), from = MedianOf(bgr, hair);
  const double contrast = dice.U(0.4, 1.2);
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      const float w = hair.at<float>(y, x);
      if (w <= 0.01F) continue;
      cv::Vec3b& p = bgr.at<cv::Vec3b>(y, x);
      const double light = (p[0] + p[1] + p[2] + 12) / (from[0] + from[1] + from[2] + 12);
      const double gain = std::pow(std::clamp(light, 0.2, 4.0), contrast);
      for (int c = 0; c < 3; ++c) p[c] = cv::saturate_cast<unsigned char>(p[c] * (1 - w) + w * to[c] * gain);
    }
  }
}

// The skull in the colour of the forehead, with stubble or without.
void Shave(cv::Mat& bgr, cv::Mat& person, const Local& local, Dice& dice) {
  const Colour skin = ForeheadColour(bgr, local);
  const double low = local.brows - dice.U(0.25, 0.4), top = std::max(local.crown + 0.02, local.brows - 1.55);
  const double left = std::min(local.head_left, 1.12 * local.half_width),
               right = std::min(local.head_right, 1.12 * local.half_width);
  const Noise noise(dice);
  const double stubble = dice.P(0.5) ? dice.U(0, 0.55) : 0, line = local.brows - dice.U(0.5, 0.9),
               shine = dice.U(0, 0.3);
  const double shine_u = dice.Bell(0.2), shine_v = low - dice.U(0.3, 0.7);
  const cv::Mat mask =
      Soft(bgr, local, Dome(left, right, top, 0.85, [&](double u) { return low + 0.25 * u * u; }), 0.02);
  // What hair stood out beyond the skull becomes wall.
  const Colour wall = MedianOf(bgr, 1 - person);
  cv::Mat out = person.clone();
  for (int y = 0; y < out.rows; ++y) {
    for (int x = 0; x < out.cols; ++x) {
      if (local.Of({x + 0.5, y + 0.5}).y > low) out.at<float>(y, x) = 0;
    }
  }
  cv::GaussianBlur(out, out, {}, 1);
  Paint(bgr, local, out, [&](double, double) { return wall; });
  Paint(bgr, local, mask, [&](double u, double v) {
    const double curve = 1.02 - 0.35 * std::pow(std::abs(u) / 1.2, 3) - 0.12 * std::max(0.0, low - v);
    const double dark = stubble * std::clamp((line + 0.3 * u * u - v) / 0.15, 0.0, 1.0);
    const double spot =
        shine * std::exp(-(std::pow((u - shine_u) / 0.25, 2) + std::pow((v - shine_v) / 0.2, 2)));
    return skin * (curve * (1 - dark) * (1 + 0.03 * noise.At(u * 30, v * 30))) + Colour::all(160 * spot);
  });
  cv::max(person - out, mask, person);
}

struct HairStyle {
  double line, fringe, fall, ragged, ragged_cells, lift, widen, length, part, shape, side;
};

HairStyle StyleOf(Dice& dice) {
  HairStyle s{};
  s.ragged = dice.U(0, 0.12), s.ragged_cells = dice.U(3, 14), s.shape = dice.U(0.7, 1),
  s.side = dice.U(0.84, 1.02);
  s.lift = dice.U(0, 0.25), s.widen = dice.U(0.98, 1.12), s.part = dice.Bell(0.25);
  switch (dice.Pick({0.32, 0.3, 0.14, 0.12, 0.12})) {
    case 0:  // Straight fringe.
      s.line = dice.U(-0.02, 0.45), s.fringe = dice.U(0, 0.12), s.fall = dice.U(4, 10),
      s.length = dice.U(0.1, 2.4);
      s.ragged *= 0.7;
      break;
    case 1:  // Short.
      s.line = dice.U(0.3, 0.8), s.fringe = dice.U(-0.1, 0.4), s.fall = dice.U(3, 8),
      s.length = dice.U(0, 0.35);
      break;
    case 2:  // To one side, or parted.
      s.line = dice.U(0.2, 0.8), s.fringe = dice.U(0.3, 0.9), s.fall = dice.U(2, 6),
      s.length = dice.U(0.2, 2.4);
      s.part = dice.U(-0.6, 0.6);
      break;
    case 3:  // Big.
      s.line = dice.U(0.3, 0.8), s.fringe = dice.U(0, 0.3), s.fall = dice.U(3, 8), s.length = dice.U(0.3, 1.5);
      s.lift = dice.U(0.25, 0.9), s.widen = dice.U(1.1, 1.6);
      break;
    default:  // Receding, combed back.
      s.line = dice.U(0.7, 1.05), s.fringe = dice.U(-0.5, 0.2), s.fall = dice.U(2, 5),
      s.length = dice.U(0, 1.2);
  }
  return s;
}

void DrawHair(cv::Mat& bgr, cv::Mat& person, const Local& local, Dice& dice) {
  const HairStyle s = StyleOf(dice);
  const Colour colour = HairColour(dice);
  const Noise noise(dice);
  const double half = local.half_width, top = std::max(local.crown, local.brows - 1.75) - s.lift;
  const double left = std::max(1.05 * half, local.head_left * s.widen),
               right = std::max(1.05 * half, local.head_right * s.widen);
  const double frizz = dice.P(0.3) ? dice.U(0.02, 0.1) : 0.01;
  // The lower edge of the hair on the forehead; beside the face it goes down to its length.
  const auto edge = [&](double u) {
    const double t = (u - s.part) / half, ragged = s.ragged * noise.At(u * s.ragged_cells, 3.3);
    const double front = local.brows - s.line + s.fringe * t * t + ragged;
    const double beside = std::clamp((std::abs(u) / half - s.side) * s.fall, 0.0, 1.0);
    return std::max(std::lerp(front, s.length, beside), top + 0.1);
  };
  Points outline = Dome(left, right, top, s.shape, edge);
  for (std::size_t i = 0; i <= 48; ++i) {
    outline[i] += cv::Point2d(frizz * noise.At(0.9 * static_cast<double>(i), 7.7),
                              frizz * noise.At(0.9 * static_cast<double>(i), 17.2));
  }
  const cv::Mat mask = Soft(bgr, local, outline, dice.U(0.005, 0.04));
  const double strands = dice.U(0.1, 0.6), density = dice.U(10, 45), ring = dice.P(0.4) ? dice.U(0.2, 1.2) : 0,
               ring_at = dice.U(0.35, 0.8), curl = dice.P(0.3) ? dice.U(0.2, 1) : 0, light = dice.Bell(0.2);
  Paint(bgr, local, mask, [&](double u, double v) {
    const double across = u / (0.6 + 0.4 * std::max(0.0, v - top)), down = v - top;
    double value = noise.At(across * density + curl * noise.At(u * 6, v * 6) * 3, down * 2 + curl * v * 12);
    value = 0.6 * value + 0.4 * noise.At(across * density * 2.3 + 5, down * 4);
    const double shine = ring * std::exp(-std::pow((down - ring_at - 0.15 * u * u) / 0.14, 2));
    const double curve = 1 - 0.35 * std::pow(std::min(1.0, std::abs(u) / right), 2);
    return (colour + Colour(18, 18, 18) * shine) *
           (curve * (1 + strands * value) * (1 + shine) * (1 + light * u));
  });
  cv::max(person, mask, person);
}

Colour AnyColour(Dice& dice) { return FromHsv(dice.U(0, 360), dice.U(0, 0.8), dice.U(0.05, 1)); }

// Walls of all kinds: even, graded, cluttered.
void DrawWall(cv::Mat& bgr, const cv::Mat& person, Dice& dice) {
  cv::Mat wall(bgr.size(), CV_8UC3);
  const Colour first = AnyColour(dice), second = dice.P(0.5) ? first * dice.U(0.7, 1.1) : AnyColour(dice);
  const double turn = dice.U(0, 2 * std::numbers::pi);
  for (int y = 0; y < wall.rows; ++y) {
    for (int x = 0; x < wall.cols; ++x) {
      const double t = std::clamp(
          0.5 + ((x - wall.cols / 2.0) * std::cos(turn) + (y - wall.rows / 2.0) * std::sin(turn)) / wall.cols,
          0.0, 1.0);
      for (int c = 0; c < 3; ++c)
        wall.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<unsigned char>(std::lerp(first[c], second[c], t));
    }
  }
  for (int i = dice.P(0.6) ? dice.N(14) : 0; i > 0; --i) {
    const Colour colour = AnyColour(dice);
    const cv::Scalar ink(colour[0], colour[1], colour[2]);
    const cv::Point at(static_cast<int>(dice.U(0, wall.cols)), static_cast<int>(dice.U(0, wall.rows)));
    const cv::Size size(static_cast<int>(dice.U(4, 120)), static_cast<int>(dice.U(4, 120)));
    if (dice.P(0.4)) {
      cv::rectangle(wall, cv::Rect(at, size), ink, cv::FILLED);
    } else if (dice.P(0.5)) {
      cv::ellipse(wall, at, size, dice.U(0, 180), 0, 360, ink, cv::FILLED, cv::LINE_AA);
    } else {
      cv::line(wall, at, at + cv::Point(size) - cv::Point(60, 60), ink, 1 + dice.N(12), cv::LINE_AA);
    }
  }
  if (const double blur = dice.P(0.6) ? dice.U(0.5, 12) : 0; blur > 0) cv::GaussianBlur(wall, wall, {}, blur);
  bgr = Blend(wall, bgr, person);
}

// --- Headgear

struct Skull {
  double left, right, side, top, brows;
};

// The shade of an edge on the forehead under it.
void Shade(cv::Mat& bgr, const cv::Mat& person, const cv::Mat& mask, const Local& local, Dice& dice) {
  const double reach = dice.U(0.02, 0.3) * local.unit_px();
  cv::Mat shadow;
  const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, dice.Bell(2), 0, 1, reach);
  cv::warpAffine(mask, shadow, shift, mask.size());
  cv::GaussianBlur(shadow, shadow, {}, 0.5 * reach + 0.6);
  Darken(bgr, shadow.mul(person), dice.U(0, 0.75));
}

void Badge(cv::Mat& bgr, const Local& local, double u, double v, double size, Dice& dice) {
  const Colour colour = ClothColour(dice);
  const cv::Scalar ink(colour[0], colour[1], colour[2]);
  const double unit = local.unit_px();
  const cv::Point at(local.At(u, v));
  if (dice.P(0.4)) {
    cv::ellipse(bgr, at,
                cv::Size(static_cast<int>(size * unit), static_cast<int>(size * dice.U(0.5, 1) * unit)), 0, 0,
                360, ink, dice.P(0.6) ? cv::FILLED : 2, cv::LINE_AA);
  } else {
    std::string text;
    for (int i = 1 + dice.N(5); i > 0; --i) text.push_back(static_cast<char>('A' + dice.N(26)));
    faults::Write(bgr, text,
                  cv::Point2d(at) -
                      cv::Point2d(0.35 * size * unit * static_cast<double>(text.size()), -0.4 * size * unit),
                  size * unit, ink, 1);
  }
}

// Crown of a hat: cloth from `edge` up, `lift` above the hair.
template <typename Edge>
cv::Mat Crown(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, double lift, double widen,
              double shape, const Edge& edge, const Cloth& cloth, Dice& dice) {
  const cv::Mat mask =
      Soft(bgr, local, Dome(skull.left * widen, skull.right * widen, skull.top - lift, shape, edge),
           dice.U(0.004, 0.02));
  Shade(bgr, person, mask, local, dice);
  Paint(bgr, local, mask, [&](double u, double v) { return cloth.At(u, v); });
  cv::max(person, mask, person);
  return mask;
}

void Cap(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - (dice.P(0.7) ? dice.U(0.25, 0.75) : dice.U(0.05, 1.0)),
               tilt = dice.Bell(0.06), aside = dice.Bell(0.08);
  const double sag = dice.U(-0.1, 0.15);
  const Cloth cloth(dice);
  const auto edge = [&](double u) { return band + sag * (1 - std::pow(u / skull.side, 2)) + tilt * u; };
  Crown(bgr, person, local, skull, dice.U(0, 0.35), dice.U(0.98, 1.15), dice.U(0.7, 0.95), edge, cloth, dice);
  if (dice.P(0.6))
    Badge(bgr, local, aside + dice.Bell(0.05), band - dice.U(0.2, 0.45), dice.U(0.08, 0.3), dice);
  if (dice.P(0.1)) return;  // Back to front.
  const double wide = dice.U(0.72, 1.1) * skull.side, depth = dice.U(0.06, 0.5), bow = dice.Bell(0.12),
               high = dice.U(-0.12, 0.06);
  Points visor;
  for (int i = 0; i <= 40; ++i) {
    const double t = 2 * i / 40.0 - 1;
    visor.emplace_back(aside + t * wide,
                       band + high + sag * (1 - t * t) + 0.15 * std::abs(bow) * t * t + tilt * t * wide);
  }
  for (int i = 40; i >= 0; --i) {
    const double t = 2 * i / 40.0 - 1;
    visor.emplace_back(
        aside + t * wide * 1.05,
        band + 0.04 + bow * t * t + depth * std::sqrt(std::max(0.0, 1 - t * t)) + tilt * t * wide);
  }
  const cv::Mat mask = Soft(bgr, local, visor, dice.U(0.004, 0.02));
  Shade(bgr, person, mask, local, dice);
  const Cloth other(dice);
  const Cloth& used = dice.P(0.65) ? cloth : other;
  const double under = dice.U(0.3, 1.2), rim = dice.P(0.4) ? dice.U(0.5, 1.8) : 1;
  Paint(bgr, local, mask, [&](double u, double v) {
    const double low = std::clamp((v - band) / (depth + 0.05), 0.0, 1.0);
    return used.At(u, v) * ((1 + (under - 1) * low) * (low > 0.85 ? rim : 1));
  });
}

void Beanie(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.02, 0.8), sag = dice.U(-0.05, 0.15), tilt = dice.Bell(0.04),
               lift = dice.U(0.02, 0.5);
  const Cloth cloth(dice);
  const auto edge = [&](double u) { return band + sag * (1 - std::pow(u / skull.side, 2)) + tilt * u; };
  const cv::Mat mask =
      Crown(bgr, person, local, skull, lift, dice.U(1.0, 1.18), dice.U(0.65, 0.95), edge, cloth, dice);
  const double ribs = dice.U(0, 0.4), many = dice.U(25, 60), fold = dice.P(0.6) ? dice.U(0.25, 0.6) : 0,
               folded = dice.U(0.8, 1.25);
  const Cloth second(dice);
  const bool other = dice.P(0.3);
  Paint(bgr, local, mask, [&](double u, double v) {
    const bool cuff = fold > 0 && v > edge(u) - fold;
    const double rib =
        1 - ribs / 2 + ribs * std::sin(std::asin(std::clamp(u / (1.15 * skull.side), -1.0, 1.0)) * many);
    return (other && cuff ? second : cloth).At(u, v) * (rib * (cuff ? folded : 1));
  });
  if (dice.P(0.2)) Badge(bgr, local, dice.Bell(0.1), band - 0.2, dice.U(0.06, 0.2), dice);
}

void Helmet(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.0, 0.7), drop = dice.U(-0.1, 0.9), lift = dice.U(0.1, 0.45),
               widen = dice.U(1.08, 1.35);
  const double open = dice.U(0.75, 1.05) * local.half_width, steep = dice.U(2, 8);
  const Cloth cloth(dice);
  const auto edge = [&](double u) { return band + drop * std::clamp((std::abs(u) - open) * steep, 0.0, 1.0); };
  const cv::Mat mask = Crown(bgr, person, local, skull, lift, widen, dice.U(0.7, 0.95), edge, cloth, dice);
  const double gloss = dice.U(0, 220), at_u = dice.Bell(0.25), at_v = skull.top + dice.U(0.1, 0.7),
               size = dice.U(0.1, 0.4), rim = dice.P(0.6) ? dice.U(0.2, 1.8) : 1;
  const double vents = dice.P(0.3) ? dice.U(3, 7) : 0;
  Paint(bgr, local, mask, [&](double u, double v) {
    const double shine =
        gloss * std::exp(-(std::pow((u - at_u) / size, 2) + std::pow((v - at_v) / (0.6 * size), 2)));
    const double vent = vents > 0 && std::sin(u * vents * 2) > 0.55 && v < band - 0.25 ? 0.3 : 1;
    return cloth.At(u, v) * (vent * (v > edge(u) - 0.07 ? rim : 1)) + Colour::all(shine);
  });
  const Colour strap = ClothColour(dice);
  if (dice.P(0.6)) {
    for (const double s : {-1.0, 1.0}) {
      cv::line(bgr, local.At(s * 1.02 * local.half_width, band + 0.2),
               local.At(s * 0.45 * local.half_width, local.chin + 0.05),
               cv::Scalar(strap[0], strap[1], strap[2]),
               std::max(1, static_cast<int>(dice.U(0.02, 0.1) * local.unit_px())), cv::LINE_AA);
    }
  }
  if (dice.P(0.5)) Badge(bgr, local, dice.Bell(0.1), band - dice.U(0.3, 0.7), dice.U(0.1, 0.3), dice);
  if (dice.P(0.25)) {  // Bars of a face guard.
    for (double v = dice.U(0.3, 0.7); v < local.chin; v += dice.U(0.3, 0.6)) {
      cv::line(bgr, local.At(-1.1 * local.half_width, v), local.At(1.1 * local.half_width, v + dice.Bell(0.05)),
               cv::Scalar(strap[0], strap[1], strap[2]), std::max(1, static_cast<int>(0.06 * local.unit_px())),
               cv::LINE_AA);
    }
  }
}

void Turban(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.15, 0.85), fall = dice.U(-0.1, 0.45), lift = dice.U(0.15, 0.75),
               widen = dice.U(1.05, 1.4);
  const Cloth cloth(dice);
  const auto edge = [&](double u) { return band + fall * std::abs(u) / skull.side; };
  const cv::Mat mask = Crown(bgr, person, local, skull, lift, widen, dice.U(0.6, 0.95), edge, cloth, dice);
  const double folds = dice.U(0.05, 0.35), many = dice.U(5, 18), slant = dice.U(0.2, 1.2),
               wave = dice.U(0, 0.3);
  const bool one_way = dice.P(0.4);
  const Noise noise(dice);
  Paint(bgr, local, mask, [&](double u, double v) {
    const double along = v + slant * (one_way ? u : std::abs(u)) + wave * noise.At(u * 2, v * 2);
    return cloth.At(u, v) * (1 + folds * std::sin(along * many) -
                             0.6 * folds * (std::fmod(along * many / 6.28 + 50, 1.0) < 0.12));
  });
}

// Scarves and hoods that frame the face.
void Scarf(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const bool hood = dice.P(0.25);
  const double forehead = skull.brows - dice.U(0.05, hood ? 1.1 : 0.8),
               inner = local.half_width * dice.U(0.82, hood ? 1.25 : 1.08);
  const bool chin = dice.P(0.75);
  const double low = chin ? local.chin + dice.U(-0.1, 0.2) : local.chin + 3, widen = dice.U(1.05, 1.35),
               lift = dice.U(0.02, 0.4);
  Points outer;
  for (int i = 0; i <= 40; ++i) {
    const double angle = std::numbers::pi * (1 + i / 40.0);
    outer.emplace_back(std::cos(angle) * (std::cos(angle) < 0 ? skull.left : skull.right) * widen,
                       0.2 + (skull.top - lift - 0.2) * std::pow(-std::sin(angle), 0.8));
  }
  const double spread = dice.U(1.0, 1.8);
  outer.emplace_back(skull.right * widen * spread, local.chin + 2.5);
  outer.emplace_back(-skull.left * widen * spread, local.chin + 2.5);
  cv::Mat mask = Soft(bgr, local, outer, 0.012);
  Points face;
  const double middle = (forehead + low) / 2, power = dice.U(0.6, 1);
  for (int i = 0; i < 72; ++i) {
    const double angle = 2 * std::numbers::pi * i / 72, c = std::cos(angle), s = std::sin(angle);
    face.emplace_back(inner * std::copysign(std::pow(std::abs(c), power), c), middle + (low - middle) * s);
  }
  mask = mask.mul(1 - Soft(bgr, local, face, 0.012));
  const Cloth cloth(dice);
  Shade(bgr, person, mask, local, dice);
  const double folds = dice.U(0, 0.3), many = dice.U(2, 9);
  const Noise noise(dice);
  Paint(bgr, local, mask, [&](double u, double v) {
    const double around = std::atan2(v - middle, u), out = std::hypot(u / inner, (v - middle) / (low - middle));
    return cloth.At(u, v) * (1 + folds * noise.At(around * 2 + 20, out * many));
  });
  cv::max(person, mask, person);
}

void Brimmed(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.1, 0.8), wide = dice.U(1.35, 2.5) * skull.side,
               thick = dice.U(0.08, 0.45), bend = dice.Bell(0.25), lift = dice.U(0.1, 0.7);
  const Cloth cloth(dice);
  const double tilt = dice.Bell(0.08);
  const auto line = [&](double u) { return band + tilt * u; };
  Points brim;
  for (int i = 0; i <= 72; ++i) {
    const double angle = 2 * std::numbers::pi * i / 72, t = std::cos(angle);
    brim.emplace_back(
        wide * t, line(wide * t) + bend * t * t + thick * std::sin(angle) * (std::sin(angle) < 0 ? 0.5 : 1));
  }
  const cv::Mat flat = Soft(bgr, local, brim, 0.01);
  Shade(bgr, person, flat, local, dice);
  const double under = dice.U(0.3, 1.1);
  Paint(bgr, local, flat, [&](double u, double v) { return cloth.At(u, v) * under; });
  cv::max(person, flat, person);
  const double pinch = dice.U(0.55, 0.95), ribbon = dice.P(0.6) ? dice.U(0.08, 0.35) : 0;
  const Colour band_colour = ClothColour(dice);
  const cv::Mat crown = Soft(bgr, local,
                             Dome(skull.left * 1.06, skull.right * 1.06, skull.top - lift, pinch,
                                  [&](double u) { return line(u) + 0.04 - 0.1 * std::pow(u / skull.side, 2); }),
                             0.01);
  Paint(bgr, local, crown,
        [&](double u, double v) { return v > line(u) - ribbon ? band_colour : cloth.At(u, v); });
  cv::max(person, crown, person);
}

// Officers' and students' caps, berets.
void Uniform(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.15, 0.7);
  const Cloth cloth(dice), second(dice);
  const int kind = dice.N(3);
  if (kind == 0) {  // Beret.
    const double lean = dice.Bell(0.3), thick = dice.U(0.45, 0.9);
    Points soft;
    for (int i = 0; i < 72; ++i) {
      const double angle = 2 * std::numbers::pi * i / 72, u = 1.3 * skull.side * std::cos(angle) + 0.4 * lean;
      soft.emplace_back(u, band - 0.45 * thick + thick * 0.55 * std::sin(angle) + lean * 0.6 * u);
    }
    const cv::Mat mask = Soft(bgr, local, soft, 0.012);
    Shade(bgr, person, mask, local, dice);
    Paint(bgr, local, mask, [&](double u, double v) { return cloth.At(u, v); });
    cv::max(person, mask, person);
    return;
  }
  const auto edge = [&](double u) { return band + 0.06 * (1 - std::pow(u / skull.side, 2)); };
  Crown(bgr, person, local, skull, 0, 1.03, 0.8, edge, second, dice);
  Points top;
  const double high = band - dice.U(0.3, 0.5);
  if (kind == 1) {
    const double wide = dice.U(1.2, 1.6) * skull.side, peak = skull.top - dice.U(0.1, 0.6);
    top = {{-skull.side, high},      {-wide, high - 0.35}, {-0.6 * wide, peak + 0.1}, {0, peak},
           {0.6 * wide, peak + 0.1}, {wide, high - 0.35},  {skull.side, high}};
  } else {  // Mortarboard.
    const double wide = dice.U(1.4, 2.1) * skull.side, at = skull.top - dice.U(0.05, 0.3),
                 tilt = dice.Bell(0.1);
    top = {{-wide, at - tilt}, {0.0, at - dice.U(0.1, 0.3)}, {wide, at + tilt}, {0.0, at + dice.U(0.2, 0.5)}};
  }
  const cv::Mat mask = Soft(bgr, local, top, 0.012);
  Paint(bgr, local, mask, [&](double u, double v) { return cloth.At(u, v); });
  cv::max(person, mask, person);
  if (kind == 1) {
    Points visor;
    const double depth = dice.U(0.12, 0.4);
    for (int i = 0; i <= 40; ++i) visor.emplace_back((2 * i / 40.0 - 1) * 0.95 * skull.side, band + 0.03);
    for (int i = 40; i >= 0; --i) {
      const double t = 2 * i / 40.0 - 1;
      visor.emplace_back(t * 0.95 * skull.side, band + 0.06 + depth * std::sqrt(1 - t * t));
    }
    const cv::Mat peak = Soft(bgr, local, visor, 0.008);
    Shade(bgr, person, peak, local, dice);
    const Colour black = FromHsv(0, 0, dice.U(0.02, 0.25));
    const double gloss = dice.U(0, 120);
    Paint(bgr, local, peak, [&](double u, double v) {
      return black + Colour::all(gloss * std::exp(-std::pow((v - band - 0.15 + 0.1 * u * u) / 0.05, 2)));
    });
    if (dice.P(0.8)) Badge(bgr, local, 0, high - 0.05, dice.U(0.08, 0.2), dice);
  }
}

void Bandana(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice) {
  const double band = skull.brows - dice.U(0.1, 0.6), fall = dice.U(0, 0.3);
  const Cloth cloth(dice);
  Crown(
      bgr, person, local, skull, dice.U(0, 0.12), dice.U(0.98, 1.06), 0.85,
      [&](double u) { return band + fall * u * u; }, cloth, dice);
}

using Drawing = void(cv::Mat& bgr, cv::Mat& person, const Local& local, const Skull& skull, Dice& dice);
struct Headgear {
  std::string_view kind;
  double share;
  Drawing* draw;
};
constexpr std::array<Headgear, 8> kHeadgear = {{{"cap", 0.36, Cap},
                                                {"beanie", 0.12, Beanie},
                                                {"helmet", 0.13, Helmet},
                                                {"turban", 0.09, Turban},
                                                {"scarf", 0.11, Scarf},
                                                {"brimmed", 0.10, Brimmed},
                                                {"uniform", 0.06, Uniform},
                                                {"bandana", 0.03, Bandana}}};

// Returns its kind.
std::string_view DrawHeadgear(cv::Mat& bgr, cv::Mat& person, const Local& local, Dice& dice) {
  const Skull skull{
      std::clamp(local.head_left, local.half_width, 1.2 * local.half_width),
      std::clamp(local.head_right, local.half_width, 1.2 * local.half_width),
      std::clamp(std::max(local.head_left, local.head_right), local.half_width, 1.2 * local.half_width),
      std::max(local.crown, local.brows - 1.6), local.brows};
  std::vector<double> shares;
  for (const Headgear& headgear : kHeadgear) shares.push_back(headgear.share);
  const Headgear& chosen = kHeadgear[static_cast<std::size_t>(dice.Pick(shares))];
  chosen.draw(bgr, person, local, skull, dice);
  return chosen.kind;
}

// --- Covers and beards

void DrawBeard(cv::Mat& bgr, const Portrait& head, const Local& local, Dice& dice) {
  const double mouth = local.Of(head.landmarks.At(14)).y, nose = local.Of(head.landmarks.At(2)).y;
  const double high = dice.U(nose - 0.2, mouth + 0.3),
               full = dice.P(0.5) ? dice.U(0.55, 0.95) : dice.U(0.15, 0.55), cheeks = dice.U(0.5, 1.0),
               below = dice.U(0, 0.5);
  const double strands = dice.U(0.1, 0.7), moustache = dice.P(0.75) ? dice.U(0.4, 1) : 0;
  const Colour colour = HairColour(dice);
  const Noise noise(dice);
  const double half = local.half_width,
               lip = std::abs(local.Of(head.landmarks.At(17)).y - local.Of(head.landmarks.At(0)).y);
  const double wide = 0.5 * std::abs(local.Of(head.landmarks.At(291)).x - local.Of(head.landmarks.At(61)).x);
  cv::Mat mask = cv::Mat::zeros(bgr.size(), CV_32F);
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
      const double t = std::abs(at.x) / half;
      const double jaw = local.chin + below - (local.chin - 0.5) * std::pow(std::min(1.2, t), 3);
      const double upper = high + (0.45 - high) * std::clamp((t - cheeks) / (1.02 - cheeks + 1e-3), 0.0, 1.0) +
                           0.1 * noise.At(at.x * 5, 2);
      double w = std::clamp((at.y - upper) / 0.08, 0.0, 1.0) * std::clamp((jaw - at.y) / 0.08, 0.0, 1.0) *
                 (t < 1.05 ? 1 : 0);
      const double lips = std::hypot(at.x / (wide + 0.03), (at.y - mouth) / (0.55 * lip + 0.02));
      w *= std::clamp((lips - 1) / 0.25, 0.0, 1.0);
      if (at.y < mouth && at.y > nose && std::abs(at.x) < wide * 1.2)
        w = std::max(
            w, moustache * std::clamp((lips - 1) / 0.2, 0.0, 1.0) * std::clamp((at.y - nose) / 0.06, 0.0, 1.0));
      mask.at<float>(y, x) = static_cast<float>(w * full);
    }
  }
  Paint(bgr, local, mask,
        [&](double u, double v) { return colour * (1 + strands * noise.At(u * 30, v * 18)); });
}

double Y(const Portrait& head, const Local& local, int point) { return local.Of(head.landmarks.At(point)).y; }

void DrawMask(cv::Mat& bgr, const Portrait& head, const Local& local, Dice& dice) {
  const double nose = Y(head, local, 4), root = Y(head, local, 6), half = local.half_width;
  const double top = dice.P(0.85) ? dice.U(root + 0.05, nose - 0.02) : dice.U(nose, Y(head, local, 0) - 0.04);
  const double sides = top + dice.U(-0.1, 0.35), ear = dice.U(0.78, 1.02) * half,
               low = local.chin + dice.U(-0.08, 0.25);
  const int kind = dice.Pick({0.5, 0.18, 0.32});  // Pleated, cup, cloth.
  const double bump = dice.U(0, 0.12);
  Points outline;
  for (int i = 0; i <= 32; ++i) {
    const double t = 2 * i / 32.0 - 1;
    outline.emplace_back(t * ear, std::lerp(top, sides, std::pow(std::abs(t), dice.P(0) ? 1 : 1.5)) -
                                      bump * std::exp(-std::pow(t / 0.2, 2)));
  }
  const double jaw = dice.U(0.45, 0.8), middle = std::lerp(sides, low, dice.U(0.35, 0.7));
  for (int i = 0; i <= 32; ++i) {
    const double t = 1 - 2 * i / 32.0, a = std::abs(t);
    const double v =
        a > jaw ? std::lerp(low - 0.15 * (kind == 1 ? 1 : 0.4), sides, std::pow((a - jaw) / (1 - jaw), 1.2))
                : low - 0.1 * a * a;
    outline.emplace_back(t * ear * (v > middle ? 0.97 : 1.0), v);
  }
  const cv::Mat mask = Soft(bgr, local, outline, dice.U(0.005, 0.03));
  cv::Mat shadow;
  cv::GaussianBlur(mask, shadow, {}, 0.05 * local.unit_px());
  Darken(bgr, shadow, dice.U(0, 0.5));
  Cloth cloth(dice);
  Colour plain = cloth.base();
  bool is_plain = false;
  if (kind == 0 || dice.P(0.4)) {
    is_plain = dice.P(0.85);
    switch (dice.Pick({0.4, 0.3, 0.15, 0.15})) {
      case 0:
        plain = FromHsv(dice.U(175, 225), dice.U(0.1, 0.5), dice.U(0.5, 1));
        break;
      case 1:
        plain = FromHsv(dice.U(0, 360), dice.U(0, 0.06), dice.U(0.6, 1));
        break;
      case 2:
        plain = FromHsv(dice.U(0, 360), dice.U(0, 0.3), dice.U(0.03, 0.2));
        break;
      default:
        plain = FromHsv(dice.U(300, 360), dice.U(0.05, 0.4), dice.U(0.6, 1));
    }
  }
  const double pleat = kind == 0 ? dice.U(0, 0.3) : 0, pleats = dice.U(3, 6),
               seam = kind == 1 ? dice.U(0, 0.3) : 0, round = dice.U(0.15, 0.6), bright = dice.Bell(0.1);
  const Noise noise(dice);
  const double wrinkle = dice.U(0, 0.15);
  Paint(bgr, local, mask, [&](double u, double v) {
    const double curve =
        1 - round * std::pow(std::abs(u) / (1.1 * half), 2) - 0.15 * std::max(0.0, v - nose - 0.5);
    const double place = (v - top) / (low - top) * pleats,
                 line = pleat * std::exp(-std::pow(std::remainder(place + 0.08 * u * u, 1.0) / 0.1, 2));
    const double middle_seam = seam * std::exp(-std::pow(u / 0.03, 2));
    return (is_plain ? plain : cloth.At(u, v)) *
           ((curve + bright * u) * (1 - line - middle_seam) * (1 + wrinkle * noise.At(u * 4, v * 5)));
  });
  const cv::Scalar loop = cv::Scalar::all(dice.U(20, 250));
  for (const double s : {-1.0, 1.0}) {
    for (const double v : {sides, middle}) {
      cv::line(bgr, local.At(s * ear, v), local.At(s * 1.15 * half, dice.U(-0.1, 0.3)), loop, 1 + dice.N(2),
               cv::LINE_AA);
    }
  }
  if (dice.P(0.15)) Badge(bgr, local, dice.U(-0.5, 0.5), std::lerp(top, low, 0.5), dice.U(0.05, 0.15), dice);
  if (kind == 1 && dice.P(0.4)) {
    cv::circle(bgr, local.At(dice.Bell(0.25), std::lerp(top, low, 0.6)),
               static_cast<int>(0.14 * local.unit_px()), cv::Scalar::all(dice.U(30, 240)), cv::FILLED,
               cv::LINE_AA);
  }
}

// A scarf, a collar, a sheet of paper, a veil of mesh: all that lies below a line.
void DrawVeil(cv::Mat& bgr, cv::Mat& person, const Portrait& head, const Local& local, Dice& dice) {
  const double nose = Y(head, local, 4), root = Y(head, local, 6);
  const double top = dice.U(root + 0.05, nose + 0.2), tilt = dice.Bell(0.1), bow = dice.U(-0.2, 0.3);
  const double wide = dice.U(1.05, 1.6) * local.half_width,
               low = dice.P(0.7) ? local.chin + 3 : local.chin + dice.U(0, 0.4), narrow = dice.U(0.3, 1.3);
  Points outline;
  for (int i = 0; i <= 32; ++i) {
    const double t = 2 * i / 32.0 - 1;
    outline.emplace_back(t * wide, top + tilt * t + bow * t * t);
  }
  outline.emplace_back(wide * narrow, low);
  outline.emplace_back(-wide * narrow, low);
  cv::Mat mask = Soft(bgr, local, outline, 0.01);
  const Cloth cloth(dice);
  if (dice.P(0.2)) {
    const double mesh = dice.U(0.03, 0.09), open = dice.U(0.1, 0.5);
    for (int y = 0; y < mask.rows; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        const cv::Point2d at = local.Of({x + 0.5, y + 0.5});
        const bool hole = std::fmod(at.x / mesh + 90, 1.0) > 0.45 && std::fmod(at.y / mesh + 90, 1.0) > 0.45;
        if (hole) mask.at<float>(y, x) *= static_cast<float>(1 - open);
      }
    }
  }
  cv::Mat shadow;
  cv::GaussianBlur(mask, shadow, {}, 0.06 * local.unit_px());
  Darken(bgr, shadow.mul(person), dice.U(0, 0.5));
  Paint(bgr, local, mask, [&](double u, double v) { return cloth.At(u, v); });
  cv::max(person, mask, person);
}

// --- Camera and file

// The head turned a little: columns and rows are pressed together on one side. Moves the pupils along.
void Turn(DrawnHead& drawn, const Local& local, Dice& dice) {
  const double yaw = dice.Bell(0.05), nod = dice.Bell(0.04), tilt = dice.Bell(0.06), unit = local.unit_px();
  const cv::Point2d eyes = (drawn.left + drawn.right) / 2;
  // Source from picture, in pupil distances from the eyes.
  const auto from = [&](cv::Point2d at) {
    at = {at.x * std::cos(tilt) - at.y * std::sin(tilt), at.x * std::sin(tilt) + at.y * std::cos(tilt)};
    const double bent = std::clamp(at.x, -2.0, 2.0), high = std::clamp(at.y, -2.0, 2.0);
    return cv::Point2d(at.x + yaw * (bent * bent - 1), at.y + nod * (high * high - 1));
  };
  cv::Mat map_x(drawn.bgr.size(), CV_32F), map_y(drawn.bgr.size(), CV_32F);
  for (int y = 0; y < map_x.rows; ++y) {
    for (int x = 0; x < map_x.cols; ++x) {
      const cv::Point2d to = eyes + unit * from((cv::Point2d(x + 0.5, y + 0.5) - eyes) / unit);
      map_x.at<float>(y, x) = static_cast<float>(to.x - 0.5);
      map_y.at<float>(y, x) = static_cast<float>(to.y - 0.5);
    }
  }
  cv::Mat turned;
  cv::remap(drawn.bgr, turned, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  drawn.bgr = turned;
  for (cv::Point2d* pupil : {&drawn.left, &drawn.right}) {
    const cv::Point2d wanted = (*pupil - eyes) / unit;
    cv::Point2d at = wanted;
    for (int i = 0; i < 20; ++i) at += wanted - from(at);
    *pupil = eyes + unit * at;
  }
}

void Photograph(DrawnHead& drawn, Dice& dice) {
  cv::Mat linear = faults::ToLinear(drawn.bgr);
  const double gain = std::exp2(dice.Bell(0.4)), side = dice.P(0.4) ? dice.Bell(0.35) : 0,
               fall = dice.P(0.4) ? dice.Bell(0.3) : 0;
  const Colour cast(std::exp2(dice.Bell(0.12)), 1, std::exp2(dice.Bell(0.12)));
  const double veil = dice.P(0.3) ? dice.U(0, 0.04) : 0;
  for (int y = 0; y < linear.rows; ++y) {
    for (int x = 0; x < linear.cols; ++x) {
      const double light =
          gain * std::exp2(side * (2.0 * x / linear.cols - 1) + fall * (2.0 * y / linear.rows - 1));
      cv::Vec3f& p = linear.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) p[c] = static_cast<float>(p[c] * light * cast[c] + veil);
    }
  }
  drawn.bgr = faults::FromLinear(linear);
  if (dice.P(0.4)) {  // Contrast and saturation as programs set them.
    const double contrast = dice.U(0.7, 1.4), colour = dice.P(0.1) ? 0 : dice.U(0.5, 1.4);
    for (cv::Vec3b& p : cv::Mat_<cv::Vec3b>(drawn.bgr)) {
      const double grey = (p[0] + 2.0 * p[1] + p[2]) / 4;
      for (int c = 0; c < 3; ++c)
        p[c] = cv::saturate_cast<unsigned char>(118 + contrast * (grey + colour * (p[c] - grey) - 118));
    }
  }
  // Seen by a smaller camera, then saved.
  const double scale = dice.U(24, kHeadPupils_px) / kHeadPupils_px;
  if (dice.P(0.7)) {
    cv::resize(drawn.bgr, drawn.bgr, {}, scale, scale, cv::INTER_AREA);
    drawn.left *= scale;
    drawn.right *= scale;
  }
  if (dice.P(0.5)) cv::GaussianBlur(drawn.bgr, drawn.bgr, {}, dice.U(0.3, 1.4));
  if (dice.P(0.3)) {
    cv::Mat soft;
    cv::GaussianBlur(drawn.bgr, soft, {}, 1);
    const double amount = dice.U(0.2, 1.2);
    cv::addWeighted(drawn.bgr, 1 + amount, soft, -amount, 0, drawn.bgr);
  }
  if (dice.P(0.5)) {
    cv::Mat noise(drawn.bgr.size(), CV_16SC3);
    cv::RNG random(dice.Seed());
    random.fill(noise, cv::RNG::NORMAL, 0, dice.U(1, 9));
    cv::add(drawn.bgr, noise, drawn.bgr, cv::noArray(), CV_8U);
  }
  if (dice.P(0.7)) {
    const auto jpeg =
        image::EncodeJpeg(drawn.bgr, static_cast<int>(dice.U(35, 96)), image::ChromaSampling::k420, 72);
    if (jpeg) {
      if (auto photo = image::Decode(*jpeg)) drawn.bgr = photo->bgr;
    }
  }
}

}  // namespace

DrawnHead Draw(const Portrait& head, Worn worn, std::uint64_t seed) {
  Dice dice(seed);
  const Local local(head);
  DrawnHead drawn{head.bgr.clone(), head.anchors.left_pupil, head.anchors.right_pupil, worn == Worn::kHeadgear,
                  worn == Worn::kCover};
  cv::Mat person = head.person.clone();
  switch (dice.Pick({0.35, 0.25, 0.3, 0.1})) {
    case 0:
      break;
    case 1:
      Recolour(drawn.bgr, HairMask(head, local), dice);
      break;
    case 2:
      if (dice.P(0.75)) Shave(drawn.bgr, person, local, dice);
      DrawHair(drawn.bgr, person, local, dice);
      break;
    default:
      Shave(drawn.bgr, person, local, dice);
  }
  if (dice.P(0.7)) DrawWall(drawn.bgr, person, dice);
  if (dice.P(0.25)) DrawBeard(drawn.bgr, head, local, dice);
  if (dice.P(0.2)) {
    Portrait bare = head;
    bare.bgr = drawn.bgr;
    drawn.bgr = faults::Glasses(bare, dice.P(0.7) ? 0.95 : dice.U(0.05, 0.6), dice.P(0.1) ? dice.U(0, 0.5) : 0);
  }
  // What the other model looks for is found in both classes of this one.
  const bool headgear = worn == Worn::kHeadgear || (worn == Worn::kCover && dice.P(0.25));
  const bool cover = worn == Worn::kCover || (worn == Worn::kHeadgear && dice.P(0.15));
  drawn.headgear = headgear, drawn.cover = cover;
  if (cover) {
    const int kind = dice.Pick({0.72, 0.2, 0.08});
    if (kind == 0) DrawMask(drawn.bgr, head, local, dice);
    if (kind == 1) DrawVeil(drawn.bgr, person, head, local, dice);
    if (kind == 2) {
      Portrait bare = head;
      bare.bgr = drawn.bgr;
      drawn.bgr = faults::Hand(bare);
    }
  }
  if (headgear) drawn.kind = DrawHeadgear(drawn.bgr, person, local, dice);
  if (dice.P(0.04)) {  // The photo ends in the hair.
    const int rows = static_cast<int>(local.At(0, local.brows - dice.U(0.7, 1.3)).y);
    if (rows > 0)
      drawn.bgr.rowRange(0, rows).setTo(cv::Scalar(drawn.bgr.at<cv::Vec3b>(rows, drawn.bgr.cols / 2)));
  }
  Turn(drawn, local, dice);
  const double slack = (cover ? 0.03 : 0.015) * local.unit_px();
  for (cv::Point2d* pupil : {&drawn.left, &drawn.right})
    *pupil += cv::Point2d(dice.Bell(slack), dice.Bell(slack));
  Photograph(drawn, dice);
  return drawn;
}

}  // namespace gradphoto::bench
