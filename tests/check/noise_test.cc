// SPDX-License-Identifier: Apache-2.0
#include "lib/check/noise.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/check/luma.h"
#include "tests/support/pictures.h"

using gradphoto::check::LumaOf;
using gradphoto::check::NoiseSigma;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;

TEST_CASE("noise of a known amount is measured, edges and slopes are none") {
  // Three channels of independent noise have sqrt(0.299^2 + 0.587^2 + 0.114^2) = 0.668 of it in their luma.
  for (const double sigma : {2.0, 5.0, 10.0, 20.0}) {
    CAPTURE(sigma);
    CHECK(NoiseSigma(LumaOf(Noisy({200, 200}, sigma))) == doctest::Approx(0.668 * sigma).epsilon(0.08));
  }
  CHECK(NoiseSigma(LumaOf(Noisy({200, 200}, 0))) < 0.4);
  cv::Mat squares = Flat({200, 200}, {40, 40, 40});
  for (int x = 0; x < 200; x += 40) squares(cv::Rect(x, 20, 20, 160)).setTo(cv::Scalar::all(220));
  CHECK(NoiseSigma(LumaOf(squares)) < 0.1);
}

TEST_CASE("brightness changes nothing; pictures too small for a kernel have none") {
  for (const int level : {40, 120, 200}) {
    cv::Mat noise(200, 200, CV_32F), picture;
    cv::RNG(3).fill(noise, cv::RNG::NORMAL, level, 4);
    CHECK(NoiseSigma(noise) == doctest::Approx(4).epsilon(0.08));
  }
  CHECK(NoiseSigma(cv::Mat::ones(7, 100, CV_32F)) == 0);
}
