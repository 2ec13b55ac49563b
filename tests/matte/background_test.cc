// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/background.h"

#include <array>
#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::matte::BackgroundLook;
using gradphoto::matte::LookAtBackground;
using gradphoto::testing::Flat;

namespace {

const cv::Rect kPerson(120, 160, 240, 480);

cv::Mat Mask() {
  cv::Mat mask = cv::Mat::zeros(640, 480, CV_32F);
  mask(kPerson).setTo(1);
  return mask;
}

// A wall of one colour with a dark person in front of it.
cv::Mat Scene(const cv::Scalar& wall) {
  cv::Mat scene = Flat({480, 640}, wall);
  scene(kPerson).setTo(cv::Scalar(30, 20, 10));
  return scene;
}

}  // namespace

TEST_CASE("an even wall: its colour as red, green, blue, no spread, whatever the person wears") {
  const auto look = LookAtBackground(Scene({255, 197, 100}), Mask());
  REQUIRE(look.has_value());
  CHECK(look->rgb == std::array<double, 3>{100, 197, 255});
  CHECK(look->spread_delta_e < 0.01);
  // The person and a margin around it do not count.
  CHECK(look->share < 1 - 240.0 * 480 / (480 * 640));
  CHECK(look->share > 0.5);
}

TEST_CASE("sensor noise is no pattern, shadows and objects are, the stronger the more") {
  cv::Mat noise(640, 480, CV_8UC3), noisy = Scene({200, 200, 200});
  cv::RNG random(3);
  random.fill(noise, cv::RNG::NORMAL, 20, 4);
  cv::add(noisy, noise, noisy);
  CHECK(LookAtBackground(noisy, Mask())->spread_delta_e < 2.5);

  double before = 0;
  for (const int depth : {20, 40, 80, 120}) {
    cv::Mat shadow = Scene({220, 220, 220});
    shadow(cv::Rect(0, 100, 100, 400)) -= cv::Scalar::all(depth);
    const double spread = LookAtBackground(shadow, Mask())->spread_delta_e;
    CAPTURE(depth);
    CHECK(spread > before + 1);
    before = spread;
  }
  CHECK(before > 12);
}

TEST_CASE("hardly any wall: nothing is said") {
  CHECK_FALSE(LookAtBackground(Scene({200, 200, 200}), cv::Mat(640, 480, CV_32F, cv::Scalar(1))).has_value());
  CHECK_FALSE(LookAtBackground(Scene({200, 200, 200}), cv::Mat(640, 480, CV_32F, cv::Scalar(0.3))).has_value());
}
