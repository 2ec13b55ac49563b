// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/crown.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

using gradphoto::matte::FindCrown;

namespace {

constexpr double kWidth = 100;  // Of the face.
const cv::Point2d kEyes(128, 150);

// A round head of the face's width whose very top is at row `top`, on a body; sharp edges.
cv::Mat RoundHead(double top) {
  cv::Mat mask = cv::Mat::zeros(320, 256, CV_32F);
  for (int y = 0; y < 320; ++y) {
    for (int x = 0; x < 256; ++x) {
      const double dx = x + 0.5 - kEyes.x, dy = y + 0.5 - (top + kWidth / 2);
      const bool head = dy > 0 ? std::abs(dx) < kWidth / 2 && y < 260 : std::hypot(dx, dy) < kWidth / 2;
      if (head || y >= 260) mask.at<float>(y, x) = 1;
    }
  }
  return mask;
}

}  // namespace

TEST_CASE("on a round head the crown lies 4 % of the face's width below the very top, wherever that is") {
  for (const double top : {20.0, 40.0, 57.5, 70.0}) {
    const auto crown = FindCrown(RoundHead(top), kEyes, kWidth, -50);
    CAPTURE(top);
    REQUIRE(crown.has_value());
    CHECK(std::abs(crown->y - (top + 0.042 * kWidth)) < 1);
    CHECK_FALSE(crown->cut);
  }
}

TEST_CASE("what is narrower than 0.4 of the face does not count, what is wider does") {
  for (const auto& [share, expected] :
       {std::pair(0.2, 74.0), std::pair(0.35, 74.0), std::pair(0.5, 30.0), std::pair(0.9, 30.0)}) {
    cv::Mat mask = RoundHead(70);
    const int half = static_cast<int>(share * kWidth / 2);
    mask(cv::Rect(128 - half, 30, 2 * half, 60)).setTo(1);  // A knot, 40 px above the head.
    const auto crown = FindCrown(mask, kEyes, kWidth, -50);
    CAPTURE(share);
    REQUIRE(crown.has_value());
    CHECK(std::abs(crown->y - expected) < 1.5);
  }
}

TEST_CASE("a soft outline is placed where it is half person, below a pixel") {
  cv::Mat mask = cv::Mat::zeros(320, 256, CV_32F);
  mask(cv::Rect(60, 80, 136, 240)).setTo(1);
  const double sharp = FindCrown(mask, kEyes, kWidth, -50)->y;
  CHECK(std::abs(sharp - 80) < 0.6);
  cv::Mat soft;
  cv::GaussianBlur(mask, soft, cv::Size(0, 0), 4);
  CHECK(std::abs(FindCrown(soft, kEyes, kWidth, -50)->y - 80) < 2);
  // A row that is only half covered moves the outline by part of a pixel.
  mask.row(79).colRange(60, 196).setTo(0.45f);
  const double moved = FindCrown(mask, kEyes, kWidth, -50)->y;
  CHECK(moved < sharp);
  CHECK(moved > sharp - 1);
}

TEST_CASE("a head that reaches the end of the photo is cut, one that stays clear of it is not") {
  cv::Mat mask = RoundHead(60);
  mask.rowRange(0, 60).setTo(0);
  mask(cv::Rect(78, 40, 100, 40)).setTo(1);
  CHECK(FindCrown(mask, kEyes, kWidth, 40)->cut);
  CHECK_FALSE(FindCrown(mask, kEyes, kWidth, 34)->cut);
  // A round head whose very top touches the end is cut although its crown lies lower.
  CHECK(FindCrown(RoundHead(60), kEyes, kWidth, 60)->cut);
  CHECK(FindCrown(RoundHead(60), kEyes, kWidth, 80)->cut);
  CHECK_FALSE(FindCrown(RoundHead(60), kEyes, kWidth, 57)->cut);
  mask(cv::Rect(78, 0, 100, 60)).setTo(1);
  CHECK(FindCrown(mask, kEyes, kWidth, 0)->cut);
  CHECK(FindCrown(mask, kEyes, kWidth, 0)->y == 0);
}

TEST_CASE("without a head at the eyes there is no crown; eyes outside the mask are no crash") {
  CHECK_FALSE(FindCrown(cv::Mat::zeros(320, 256, CV_32F), kEyes, kWidth, 0).has_value());
  for (const cv::Point2d& eyes : {cv::Point2d(128, -3), cv::Point2d(128, 320), cv::Point2d(128, 9999)}) {
    CHECK_FALSE(FindCrown(RoundHead(60), eyes, kWidth, 0).has_value());
  }
  (void)FindCrown(RoundHead(60), {-500, 150}, kWidth, 0);
  (void)FindCrown(RoundHead(60), {5000, 150}, kWidth, 0);
}
