// SPDX-License-Identifier: Apache-2.0
// Composite and the trust figure of lib/matte/matte.h; the matte itself is in matte_data_test.cc.
#include <cmath>

#include <doctest/doctest.h>

#include "lib/matte/matte.h"
#include "tests/support/pictures.h"

using gradphoto::matte::Composite;
using gradphoto::matte::Matte;
using gradphoto::matte::MatteTrust;
using gradphoto::testing::Noisy;

TEST_CASE("alpha 0 is exactly the colour, alpha 1 exactly the source pixel, between them the mixture") {
  const cv::Mat source = Noisy({64, 48}, 30);
  Matte matte;
  matte.foreground = source.clone();
  matte.alpha = cv::Mat(source.size(), CV_32F);
  for (int x = 0; x < 64; ++x) matte.alpha.col(x).setTo(x < 20 ? 0.0 : x < 40 ? 1.0 : 0.25);
  const cv::Vec3b blue(255, 197, 100);
  const cv::Mat result = Composite(matte, source, blue);
  REQUIRE(result.type() == CV_8UC3);
  REQUIRE(result.size() == source.size());
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 20; ++x) REQUIRE(result.at<cv::Vec3b>(y, x) == blue);
    for (int x = 20; x < 40; ++x) REQUIRE(result.at<cv::Vec3b>(y, x) == source.at<cv::Vec3b>(y, x));
    for (int x = 40; x < 64; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double expected = 0.25 * source.at<cv::Vec3b>(y, x)[c] + 0.75 * blue[c];
        REQUIRE(std::abs(result.at<cv::Vec3b>(y, x)[c] - expected) <= 0.51);
      }
    }
  }
}

TEST_CASE("doubt is the worst of the signs, each on the scale of its own limit") {
  MatteTrust trust;
  CHECK(trust.DoubtPercent() == 0);
  trust.plain_share = 1;
  trust.ambiguous_percent = 0.8;
  trust.mirror_percent = 0.4;
  CHECK(trust.DoubtPercent() == doctest::Approx(0.8));
  trust.unexplained_percent = 0.24;
  CHECK(trust.DoubtPercent() == doctest::Approx(2.0));
  trust.indistinct_percent = 42;
  CHECK(trust.DoubtPercent() == doctest::Approx(3.0));
}
