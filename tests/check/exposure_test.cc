// SPDX-License-Identifier: Apache-2.0
#include "lib/check/exposure.h"

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::check::Clipping;
using gradphoto::check::MeasureClipping;
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
    CHECK(MeasureClipping(black, Everywhere(black)).black_percent == doctest::Approx(percent));
    const cv::Mat dark = Split(percent, {26, 26, 26}, skin);
    CHECK(MeasureClipping(dark, Everywhere(dark)).black_percent == 0);
    for (const cv::Scalar& bright :
         {cv::Scalar(250, 250, 0), cv::Scalar(0, 250, 250), cv::Scalar(255, 9, 255)}) {
      const cv::Mat clipped = Split(percent, bright, skin);
      CHECK(MeasureClipping(clipped, Everywhere(clipped)).clipped_percent == doctest::Approx(percent));
    }
    for (const cv::Scalar& whole : {cv::Scalar(255, 249, 249), cv::Scalar(249, 249, 249)}) {
      const cv::Mat bright = Split(percent, whole, skin);
      CHECK(MeasureClipping(bright, Everywhere(bright)).clipped_percent == 0);
    }
  }
}

TEST_CASE("only pixels of the mask count; an empty mask gives zeros") {
  const cv::Mat picture = Split(50, {0, 0, 0}, {255, 255, 255});
  cv::Mat mask = cv::Mat::zeros(picture.size(), CV_8U);
  const Clipping none = MeasureClipping(picture, mask);
  CHECK(none.black_percent == 0);
  CHECK(none.clipped_percent == 0);
  CHECK(none.median_luminance == 0);
  mask.colRange(0, 50).setTo(1);
  CHECK(MeasureClipping(picture, mask).black_percent == 100);
  CHECK(MeasureClipping(picture, mask).clipped_percent == 0);
}

TEST_CASE("the median is linear light") {
  const cv::Mat grey = Split(40, {188, 188, 188}, {100, 100, 100});
  CHECK(MeasureClipping(grey, Everywhere(grey)).median_luminance == doctest::Approx(0.1274).epsilon(0.01));
}
