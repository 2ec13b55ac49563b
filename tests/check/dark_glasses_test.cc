// SPDX-License-Identifier: Apache-2.0
#include "lib/check/dark_glasses.h"

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::check::LensSigns;
using gradphoto::check::LookForDarkLenses;
using gradphoto::face::Landmarks;
using gradphoto::testing::Flat;

namespace {

// Eyes at x = 150 and 250, cheeks below them, all in a picture of 400 x 400.
Landmarks Face() {
  Landmarks face;
  const auto put = [&](int index, double x, double y) {
    face.points[static_cast<std::size_t>(index)] = {x, y, 0};
  };
  put(gradphoto::face::point::kLeftPupil, 150, 200);
  put(gradphoto::face::point::kRightPupil, 250, 200);
  put(gradphoto::face::point::kLeftEyeOuter, 125, 200);
  put(gradphoto::face::point::kLeftEyeInner, 175, 200);
  put(gradphoto::face::point::kRightEyeInner, 225, 200);
  put(gradphoto::face::point::kRightEyeOuter, 275, 200);
  put(50, 140, 290);
  put(280, 260, 290);
  return face;
}

cv::Mat Picture(const cv::Scalar& skin, const cv::Scalar& left_lens, const cv::Scalar& right_lens) {
  cv::Mat picture = Flat({400, 400}, skin);
  picture(cv::Rect(110, 170, 80, 75)).setTo(left_lens);
  picture(cv::Rect(210, 170, 80, 75)).setTo(right_lens);
  return picture;
}

}  // namespace

TEST_CASE("dark lenses need both signs: dark surroundings and a net that sees closed eyes behind open lids") {
  const cv::Scalar skin(140, 170, 220), dark(30, 30, 30);
  const cv::Mat glasses = Picture(skin, dark, dark), bare = Picture(skin, skin, skin);
  CHECK(LookForDarkLenses(glasses, Face(), 0.3, 2).dark_lenses);
  CHECK_FALSE(LookForDarkLenses(glasses, Face(), 0.3, 9).dark_lenses);
  CHECK_FALSE(LookForDarkLenses(glasses, Face(), 0.05, 2).dark_lenses);
  CHECK_FALSE(LookForDarkLenses(bare, Face(), 0.3, 2).dark_lenses);
  CHECK(LookForDarkLenses(bare, Face(), 0.3, 9).darkness_ratio == doctest::Approx(1).epsilon(0.01));
}

TEST_CASE("the brighter eye decides, so a shadow on one side is no lens") {
  const cv::Scalar skin(140, 170, 220), dark(30, 30, 30);
  CHECK_FALSE(LookForDarkLenses(Picture(skin, dark, skin), Face(), 0.3, 2).dark_lenses);
  CHECK_FALSE(LookForDarkLenses(Picture(skin, skin, dark), Face(), 0.3, 2).dark_lenses);
}

TEST_CASE("the ratio does not depend on the skin tone") {
  for (const cv::Scalar& skin : {cv::Scalar(150, 180, 230), cv::Scalar(90, 130, 190), cv::Scalar(45, 65, 95)}) {
    CHECK_FALSE(LookForDarkLenses(Picture(skin, skin * 0.9, skin * 0.9), Face(), 0.3, 2).dark_lenses);
    CHECK(LookForDarkLenses(Picture(skin, skin * 0.9, skin * 0.9), Face(), 0.3, 2).darkness_ratio ==
          doctest::Approx(0.79).epsilon(0.05));
  }
}

TEST_CASE("points outside the picture and black cheeks are no lenses") {
  Landmarks outside = Face();
  for (cv::Point3d& point : outside.points) point.x += 1000;
  CHECK_FALSE(LookForDarkLenses(Flat({400, 400}, {9, 9, 9}), outside, 0.3, 2).dark_lenses);
  CHECK_FALSE(LookForDarkLenses(Flat({400, 400}, {0, 0, 0}), Face(), 0.3, 2).dark_lenses);
}
