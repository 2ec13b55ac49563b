// SPDX-License-Identifier: Apache-2.0
#include "lib/check/text_overlay.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "lib/image/text.h"
#include "lib/nn/registry.h"
#include "tests/support/data.h"
#include "tests/support/pictures.h"
#include "tests/support/temp_dir.h"

using gradphoto::check::IsOnClothes;
using gradphoto::check::Masked;
using gradphoto::check::ReadWriting;
using gradphoto::check::SlantedLines;
using gradphoto::check::WrittenLine;
using gradphoto::testing::Flat;
using gradphoto::testing::Noisy;
using gradphoto::testing::Textured;

namespace {

std::vector<WrittenLine> Read(const cv::Mat& bgr, SlantedLines slanted = SlantedLines::kRead) {
  static const auto reader = gradphoto::text::Reader::Create(
      gradphoto::nn::ModelRegistry::Load(gradphoto::testing::SourceDir() / "configs").value(),
      gradphoto::testing::ModelDir());
  REQUIRE(reader.has_value());
  return ReadWriting(*reader, bgr, slanted).value();
}

int Characters(const cv::Mat& bgr, SlantedLines slanted = SlantedLines::kRead) {
  int count = 0;
  for (const WrittenLine& line : Read(bgr, slanted)) count += line.characters;
  return count;
}

// Shoulders in dark clothes on a light wall, and the mask that belongs to them.
constexpr double kChin = 420;
const cv::Rect kBody(60, 440, 360, 200);

cv::Mat Portrait() {
  cv::Mat picture = Flat({480, 640}, {225, 220, 215});
  picture(kBody).setTo(cv::Scalar(70, 60, 50));
  return picture;
}

cv::Mat Person() {
  cv::Mat person = cv::Mat::zeros(640, 480, CV_32F);
  person(kBody).setTo(1);
  return person;
}

cv::Mat Written(const std::string& words, cv::Point at, double size, const cv::Scalar& bgr) {
  cv::Mat picture = Portrait();
  gradphoto::image::DrawText(picture, words, at, {.size_px = size, .bgr = bgr});
  return picture;
}

WrittenLine LineAt(const cv::Rect& place, const std::string& words, int characters, int digits) {
  const auto left = float(place.x), top = float(place.y), right = float(place.br().x),
             bottom = float(place.br().y);
  return {
      {cv::Point2f(left, top), {right, top}, {right, bottom}, {left, bottom}}, characters, digits, 0.9, words};
}

}  // namespace

TEST_CASE("captions are read whatever their colour and script") {
  CHECK(Characters(Written("PHOTO STUDIO 2024", {20, 30}, 28, {60, 60, 60})) >= 14);
  CHECK(Characters(Written("PHOTO STUDIO 2024", {20, 30}, 28, {30, 90, 250})) >= 14);
  CHECK(Characters(Written("样片勿用", {20, 30}, 36, {180, 175, 170})) == 4);
  CHECK(Characters(Written("2023 06 15", {200, 580}, 26, {30, 140, 255})) == 8);
  CHECK(Characters(Written("仅供审核", {150, 540}, 40, {255, 255, 255})) == 4);
}

