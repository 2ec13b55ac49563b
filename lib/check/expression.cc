// SPDX-License-Identifier: Apache-2.0
#include "lib/check/expression.h"

#include <algorithm>

namespace gradphoto::check {

double SmileRatio(const face::Landmarks& landmarks) {
  using namespace face::point;
  const cv::Point2d eyes = landmarks.At(kRightPupil) - landmarks.At(kLeftPupil);
  const double pupils = cv::norm(eyes);
  if (pupils <= 0) return 0;
  const cv::Point2d left = landmarks.At(kLeftMouthCorner), right = landmarks.At(kRightMouthCorner);
  const cv::Point2d middle = (landmarks.At(kUpperLipInner) + landmarks.At(kLowerLipInner)) / 2;
  const double rise =
      eyes.cross(middle - (left + right) / 2) / (pupils * pupils);  // Along the face's own down.
  return cv::norm(right - left) / pupils + rise;
}

double TeethRatio(const FacePatch& patch, const LinearPatch& linear) {
  constexpr double kLessRed = 0.02, kBright = 0.35;
  const auto redness = [](const cv::Vec3d& rgb) { return rgb[0] / std::max(rgb[0] + rgb[1] + rgb[2], 1e-4); };
  const cv::Vec3d skin = SkinColour(patch, linear);
  const double skin_redness = redness(skin), skin_luminance = Luminance(skin);
  const cv::Mat mouth = MouthOpeningMask(patch);
  int teeth = 0;
  for (int y = 0; y < mouth.rows; ++y) {
    for (int x = 0; x < mouth.cols; ++x) {
      if (mouth.at<unsigned char>(y, x) == 0) continue;
      const cv::Vec3d rgb(linear.rgb.at<cv::Vec3f>(y, x));
      if (redness(rgb) < skin_redness - kLessRed && Luminance(rgb) > kBright * skin_luminance) ++teeth;
    }
  }
  return teeth / std::max(1.0, patch.pupil_distance_px * patch.pupil_distance_px);
}

void CheckExpression(const Subject& subject, Sheet& sheet) {
  sheet.Judge("EXPRESSION", "smile_ratio", SmileRatio(subject.head.landmarks), 3);
  // Closed lips are a line of a pixel or two, in which wet light passes for teeth.
  constexpr double kClosedLips = 0.02;  // Lip gap, see face/features.h.
  const double teeth =
      subject.head.lip_gap < kClosedLips ? 0 : TeethRatio(subject.light, ToLinear(subject.light.bgr));
  sheet.Judge("TEETH_SHOWN", "teeth_ratio", teeth, 3);
}

}  // namespace gradphoto::check
