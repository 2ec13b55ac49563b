// SPDX-License-Identifier: Apache-2.0
#include "lib/check/clothes.h"

#include <utility>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/color.h"
#include "tests/support/pictures.h"

using gradphoto::check::BodyContrast;
using gradphoto::check::BodyPlace;
using gradphoto::image::DeltaE2000;
using gradphoto::image::LabFromSrgb;
using gradphoto::testing::Flat;

namespace {

const cv::Rect kBody(80, 400, 320, 240);
const BodyPlace kPlace{240, 380, 80};

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
  const auto contrast = BodyContrast(Scene({255, 197, 100}, {60, 50, 40}, kBody), Mask(kBody), kPlace);
  REQUIRE(contrast.has_value());
  CHECK(*contrast == doctest::Approx(DeltaE2000(LabFromSrgb({100, 197, 255}), LabFromSrgb({40, 50, 60}))));
  CHECK(*BodyContrast(Scene({240, 240, 240}, {243, 243, 243}, kBody), Mask(kBody), kPlace) < 1);
  // A white shirt before a light grey wall is seen.
  CHECK(*BodyContrast(Scene({222, 222, 220}, {250, 250, 250}, kBody), Mask(kBody), kPlace) > 5);
}

TEST_CASE("one side that is lost is enough, one that is faint is not when the other is clear") {
  cv::Mat lost = Scene({255, 255, 255}, {60, 50, 40}, kBody), faint = lost.clone();
  const cv::Rect right(240, 400, 160, 240);
  lost(right).setTo(cv::Scalar(252, 252, 252));
  faint(right).setTo(cv::Scalar(240, 240, 240));
  CHECK(*BodyContrast(lost, Mask(kBody), kPlace) < 3);
  CHECK(*BodyContrast(faint, Mask(kBody), kPlace) > 5);
}

TEST_CASE("a third of the outline that is lost counts, a seam that is seen does not make up for it") {
  const cv::Scalar wall(230, 230, 230), dark(60, 50, 40);
  for (const auto& [share, lost] : {std::pair{0.2, false}, std::pair{0.6, true}}) {
    CAPTURE(share);
    cv::Mat scene = Scene(wall, dark, kBody);
    scene(cv::Rect(kBody.x, 640 - static_cast<int>(share * 240), kBody.width, static_cast<int>(share * 240)))
        .setTo(wall);
    CHECK((*BodyContrast(scene, Mask(kBody), kPlace) < 3) == lost);
  }
}

TEST_CASE("the neck and the head, which are always seen, do not make up for the clothes") {
  const cv::Rect head(170, 120, 140, 300);
  cv::Mat scene = Scene({235, 235, 235}, {236, 236, 236}, kBody), mask = cv::Mat::zeros(640, 480, CV_32F);
  scene(head).setTo(cv::Scalar(60, 80, 120));
  mask(kBody).setTo(1);
  mask(head).setTo(1);
  CHECK(*BodyContrast(scene, mask, kPlace) < 1);
}

TEST_CASE("a hole of the mask is no outline") {
  const cv::Scalar wall(230, 230, 230), dark(60, 50, 40);
  const cv::Mat scene = Scene(wall, dark, kBody);
  cv::Mat dented = Mask(kBody);
  // A gap from the left, 40 px high: its edges run through one colour.
  dented(cv::Rect(80, 440, 60, 40)).setTo(0);
  CHECK(*BodyContrast(scene, dented, kPlace) > 30);
}

TEST_CASE("a body that fills the frame has no outline to judge; one seen side is enough") {
  const cv::Rect wide(0, 300, 480, 340), left(0, 400, 330, 240);
  CHECK_FALSE(BodyContrast(Scene({255, 255, 255}, {60, 50, 40}, wide), Mask(wide), kPlace).has_value());
  CHECK(BodyContrast(Scene({255, 255, 255}, {60, 50, 40}, left), Mask(left), kPlace).has_value());
}

TEST_CASE("shoulders that begin at the height of the chin are seen") {
  const cv::Rect high(0, 384, 480, 256);
  const auto contrast = BodyContrast(Scene({255, 255, 255}, {60, 50, 40}, high), Mask(high), kPlace);
  REQUIRE(contrast.has_value());
  CHECK(*contrast > 30);
}
