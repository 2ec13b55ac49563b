// SPDX-License-Identifier: Apache-2.0
// The matte against exact alpha: composites of ../shared/data/matting.
#include <cmath>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/matte/matte.h"
#include "tests/support/engine.h"
#include "tests/support/pictures.h"

using namespace gradphoto::matte;
using gradphoto::testing::Flat;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;

namespace {

double MeanAbsolute(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total());
}

}  // namespace

TEST_CASE(
    "data: the refined alpha is nearer to the truth than the net's mask, and the composite keeps its "
    "promises") {
  const auto folder = SharedData("matting");
  if (!folder) return;
  std::ifstream index(*folder / "index.csv");
  std::string line;
  std::getline(index, line);
  int count = 0, better = 0;
  double coarse_sum = 0, alpha_sum = 0;
  while (std::getline(index, line)) {
    if (count++ % 2 != 0 && line.find("_wall") == std::string::npos) continue;
    const std::size_t comma = line.find(',');
    const std::string image = line.substr(0, comma),
                      alpha = line.substr(comma + 1, line.find(',', comma + 1) - comma - 1);
    CAPTURE(image);
    const cv::Mat bgr = PixelsOf(*folder / image);
    cv::Mat truth;
    cv::extractChannel(PixelsOf(*folder / alpha), truth, 0);
    truth.convertTo(truth, CV_32F, 1.0 / 255);
    REQUIRE(truth.size() == bgr.size());
    const FrameContext context{bgr, cv::Rect(cv::Point(0, 0), bgr.size())};
    const auto mask = FrameMask(LoadedEngine().masker, context);
    REQUIRE(mask.has_value());
    REQUIRE(mask->size() == bgr.size());
    const auto matte = ComputeMatte(LoadedEngine().masker, context, *mask, {});
    REQUIRE(matte.has_value());
    double least = 0, most = 0;
    cv::minMaxLoc(matte->alpha, &least, &most);
    CHECK(least >= 0);
    CHECK(most <= 1);
    CHECK(matte->trust.ambiguous_percent >= 0);
    CHECK(matte->trust.mirror_percent >= 0);
    const double coarse_error = MeanAbsolute(matte->coarse, truth),
                 alpha_error = MeanAbsolute(matte->alpha, truth);
    coarse_sum += coarse_error;
    alpha_sum += alpha_error;
    better += alpha_error < coarse_error ? 1 : -1;
    CHECK(alpha_error < 0.1);

    const cv::Vec3b blue(255, 197, 100);
    const cv::Mat result = Composite(*matte, bgr, blue);
    for (int y = 0; y < bgr.rows; ++y) {
      for (int x = 0; x < bgr.cols; ++x) {
        const float a = matte->alpha.at<float>(y, x);
        if (a == 0) REQUIRE(result.at<cv::Vec3b>(y, x) == blue);
        if (a == 1) REQUIRE(result.at<cv::Vec3b>(y, x) == bgr.at<cv::Vec3b>(y, x));
      }
    }
  }
  CHECK(count == 46);
  CHECK(alpha_sum < 0.9 * coarse_sum);
  CHECK(better > 20);
}

TEST_CASE("data: what the caller calls face stays foreground; a frame inside its context keeps its size") {
  const auto folder = SharedData("matting");
  if (!folder) return;
  const auto files = gradphoto::testing::FilesIn(*folder / "image", ".jpg");
  REQUIRE_FALSE(files.empty());
  const cv::Mat bgr = PixelsOf(files.front());
  const FrameContext context{bgr, cv::Rect(16, 0, bgr.cols - 32, bgr.rows - 40)};
  const auto mask = FrameMask(LoadedEngine().masker, context);
  REQUIRE(mask.has_value());
  CHECK(mask->size() == context.frame.size());
  const std::vector<cv::Point> corner = {{0, 0}, {40, 0}, {40, 40}, {0, 40}};
  const auto matte = ComputeMatte(LoadedEngine().masker, context, *mask, corner);
  REQUIRE(matte.has_value());
  CHECK(matte->alpha.size() == context.frame.size());
  CHECK(cv::countNonZero(matte->alpha(cv::Rect(5, 5, 30, 30)) == 1) == 900);
}

TEST_CASE("an empty wall has no person on it") {
  const cv::Mat wall = Flat({480, 640}, {230, 230, 230});
  const FrameContext context{wall, cv::Rect(0, 0, 480, 640)};
  const auto mask = FrameMask(LoadedEngine().masker, context);
  REQUIRE(mask.has_value());
  double least = 0, most = 0;
  cv::minMaxLoc(*mask, &least, &most);
  CHECK(least >= 0);
  CHECK(most <= 1);
  CHECK(cv::mean(*mask)[0] < 0.2);
}
