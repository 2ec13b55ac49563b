// SPDX-License-Identifier: Apache-2.0
#include "lib/check/exposure.h"

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::check::Exposure;
using gradphoto::check::MeasureExposure;
using gradphoto::testing::Flat;

namespace {

// The left `percent` of 100 columns in one colour, the rest in the other.
cv::Mat Split(int percent, const cv::Scalar& left, const cv::Scalar& right) {
  cv::Mat picture = Flat({100, 20}, right);
  if (percent > 0) picture.colRange(0, percent).setTo(left);
  return picture;
}

cv::Mat Everywhere(const cv::Mat& picture) { return cv::Mat(picture.size(), CV_8U, cv::Scalar(255)); }

constexpr double kSkin[] = {140, 170, 220};

}  // namespace

TEST_CASE("shares count black and clipped pixels, at their limits") {
  const cv::Scalar skin(kSkin[0], kSkin[1], kSkin[2]);
  for (const int percent : {0, 1, 37, 100}) {
    const cv::Mat black = Split(percent, {25, 25, 25}, skin);
    CHECK(MeasureExposure(black, Everywhere(black)).black_percent == doctest::Approx(percent));
    const cv::Mat dark = Split(percent, {26, 26, 26}, skin);
    CHECK(MeasureExposure(dark, Everywhere(dark)).black_percent == 0);
    for (const cv::Scalar& bright :
         {cv::Scalar(250, 250, 0), cv::Scalar(0, 250, 250), cv::Scalar(255, 9, 255)}) {
      const cv::Mat clipped = Split(percent, bright, skin);
      CHECK(MeasureExposure(clipped, Everywhere(clipped)).clipped_percent == doctest::Approx(percent));
    }
    for (const cv::Scalar& whole : {cv::Scalar(255, 249, 249), cv::Scalar(249, 249, 249)}) {
      const cv::Mat bright = Split(percent, whole, skin);
      CHECK(MeasureExposure(bright, Everywhere(bright)).clipped_percent == 0);
    }
  }
}

TEST_CASE("only pixels of the mask count; an empty mask gives zeros") {
  const cv::Mat picture = Split(50, {0, 0, 0}, {255, 255, 255});
  cv::Mat mask = cv::Mat::zeros(picture.size(), CV_8U);
  const Exposure none = MeasureExposure(picture, mask);
  CHECK(none.black_percent == 0);
  CHECK(none.clipped_percent == 0);
  CHECK(none.median_luminance == 0);
  CHECK(none.chroma == 0);
  mask.colRange(0, 50).setTo(1);
  CHECK(MeasureExposure(picture, mask).black_percent == 100);
  CHECK(MeasureExposure(picture, mask).clipped_percent == 0);
}

TEST_CASE("the median is linear light; chroma is zero for grey and above 10 for skin of any tone") {
  const cv::Mat grey = Split(40, {188, 188, 188}, {100, 100, 100});
  const Exposure exposure = MeasureExposure(grey, Everywhere(grey));
  CHECK(exposure.median_luminance == doctest::Approx(0.1274).epsilon(0.01));
  CHECK(exposure.chroma < 0.1);
  for (const cv::Scalar& skin : {cv::Scalar(150, 180, 230), cv::Scalar(90, 130, 190), cv::Scalar(45, 65, 95)}) {
    const cv::Mat face = Flat({50, 50}, skin);
    CHECK(MeasureExposure(face, Everywhere(face)).chroma > 10);
  }
}
