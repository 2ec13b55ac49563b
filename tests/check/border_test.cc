// SPDX-License-Identifier: Apache-2.0
#include "lib/check/border.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "tests/support/pictures.h"

using gradphoto::check::Borders;
using gradphoto::check::FindBands;
using gradphoto::check::FindBorders;
using gradphoto::check::FindSeams;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;
using gradphoto::testing::Textured;

namespace {

// A person, a dark ellipse on shoulders, before a wall without any structure.
cv::Mat Portrait(const cv::Scalar& wall) {
  cv::Mat picture = Flat({300, 400}, wall);
  cv::ellipse(picture, {150, 160}, {70, 95}, 0, 0, 360, {90, 120, 170}, cv::FILLED);
  cv::ellipse(picture, {150, 420}, {130, 150}, 0, 0, 360, {60, 50, 40}, cv::FILLED);
  return picture;
}

cv::Mat Framed(const cv::Mat& picture, int left, int top, int right, int bottom, const cv::Scalar& colour) {
  cv::Mat framed;
  cv::copyMakeBorder(picture, framed, top, bottom, left, right, cv::BORDER_CONSTANT, colour);
  return framed;
}

void CheckBorders(const Borders& borders, int left, int top, int right, int bottom) {
  CHECK(std::abs(borders.left_px - left) <= 1);
  CHECK(std::abs(borders.top_px - top) <= 1);
  CHECK(std::abs(borders.right_px - right) <= 1);
  CHECK(std::abs(borders.bottom_px - bottom) <= 1);
}

}  // namespace

TEST_CASE("frames and bars are found with their thickness, also after JPEG") {
  const cv::Mat wall = Portrait({225, 225, 225});
  for (const cv::Scalar& colour : {cv::Scalar(255, 255, 255), cv::Scalar(0, 0, 0), cv::Scalar(60, 120, 20)}) {
    const cv::Mat framed = Framed(Textured({300, 400}), 12, 20, 6, 9, colour);
    CheckBorders(FindBorders(framed), 12, 20, 6, 9);
    const auto bytes = gradphoto::image::EncodeJpeg(Framed(wall, 30, 0, 30, 0, colour), 80,
                                                    gradphoto::image::ChromaSampling::k420, 300);
    REQUIRE(bytes.has_value());
    CheckBorders(FindBorders(gradphoto::image::Decode(*bytes)->bgr), 30, 0, 30, 0);
  }
  CheckBorders(FindBorders(Framed(wall, 0, 0, 0, 3, {0, 0, 0})), 0, 0, 0, 3);
}

TEST_CASE("the margin of a print that was laid askew on a scanner is a border") {
  const cv::Mat print = Textured({300, 400});
  cv::Mat scan(440, 340, CV_8UC3), paper(scan.size(), CV_8UC3);
  cv::theRNG().state = 5;
  cv::randn(paper, cv::Scalar::all(248), cv::Scalar::all(1));
  const cv::Mat turn =
      cv::getRotationMatrix2D({150, 200}, 1, 1) + (cv::Mat_<double>(2, 3) << 0, 0, 20, 0, 0, 20);
  scan = paper.clone();
  cv::warpAffine(print, scan, turn, scan.size(), cv::INTER_LINEAR, cv::BORDER_TRANSPARENT);
  const Borders borders = FindBorders(scan);
  CHECK(std::abs(borders.left_px - 20) <= 4);
  CHECK(std::abs(borders.top_px - 20) <= 4);
}

TEST_CASE("walls, whatever their colour and shade, are no borders") {
  for (const cv::Scalar& colour :
       {cv::Scalar(255, 255, 255), cv::Scalar(255, 197, 100), cv::Scalar(40, 40, 40)}) {
    CheckBorders(FindBorders(Portrait(colour)), 0, 0, 0, 0);
  }
  CheckBorders(FindBorders(Textured({300, 400})), 0, 0, 0, 0);
  CheckBorders(FindBorders(Flat({300, 400}, {200, 200, 200})), 0, 0, 0, 0);
  CheckBorders(FindBorders(Flat({20, 20}, {200, 200, 200})), 0, 0, 0, 0);
  // A door frame: straight, but what is beside it has a shade as walls have.
  cv::Mat room = Textured({300, 400});
  for (int y = 0; y < 400; ++y) room.row(y).colRange(0, 40).setTo(cv::Scalar::all(120 + y / 8));
  CheckBorders(FindBorders(room), 0, 0, 0, 0);
}

