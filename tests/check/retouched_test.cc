// SPDX-License-Identifier: Apache-2.0
// Smoothed skin: texture of known amount on a drawn face, before and after what apps do to it.
#include "lib/check/retouched.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/check/made_face.h"

using namespace gradphoto::check;
using gradphoto::testing::FaceColours;
using gradphoto::testing::kDark;
using gradphoto::testing::kEastAsian;
using gradphoto::testing::kPale;
using gradphoto::testing::MadeFace;

namespace {

// A drawn face with grain of `levels` (standard deviation) over all of it.
MadeFace WithTexture(const FaceColours& colours, double levels) {
  MadeFace face(colours);
  cv::Mat grain(face.patch.bgr.size(), CV_32F), wide;
  cv::RNG random(7);
  random.fill(grain, cv::RNG::NORMAL, 0, levels);
  face.patch.bgr.convertTo(wide, CV_32F);
  std::vector<cv::Mat> channels;
  cv::split(wide, channels);
  for (cv::Mat& channel : channels) channel += grain;
  cv::merge(channels, wide);
  wide.convertTo(face.patch.bgr, CV_8U);
  return face;
}

double Texture(const FacePatch& patch) {
  const auto percent = SkinTexturePercent(patch);
  REQUIRE(percent.has_value());
  return *percent;
}

// As an app: the skin alone, the eyes stay.
void SmoothSkin(FacePatch& patch) {
  cv::Mat smooth;
  cv::bilateralFilter(patch.bgr, smooth, 9, 40, 3);
  smooth.copyTo(patch.bgr, SkinMask(patch));
}

}  // namespace

TEST_CASE("texture of the skin is measured in proportion, on every skin") {
  for (const FaceColours& skin : {FaceColours{}, kPale, kEastAsian, kDark}) {
    const double weak = Texture(WithTexture(skin, 2).patch), strong = Texture(WithTexture(skin, 6).patch);
    CHECK(weak > 0);
    CHECK(strong / weak == doctest::Approx(3).epsilon(0.25));
  }
}

TEST_CASE("skin that was smoothed alone loses most of its texture") {
  for (const FaceColours& skin : {FaceColours{}, kPale, kEastAsian, kDark}) {
    MadeFace face = WithTexture(skin, 4);
    const double before = Texture(face.patch);
    SmoothSkin(face.patch);
    CHECK(Texture(face.patch) < before / 3);
  }
}

TEST_CASE("less light is no smoothing, and blur of the whole picture half of it at most") {
  const MadeFace face = WithTexture({}, 4);
  const double before = Texture(face.patch);
  FacePatch dark = face.patch;
  dark.bgr = face.patch.bgr * 0.6;
  CHECK(Texture(dark) == doctest::Approx(before).epsilon(0.15));
  FacePatch soft = face.patch;
  cv::GaussianBlur(face.patch.bgr, soft.bgr, {}, 0.6);
  CHECK(Texture(soft) > before / 2);
}

TEST_CASE("a face of few pixels is not measured") {
  MadeFace face;
  face.patch.pupil_distance_px = 69;
  CHECK(!SkinTexturePercent(face.patch).has_value());
}

TEST_CASE("skin that light has burnt out is not measured: no app was there") {
  MadeFace face = WithTexture({}, 4);
  face.patch.bgr.convertTo(face.patch.bgr, -1, 3);
  CHECK(!SkinTexturePercent(face.patch).has_value());
}
