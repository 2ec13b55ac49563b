// SPDX-License-Identifier: Apache-2.0
#include "lib/check/hair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/glasses.h"

namespace gradphoto::check {
namespace {

struct BrowPoints {  // Mesh points, from the temple to the nose.
  std::array<int, 5> upper, lower;
  std::array<int, 7> lid;  // The crease of the upper lid.
};
constexpr BrowPoints kLeft = {{70, 63, 105, 66, 107}, {46, 53, 52, 65, 55}, {247, 30, 29, 27, 28, 56, 190}};
constexpr BrowPoints kRight = {
    {300, 293, 334, 296, 336}, {276, 283, 282, 295, 285}, {467, 260, 259, 257, 258, 286, 414}};

// The strip between two lines of mesh points, each moved down by some pixels.
cv::Mat Strip(const AlignedFace& face, std::span<const int> upper, double upper_shift,
              std::span<const int> lower, double lower_shift) {
  std::vector<cv::Point> outline;
  for (const int point : upper) outline.emplace_back(face.landmarks.At(point) + cv::Point2d(0, upper_shift));
  for (std::size_t i = lower.size(); i-- > 0;) {
    outline.emplace_back(face.landmarks.At(lower[i]) + cv::Point2d(0, lower_shift));
  }
  cv::Mat strip = cv::Mat::zeros(face.luminance.size(), CV_8U);
  cv::fillPoly(strip, std::vector{outline}, cv::Scalar(255));
  return strip;
}

}  // namespace

Strands MeasureStrands(const AlignedFace& face) {
  constexpr double kUnit = AlignedFace::kPupilDistance;
  constexpr double kFloor = 0.01, kSmooth = 0.8;
  constexpr int kLeftCheekFlat = 50, kRightCheekFlat = 280;
  cv::Mat logarithm = face.luminance + kFloor, steps;
  cv::log(logarithm, logarithm);
  cv::GaussianBlur(logarithm, logarithm, cv::Size(0, 0), kSmooth);
  const cv::Mat across = (cv::Mat_<float>(1, 3) << -1, 0, 1);
  cv::filter2D(logarithm, steps, CV_32F, across);
  steps = cv::abs(steps);
  double noise = 0;
  for (const int cheek : {kLeftCheekFlat, kRightCheekFlat}) {
    noise += QuantileAround(steps, face.landmarks.At(cheek), 0.12 * kUnit, 0.12 * kUnit) / 2;
  }
  const auto beyond_noise = [&](const cv::Mat& strip) {
    const double mean = cv::mean(steps, strip)[0];
    return std::sqrt(std::max(0.0, mean * mean - noise * noise));
  };
  Strands strands;
  for (const BrowPoints& side : {kLeft, kRight}) {
    strands.brows = std::max(strands.brows,
                             beyond_noise(Strip(face, side.upper, -0.17 * kUnit, side.upper, -0.05 * kUnit)));
    strands.eyes = std::max(strands.eyes, beyond_noise(Strip(face, side.lower, 0.03 * kUnit, side.lid, 0)));
  }
  return strands;
}

void CheckHair(const Subject& subject, Sheet& sheet) {
  const Strands strands = MeasureStrands(subject.aligned);
  sheet.Judge("HAIR_OVER_BROWS", "brow_strand_contrast", strands.brows, 3);
  sheet.Measure("lid_strand_contrast", strands.eyes, 3);
  // Drawn fringes behind which glasses are guessed 0.20 to 0.45; the frames of 14 real glasses on level heads
  // 0.16 at most. Of a frame that stands out plainly nobody has to guess.
  constexpr double kBrowCrossed = 0.18, kPlainFrame = 0.45;
  const bool glasses = subject.glasses_contrast >= (strands.brows < kBrowCrossed ? kGlassesSeen : kPlainFrame);
  sheet.Judge("HAIR_OVER_EYES", glasses ? std::min(strands.eyes, strands.brows) : strands.eyes, 3,
              glasses ? "of strands that cross the brow, too: glasses" : "");
}

}  // namespace gradphoto::check
