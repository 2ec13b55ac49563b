// SPDX-License-Identifier: Apache-2.0
#include "lib/check/red_eye.h"

#include <algorithm>

namespace gradphoto::check {
namespace {

constexpr double kClosed = 0.10;  // Lid opening over eye width; see face/features.h.

}  // namespace

std::optional<double> RedPupilPercent(const FacePatch& patch, const LinearPatch& linear) {
  constexpr double kInner = 0.75, kLeastRadius_px = 3, kLeastRed = 0.2, kRedder = 2.0, kNoise = 0.003;
  constexpr int kLeastPixels = 9;
  const cv::Vec3d skin = SkinColour(patch, linear);
  const double skin_redness = skin[0] / std::max({skin[1], skin[2], kNoise});
  std::optional<double> less;
  for (const Side side : kBothSides) {
    const cv::Point2d centre = IrisCentre(patch.landmarks, side);
    const double radius = IrisRadius(patch.landmarks, side);
    if (radius < kLeastRadius_px) continue;
    const cv::Mat opening = EyeOpeningMask(patch, side);
    int seen = 0, red = 0;
    for (int y = 0; y < opening.rows; ++y) {
      for (int x = 0; x < opening.cols; ++x) {
        if (opening.at<unsigned char>(y, x) == 0) continue;
        if (cv::norm(cv::Point2d(x + 0.5, y + 0.5) - centre) > kInner * radius) continue;
        const cv::Vec3d rgb(linear.rgb.at<cv::Vec3f>(y, x));
        ++seen;
        if (rgb[0] > kLeastRed * skin[0] &&
            rgb[0] > kRedder * skin_redness * std::max({rgb[1], rgb[2], kNoise}))
          ++red;
      }
    }
    if (seen >= kLeastPixels) less = std::min(less.value_or(100), 100.0 * red / seen);
  }
  return less;
}

void CheckRedEye(const Subject& subject, Sheet& sheet) {
  if (subject.head.eye_opening < kClosed) return sheet.NotAssessed("RED_EYE", "the eyes are closed");
  const auto red = RedPupilPercent(subject.light, ToLinear(subject.light.bgr));
  if (!red) return sheet.NotAssessed("RED_EYE", "the pupils are too small in the photo");
  sheet.Judge("RED_EYE", "red_pupil_percent", *red, 1);
}

}  // namespace gradphoto::check
