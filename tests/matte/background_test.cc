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

namespace {

// Gaussian darkening around a point beside the head: light times 1 - depth at its centre.
cv::Mat WithSoftShadow(const cv::Mat& scene, double depth) {
  cv::Mat shaded = scene.clone();
  for (int y = 0; y < scene.rows; ++y) {
    for (int x = 0; x < scene.cols; ++x) {
      const double r2 = std::pow((x - 400.0) / 40, 2) + std::pow((y - 250.0) / 90, 2);
      const double factor = 1 - depth * std::exp(-r2 / 2);
      for (int c = 0; c < 3; ++c) {
        auto& value = shaded.at<cv::Vec3b>(y, x)[c];
        value = cv::saturate_cast<unsigned char>(value * factor);
      }
    }
  }
  return shaded;
}

}  // namespace

TEST_CASE("a soft shadow is a shadow on walls of every colour and no object; its depth grows with it") {
  for (const cv::Scalar& wall : {cv::Scalar(240, 240, 240), cv::Scalar(255, 197, 100), cv::Scalar(60, 50, 180),
                                 cv::Scalar(90, 85, 80)}) {
    CAPTURE(wall[0]);
    double before = LookAtBackground(Scene(wall), Mask())->shadow_depth;
    CHECK(before < 0.5);
    for (const double depth : {0.1, 0.2, 0.3}) {
      const auto look = LookAtBackground(WithSoftShadow(Scene(wall), depth), Mask());
      CHECK(look->shadow_depth > before + 1);
      CHECK(look->objects_percent < 0.5);
      before = look->shadow_depth;
    }
    CHECK(before > 4.5);
  }
}

TEST_CASE("an even slope of light over the wall is neither shadow nor object, but it is uneven") {
  cv::Mat slope = Scene({220, 220, 220});
  for (int x = 0; x < slope.cols; ++x) slope.col(x) -= cv::Scalar::all(60.0 * x / slope.cols);
  slope(kPerson).setTo(cv::Scalar(30, 20, 10));
  const auto look = LookAtBackground(slope, Mask());
  CHECK(look->shadow_depth < 1);
  CHECK(look->objects_percent < 0.1);
  CHECK(look->spread_delta_e > 5);
}

TEST_CASE("things on the wall count by their area: a door frame, a coloured picture, a dark cupboard") {
  for (const cv::Scalar& colour : {cv::Scalar(40, 90, 140), cv::Scalar(60, 180, 60), cv::Scalar(20, 20, 20)}) {
    CAPTURE(colour[0]);
    cv::Mat scene = Scene({230, 230, 230});
    scene(cv::Rect(0, 0, 40, 640)).setTo(colour);
    const auto look = LookAtBackground(scene, Mask());
    const double wall = look->share * 480 * 640;
    CHECK(look->objects_percent == doctest::Approx(100 * 40 * 640 / wall).epsilon(0.1));
  }
}

TEST_CASE("a painted wall is flat, one with noise is not, and clipped white says nothing") {
  CHECK(LookAtBackground(Scene({255, 197, 100}), Mask())->flat_percent == 100);
  cv::Mat noise(640, 480, CV_8UC3), noisy = Scene({200, 197, 100});
  cv::RNG random(3);
  random.fill(noise, cv::RNG::NORMAL, 20, 1.5);
  cv::add(noisy, noise, noisy);
  CHECK(*LookAtBackground(noisy, Mask())->flat_percent < 60);
  CHECK_FALSE(LookAtBackground(Scene({255, 255, 255}), Mask())->flat_percent.has_value());
}
