// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/align.h"

#include <array>
#include <cmath>
#include <utility>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

namespace gradphoto::compare {
namespace {

using face::point::kLeftMouthCorner, face::point::kLeftPupil, face::point::kRightMouthCorner,
    face::point::kRightPupil;

// The mean of ArcFace's five points and of their mirror image, centres of pixels.
constexpr std::array<std::array<double, 2>, 5> kPlaces = {
    {{37.8814, 51.5989}, {73.1186, 51.5989}, {55.5, 71.7366}, {40.9097, 92.2848}, {70.0903, 92.2848}}};

// These points `scale` times as large, turned and moved.
struct Made {
  cv::Mat picture;
  face::Landmarks landmarks;
};

Made Make(double scale, double turn_deg) {
  const double c = scale * std::cos(turn_deg * CV_PI / 180), s = scale * std::sin(turn_deg * CV_PI / 180);
  const auto place = [&](double x, double y) {
    return cv::Point2d(8 * scale * 40 / 3 + c * (x - 56) - s * (y - 56),
                       8 * scale * 40 / 3 + s * (x - 56) + c * (y - 56));
  };
  Made made;
  const int side = static_cast<int>(8 * scale * 80 / 3);
  made.picture = cv::Mat(side, side, CV_8UC3, cv::Scalar(200, 200, 200));
  const auto put = [&](std::initializer_list<int> indices, double x, double y) {
    const cv::Point2d at = place(x, y);  // Of an edge-based point: the dot's middle.
    for (const int index : indices) made.landmarks.points[static_cast<std::size_t>(index)] = {at.x, at.y, 0};
    cv::circle(made.picture, cv::Point(cvRound((at.x - 0.5) * 16), cvRound((at.y - 0.5) * 16)),
               cvRound(3 * scale * 16), cv::Scalar(20, 20, 20), cv::FILLED, cv::LINE_AA, 4);
  };
  put({kLeftPupil}, kPlaces[0][0], kPlaces[0][1]);
  put({kRightPupil}, kPlaces[1][0], kPlaces[1][1]);
  put({1, 4}, kPlaces[2][0], kPlaces[2][1]);
  put({kLeftMouthCorner}, kPlaces[3][0], kPlaces[3][1]);
  put({kRightMouthCorner}, kPlaces[4][0], kPlaces[4][1]);
  return made;
}

// Middle of the dark pixels within 8 px of (x, y), in centre coordinates.
cv::Point2d DotNear(const cv::Mat& aligned, double x, double y) {
  double weight = 0;
  cv::Point2d sum;
  for (int row = 0; row < aligned.rows; ++row) {
    for (int column = 0; column < aligned.cols; ++column) {
      if (std::hypot(column - x, row - y) > 8) continue;
      const double dark = 200 - aligned.at<cv::Vec3b>(row, column)[1];
      weight += dark;
      sum += dark * cv::Point2d(column, row);
    }
  }
  REQUIRE(weight > 500);
  return sum / weight;
}

}  // namespace

TEST_CASE("pupils, nose and mouth come to their places at any size and angle") {
  for (const double scale : {0.3, 1.0, 2.2, 5.0, 11.0}) {
    for (const double turn : {0.0, 17.0, -35.0, 180.0}) {
      CAPTURE(scale);
      CAPTURE(turn);
      const Made made = Make(scale, turn);
      const double tolerance = scale < 1 ? 0.7 : 0.25;  // A dot of 2 px has no exact middle.
      const cv::Mat aligned = AlignFace(made.picture, PointsOf(made.landmarks));
      REQUIRE(aligned.size() == cv::Size(112, 112));
      REQUIRE(aligned.type() == CV_8UC3);
      for (const auto& [x, y] : kPlaces) {
        const cv::Point2d dot = DotNear(aligned, x, y);
        CHECK(std::abs(dot.x - x) < tolerance);
        CHECK(std::abs(dot.y - y) < tolerance);
      }
    }
  }
}

TEST_CASE("a face that leaves the photo is completed with black, one outside gives black") {
  Made made = Make(4, 0);
  const cv::Mat cut = made.picture(cv::Rect(0, 0, made.picture.cols, made.picture.rows / 2)).clone();
  const cv::Mat aligned = AlignFace(cut, PointsOf(made.landmarks));
  CHECK(cv::countNonZero(aligned.row(111).reshape(1)) == 0);
  CHECK(aligned.at<cv::Vec3b>(20, 20)[0] > 150);
  for (cv::Point3d& point : made.landmarks.points) point.x += 100'000;
  CHECK(cv::norm(AlignFace(made.picture, PointsOf(made.landmarks)), cv::NORM_INF) == 0);
}

TEST_CASE("the mirror image of a photo gives the mirror image of its face") {
  for (const double scale : {0.5, 2.2, 9.0}) {
    CAPTURE(scale);
    const Made made = Make(scale, 11);
    cv::Mat mirrored;
    cv::flip(made.picture, mirrored, 1);
    FacePoints points = PointsOf(made.landmarks);
    const cv::Mat aligned = AlignFace(made.picture, points);
    for (cv::Point2d& point : points) point.x = mirrored.cols - point.x;
    std::swap(points[0], points[1]);
    std::swap(points[3], points[4]);
    cv::Mat back;
    cv::flip(AlignFace(mirrored, points), back, 1);
    CHECK(cv::norm(aligned, back, cv::NORM_INF) <= 6);
  }
}

}  // namespace gradphoto::compare
