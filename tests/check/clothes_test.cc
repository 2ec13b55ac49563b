// SPDX-License-Identifier: Apache-2.0
#include "lib/check/clothes.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/color.h"
#include "tests/support/pictures.h"

using gradphoto::check::BodyContrast;
using gradphoto::image::DeltaE2000;
using gradphoto::image::LabFromSrgb;
using gradphoto::testing::Flat;

namespace {

const cv::Rect kBody(80, 400, 320, 240);

cv::Mat Mask(const cv::Rect& body) {
  cv::Mat mask = cv::Mat::zeros(640, 480, CV_32F);
  mask(body).setTo(1);
  cv::GaussianBlur(mask, mask, {}, 3);  // As soft as the net's.
  return mask;
}

cv::Mat Scene(const cv::Scalar& wall, const cv::Scalar& clothes, const cv::Rect& body) {
  cv::Mat scene = Flat({480, 640}, wall);
  scene(body).setTo(clothes);
  return scene;
}

}  // namespace

TEST_CASE("the contrast is the CIEDE2000 distance of clothes and wall") {
  const auto contrast = BodyContrast(Scene({255, 197, 100}, {60, 50, 40}, kBody), Mask(kBody), 420);
  REQUIRE(contrast.has_value());
  CHECK(*contrast == doctest::Approx(DeltaE2000(LabFromSrgb({100, 197, 255}), LabFromSrgb({40, 50, 60}))));
  CHECK(*BodyContrast(Scene({240, 240, 240}, {243, 243, 243}, kBody), Mask(kBody), 420) < 1);
}

TEST_CASE("the weaker side decides") {
  cv::Mat scene = Scene({255, 255, 255}, {60, 50, 40}, kBody);
  scene(cv::Rect(240, 400, 160, 240)).setTo(cv::Scalar(250, 250, 250));
  CHECK(*BodyContrast(scene, Mask(kBody), 420) < 3);
}

TEST_CASE("a body that fills the frame has no outline to judge; one seen side is enough") {
  const cv::Rect wide(0, 400, 480, 240), left(0, 400, 300, 240);
  CHECK_FALSE(BodyContrast(Scene({255, 255, 255}, {60, 50, 40}, wide), Mask(wide), 420).has_value());
  CHECK(BodyContrast(Scene({255, 255, 255}, {60, 50, 40}, left), Mask(left), 420).has_value());
}
