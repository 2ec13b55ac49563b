// SPDX-License-Identifier: Apache-2.0
#include "lib/check/exposure.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"

namespace gradphoto::check {
namespace {

std::vector<float> Under(const cv::Mat& luminance, const cv::Mat& mask) {
  std::vector<float> values;
  for (int y = 0; y < luminance.rows; ++y) {
    for (int x = 0; x < luminance.cols; ++x) {
      if (mask.at<unsigned char>(y, x) != 0) values.push_back(luminance.at<float>(y, x));
    }
  }
  return values;
}

// Both eyes with lids and lashes.
std::vector<float> AroundEyes(const FacePatch& patch, const cv::Mat& luminance) {
  const cv::Size half(static_cast<int>(0.3 * patch.pupil_distance_px),
                      static_cast<int>(0.2 * patch.pupil_distance_px));
  std::vector<float> values;
  for (const Side side : kBothSides) {
    const cv::Point centre(IrisCentre(patch.landmarks, side));
    const cv::Rect box = cv::Rect(centre - cv::Point(half), cv::Size(2 * half.width, 2 * half.height)) &
                         cv::Rect(0, 0, luminance.cols, luminance.rows);
    if (box.empty()) continue;
    const cv::Mat_<float> part(luminance(box));
    values.insert(values.end(), part.begin(), part.end());
  }
  return values;
}

}  // namespace

Clipping MeasureClipping(const cv::Mat& bgr, const cv::Mat& mask) {
  constexpr double kBlack = 0.01;
  constexpr int kClipped = 250;
  const LinearPatch linear = ToLinear(bgr);
  std::vector<float> luminances;
  std::size_t black = 0, clipped = 0;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = 0; x < bgr.cols; ++x) {
      if (mask.at<unsigned char>(y, x) == 0) continue;
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      luminances.push_back(linear.luminance.at<float>(y, x));
      if (luminances.back() < kBlack) ++black;
      if ((pixel[0] >= kClipped) + (pixel[1] >= kClipped) + (pixel[2] >= kClipped) >= 2) ++clipped;
    }
  }
  Clipping clipping;
  if (luminances.empty()) return clipping;
  const double count = static_cast<double>(luminances.size());
  clipping.black_percent = 100 * static_cast<double>(black) / count;
  clipping.clipped_percent = 100 * static_cast<double>(clipped) / count;
  clipping.median_luminance = Percentile(luminances, 0.5);
  return clipping;
}

double ClippedWhitesPercent(const FacePatch& patch) {
  constexpr double kOutsideIris = 1.15;  // The limbus is soft.
  constexpr int kLeastPixels = 30;
  double least = 100;
  for (const Side side : kBothSides) {
    cv::Mat whites = EyeOpeningMask(patch, side);
    cv::circle(whites, cv::Point(IrisCentre(patch.landmarks, side)),
               static_cast<int>(std::ceil(kOutsideIris * IrisRadius(patch.landmarks, side))), cv::Scalar(0),
               cv::FILLED);
    if (cv::countNonZero(whites) < kLeastPixels) return 0;
    const cv::Rect box = cv::boundingRect(whites);
    least = std::min(least, MeasureClipping(patch.bgr(box), whites(box)).clipped_percent);
  }
  return least;
}

double FaceWhitePercent(const FacePatch& patch, const LinearPatch& linear) {
  constexpr double kBright = 0.95;
  std::vector<float> face = Under(linear.luminance, patch.mask);
  std::vector<float> eyes =
      Under(linear.luminance, EyeOpeningMask(patch, Side::kLeft) | EyeOpeningMask(patch, Side::kRight));
  const double brightest = std::max(face.empty() ? 0.0f : Percentile(face, kBright),
                                    eyes.empty() ? 0.0f : Percentile(eyes, kBright));
  return 100 * brightest;
}

double ContrastStops(const FacePatch& patch, const LinearPatch& linear) {
  constexpr double kDark = 0.01, kDarkest = 0.0008;  // The latter is sRGB 3: compression noise in black.
  std::vector<float> eyes = AroundEyes(patch, linear.luminance);
  const double white = FaceWhitePercent(patch, linear) / 100;
  if (eyes.empty() || white <= 0) return 0;
  return std::log2(std::max(white, kDarkest) / std::max<double>(Percentile(eyes, kDark), kDarkest));
}

void CheckExposure(const Subject& subject, Sheet& sheet) {
  constexpr double kMostOfWhites =
      15;  // Percent: glare on both lenses has more, so the eyes alone refuse nobody.
  const FacePatch& patch = subject.light;
  const LinearPatch linear = ToLinear(patch.bgr);
  const Clipping clipping = MeasureClipping(patch.bgr, patch.mask);
  sheet.Measure("median_luminance", clipping.median_luminance, 3);
  sheet.Measure("black_percent", clipping.black_percent, 2);
  sheet.Judge("UNDEREXPOSED", "face_white_percent", FaceWhitePercent(patch, linear), 1);
  const double all_whites = ClippedWhitesPercent(patch), whites = std::min(kMostOfWhites, all_whites);
  sheet.Measure("clipped_percent", clipping.clipped_percent, 2);
  sheet.Measure("clipped_whites_percent", all_whites, 2);
  sheet.Judge("OVEREXPOSED", std::max(clipping.clipped_percent, whites), 2,
              whites > clipping.clipped_percent ? "the whites of the eyes" : "");
  sheet.Judge("LOW_CONTRAST", "contrast_stops", ContrastStops(patch, linear), 2);
}

}  // namespace gradphoto::check
