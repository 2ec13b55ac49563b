// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/trust.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::matte::MatteTrust;
using gradphoto::matte::MeasureTrust;
using gradphoto::matte::Refined;
using gradphoto::testing::Flat;

namespace {

const cv::Rect kPerson(140, 150, 200, 490);

struct Pictures {
  cv::Mat bgr = Flat({480, 640}, {210, 212, 214});
  cv::Mat mask = cv::Mat::zeros(640, 480, CV_32F);
  Pictures() {
    bgr(kPerson).setTo(cv::Scalar(60, 40, 30));
    mask(kPerson).setTo(1);
  }
  MatteTrust Trust() const { return MeasureTrust(bgr, {mask, bgr}, mask, mask, mask); }
};

}  // namespace

TEST_CASE("a clear person before a plain wall, with and without its shadow, leaves no doubt") {
  Pictures pictures;
  CHECK(pictures.Trust().DoubtPercent() == 0);
  CHECK(pictures.Trust().plain_share > 0.99);
  cv::Mat shadow = cv::Mat::zeros(640, 480, CV_32F);
  shadow((kPerson + cv::Point(25, 10)) & cv::Rect(0, 0, 480, 640)).setTo(0.3);
  cv::GaussianBlur(shadow, shadow, cv::Size(0, 0), 12);
  for (int y = 0; y < 640; ++y) {
    for (int x = 0; x < 480; ++x) {
      if (!kPerson.contains({x, y})) pictures.bgr.at<cv::Vec3b>(y, x) *= 1 - shadow.at<float>(y, x);
    }
  }
  CHECK(pictures.Trust().DoubtPercent() < 1);
}

TEST_CASE("a chair back or a plait beside the person is unexplained, the larger the more") {
  double before = 0;
  for (const int width : {6, 12, 24}) {
    Pictures pictures;
    pictures.bgr(cv::Rect(kPerson.x + kPerson.width, 350, width, 80)).setTo(cv::Scalar(30, 60, 110));
    const MatteTrust trust = pictures.Trust();
    CAPTURE(width);
    CHECK(trust.unexplained_percent > before);
    CHECK(trust.DoubtPercent() > 1);
    before = trust.unexplained_percent;
  }
}

TEST_CASE(
    "an outline hardly lighter than a dark wall is doubted; the same before a light wall, and a light person, "
    "not") {
  const auto indistinct = [](const cv::Scalar& wall, const cv::Scalar& person) {
    Pictures pictures;
    pictures.bgr.setTo(wall);
    pictures.bgr(kPerson).setTo(person);
    return pictures.Trust();
  };
  const cv::Scalar brown(40, 58, 90), black(25, 27, 30), hair(35, 38, 45), skin(110, 140, 190),
      white(245, 246, 247);
  CHECK(indistinct(black, hair).indistinct_percent > 90);
  CHECK(indistinct(black, hair).DoubtPercent() > 1);
  CHECK(indistinct(cv::Scalar(80, 30, 10), hair).DoubtPercent() > 1);  // Navy: another colour, as dark.
  CHECK(indistinct(brown, skin).indistinct_percent == 0);
  CHECK(indistinct(white, white).indistinct_percent == 0);
  // A part of the outline is enough.
  Pictures ears;
  ears.bgr.setTo(black);
  ears.bgr(kPerson).setTo(skin);
  ears.bgr(kPerson & cv::Rect(0, 200, 480, 200)).setTo(hair);
  CHECK(ears.Trust().indistinct_percent > 20);
  CHECK(ears.Trust().indistinct_percent < 60);
}

TEST_CASE("wide areas the net cannot decide count, a hair's breadth does not") {
  Pictures pictures;
  pictures.mask(cv::Rect(kPerson.x, 150, 3, 400)).setTo(0.5);
  CHECK(pictures.Trust().ambiguous_percent == 0);
  pictures.mask(cv::Rect(kPerson.x, 300, 60, 100)).setTo(0.5);
  CHECK(pictures.Trust().ambiguous_percent == doctest::Approx(100.0 * 60 * 100 / (480 * 640)).epsilon(0.1));
}

TEST_CASE("two looks that contradict each other count where the colours do not decide") {
  const cv::Rect patch(340, 400, 36, 160);
  const auto trust_where = [&](const cv::Scalar& colour, bool kept) {
    Pictures pictures;
    pictures.bgr(patch).setTo(colour);
    cv::Mat other = pictures.mask.clone();
    other(patch).setTo(1);
    const cv::Mat alpha = kept ? other : pictures.mask;
    return MeasureTrust(pictures.bgr, {alpha, pictures.bgr}, (pictures.mask + other) / 2, pictures.mask, other);
  };
  const double whole = 100.0 * patch.area() / (480 * 640);
  const cv::Scalar red(40, 40, 200), wall(210, 212, 214), person(60, 40, 30);
  for (const bool kept : {true, false}) {  // A chair.
    CAPTURE(kept);
    CHECK(trust_where(red, kept).mirror_percent == doctest::Approx(whole).epsilon(0.1));
    CHECK(trust_where(red, kept).ambiguous_percent == doctest::Approx(whole).epsilon(0.1));
    CHECK(trust_where(red, kept).DoubtPercent() > 1);
  }
  // Wall that is kept, person that is lost; and both as they should be.
  CHECK(trust_where(wall, true).DoubtPercent() > 1);
  CHECK(trust_where(person, false).DoubtPercent() > 1);
  CHECK(trust_where(wall, false).DoubtPercent() < 0.5);
  CHECK(trust_where(person, true).DoubtPercent() < 0.5);
}

TEST_CASE("the colours do not decide where the person is as light as the wall") {
  Pictures pictures;
  pictures.bgr(kPerson).setTo(cv::Scalar(225, 226, 228));
  cv::Mat coarse = pictures.mask.clone();
  coarse(cv::Rect(340, 400, 80, 80)).setTo(0.5);
  CHECK(MeasureTrust(pictures.bgr, {pictures.mask, pictures.bgr}, coarse, coarse, coarse).DoubtPercent() > 1);
}

TEST_CASE("before a room there is no wall to compare with, and less ambiguity is doubt enough") {
  Pictures pictures;
  cv::RNG random(4);
  for (int i = 0; i < 300; ++i) {
    const cv::Rect thing(random.uniform(0, 440), random.uniform(0, 600), 40, 40);
    pictures.bgr(thing).setTo(
        cv::Scalar(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256)));
  }
  const MatteTrust trust = pictures.Trust();
  CHECK(trust.plain_share < 0.5);
  CHECK(trust.unexplained_percent == 0);
  MatteTrust wall, room;
  wall.ambiguous_percent = room.ambiguous_percent = 0.5;
  wall.plain_share = 1;
  CHECK(wall.DoubtPercent() < 1);
  CHECK(room.DoubtPercent() > 1);
}
