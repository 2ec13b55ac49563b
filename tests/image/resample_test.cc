// SPDX-License-Identifier: Apache-2.0
#include "lib/image/resample.h"

#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/pictures.h"

using gradphoto::image::Resample;
using gradphoto::testing::Flat;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::Noisy;

namespace {

// Value 2 * x + y at the centre of each pixel, exact in 8 bits.
cv::Mat Slope() {
  cv::Mat picture(80, 80, CV_8UC3);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 80; ++x) {
      const auto value = static_cast<unsigned char>(2 * x + y);
      picture.at<cv::Vec3b>(y, x) = {value, static_cast<unsigned char>(255 - value), 7};
    }
  }
  return picture;
}

}  // namespace

TEST_CASE("scale 1 and a shift by whole pixels give the source's own pixels") {
  const cv::Mat picture = Noisy({60, 50}, 30);
  CHECK(LargestDifference(Resample(picture, {1, 0, 0}, 60, 50), picture) == 0);
  CHECK(LargestDifference(Resample(picture, {1, 7, 11}, 40, 30), picture(cv::Rect(7, 11, 40, 30))) == 0);
}

TEST_CASE("a flat picture stays flat at every scale, to the frame's edge and beyond the source") {
  const cv::Mat flat = Flat({30, 40}, {13, 197, 255});
  for (const double scale : {0.07, 0.31, 0.5, 0.999, 1.0, 1.7, 4.0}) {
    for (const double shift : {0.0, 0.3, -5.25}) {
      CAPTURE(scale);
      CHECK(LargestDifference(Resample(flat, {scale, shift, shift}, 50, 60), Flat({50, 60}, {13, 197, 255})) ==
            0);
    }
  }
}

TEST_CASE("a slope lands where output = (source - shift) * scale says, pixel edges at integers") {
  const cv::Mat slope = Slope();
  for (const double scale : {0.15, 0.2, 0.4, 0.5, 0.75, 1.0, 1.3, 2.0, 3.7}) {
    for (const double x0 : {20.0, 20.4}) {
      for (const double y0 : {20.0, 21.7}) {
        const int size = static_cast<int>(30 * scale);
        const cv::Mat output = Resample(slope, {scale, x0, y0}, size, size);
        REQUIRE(output.size() == cv::Size(size, size));
        double worst = 0;
        for (int y = 0; y < size; ++y) {
          for (int x = 0; x < size; ++x) {
            const double source_x = x0 + (x + 0.5) / scale, source_y = y0 + (y + 0.5) / scale;
            const double expected = 2 * (source_x - 0.5) + (source_y - 0.5);
            worst = std::max(worst, std::abs(output.at<cv::Vec3b>(y, x)[0] - expected));
            worst = std::max(worst, std::abs(255 - output.at<cv::Vec3b>(y, x)[1] - expected));
          }
        }
        CAPTURE(scale);
        CAPTURE(x0);
        CAPTURE(y0);
        CHECK(worst <=
              (scale < 0.25 ? 1.1 : 0.6));  // Half a level is rounding; halved pictures are rounded, too.
      }
    }
  }
}

TEST_CASE("an edge between two pixels stays between two pixels when enlarged") {
  cv::Mat step = Flat({16, 16}, {0, 0, 0});
  step.colRange(8, 16).setTo(cv::Scalar(200, 200, 200));
  const cv::Mat output = Resample(step, {2, 0, 0}, 32, 32);
  for (int x = 10; x < 16; ++x) {
    const int left = output.at<cv::Vec3b>(16, x)[0], right = output.at<cv::Vec3b>(16, 31 - x)[0];
    CHECK(left < 100);
    CHECK(right > 100);
    if (left > 0 && right < 255) CHECK(std::abs(left + right - 200) <= 1);
  }
  // Half a pixel further, the edge goes through the middle of an output pixel.
  CHECK(std::abs(Resample(step, {1, 0.5, 0}, 15, 16).at<cv::Vec3b>(8, 7)[0] - 100) <= 1);
}

TEST_CASE("a fine checkerboard becomes even grey when shrunk, never a coarse pattern") {
  cv::Mat board(240, 240, CV_8UC3);
  for (int y = 0; y < 240; ++y) {
    for (int x = 0; x < 240; ++x) board.at<cv::Vec3b>(y, x) = cv::Vec3b::all((x + y) % 2 == 0 ? 255 : 0);
  }
  for (const double scale : {0.2, 0.25, 0.3, 0.4}) {
    const int size = static_cast<int>(200 * scale);
    const cv::Mat output = Resample(board, {scale, 20, 20}, size, size);
    CAPTURE(scale);
    CHECK(LargestDifference(output, Flat({size, size}, {127, 127, 127})) <= 3);
  }
}

TEST_CASE("shrinking in one step or on a shifted frame gives the same pixels") {
  const cv::Mat picture = Noisy({200, 200}, 20);
  const cv::Mat whole = Resample(picture, {0.5, 0, 0}, 100, 100);
  const cv::Mat part = Resample(picture, {0.5, 40, 60}, 30, 20);
  CHECK(LargestDifference(part, whole(cv::Rect(20, 30, 30, 20))) <= 1);
}

TEST_CASE("where the frame leaves the source its nearest pixel is repeated") {
  cv::Mat picture = Flat({20, 20}, {50, 50, 50});
  picture.col(0).setTo(cv::Scalar(200, 0, 0));
  picture.row(19).setTo(cv::Scalar(0, 0, 200));
  const cv::Mat output = Resample(picture, {1, -10, 10}, 20, 20);
  CHECK(output.at<cv::Vec3b>(0, 0) == cv::Vec3b(200, 0, 0));
  CHECK(output.at<cv::Vec3b>(0, 10) == cv::Vec3b(200, 0, 0));
  CHECK(output.at<cv::Vec3b>(19, 15) == cv::Vec3b(0, 0, 200));
  CHECK(output.at<cv::Vec3b>(0, 15) == cv::Vec3b(50, 50, 50));
}
