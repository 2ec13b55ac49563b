// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sticker.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::check::Disc;
using gradphoto::check::FindDisc;
using gradphoto::check::ForeignPatch;
using gradphoto::testing::Flat;
using gradphoto::testing::Textured;

namespace {

const cv::Mat kEverywhere = cv::Mat::zeros(640, 480, CV_8U);

double ShareOf(const cv::Mat& bgr, const cv::Mat& not_there = kEverywhere) {
  const auto disc = FindDisc(bgr, not_there);
  return disc ? disc->share : 0;
}

}  // namespace

TEST_CASE("seals and discs are circles, on texture and cut by the picture's edge") {
  for (const int radius : {30, 60, 100}) {
    for (const cv::Point centre : {cv::Point(240, 300), cv::Point(390, 550)}) {
      for (const int thickness : {4, cv::FILLED + 0}) {
        CAPTURE(radius);
        CAPTURE(centre);
        CAPTURE(thickness);
        cv::Mat picture = Textured({480, 640});
        cv::circle(picture, centre, radius, {40, 40, 220}, thickness, cv::LINE_AA);
        const auto disc = FindDisc(picture, kEverywhere);
        REQUIRE(disc.has_value());
        CHECK(disc->share >= 0.85);
        CHECK(disc->radius_px == doctest::Approx(radius).epsilon(0.1));
        CHECK(cv::norm(disc->centre - cv::Point2d(centre)) < 5);
      }
    }
  }
}

TEST_CASE("texture, ovals, squares and round glasses are no seals") {
  CHECK(ShareOf(Textured({480, 640})) < 0.7);
  CHECK(ShareOf(Flat({480, 640}, {200, 200, 200})) < 0.7);
  cv::Mat oval = Flat({480, 640}, {200, 200, 200});
  cv::ellipse(oval, {240, 300}, {70, 95}, 0, 0, 360, {90, 120, 170}, cv::FILLED, cv::LINE_AA);
  CHECK(ShareOf(oval) < 0.85);
  cv::Mat square = Flat({480, 640}, {200, 200, 200});
  cv::rectangle(square, cv::Rect(200, 200, 100, 100), {40, 40, 220}, 4);
  CHECK(ShareOf(square) < 0.85);
  cv::Mat glasses = Flat({480, 640}, {120, 150, 205}), eyes = kEverywhere.clone();
  cv::circle(glasses, {180, 260}, 40, {30, 30, 30}, 3, cv::LINE_AA);
  CHECK(ShareOf(glasses) >= 0.85);
  eyes(cv::Rect(100, 200, 280, 120)).setTo(255);
  CHECK(ShareOf(glasses, eyes) < 0.85);
}

TEST_CASE("patches of a colour that the skin has not are measured, shades of it are not") {
  cv::Mat face = Flat({480, 640}, {120, 150, 205}), skin = kEverywhere.clone();
  cv::ellipse(skin, {240, 300}, {100, 140}, 0, 0, 360, {255}, cv::FILLED);
  CHECK(ForeignPatch(face, skin) == 0);
  CHECK(ForeignPatch(face, kEverywhere) == 0);
  cv::circle(face, {200, 260}, 20, {160, 190, 235}, cv::FILLED);  // Light on it.
  cv::circle(face, {280, 260}, 20, {60, 80, 115}, cv::FILLED);    // Shadow.
  CHECK(ForeignPatch(face, skin) == 0);
  cv::Mat marked = face.clone();
  cv::circle(marked, {240, 380}, 14, {40, 210, 250}, cv::FILLED);
  CHECK(ForeignPatch(marked, skin) == doctest::Approx(615).epsilon(0.1));
  cv::Mat outside = face.clone();
  cv::circle(outside, {60, 100}, 30, {40, 210, 250}, cv::FILLED);
  CHECK(ForeignPatch(outside, skin) == 0);
  cv::Mat thin = face.clone();  // A strand, a string.
  cv::line(thin, {150, 300}, {330, 300}, {40, 210, 250}, 4);
  CHECK(ForeignPatch(thin, skin) == 0);
}
