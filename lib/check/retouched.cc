// SPDX-License-Identifier: Apache-2.0
#include "lib/check/retouched.h"

#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/compression.h"
#include "lib/check/face_zones.h"
#include "lib/check/luma.h"

namespace gradphoto::check {
namespace {

constexpr double kLeastPupils_px = 70;
// Below it JPEG coding has taken the texture, and it cannot be told who did. At the scale of the measure.
constexpr double kLeastQuality = 75;

cv::Mat Blurred(const cv::Mat& luma, double sigma_px) {
  cv::Mat blurred;
  cv::GaussianBlur(luma, blurred, cv::Size(0, 0), sigma_px);
  return blurred;
}

std::vector<float> ValuesIn(const cv::Mat& band, const cv::Rect& box) {
  std::vector<float> values;
  const cv::Rect inside = box & cv::Rect({0, 0}, band.size());
  for (const float value : cv::Mat_<float>(band(inside))) values.push_back(value);
  return values;
}

// The lower quarter of the places' medians; nothing when hardly any place is seen.
std::optional<double> SkinStrength(const FacePatch& patch, const cv::Mat& luma, const cv::Mat& band) {
  constexpr double kRadius = 0.08;      // Pupil distances.
  constexpr float kBurnt_levels = 240;  // Of luma: light, not an app, has taken the texture.
  constexpr std::size_t kLeastPlaces = 20;
  const int radius = static_cast<int>(kRadius * patch.pupil_distance_px), side = 2 * radius + 1;
  std::vector<float> places;
  for (const auto& [left, right] : MirrorPairs()) {
    for (const int index : {left, right}) {
      const cv::Point2d at = patch.landmarks.At(index);
      const cv::Rect box(static_cast<int>(at.x) - radius, static_cast<int>(at.y) - radius, side, side);
      std::vector<float> values = ValuesIn(band, box);
      if (2 * values.size() < static_cast<std::size_t>(box.area())) continue;
      if (std::vector<float> light = ValuesIn(luma, box); Median(light) < kBurnt_levels)
        places.push_back(Median(values));
    }
  }
  if (places.size() < kLeastPlaces) return std::nullopt;
  return Percentile(places, 0.25);
}

// The strongest twentieth from the brows to below the lids.
double EyeStrength(const FacePatch& patch, const cv::Mat& band) {
  constexpr double kHalfWidth = 0.36, kAbove = 0.38, kHeight = 0.55;  // Pupil distances.
  const double unit = patch.pupil_distance_px;
  std::vector<float> values;
  for (const Side side : kBothSides) {
    const cv::Point2d iris = IrisCentre(patch.landmarks, side);
    const cv::Rect box(static_cast<int>(iris.x - kHalfWidth * unit), static_cast<int>(iris.y - kAbove * unit),
                       static_cast<int>(2 * kHalfWidth * unit), static_cast<int>(kHeight * unit));
    const std::vector<float> eye = ValuesIn(band, box);
    values.insert(values.end(), eye.begin(), eye.end());
  }
  return values.empty() ? 0 : Percentile(values, 0.95);
}

}  // namespace

std::optional<double> SkinTexturePercent(const FacePatch& patch) {
  if (patch.pupil_distance_px < kLeastPupils_px) return std::nullopt;
  const cv::Mat luma = LumaOf(patch.bgr);
  const cv::Mat band = cv::abs(Blurred(luma, 0.6) - Blurred(luma, 1.2));
  const auto skin = SkinStrength(patch, luma, band);
  const double eyes = EyeStrength(patch, band);
  if (!skin || eyes <= 0) return std::nullopt;
  return 100 * *skin / eyes;
}

void CheckRetouched(const Subject& subject, Sheet& sheet) {
  const auto texture = SkinTexturePercent(subject.light);
  if (!texture) return sheet.NotAssessed("RETOUCHED", "the face is too small or too bright");
  const double quality = QualityAfterScaling(subject.jpeg_quality, subject.light.scale);
  if (quality < kLeastQuality) return sheet.NotAssessed("RETOUCHED", "JPEG coding has taken the texture");
  sheet.Judge("RETOUCHED", "skin_texture_percent", *texture, 1);
}

}  // namespace gradphoto::check
