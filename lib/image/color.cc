// SPDX-License-Identifier: Apache-2.0
#include "lib/image/color.h"

#include <cmath>
#include <numbers>

namespace gradphoto::image {
namespace {

// IEC 61966-2-1, 4.3.
double Decode(double value) {
  const double x = value / 255;
  return x > 0.04045 ? std::pow((x + 0.055) / 1.055, 2.4) : x / 12.92;
}

std::array<double, 3> XyzFromSrgb(const std::array<double, 3>& rgb) {
  const double r = LinearFromSrgb(rgb[0]), g = LinearFromSrgb(rgb[1]), b = LinearFromSrgb(rgb[2]);
  return {0.4124564 * r + 0.3575761 * g + 0.1804375 * b, 0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
          0.0193339 * r + 0.1191920 * g + 0.9503041 * b};
}

double Radians(double degrees) { return degrees * std::numbers::pi / 180; }

// Hue angle in degrees, [0, 360).
double Hue(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double degrees = std::atan2(b, a) * 180 / std::numbers::pi;
  return degrees < 0 ? degrees + 360 : degrees;
}

}  // namespace

double LinearFromSrgb(double value) {
  static const std::array<double, 256> kTable = [] {
    std::array<double, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = Decode(static_cast<double>(i));
    return table;
  }();
  const double whole = std::floor(value);
  if (whole == value && value >= 0 && value <= 255) return kTable[static_cast<std::size_t>(value)];
  return Decode(value);
}

double LuminanceFromSrgb(const std::array<double, 3>& rgb) { return XyzFromSrgb(rgb)[1]; }

double SrgbFromLinear(double linear) {
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055);
}

Lab LabFromSrgb(const std::array<double, 3>& rgb) {
  const std::array<double, 3> xyz = XyzFromSrgb(rgb);
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double DeltaE2000(const Lab& first, const Lab& second) {
  const double mean_chroma = (std::hypot(first.a, first.b) + std::hypot(second.a, second.b)) / 2;
  const double c7 = std::pow(mean_chroma, 7);
  const double g = 0.5 * (1 - std::sqrt(c7 / (c7 + std::pow(25.0, 7))));
  const double a1 = (1 + g) * first.a, a2 = (1 + g) * second.a;
  const double c1 = std::hypot(a1, first.b), c2 = std::hypot(a2, second.b);
  const double h1 = Hue(a1, first.b), h2 = Hue(a2, second.b);
  double hue_difference = 0;
  double hue_mean = h1 + h2;
  if (c1 * c2 != 0) {
    hue_difference = h2 - h1;
    if (hue_difference > 180) hue_difference -= 360;
    if (hue_difference < -180) hue_difference += 360;
    if (std::abs(h1 - h2) <= 180) {
      hue_mean = (h1 + h2) / 2;
    } else {
      hue_mean = (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
    }
  }
  const double dl = second.l - first.l, dc = c2 - c1;
  const double dh = 2 * std::sqrt(c1 * c2) * std::sin(Radians(hue_difference / 2));
  const double l_mean = (first.l + second.l) / 2, c_mean = (c1 + c2) / 2;
  const double t = 1 - 0.17 * std::cos(Radians(hue_mean - 30)) + 0.24 * std::cos(Radians(2 * hue_mean)) +
                   0.32 * std::cos(Radians(3 * hue_mean + 6)) - 0.20 * std::cos(Radians(4 * hue_mean - 63));
  const double l50 = (l_mean - 50) * (l_mean - 50);
  const double sl = 1 + 0.015 * l50 / std::sqrt(20 + l50);
  const double sc = 1 + 0.045 * c_mean;
  const double sh = 1 + 0.015 * c_mean * t;
  const double turn = 30 * std::exp(-std::pow((hue_mean - 275) / 25, 2));
  const double cm7 = std::pow(c_mean, 7);
  const double rt = -2 * std::sqrt(cm7 / (cm7 + std::pow(25.0, 7))) * std::sin(Radians(2 * turn));
  const double el = dl / sl, ec = dc / sc, eh = dh / sh;
  return std::sqrt(el * el + ec * ec + eh * eh + rt * ec * eh);
}

}  // namespace gradphoto::image
