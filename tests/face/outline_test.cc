// SPDX-License-Identifier: Apache-2.0
#include "lib/face/outline.h"

#include <set>
#include <utility>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

using gradphoto::face::FaceOutline;
using gradphoto::face::Landmarks;

TEST_CASE("the outline has 36 different points; shrinking moves each towards the centre by its share") {
  Landmarks face;
  for (std::size_t i = 0; i < face.points.size(); ++i) {
    face.points[i] = {static_cast<double>(i * 37 % 479), static_cast<double>(i * 91 % 479), 0};
  }
  const auto whole = FaceOutline(face, 1.0), half = FaceOutline(face, 0.5);
  REQUIRE(whole.size() == 36);
  REQUIRE(half.size() == 36);
  CHECK(whole.front() == face.At(10));
  std::set<std::pair<double, double>> different;
  cv::Point2d centre;
  for (const cv::Point2d& point : whole) {
    different.emplace(point.x, point.y);
    centre += point / 36.0;
  }
  CHECK(different.size() == 36);
  for (std::size_t i = 0; i < 36; ++i) {
    CHECK(cv::norm(half[i] - (whole[i] + centre) / 2) < 1e-9);
  }
}
