// SPDX-License-Identifier: Apache-2.0
#include "lib/image/text.h"

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::image::DrawText;
using gradphoto::image::HasGlyphsFor;
using gradphoto::image::TextSize;
using gradphoto::image::TextStyle;
using gradphoto::testing::Flat;

namespace {

const TextStyle kBlack{24, {0, 0, 0}, false};

// The smallest box around everything that is not white.
cv::Rect Ink(const cv::Mat& canvas) {
  cv::Rect box;
  for (int y = 0; y < canvas.rows; ++y) {
    for (int x = 0; x < canvas.cols; ++x) {
      if (canvas.at<cv::Vec3b>(y, x) != cv::Vec3b(255, 255, 255)) box |= cv::Rect(x, y, 1, 1);
    }
  }
  return box;
}

}  // namespace

TEST_CASE("text stands inside the box that is announced, at the place that is asked for") {
  for (const char* text : {"驳回重拍", "HEAD_TILTED 9.2°"}) {
    cv::Mat canvas = Flat({400, 100}, {255, 255, 255});
    const cv::Size size = DrawText(canvas, text, {30, 20}, kBlack);
    CHECK(size == TextSize(text, kBlack));
    const cv::Rect ink = Ink(canvas), box(cv::Point(30, 20), size);
    CHECK(ink.area() > 0);
    CHECK((ink & box) == ink);
    CHECK(ink.width > 0.8 * size.width);
  }
}

TEST_CASE("long text is broken into lines; what lies outside the canvas is cut off") {
  const std::string text = "请站在平整的纯色墙前约 1 米处，光线均匀，背后没有影子和杂物，重新拍摄。";
  const cv::Size one = TextSize(text, kBlack), several = TextSize(text, kBlack, 200);
  CHECK(several.width <= 200);
  CHECK(several.height > 2 * one.height);
  cv::Mat canvas = Flat({60, 20}, {255, 255, 255});
  DrawText(canvas, text, {-30, -5}, kBlack);
  DrawText(canvas, text, {50, 15}, kBlack);
  DrawText(canvas, text, {500, 500}, kBlack);
  CHECK(Ink(canvas).area() > 0);
}

TEST_CASE("the machine has Chinese glyphs; a character that no font has is told") {
  CHECK(HasGlyphsFor("驳回审核 abc"));
  CHECK_FALSE(HasGlyphsFor("\u0378"));  // Assigned to nothing: no font has it, as some have private ones.
}
