// SPDX-License-Identifier: Apache-2.0
#include "lib/check/screen_photo.h"

#include <cmath>
#include <numbers>
#include <optional>

#include <doctest/doctest.h>

#include "lib/check/luma.h"
#include "tests/support/pictures.h"

using gradphoto::check::ColourBandsDb;
using gradphoto::check::ColourWaveShare;
using gradphoto::check::FindGrid;
using gradphoto::check::LumaOf;
using gradphoto::testing::Noisy;
using gradphoto::testing::Textured;

namespace {

// Skin or wall of one colour with camera noise and bands of `period` px: in turn through the hues, as the
// subpixels of a screen draw them, or lighter and darker in one hue.
cv::Mat Banded(double period, double levels, bool through_the_hues) {
  cv::Mat picture = Noisy({320, 320}, 3);
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const double phase = 2 * std::numbers::pi * (0.8 * x + 0.6 * y) / period;
      for (int c = 0; c < 3; ++c) {
        const double shift = through_the_hues ? c * 2 * std::numbers::pi / 3 : c == 2 ? std::numbers::pi : 0;
        unsigned char& value = picture.at<cv::Vec3b>(y, x)[c];
        value = cv::saturate_cast<unsigned char>(value + levels * std::sin(phase + shift));
      }
    }
  }
  return picture;
}

const cv::Mat kEverywhere(320, 320, CV_8U, cv::Scalar(255));

// Multiplies `part` of the picture with a grid of the given period that stands `degrees` askew, as black lines
// between pixels do; `depth` is the share of the light that they take at most.
void AddGrid(cv::Mat& luma, const cv::Rect& part, double period, double degrees, double depth) {
  const double angle = degrees * std::numbers::pi / 180, turn = 2 * std::numbers::pi / period;
  for (int y = part.y; y < part.br().y; ++y) {
    for (int x = part.x; x < part.br().x; ++x) {
      const double u = turn * (x * std::cos(angle) + y * std::sin(angle));
      const double v = turn * (y * std::cos(angle) - x * std::sin(angle));
      luma.at<float>(y, x) *= static_cast<float>(1 - depth * (2 + std::cos(u) + std::cos(v)) / 4);
    }
  }
}

}  // namespace

TEST_CASE("a faint grid over the whole picture is found with its period") {
  for (const double period : {2.6, 3.5, 6.0}) {
    for (const double degrees : {8.0, 20.0, 45.0}) {
      CAPTURE(period);
      CAPTURE(degrees);
      cv::Mat luma = LumaOf(Textured({512, 512}));
      AddGrid(luma, {0, 0, 512, 512}, period, degrees, 0.15);
      const auto grid = FindGrid(luma);
      REQUIRE(grid.has_value());
      CHECK(grid->strength_db > 10);
      CHECK(grid->period_px == doctest::Approx(period).epsilon(0.03));
    }
  }
}

TEST_CASE("a picture without a grid, or with one on a shirt only, has none") {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    cv::Mat luma = LumaOf(Textured({512, 512}, seed));
    CHECK(FindGrid(luma)->strength_db < 7);
    AddGrid(luma, {0, 384, 512, 128}, 3.5, 20, 0.15);
    CHECK(FindGrid(luma)->strength_db < 7);
  }
}

TEST_CASE("lines along the axes, as JPEG and screenshots have them, are no screen") {
  cv::Mat luma = LumaOf(Textured({512, 512}));
  AddGrid(luma, {0, 0, 512, 512}, 8, 0, 0.3);
  CHECK(FindGrid(luma)->strength_db < 8);
}

TEST_CASE("small pictures are not judged") {
  CHECK_FALSE(FindGrid(LumaOf(Textured({127, 512}))).has_value());
  CHECK_FALSE(FindGrid(LumaOf(Textured({512, 190}))).has_value());
  CHECK(FindGrid(LumaOf(Textured({256, 320}))).has_value());
}

TEST_CASE("bands that run through the hues are one wave, stripes in one hue are two") {
  for (const double period : {7.0, 12.0, 20.0}) {
    CAPTURE(period);
    const double bands = *ColourWaveShare(Banded(period, 6, true), kEverywhere);
    const double stripes = *ColourWaveShare(Banded(period, 12, false), kEverywhere);
    CHECK(bands > 0.7);
    CHECK(stripes < 0.55);
    CHECK(ColourBandsDb(bands, bands) > 12);
    // A curtain with stripes behind a face without.
    CHECK(ColourBandsDb(0.2, stripes) < 8);
  }
  // Faint ones in the noise of the camera.
  CHECK(*ColourWaveShare(Banded(12, 3, true), kEverywhere) > 0.4);
}

TEST_CASE("noise, texture, grey pictures and bands beyond the mask are no coloured bands") {
  for (const double noise : {0.0, 3.0, 12.0})
    CHECK(*ColourWaveShare(Noisy({320, 320}, noise), kEverywhere) < 0.1);
  cv::Mat tinted;  // All detail in one colour.
  cv::multiply(Textured({320, 320}), cv::Scalar(0.5, 0.8, 1.2), tinted);
  CHECK(*ColourWaveShare(tinted, kEverywhere) < 0.3);
  CHECK(*ColourWaveShare(Textured({320, 320}), kEverywhere) == 0);
  cv::Mat left = cv::Mat::zeros(320, 320, CV_8U);
  left.colRange(0, 160).setTo(255);
  cv::Mat picture = Banded(12, 6, true);
  CHECK(*ColourWaveShare(picture, left) > 0.7);
  Noisy({160, 320}, 3).copyTo(picture.colRange(0, 160));
  CHECK(*ColourWaveShare(picture, left) < 0.1);
}

TEST_CASE("the face decides about bands, the wall helps") {
  CHECK(ColourBandsDb(0.11, std::nullopt) == doctest::Approx(0));
  CHECK(ColourBandsDb(0.11, 0.0) == doctest::Approx(0));   // A wall that was replaced.
  CHECK(ColourBandsDb(0.11, 0.95) == doctest::Approx(5));  // A wall alone is never enough.
  CHECK(ColourBandsDb(0.45, 0.9) > ColourBandsDb(0.45, 0.0));
  CHECK(ColourBandsDb(0.45, 0.0) > 8);
  CHECK(ColourBandsDb(0, std::nullopt) < -4);
  CHECK(std::isfinite(ColourBandsDb(1, 1)));
}

TEST_CASE("too small a face is not judged by its colour") {
  CHECK_FALSE(ColourWaveShare(Noisy({90, 90}, 3), cv::Mat(90, 90, CV_8U, cv::Scalar(255))).has_value());
  CHECK_FALSE(ColourWaveShare(Noisy({320, 320}, 3), cv::Mat::zeros(320, 320, CV_8U)).has_value());
}
