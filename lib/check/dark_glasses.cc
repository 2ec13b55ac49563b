// SPDX-License-Identifier: Apache-2.0
#include "lib/check/dark_glasses.h"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/image/color.h"

namespace gradphoto::check {
namespace {

constexpr double kDarkRatio = 0.28;  // 100 portraits measure 0.287 at least: deep eye sockets are dark, too.
constexpr double kOpenLids = 0.15;  // From research: with the eye net below 6 this flags 90 % of sunglasses and
constexpr double kOpenMargin = 6;   // 8 % of open eyes, which the darkness then tells apart.
constexpr int kLeftCheekFlat = 50, kRightCheekFlat = 280;  // Mesh points on the flat of the cheeks.

double MedianLuminance(const cv::Mat& bgr, const cv::Point2d& centre, double half_width, double half_height) {
  const cv::Rect wanted(cv::Point(centre - cv::Point2d(half_width, half_height)),
                        cv::Point(centre + cv::Point2d(half_width, half_height)));
  const cv::Rect inside = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (inside.empty()) return 0;
  cv::Mat cells;
  cv::resize(bgr(inside), cells, cv::Size(16, 12), 0, 0, cv::INTER_AREA);
  std::vector<double> values;
  for (const cv::Vec3b& pixel : cv::Mat_<cv::Vec3b>(cells)) {
    values.push_back(image::LuminanceFromSrgb({double(pixel[2]), double(pixel[1]), double(pixel[0])}));
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double AroundEye(const cv::Mat& bgr, const cv::Point2d& first_corner, const cv::Point2d& second_corner) {
  const double width = cv::norm(first_corner - second_corner);
  // Slightly below the eye: there a lens is in front of bare skin.
  const cv::Point2d centre = (first_corner + second_corner) / 2 + cv::Point2d(0, 0.15 * width);
  return MedianLuminance(bgr, centre, 0.6 * width, 0.4 * width);
}

}  // namespace

LensSigns LookForDarkLenses(const cv::Mat& bgr, const face::Landmarks& landmarks, double eye_opening,
                            double open_margin) {
  const double pupils =
      cv::norm(landmarks.At(face::point::kRightPupil) - landmarks.At(face::point::kLeftPupil));
  const double reach = 0.15 * pupils;
  const double cheeks = std::max(MedianLuminance(bgr, landmarks.At(kLeftCheekFlat), reach, reach),
                                 MedianLuminance(bgr, landmarks.At(kRightCheekFlat), reach, reach));
  const double eyes = std::max(
      AroundEye(bgr, landmarks.At(face::point::kLeftEyeOuter), landmarks.At(face::point::kLeftEyeInner)),
      AroundEye(bgr, landmarks.At(face::point::kRightEyeInner), landmarks.At(face::point::kRightEyeOuter)));
  LensSigns signs;
  if (cheeks <= 0) return signs;
  signs.darkness_ratio = eyes / cheeks;
  signs.dark_lenses =
      signs.darkness_ratio < kDarkRatio && eye_opening >= kOpenLids && open_margin < kOpenMargin;
  return signs;
}

void CheckDarkGlasses(const Subject& subject, Sheet& sheet) {
  const LensSigns lenses = LookForDarkLenses(subject.source, subject.head.landmarks, subject.head.eye_opening,
                                             subject.head.eye_open_margin);
  sheet.Measure("lens_darkness_ratio", lenses.darkness_ratio, 3);
  sheet.PassOrFail("DARK_GLASSES", !lenses.dark_lenses);
}

}  // namespace gradphoto::check
