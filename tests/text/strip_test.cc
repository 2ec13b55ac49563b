// SPDX-License-Identifier: Apache-2.0
#include "lib/text/strip.h"

#include <doctest/doctest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

using gradphoto::text::CutStrip;
using gradphoto::text::Quad;
using gradphoto::text::TextBox;

namespace {

bool Near(const cv::Point2f& a, double x, double y) {
  return cv::norm(a - cv::Point2f(float(x), float(y))) < 1e-3;
}

// Red, green, blue and white fields, left to right.
cv::Mat Fields(int field_px, int height_px) {
  const cv::Scalar colours[] = {{0, 0, 255}, {0, 255, 0}, {255, 0, 0}, {255, 255, 255}};
  cv::Mat fields(height_px, 4 * field_px, CV_8UC3);
  for (int i = 0; i < 4; ++i) fields(cv::Rect(i * field_px, 0, field_px, height_px)).setTo(colours[i]);
  return fields;
}

}  // namespace

TEST_CASE("corners go around from the top left one of the line as it is read") {
  const TextBox box{{100, 50}, 40, 10, 0, 1};
  const Quad level = box.Corners();
  CHECK(Near(level[0], 80, 45));
  CHECK(Near(level[1], 120, 45));
  CHECK(Near(level[2], 120, 55));
  CHECK(Near(level[3], 80, 55));
  CHECK(Near(box.Corners(180)[0], 120, 55));
  const Quad down = TextBox{{100, 50}, 40, 10, 90, 1}.Corners();  // Read downwards: its top is at the right.
  CHECK(Near(down[0], 105, 30));
  CHECK(Near(down[1], 105, 70));
  CHECK(Near(box.Turned().Corners()[0], 80, 55));  // Read upwards.
  CHECK(Near(box.Turned().Corners()[1], 80, 45));
}

TEST_CASE("a strip is 48 px high, in proportion, a multiple of 8 wide and bounded") {
  const cv::Mat picture = Fields(100, 60);
  const auto width = [&](double length, double height) {
    const cv::Mat strip = CutStrip(picture, TextBox{{200, 30}, length, height, 0, 1}.Corners());
    CHECK(strip.rows == 48);
    CHECK(strip.type() == CV_8UC3);
    return strip.cols;
  };
  CHECK(width(100, 24) == 200);
  CHECK(width(101, 24) == 208);
  CHECK(width(10, 60) == 48);
  CHECK(width(5000, 10) == 1280);
  CHECK(width(0, 0) == 48);
}

TEST_CASE("a strip shows its place upright, shrunk, enlarged and turned") {
  for (const int field : {12, 60, 400}) {
    CAPTURE(field);
    const int height = field;
    const cv::Mat picture = Fields(field, height);
    const TextBox box{{2.0 * field, height / 2.0}, 4.0 * field, double(height), 0, 1};
    const cv::Mat strip = CutStrip(picture, box.Corners());
    CHECK(strip.at<cv::Vec3b>(24, strip.cols / 8) == cv::Vec3b(0, 0, 255));
    CHECK(strip.at<cv::Vec3b>(24, strip.cols * 5 / 8) == cv::Vec3b(255, 0, 0));
    cv::Mat turned;
    cv::rotate(picture, turned, cv::ROTATE_90_CLOCKWISE);
    const TextBox down{{height / 2.0, 2.0 * field}, 4.0 * field, double(height), 90, 1};
    CHECK(cv::norm(CutStrip(turned, down.Corners()), strip, cv::NORM_INF) <= 2);
  }
}
