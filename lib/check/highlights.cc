// SPDX-License-Identifier: Apache-2.0
#include "lib/check/highlights.h"

#include <algorithm>
#include <vector>

#include "lib/base/numbers.h"

namespace gradphoto::check {

double HighlightPercent(const FacePatch& patch, const LinearPatch& linear) {
  constexpr float kNearlyWhite = 0.7f, kWhite = 0.9f;  // On a very pale face one stop more does not exist.
  const cv::Mat skin = SkinMask(patch);
  std::vector<float> values;
  for (int y = 0; y < skin.rows; ++y) {
    for (int x = 0; x < skin.cols; ++x) {
      if (skin.at<unsigned char>(y, x) != 0) values.push_back(linear.luminance.at<float>(y, x));
    }
  }
  if (values.empty()) return 0;
  const float limit = std::clamp(2 * Percentile(values, 0.5), kNearlyWhite, kWhite);
  const auto shining = std::ranges::count_if(values, [&](float value) { return value > limit; });
  return 100.0 * static_cast<double>(shining) / static_cast<double>(values.size());
}

void CheckHighlights(const Subject& subject, Sheet& sheet) {
  sheet.Judge("HIGHLIGHTS", "highlight_percent", HighlightPercent(subject.light, ToLinear(subject.light.bgr)),
              2);
}

}  // namespace gradphoto::check