TEST_CASE("slanted lines, lines on their head and columns are read") {
  const cv::Mat straight = Written("PHOTO STUDIO", {100, 200}, 30, {60, 60, 60});
  for (const double angle : {-45.0, -20.0, 30.0, 180.0}) {
    CAPTURE(angle);
    cv::Mat turned;
    cv::warpAffine(straight, turned, cv::getRotationMatrix2D({240, 240}, angle, 1), straight.size(),
                   cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    CHECK(Characters(turned) >= 9);
  }
  cv::Mat column = Portrait();
  int y = 60;
  for (const std::string character : {"考", "试", "专", "用"}) {
    gradphoto::image::DrawText(column, character, {20, y}, {.size_px = 36, .bgr = {40, 40, 40}});
    y += 46;
  }
  CHECK(Characters(column) >= 3);
}

TEST_CASE("faint lines that slant across a face are read in the turned picture") {
  const auto photo = gradphoto::image::Decode(
      gradphoto::testing::Bytes(gradphoto::testing::SourceDir() / "samples/portraits/photos/20220401.jpg"));
  REQUIRE(photo.has_value());
  cv::Mat portrait;
  cv::resize(photo->bgr(cv::Rect(90, 0, 540, 720)), portrait, {480, 640}, 0, 0, cv::INTER_AREA);
  CHECK(Characters(portrait) == 0);
  for (const double angle : {-60.0, -45.0, -30.0, 30.0, 45.0, 60.0}) {
    CAPTURE(angle);
    cv::Mat ink = cv::Mat::zeros(640, 480, CV_8UC3), turned;
    gradphoto::image::DrawText(ink, "内部资料请勿外传", {80, 250}, {.size_px = 40, .bgr = {60, 60, 60}});
    cv::warpAffine(ink, turned, cv::getRotationMatrix2D({240, 269}, angle, 1), ink.size());
    CHECK(Characters(portrait - turned, SlantedLines::kSkip) == 0);  // The turned looks are needed.
    CHECK(Characters(portrait - turned) >= 2);
    const double slant = -angle * CV_PI / 180;  // Clockwise as seen.
    const cv::Point2f along(float(std::cos(slant)), float(std::sin(slant)));
    for (const WrittenLine& line : Read(portrait - turned)) {
      const cv::Point2f off = (line.quad[0] + line.quad[2]) / 2 - cv::Point2f(240, 270);
      const cv::Point2f top = line.quad[1] - line.quad[0];
      CHECK(std::abs(off.cross(along)) < 20);
      CHECK(std::abs(off.dot(along)) < 160);
      CHECK(std::abs(top.dot(along)) > 0.9 * cv::norm(top));
    }
  }
}

TEST_CASE("walls, texture, edges and single signs are no writing") {
  CHECK(Characters(Portrait()) == 0);
  CHECK(Characters(Textured({480, 640})) == 0);
  CHECK(Characters(Noisy({480, 640}, 20)) == 0);
  CHECK(Characters(Written("X", {20, 40}, 30, {60, 60, 60})) == 0);
  CHECK(Characters(Written("--- ---", {20, 40}, 30, {60, 60, 60})) == 0);
  cv::Mat lines = Portrait();  // Edges of a shelf.
  for (int row = 50; row < 400; row += 60) cv::line(lines, {0, row}, {479, row}, {60, 60, 60}, 2);
  CHECK(Characters(lines) == 0);
}

TEST_CASE("a print on the clothes lies on the person below the chin and is no number") {
  const cv::Mat person = Person();
  CHECK(IsOnClothes(LineAt({100, 500, 200, 40}, "第一中学", 4, 0), person, kChin));
  CHECK(IsOnClothes(LineAt({100, 500, 60, 40}, "23", 2, 2), person, kChin));
  CHECK_FALSE(IsOnClothes(LineAt({100, 500, 200, 40}, "20230615", 8, 8), person, kChin));
  CHECK_FALSE(IsOnClothes(LineAt({100, 100, 200, 40}, "第一中学", 4, 0), person, kChin));
  CHECK_FALSE(IsOnClothes(LineAt({0, 420, 200, 40}, "第一中学", 4, 0), person, kChin));  // Half on the wall.
  CHECK_FALSE(IsOnClothes(LineAt({100, 500, 200, 40}, "第一中学", 4, 0), person, 560));
  CHECK_FALSE(IsOnClothes(LineAt({-400, -400, 200, 40}, "第一中学", 4, 0), person, kChin));
}

TEST_CASE("only the first character is told of what was read") {
  CHECK(Masked(LineAt({0, 0, 1, 1}, "王小明", 3, 0)) == "王**");
  CHECK(Masked(LineAt({0, 0, 1, 1}, "20230615", 8, 8)) == "2*******");
  CHECK(Masked(LineAt({0, 0, 1, 1}, std::string(40, 'A'), 40, 0)) == "A" + std::string(12, '*'));
}
