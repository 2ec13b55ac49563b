// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sharpness.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::check::BlurSigma;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;

namespace {

// Bars 32 px wide with Gaussian edges of exactly `sigma` px, sampled at pixel centres.
cv::Mat Bars(double sigma, double low, double high) {
  cv::Mat picture(256, 256, CV_8UC3);
  for (int x = 0; x < 256; ++x) {
    double value = low;
    for (int edge = 1; edge < 8; ++edge) {
      const double step = 0.5 * (1 + std::erf((x + 0.5 - 32 * edge - 0.25) / (sigma * std::sqrt(2.0))));
      value += (edge % 2 == 1 ? 1 : -1) * (high - low) * step;
    }
    picture.col(x).setTo(cv::Scalar::all(std::round(value)));
  }
  return picture;
}

}  // namespace

// Central differences see a picture through a box of two pixels, which adds a third of a square pixel to the
// variance: nothing from 1.2 px on, a third at 0.8 px, where no profile has a limit.
TEST_CASE("the blur of Gaussian edges is recovered within 20 %, whatever the contrast and the direction") {
  for (const double sigma : {0.8, 1.0, 1.2, 1.3, 1.6, 2.0, 2.5, 3.0, 4.0}) {
    for (const auto& [low, high] : {std::pair(20.0, 220.0), std::pair(60.0, 130.0)}) {
      const cv::Mat bars = Bars(sigma, low, high);
      const auto across = BlurSigma(bars), along = BlurSigma(bars.t());
      CAPTURE(sigma);
      CAPTURE(high);
      REQUIRE(across.has_value());
      CHECK(*across > 0.8 * sigma);
      CHECK(*across < (sigma < 1.2 ? 1.08 * std::sqrt(sigma * sigma + 1 / 3.0) : 1.2 * sigma));
      REQUIRE(along.has_value());
      CHECK(*along == doctest::Approx(*across).epsilon(0.02));
    }
  }
}

TEST_CASE("more blur never measures less") {
  double before = 0;
  for (double sigma = 0.6; sigma <= 4.5; sigma += 0.1) {
    const auto blur = BlurSigma(Bars(sigma, 20, 220));
    REQUIRE(blur.has_value());
    CAPTURE(sigma);
    CHECK(*blur > 0.95 * before);
    before = *blur;
  }
}

TEST_CASE("a picture sharp to the pixel measures below 1") {
  const auto blur = BlurSigma(Bars(0.01, 20, 220));
  REQUIRE(blur.has_value());
  CHECK(*blur > 0.2);
  CHECK(*blur < 0.9);
}

TEST_CASE("without edges, or without room for them, nothing is said") {
  CHECK_FALSE(BlurSigma(Flat({100, 100}, {90, 120, 200})).has_value());
  CHECK_FALSE(BlurSigma(Noisy({300, 300}, 0)).has_value());  // A slope of half a level per pixel.
  CHECK_FALSE(BlurSigma(Bars(0.8, 20, 220)(cv::Rect(0, 0, 15, 200))).has_value());
  CHECK_FALSE(BlurSigma(Bars(0.8, 20, 220)(cv::Rect(0, 0, 200, 15))).has_value());
}
