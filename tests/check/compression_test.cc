// SPDX-License-Identifier: Apache-2.0
#include "lib/check/compression.h"

#include <cstdlib>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/check/luma.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "tests/support/pictures.h"

using gradphoto::check::FindJpegTrace;
using gradphoto::check::LumaOf;
using gradphoto::check::QualityAfterScaling;
using gradphoto::testing::Flat;
using gradphoto::testing::Textured;

namespace {

cv::Mat Saved(const cv::Mat& picture, int quality) {
  const auto bytes =
      gradphoto::image::EncodeJpeg(picture, quality, gradphoto::image::ChromaSampling::k420, 300);
  REQUIRE(bytes.has_value());
  const auto photo = gradphoto::image::Decode(*bytes);
  REQUIRE(photo.has_value());
  return photo->bgr;
}

}  // namespace

TEST_CASE("the quality of a JPEG is read from its pixels, also after it was saved again or cropped") {
  const cv::Mat picture = Textured({400, 360});
  for (const int quality : {12, 20, 30, 45, 60, 75}) {
    CAPTURE(quality);
    const cv::Mat once = Saved(picture, quality);
    const auto is_found = [&](const cv::Mat& later, int grid_x, int grid_y) {
      const auto trace = FindJpegTrace(LumaOf(later));
      REQUIRE(trace.has_value());
      CHECK(std::abs(trace->quality - quality) <= 2);
      CHECK(trace->grid_x == grid_x);
      CHECK(trace->grid_y == grid_y);
    };
    is_found(once, 0, 0);
    is_found(once(cv::Rect(3, 6, 390, 350)).clone(), 5, 2);
    is_found(Saved(once, 97), 0, 0);
    if (quality <= 75) is_found(Saved(once(cv::Rect(3, 6, 390, 350)).clone(), 98), 5, 2);
  }
}

TEST_CASE("of two codings the coarser one is told") {
  const cv::Mat twice = Saved(Saved(Textured({400, 360}), 85), 35);
  REQUIRE(FindJpegTrace(LumaOf(twice)).has_value());
  CHECK(std::abs(FindJpegTrace(LumaOf(twice))->quality - 35) <= 2);
}

TEST_CASE("pictures that were never coarsely coded have no trace, nor have resampled ones") {
  const cv::Mat picture = Textured({400, 360});
  CHECK_FALSE(FindJpegTrace(LumaOf(picture)).has_value());
  CHECK_FALSE(FindJpegTrace(LumaOf(Saved(picture, 97))).has_value());
  CHECK_FALSE(FindJpegTrace(LumaOf(Flat({300, 300}, {90, 120, 200}))).has_value());
  CHECK_FALSE(FindJpegTrace(LumaOf(Textured({63, 300}))).has_value());
  cv::Mat smaller;
  cv::resize(Saved(picture, 30), smaller, {}, 0.7, 0.7, cv::INTER_AREA);
  CHECK_FALSE(FindJpegTrace(LumaOf(smaller)).has_value());
}

TEST_CASE("shrinking makes up for coarse tables") {
  CHECK(QualityAfterScaling(30, 1) == doctest::Approx(30));
  CHECK(QualityAfterScaling(80, 1) == doctest::Approx(80));
  CHECK(QualityAfterScaling(100, 0.3) == doctest::Approx(100));
  CHECK(QualityAfterScaling(30, 0.5) == doctest::Approx(58.33).epsilon(0.001));  // 167 % of the table is 83 %.
  CHECK(QualityAfterScaling(10, 0.5) == doctest::Approx(20));
  CHECK(QualityAfterScaling(30, 3) == doctest::Approx(30));  // Enlarging makes nothing worse.
}
