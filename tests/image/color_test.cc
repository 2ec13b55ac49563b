// SPDX-License-Identifier: Apache-2.0
#include "lib/image/color.h"

#include <cmath>

#include <doctest/doctest.h>

using gradphoto::image::DeltaE2000;
using gradphoto::image::Lab;
using gradphoto::image::LabFromSrgb;
using gradphoto::image::LinearFromSrgb;
using gradphoto::image::LuminanceFromSrgb;

TEST_CASE("CIEDE2000: table 1 of Sharma, Wu and Dalal 2005, both ways round") {
  struct Pair {
    Lab first, second;
    double difference;
  };
  const Pair pairs[] = {
      {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
      {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
      {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
      {{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
      {{50, -1.1848, -84.8006}, {50, 0, -82.7485}, 1.0000},
      {{50, -0.9009, -85.5211}, {50, 0, -82.7485}, 1.0000},
      {{50, 0, 0}, {50, -1, 2}, 2.3669},
      {{50, -1, 2}, {50, 0, 0}, 2.3669},
      {{50, 2.49, -0.001}, {50, -2.49, 0.0009}, 7.1792},
      {{50, 2.49, -0.001}, {50, -2.49, 0.0010}, 7.1792},
      {{50, 2.49, -0.001}, {50, -2.49, 0.0011}, 7.2195},
      {{50, 2.49, -0.001}, {50, -2.49, 0.0012}, 7.2195},
      {{50, -0.001, 2.49}, {50, 0.0009, -2.49}, 4.8045},
      {{50, -0.001, 2.49}, {50, 0.0010, -2.49}, 4.8045},
      {{50, -0.001, 2.49}, {50, 0.0011, -2.49}, 4.7461},
      {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
      {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
      {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
      {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
      {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
      {{50, 2.5, 0}, {50, 3.1736, 0.5854}, 1.0000},
      {{50, 2.5, 0}, {50, 3.2972, 0}, 1.0000},
      {{50, 2.5, 0}, {50, 1.8634, 0.5757}, 1.0000},
      {{50, 2.5, 0}, {50, 3.2592, 0.3350}, 1.0000},
      {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
      {{63.0109, -31.0961, -5.8663}, {62.8187, -29.7946, -4.0864}, 1.2630},
      {{61.2901, 3.7196, -5.3901}, {61.4292, 2.2480, -4.9620}, 1.8731},
      {{35.0831, -44.1164, 3.7933}, {35.0232, -40.0716, 1.5901}, 1.8645},
      {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
      {{36.4612, 47.8580, 18.3852}, {36.2715, 50.5065, 21.2231}, 1.4146},
      {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
      {{90.9257, -0.5406, -0.9208}, {88.6381, -0.8985, -0.7239}, 1.5381},
      {{6.7747, -0.2908, -2.4247}, {5.8714, -0.0985, -2.2286}, 0.6377},
      {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
  };
  for (const Pair& pair : pairs) {
    CAPTURE(pair.second.a);
    CAPTURE(pair.second.b);
    CHECK(std::abs(DeltaE2000(pair.first, pair.second) - pair.difference) < 0.00006);
    CHECK(std::abs(DeltaE2000(pair.second, pair.first) - pair.difference) < 0.00006);
  }
}

TEST_CASE("no difference is zero, also without chroma") {
  for (const Lab& lab : {Lab{0, 0, 0}, Lab{100, 0, 0}, Lab{53, 80, 67}}) CHECK(DeltaE2000(lab, lab) == 0);
}

TEST_CASE("sRGB anchors: linear light, luminance and CIELAB of the primaries") {
  CHECK(LinearFromSrgb(0) == 0);
  CHECK(LinearFromSrgb(255) == doctest::Approx(1));
  CHECK(LinearFromSrgb(188) == doctest::Approx(0.502886).epsilon(1e-5));
  CHECK(LinearFromSrgb(10) == doctest::Approx(10 / 255.0 / 12.92));
  CHECK(LuminanceFromSrgb({255, 255, 255}) == doctest::Approx(1).epsilon(1e-6));
  CHECK(LuminanceFromSrgb({255, 0, 0}) == doctest::Approx(0.2126729));
  CHECK(LuminanceFromSrgb({0, 255, 0}) == doctest::Approx(0.7151522));
  struct Anchor {
    std::array<double, 3> rgb;
    Lab lab;
  };
  const Anchor anchors[] = {
      {{255, 255, 255}, {100, 0, 0}},           {{0, 0, 0}, {0, 0, 0}},
      {{128, 128, 128}, {53.585, 0, 0}},        {{255, 0, 0}, {53.241, 80.092, 67.203}},
      {{0, 255, 0}, {87.735, -86.183, 83.179}}, {{0, 0, 255}, {32.297, 79.188, -107.860}}};
  for (const Anchor& anchor : anchors) {
    const Lab lab = LabFromSrgb(anchor.rgb);
    CHECK(std::abs(lab.l - anchor.lab.l) < 0.02);
    CHECK(std::abs(lab.a - anchor.lab.a) < 0.02);
    CHECK(std::abs(lab.b - anchor.lab.b) < 0.02);
  }
}

TEST_CASE("linear light grows without a jump where the two branches of the curve meet") {
  double before = -1;
  for (double value = 0; value <= 255; value += 0.05) {
    const double linear = LinearFromSrgb(value);
    REQUIRE(linear > before);
    if (before >= 0) REQUIRE(linear - before < 0.0006);
    before = linear;
  }
}
