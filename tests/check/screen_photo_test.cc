// SPDX-License-Identifier: Apache-2.0
#include "lib/check/screen_photo.h"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "lib/check/luma.h"
#include "tests/support/pictures.h"

using gradphoto::check::FindGrid;
using gradphoto::check::LumaOf;
using gradphoto::testing::Textured;

namespace {

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