TEST_CASE("bands of any kind are found by their seam") {
  const cv::Mat person = Portrait({215, 218, 220});
  const auto with_band = [&](int height, const cv::Mat& band) {
    cv::Mat picture = person.clone();
    band.copyTo(picture.rowRange(400 - height, 400));
    return picture;
  };
  for (const int height : {8, 40, 90}) {
    CAPTURE(height);
    for (const int grey : {0, 255, 180}) {
      CheckBorders(FindBands(with_band(height, Flat({300, height}, cv::Scalar::all(grey)))), 0, 0, 0, height);
    }
    cv::Mat strip = Flat({300, height}, {255, 255, 255});
    cv::putText(strip, "NAME 2022", {60, height - 2}, cv::FONT_HERSHEY_SIMPLEX, height / 40.0, {0, 0, 0}, 1);
    CheckBorders(FindBands(with_band(height, strip)), 0, 0, 0, height);
  }
  cv::Mat larger, fill;  // The picture itself, larger and blurred.
  cv::resize(person, larger, {}, 2, 2, cv::INTER_CUBIC);
  cv::GaussianBlur(larger, fill, {}, 8);
  CheckBorders(FindBands(with_band(60, fill(cv::Rect(150, 200, 300, 60)))), 0, 0, 0, 60);
  cv::Mat beside = person.clone();
  beside.colRange(0, 30).setTo(cv::Scalar(60, 40, 30));
  CheckBorders(FindBands(beside), 30, 0, 0, 0);
}

TEST_CASE("a white bar below a white shirt is seen beside the shirt; a desk half hidden behind it is none") {
  cv::Mat person = Noisy({300, 400}, 1) / 32 + cv::Scalar::all(200);
  const auto dress = [](cv::Mat& picture) {
    cv::ellipse(picture, {150, 430}, {100, 190}, 0, 0, 360, cv::Scalar::all(253), cv::FILLED);
  };
  dress(person);
  CheckBorders(FindBands(person), 0, 0, 0, 0);
  for (const bool written : {false, true}) {
    cv::Mat bar = person.clone();
    bar.rowRange(320, 400).setTo(cv::Scalar::all(255));
    if (written) cv::putText(bar, "NAME 2022", {60, 370}, cv::FONT_HERSHEY_SIMPLEX, 1, {0, 0, 0}, 2);
    CheckBorders(FindBands(bar), 0, 0, 0, 80);
  }
  cv::Mat desk = person.clone();
  desk.rowRange(320, 400).setTo(cv::Scalar(90, 120, 140));
  dress(desk);
  CheckBorders(FindBands(desk), 0, 0, 0, 0);
}

TEST_CASE("people, walls, shelves behind people and texture have no bands") {
  for (const int grey : {40, 215, 255}) CheckBorders(FindBands(Portrait(cv::Scalar::all(grey))), 0, 0, 0, 0);
  CheckBorders(FindBands(Textured({300, 400})), 0, 0, 0, 0);
  CheckBorders(FindBands(Flat({300, 400}, {200, 200, 200})), 0, 0, 0, 0);
  CheckBorders(FindBands(Flat({5, 7}, {200, 200, 200})), 0, 0, 0, 0);
  CheckBorders(FindBands(cv::Mat()), 0, 0, 0, 0);
  cv::Mat room = Flat({300, 400}, {215, 218, 220});  // A dado: the person stands before it.
  room.rowRange(300, 400).setTo(cv::Scalar(90, 120, 140));
  cv::ellipse(room, {150, 420}, {130, 250}, 0, 0, 360, {60, 50, 40}, cv::FILLED);
  CheckBorders(FindBands(room), 0, 0, 0, 0);
  CHECK(FindSeams(room).bottom.share > 0.1);
}
