// SPDX-License-Identifier: Apache-2.0
#include "lib/check/glare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/check/face_zones.h"
#include "lib/check/glasses.h"

namespace gradphoto::check {
namespace {

// Share of the iris between the lids that is lit, in percent; 0 of an eye too narrow to see it. `opening` is
// CV_8U, 255 between the lids.
double LitIrisPercent(const AlignedFace& face, Side side, const cv::Mat& opening) {
  constexpr double kLit = 0.25;    // Linear light.
  constexpr double kCold = 0.15;   // Linear light by which blue or green is above red.
  constexpr double kInside = 0.8;  // Of the radius: the limbus is soft.
  constexpr int kLeastPixels = 20;
  cv::Mat iris = cv::Mat::zeros(opening.size(), CV_8U);
  cv::circle(iris, cv::Point(IrisCentre(face.landmarks, side)),
             static_cast<int>(std::lround(kInside * IrisRadius(face.landmarks, side))), cv::Scalar(255),
             cv::FILLED);
  iris &= opening;
  const int area = cv::countNonZero(iris);
  if (area < kLeastPixels) return 0;
  cv::Mat linear;
  cv::cvtColor(face.lab, linear, cv::COLOR_Lab2LBGR);
  std::array<cv::Mat, 3> bgr;
  cv::split(linear, bgr);
  const cv::Mat lit = (face.luminance > kLit) | (cv::max(bgr[0], bgr[1]) - bgr[2] > kCold);
  return 100.0 * cv::countNonZero(lit & iris) / area;
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
  for (const Side side : kBothSides) {
    const auto rim = EyeRim(side);
    const cv::Point2d eye = (face.landmarks.At(rim[0]) + face.landmarks.At(rim[8])) / 2;
    cv::Mat lens = cv::Mat::zeros(face.luminance.size(), CV_8U), opening = lens.clone();
    cv::ellipse(lens, cv::Point(eye + cv::Point2d(0, 0.04 * kUnit)),
                cv::Size(cv::Size2d(0.34 * kUnit, 0.26 * kUnit)), 0, 0, 360, cv::Scalar(255), cv::FILLED);
    std::vector<cv::Point> outline;
    for (const int point : rim) outline.emplace_back(face.landmarks.At(point));
    cv::fillPoly(opening, std::vector{outline}, cv::Scalar(255));
    worst = std::max(worst, kIrisWeight * LitIrisPercent(face, side, opening));
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
