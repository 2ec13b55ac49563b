// SPDX-License-Identifier: Apache-2.0
#include "lib/check/glare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/glasses.h"

namespace gradphoto::check {
namespace {

// The rims of the lids. Source: MediaPipe's face mesh connections, LEFT_EYE and RIGHT_EYE (Apache-2.0).
using EyeRim = std::array<int, 16>;
constexpr EyeRim kLeftRim = {33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246};
constexpr EyeRim kRightRim = {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466};

// Share of the iris between the lids that is lit, in percent; 0 of an eye too narrow to see it. `opening` is
// CV_8U, 255 between the lids.
double LitIrisPercent(const AlignedFace& face, int pupil, const cv::Mat& opening) {
  constexpr double kLit = 0.25;    // Linear light.
  constexpr double kInside = 0.8;  // Of the radius: the limbus is soft.
  constexpr int kLeastPixels = 20;
  const cv::Point2d centre = face.landmarks.At(pupil);
  double radius = 0;
  for (int i = 1; i <= 4; ++i) radius += cv::norm(face.landmarks.At(pupil + i) - centre) / 4;
  cv::Mat iris = cv::Mat::zeros(opening.size(), CV_8U);
  cv::circle(iris, cv::Point(centre), static_cast<int>(std::lround(kInside * radius)), cv::Scalar(255),
             cv::FILLED);
  iris &= opening;
  const int area = cv::countNonZero(iris);
  if (area < kLeastPixels) return 0;
  return 100.0 * cv::countNonZero((face.luminance > kLit) & iris) / area;
}

}  // namespace

double GlarePercent(const AlignedFace& face) {
  constexpr double kUnit = AlignedFace::kPupilDistance;
  constexpr double kWhite = 0.85, kBright = 0.55, kOverSkin = 1.6;
  constexpr double kIrisWeight = 1 / 6.0;
  constexpr int kLeftCheekFlat = 50, kRightCheekFlat = 280;
  double skin = 0;
  for (const int cheek : {kLeftCheekFlat, kRightCheekFlat}) {
    skin = std::max(skin, QuantileAround(face.luminance, face.landmarks.At(cheek), 0.12 * kUnit, 0.12 * kUnit));
  }
  const double least = std::min(kWhite, std::max(kBright, kOverSkin * skin));
  double worst = 0;
  for (const auto& [rim, pupil] :
       {std::pair{kLeftRim, face::point::kLeftPupil}, std::pair{kRightRim, face::point::kRightPupil}}) {
    const cv::Point2d eye = (face.landmarks.At(rim[0]) + face.landmarks.At(rim[8])) / 2;
    cv::Mat lens = cv::Mat::zeros(face.luminance.size(), CV_8U), opening = lens.clone();
    cv::ellipse(lens, cv::Point(eye + cv::Point2d(0, 0.04 * kUnit)),
                cv::Size(cv::Size2d(0.34 * kUnit, 0.26 * kUnit)), 0, 0, 360, cv::Scalar(255), cv::FILLED);
    std::vector<cv::Point> outline;
    for (const int point : rim) outline.emplace_back(face.landmarks.At(point));
    cv::fillPoly(opening, std::vector{outline}, cv::Scalar(255));
    worst = std::max(worst, kIrisWeight * LitIrisPercent(face, pupil, opening));
    cv::dilate(opening, opening, cv::Mat::ones(5, 5, CV_8U));
    lens.setTo(0, opening);
    const int area = cv::countNonZero(lens);
    if (area == 0) continue;
    worst = std::max(worst, 100.0 * cv::countNonZero((face.luminance > least) & lens) / area);
  }
  return worst;
}

void CheckGlare(const Subject& subject, Sheet& sheet) {
  const bool glasses = subject.glasses_contrast >= kGlassesSeen;
  sheet.Judge("GLASSES_GLARE", "lens_glare_percent", glasses ? GlarePercent(subject.aligned) : 0.0, 1,
              glasses ? "" : "no glasses seen");
}

}  // namespace gradphoto::check
