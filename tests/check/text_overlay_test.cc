// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "tests/support/pictures.h"

using gradphoto::check::CountWriting;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;
using gradphoto::testing::Textured;

namespace {

// Shoulders in dark clothes on a light wall, and the mask that belongs to them.
cv::Mat Portrait() {
  cv::Mat picture = Flat({480, 640}, {225, 220, 215});
  picture(cv::Rect(60, 440, 360, 200)).setTo(cv::Scalar(70, 60, 50));
  return picture;
}

const cv::Mat kNoSkin = cv::Mat::zeros(640, 480, CV_8U);

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

// Character by character, so that no two touch.
void Write(cv::Mat& picture, std::string_view text, cv::Point at, double size, int advance,
           const cv::Scalar& colour) {
  for (const char c : text) {
    cv::putText(picture, std::string(1, c), at, cv::FONT_HERSHEY_SIMPLEX, size, colour, 2, cv::LINE_AA);
    at.x += advance;
  }
}

// Writing of the given opacity laid over `picture`, its lines `every` px apart.
cv::Mat Marked(const cv::Mat& picture, const char* text, double opacity, int every, double angle_deg = 0) {
  cv::Mat layer = cv::Mat::zeros(picture.size(), CV_8U), share, wide, result;
  for (int y = 40; y < picture.rows; y += every) {
    Write(layer, text, {10, y}, 0.9, 25, {255});
  }
  cv::warpAffine(layer, layer, cv::getRotationMatrix2D({240, 320}, angle_deg, 1), layer.size());
  cv::cvtColor(layer, share, cv::COLOR_GRAY2BGR);
  share.convertTo(share, CV_32FC3, opacity / 255);
  picture.convertTo(wide, CV_32FC3);
  wide = wide + share.mul(cv::Scalar::all(255) - wide);
  wide.convertTo(result, CV_8UC3);
  return result;
}

// A wall with the noise of a camera.
cv::Mat GreyWall(double noise) {
  cv::Mat wall;
  cv::addWeighted(Flat({480, 640}, {205, 208, 210}), 1, Noisy({480, 640}, noise) - Noisy({480, 640}, 0), 1, 0,
                  wall);
  return wall;
}

const cv::Mat kNobody = cv::Mat::zeros(640, 480, CV_32F);

}  // namespace

TEST_CASE("captions and watermarks on the wall are counted, dark and bright ones") {
  CHECK(CountWriting(Written("PHOTO STUDIO 2024", {20, 40}, 0.7, {60, 60, 60}), Person(), kNoSkin, 420) >= 12);
  CHECK(CountWriting(Written("PHOTO STUDIO 2024", {20, 40}, 0.7, {30, 90, 250}), Person(), kNoSkin, 420) >= 12);
  cv::Mat dark = Flat({480, 640}, {120, 60, 40});
  cv::putText(dark, "PHOTO STUDIO", {20, 40}, cv::FONT_HERSHEY_SIMPLEX, 0.7, {255, 255, 255}, 1, cv::LINE_AA);
  CHECK(CountWriting(dark, cv::Mat::zeros(640, 480, CV_32F), kNoSkin, 420) >= 9);
  cv::Mat turned;
  const cv::Mat straight = Written("PHOTO STUDIO 2024", {120, 320}, 0.7, {60, 60, 60});
  cv::warpAffine(straight, turned, cv::getRotationMatrix2D({240, 320}, 30, 1), straight.size(), cv::INTER_CUBIC,
                 cv::BORDER_REPLICATE);
  CHECK(CountWriting(turned, cv::Mat::zeros(640, 480, CV_32F), kNoSkin, 420) >= 8);
}

TEST_CASE("a date stamp counts on clothes, a print on them does not") {
  CHECK(CountWriting(Written("2024/06/12", {200, 600}, 0.8, {10, 120, 255}, 2), Person(), kNoSkin, 420) >= 6);
  CHECK(CountWriting(Written("UNIVERSITY", {120, 600}, 0.8, {240, 240, 240}, 2), Person(), kNoSkin, 420) == 0);
}

TEST_CASE(
    "date stamps in orange, yellow and red count on white cloth and on skin, with gaps between the numbers") {
  for (const cv::Scalar& colour :
       {cv::Scalar(30, 140, 255), cv::Scalar(40, 230, 250), cv::Scalar(40, 50, 230)}) {
    for (const cv::Scalar& below :
         {cv::Scalar(245, 245, 245), cv::Scalar(120, 150, 205), cv::Scalar(70, 60, 50)}) {
      CAPTURE(colour);
      CAPTURE(below);
      cv::Mat picture = Portrait();
      picture(cv::Rect(60, 440, 360, 200)).setTo(below);
      Write(picture, "2023 06 15", {220, 600}, 0.7, 16, colour);
      CHECK(CountWriting(picture, Person(), kNoSkin, 420) >= 7);
      CHECK(CountWriting(picture, Person(), kNoSkin, 610) == 0);  // Above the chin it is hair or a hat.
    }
  }
}

