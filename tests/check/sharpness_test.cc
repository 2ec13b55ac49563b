// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sharpness.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::check::BlurSigma;
using gradphoto::check::MeasureMotionBlur;
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

namespace {

cv::Mat WithNoise(const cv::Mat& picture, double sigma) {
  cv::Mat noise(picture.size(), CV_16SC3), sum;
  cv::RNG(11).fill(noise, cv::RNG::NORMAL, 0, sigma);
  picture.convertTo(sum, CV_16S);
  sum += noise;
  sum.convertTo(sum, CV_8U);
  return sum;
}

// Discs of many sizes: edges of all directions.
cv::Mat Discs() {
  cv::Mat picture = Flat({240, 240}, {70, 70, 70});
  for (int y = 30; y < 240; y += 60) {
    for (int x = 30; x < 240; x += 60) {
      cv::circle(picture, {x, y}, 12 + (x + y) / 60 * 2, cv::Scalar::all(180), cv::FILLED, cv::LINE_AA);
    }
  }
  return picture;
}

// Moved by `length` px along a direction: 0 right, 45 down to the right, 90 down.
cv::Mat Moved(const cv::Mat& picture, double length, double degrees) {
  constexpr int kSteps = 64;
  cv::Mat sum = cv::Mat::zeros(picture.size(), CV_32FC3), shifted, moved;
  for (int i = 0; i < kSteps; ++i) {
    const double way = length * ((i + 0.5) / kSteps - 0.5), angle = degrees * CV_PI / 180;
    const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, way * std::cos(angle), 0, 1, way * std::sin(angle));
    cv::warpAffine(picture, shifted, shift, picture.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::accumulate(shifted, sum);
  }
  sum.convertTo(moved, CV_8U, 1.0 / kSteps);
  return moved;
}

}  // namespace

TEST_CASE("noise does not make a blurred picture sharp") {
  for (const double noise : {4.0, 8.0, 12.0}) {
    for (const double sigma : {2.0, 2.5, 3.0}) {
      const auto blur = BlurSigma(WithNoise(Bars(sigma, 40, 200), noise));
      CAPTURE(noise);
      CAPTURE(sigma);
      REQUIRE(blur.has_value());
      CHECK(*blur > 0.6 * sigma);
      CHECK(*blur < 1.2 * sigma);
    }
  }
  const auto sharp = BlurSigma(WithNoise(Bars(0.5, 40, 200), 8));
  REQUIRE(sharp.has_value());
  CHECK(*sharp < 1.2);
}

TEST_CASE("the path and the direction of a movement are measured") {
  for (const double degrees : {0.0, 45.0, 90.0, 135.0}) {
    for (const double length : {4.0, 5.0, 7.0}) {
      const auto motion = MeasureMotionBlur(Moved(Discs(), length, degrees));
      CAPTURE(degrees);
      CAPTURE(length);
      REQUIRE(motion.has_value());
      CHECK(motion->direction_deg == degrees);
      CHECK(motion->length_px == doctest::Approx(length).epsilon(0.34));
    }
    const auto far = MeasureMotionBlur(Moved(Discs(), 12, degrees));
    REQUIRE(far.has_value());
    CHECK(far->length_px > 7);
  }
}

TEST_CASE("sharp pictures and blur without a direction are no movement") {
  for (const double sigma : {0.0, 1.0, 2.0, 3.0}) {
    cv::Mat picture = Discs();
    if (sigma > 0) cv::GaussianBlur(picture, picture, {}, sigma);
    const auto motion = MeasureMotionBlur(picture);
    CAPTURE(sigma);
    REQUIRE(motion.has_value());
    CHECK(motion->length_px < 2);
  }
  CHECK_FALSE(MeasureMotionBlur(Flat({100, 100}, {90, 120, 200})).has_value());
}
