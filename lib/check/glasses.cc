// SPDX-License-Identifier: Apache-2.0
#include "lib/check/glasses.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace gradphoto::check {
namespace {

// Absolute vertical steps of log luminance. The floor keeps sensor noise in black from counting as contrast.
cv::Mat VerticalSteps(const cv::Mat& luminance) {
  constexpr double kFloor = 0.01, kSmooth = 1.2;
  constexpr int kReach = 2;
  cv::Mat logarithm = luminance + kFloor;
  cv::log(logarithm, logarithm);
  cv::GaussianBlur(logarithm, logarithm, cv::Size(0, 0), kSmooth);
  cv::Mat steps = cv::Mat::zeros(logarithm.size(), CV_32F);
  cv::absdiff(logarithm.rowRange(2 * kReach, logarithm.rows),
              logarithm.rowRange(0, logarithm.rows - 2 * kReach),
              steps.rowRange(kReach, logarithm.rows - kReach));
  return steps;
}

// The contrast of the best line from the left to the right end of a zone (ends in patch px, clipped): the path
// with the greatest sum of steps that climbs at most one row per column, found by dynamic programming, and of
// its values the 20th percentile.
double LineContrast(const cv::Mat& steps, double x0, double x1, double y0, double y1) {
  const cv::Rect zone = cv::Rect(cv::Point(static_cast<int>(x0), static_cast<int>(y0)),
                                 cv::Point(static_cast<int>(x1) + 1, static_cast<int>(y1))) &
                        cv::Rect(0, 0, steps.cols, steps.rows);
  if (zone.width < 2 || zone.height < 2) return 0;
  const cv::Mat values = steps(zone);
  cv::Mat sum = values.clone(), from(values.size(), CV_32S);
  for (int x = 1; x < zone.width; ++x) {
    for (int y = 0; y < zone.height; ++y) {
      int best = y;
      for (const int other : {y - 1, y + 1}) {
        if (other < 0 || other >= zone.height) continue;
        if (sum.at<float>(other, x - 1) > sum.at<float>(best, x - 1)) best = other;
      }
      from.at<int>(y, x) = best;
      sum.at<float>(y, x) += sum.at<float>(best, x - 1);
    }
  }
  int y = 0;
  for (int row = 1; row < zone.height; ++row) {
    if (sum.at<float>(row, zone.width - 1) > sum.at<float>(y, zone.width - 1)) y = row;
  }
  std::vector<float> path;
  for (int x = zone.width - 1; x >= 0; --x) {
    path.push_back(values.at<float>(y, x));
    if (x > 0) y = from.at<int>(y, x);
  }
  return Quantile(std::move(path), 0.2);
}

}  // namespace

double GlassesContrast(const AlignedFace& face) {
  constexpr double kUnit = AlignedFace::kPupilDistance;
  constexpr int kNoseTop = 168, kNoseBridge = 6;  // Mesh points between the eyes.
  const cv::Mat steps = VerticalSteps(face.luminance);
  const auto rows = [&](double offset) { return AlignedFace::kEyeY + offset * kUnit; };
  const face::Landmarks& points = face.landmarks;
  const double nose = (points.At(kNoseTop).x + points.At(kNoseBridge).x) / 2;
  const double bridge = LineContrast(steps, nose - 0.13 * kUnit, nose + 0.13 * kUnit, rows(-0.15), rows(0.28));
  double under_eye = 0, temple = 0;
  for (const auto& [outer, inner, side] :
       {std::tuple{face::point::kLeftEyeOuter, face::point::kLeftEyeInner, -1.0},
        std::tuple{face::point::kRightEyeOuter, face::point::kRightEyeInner, 1.0}}) {
    const double corner = points.At(outer).x, middle = (corner + points.At(inner).x) / 2;
    under_eye = std::max(
        under_eye, LineContrast(steps, middle - 0.20 * kUnit, middle + 0.20 * kUnit, rows(0.26), rows(0.66)));
    const double near = corner + side * 0.16 * kUnit, far = corner + side * 0.34 * kUnit;
    temple = std::max(temple,
                      LineContrast(steps, std::min(near, far), std::max(near, far), rows(-0.35), rows(0.20)));
  }
  return std::cbrt(bridge * under_eye * temple);
}

void CheckGlasses(const Subject& subject, Sheet& sheet) {
  sheet.Measure("glasses_contrast", subject.glasses_contrast, 2);
  if (subject.standard.glasses == standard::GlassesPolicy::kForbidden) {
    sheet.Judge("GLASSES", subject.glasses_contrast, 2);
  }
}

}  // namespace gradphoto::check