TEST_CASE("cloth in the colours of stamps is no stamp") {
  cv::Mat picture = Portrait();
  picture(cv::Rect(60, 440, 360, 200)).setTo(cv::Scalar(30, 150, 250));
  for (int x = 70; x < 410; x += 14) cv::line(picture, {x, 450}, {x, 480}, {20, 100, 190}, 2);
  CHECK(CountWriting(picture, Person(), kNoSkin, 420) == 0);
}

TEST_CASE("a tie with golden stripes and a red name on the chest are no stamps") {
  cv::Mat tie = Portrait();
  for (int y = 450; y < 630; y += 16) cv::line(tie, {225, y + 8}, {255, y - 8}, {40, 190, 240}, 3, cv::LINE_AA);
  CHECK(CountWriting(tie, Person(), kNoSkin, 420) == 0);
  cv::Mat name = Portrait();
  name(cv::Rect(60, 440, 360, 200)).setTo(cv::Scalar(245, 245, 245));
  Write(name, "SCHOOL", {260, 520}, 0.6, 15, {40, 40, 220});
  CHECK(CountWriting(name, Person(), kNoSkin, 420) == 0);
}

TEST_CASE("faint watermarks count where the wall is quiet") {
  for (const double noise : {0.5, 1.5}) {
    for (const double angle : {0.0, 30.0, -45.0}) {
      CAPTURE(noise);
      CAPTURE(angle);
      CHECK(CountWriting(Marked(GreyWall(noise), "SAMPLE PHOTO", 0.45, 90, angle), kNobody, kNoSkin, 420) >=
            12);
      CHECK(CountWriting(Marked(GreyWall(noise), "SAMPLE PHOTO", 0.05, 90, angle), kNobody, kNoSkin, 420) == 0);
    }
  }
  for (const double noise : {0.5, 1.5, 4.0, 8.0, 15.0}) {
    CAPTURE(noise);
    CHECK(CountWriting(GreyWall(noise), kNobody, kNoSkin, 420) == 0);
  }
}

TEST_CASE("short rows count beside a line like them, and not alone") {
  CHECK(CountWriting(Marked(GreyWall(1), "XVT", 0.6, 90), kNobody, kNoSkin, 420) == 0);
  cv::Mat both = Marked(GreyWall(1), "XVT", 0.6, 90);
  const int line = CountWriting(Marked(GreyWall(1), "XVTXVT", 0.6, 700), kNobody, kNoSkin, 420);
  CHECK(line >= 6);
  Marked(GreyWall(1), "XVTXVT", 0.6, 700).rowRange(0, 60).copyTo(both.rowRange(0, 60));
  CHECK(CountWriting(both, kNobody, kNoSkin, 420) >= line + 9);
}

TEST_CASE(
    "on skin a watermark counts before a white wall, on the clothes and in the fringe of hair it does not") {
  cv::Mat white = Flat({480, 640}, {254, 254, 254});
  cv::Mat person = cv::Mat::zeros(640, 480, CV_32F), skin = cv::Mat::zeros(640, 480, CV_8U);
  const cv::Rect face(100, 20, 280, 200);
  white(face).setTo(cv::Scalar(120, 150, 205));
  person(face).setTo(1);
  skin(face).setTo(255);
  const cv::Mat marked = Marked(white, "SAMPLE PHOTO", 0.5, 90);
  CHECK(CountWriting(marked, person, skin, 420) >= 8);
  CHECK(CountWriting(marked, person, kNoSkin, 420) == 0);
  cv::Mat fringe = Flat({480, 640}, {205, 208, 210});  // Strands that stand out by less than 8 px.
  for (int x = 105; x < 375; x += 16) {
    cv::line(fringe, {x, 226}, {x + 5, 221}, {60, 60, 60}, 2);
    cv::line(fringe, {x + 5, 221}, {x + 9, 227}, {60, 60, 60}, 2);
  }
  CHECK(CountWriting(fringe, kNobody, kNoSkin, 420) > 6);
  CHECK(CountWriting(fringe, person, skin, 420) == 0);
}

TEST_CASE("plain walls, texture, single marks and rows of unlike things are no writing") {
  CHECK(CountWriting(Portrait(), Person(), kNoSkin, 420) == 0);
  CHECK(CountWriting(Flat({480, 640}, {255, 255, 255}), Person(), kNoSkin, 420) == 0);
  CHECK(CountWriting(Written("X", {20, 40}, 0.7, {60, 60, 60}), Person(), kNoSkin, 420) == 0);
  CHECK(CountWriting(Textured({480, 640}), Person(), kNoSkin, 420) <= 3);
  cv::Mat lines = Portrait();  // Edges of a shelf.
  for (int y = 50; y < 400; y += 60) cv::line(lines, {0, y}, {479, y}, {60, 60, 60}, 2);
  CHECK(CountWriting(lines, Person(), kNoSkin, 420) == 0);
}
