// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::check::CountWriting;
using gradphoto::testing::Flat;
using gradphoto::testing::Textured;

namespace {

// Shoulders in dark clothes on a light wall, and the mask that belongs to them.
cv::Mat Portrait() {
  cv::Mat picture = Flat({480, 640}, {225, 220, 215});
  picture(cv::Rect(60, 440, 360, 200)).setTo(cv::Scalar(70, 60, 50));
  return picture;
}

cv::Mat Person() {
  cv::Mat person = cv::Mat::zeros(640, 480, CV_32F);
  person(cv::Rect(60, 440, 360, 200)).setTo(1);
  return person;
}

cv::Mat Written(const char* text, cv::Point at, double size, const cv::Scalar& colour, int thickness = 1) {
  cv::Mat picture = Portrait();
  cv::putText(picture, text, at, cv::FONT_HERSHEY_SIMPLEX, size, colour, thickness, cv::LINE_AA);
  return picture;
}

}  // namespace

TEST_CASE("captions and watermarks on the wall are counted, dark and bright ones") {
  CHECK(CountWriting(Written("PHOTO STUDIO 2024", {20, 40}, 0.7, {60, 60, 60}), Person()) >= 12);
  CHECK(CountWriting(Written("PHOTO STUDIO 2024", {20, 40}, 0.7, {30, 90, 250}), Person()) >= 12);
  cv::Mat dark = Flat({480, 640}, {120, 60, 40});
  cv::putText(dark, "PHOTO STUDIO", {20, 40}, cv::FONT_HERSHEY_SIMPLEX, 0.7, {255, 255, 255}, 1, cv::LINE_AA);
  CHECK(CountWriting(dark, cv::Mat::zeros(640, 480, CV_32F)) >= 9);
  cv::Mat turned;
  const cv::Mat straight = Written("PHOTO STUDIO 2024", {120, 320}, 0.7, {60, 60, 60});
  cv::warpAffine(straight, turned, cv::getRotationMatrix2D({240, 320}, 30, 1), straight.size(), cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  CHECK(CountWriting(turned, cv::Mat::zeros(640, 480, CV_32F)) >= 8);
}

TEST_CASE("a date stamp counts on clothes, a print on them does not") {
  CHECK(CountWriting(Written("2024/06/12", {200, 600}, 0.8, {10, 120, 255}, 2), Person()) >= 6);
  CHECK(CountWriting(Written("UNIVERSITY", {120, 600}, 0.8, {240, 240, 240}, 2), Person()) == 0);
}

TEST_CASE("plain walls, texture, single marks and rows of unlike things are no writing") {
  CHECK(CountWriting(Portrait(), Person()) == 0);
  CHECK(CountWriting(Flat({480, 640}, {255, 255, 255}), Person()) == 0);
  CHECK(CountWriting(Written("X", {20, 40}, 0.7, {60, 60, 60}), Person()) == 0);
  CHECK(CountWriting(Textured({480, 640}), Person()) <= 3);
  cv::Mat lines = Portrait();  // Edges of a shelf.
  for (int y = 50; y < 400; y += 60) cv::line(lines, {0, y}, {479, y}, {60, 60, 60}, 2);
  CHECK(CountWriting(lines, Person()) == 0);
}
