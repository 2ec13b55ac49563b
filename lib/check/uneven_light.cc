// SPDX-License-Identifier: Apache-2.0
#include "lib/check/uneven_light.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lib/base/numbers.h"

namespace gradphoto::check {

std::optional<double> SideLightStops(const FacePatch& patch, const LinearPatch& linear) {
  constexpr double kFlare = 0.003;  // Keeps black against black from counting.
  const double radius = std::max(1.0, 0.07 * patch.pupil_distance_px);
  std::vector<float> stops;
  for (const auto& [left, right] : MirrorPairs()) {
    const auto left_light = LuminanceAround(linear.luminance, patch.landmarks.At(left), radius);
    const auto right_light = LuminanceAround(linear.luminance, patch.landmarks.At(right), radius);
    if (!left_light || !right_light) continue;
    stops.push_back(static_cast<float>(std::log2((*left_light + kFlare) / (*right_light + kFlare))));
  }
  if (2 * stops.size() < MirrorPairs().size()) return std::nullopt;
  return Percentile(stops, 0.5);
}

void CheckUnevenLight(const Subject& subject, Sheet& sheet) {
  constexpr double kFarSideSeen_deg = 30;  // Beyond it the far cheek is a rim.
  if (std::abs(subject.head.pose.yaw_deg) > kFarSideSeen_deg) {
    return sheet.NotAssessed("UNEVEN_LIGHT", "the head is turned too far to compare its halves");
  }
  const auto stops = SideLightStops(subject.light, ToLinear(subject.light.bgr));
  if (!stops) return sheet.NotAssessed("UNEVEN_LIGHT", "part of the face is outside the picture");
  sheet.Judge("UNEVEN_LIGHT", "side_light_stops", std::abs(*stops), 2, *stops < 0 ? "left" : "right");
}

}  // namespace gradphoto::check
