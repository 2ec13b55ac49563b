// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/embedder.h"

#include <cmath>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

namespace gradphoto::compare {
namespace {

using face::point::kLeftMouthCorner, face::point::kLeftPupil, face::point::kRightMouthCorner,
    face::point::kRightPupil;

// The five points of ArcFace, which are centres of pixels, `scale` times as large, turned and moved.
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
  put({kLeftPupil}, 38.2946, 51.6963);
  put({kRightPupil}, 73.5318, 51.5014);
  put({1, 4}, 56.0252, 71.7366);
  put({kLeftMouthCorner}, 41.5493, 92.3655);
  put({kRightMouthCorner}, 70.7299, 92.2041);
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
  for (const double scale : {0.3, 1.0, 2.2, 5.0}) {
    for (const double turn : {0.0, 17.0, -35.0, 180.0}) {
      CAPTURE(scale);
      CAPTURE(turn);
      const Made made = Make(scale, turn);
      const double tolerance = scale < 1 ? 0.5 : 0.25;  // A dot of 2 px has no exact middle.
      const cv::Mat aligned = AlignFace(made.picture, made.landmarks);
      REQUIRE(aligned.size() == cv::Size(112, 112));
      REQUIRE(aligned.type() == CV_8UC3);
      for (const auto& [x, y] : {std::pair(38.2946, 51.6963),
                                 {73.5318, 51.5014},
                                 {56.0252, 71.7366},
                                 {41.5493, 92.3655},
                                 {70.7299, 92.2041}}) {
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
  const cv::Mat aligned = AlignFace(cut, made.landmarks);
  CHECK(cv::countNonZero(aligned.row(111).reshape(1)) == 0);
  CHECK(aligned.at<cv::Vec3b>(20, 20)[0] > 150);
  for (cv::Point3d& point : made.landmarks.points) point.x += 100'000;
  CHECK(cv::norm(AlignFace(made.picture, made.landmarks), cv::NORM_INF) == 0);
}

}  // namespace gradphoto::compare
