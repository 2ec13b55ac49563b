// SPDX-License-Identifier: Apache-2.0
#include "lib/check/shoulders.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace gradphoto::check {
namespace {

// The upper end of the person in a column, going up from the lower edge; the edge itself where the column
// begins with background.
int UpperEnd(const cv::Mat& person, int x) {
  int y = person.rows;
  while (y > 0 && person.at<float>(y - 1, x) >= 0.5f) --y;
  return y;
}

}  // namespace

std::optional<ShoulderLine> MeasureShoulders(const cv::Mat& person, const ShoulderPlace& place) {
  constexpr double kNearest = 0.80, kStep = 0.025;  // Face widths from the middle.
  constexpr double kAboveChin = 0.1;                // Face widths; shoulders that are drawn up.
  constexpr int kPlaces = 15;                       // As far out as 1.15.
  constexpr std::size_t kLeastPlaces = 5;
  constexpr int kLeastSeen = 3;  // Of them with both shoulders in the frame.
  std::vector<double> angles;
  int seen = 0;
  for (int step = 0; step < kPlaces; ++step) {
    const double out = (kNearest + step * kStep) * place.face_width;
    const int left = static_cast<int>(std::floor(place.mid_x - out));
    const int right = static_cast<int>(std::floor(place.mid_x + out));
    if (left < 2 || right > person.cols - 3) break;
    const int left_end = UpperEnd(person, left), right_end = UpperEnd(person, right);
    const double highest = place.chin_y - kAboveChin * place.face_width;
    if (left_end < highest || right_end < highest) continue;
    const bool left_seen = left_end < person.rows, right_seen = right_end < person.rows;
    if (!left_seen && !right_seen) continue;
    seen += left_seen && right_seen ? 1 : 0;
    angles.push_back(std::atan2(right_end - left_end, right - left) * 180 / std::numbers::pi);
  }
  if (angles.size() < kLeastPlaces || seen < kLeastSeen) return std::nullopt;
  std::ranges::sort(angles);
  return ShoulderLine{angles[angles.size() / 2], angles.back() - angles.front()};
}

void CheckShoulders(const Subject& subject, Sheet& sheet) {
  constexpr double kLargestSpread_deg = 5;  // Above it the two outlines are not those of shoulders.
  if (!subject.frame) return sheet.NotAssessed("SHOULDERS_UNEVEN", "the frame leaves the photo");
  const geometry::FaceAnchors& anchors = subject.head.anchors;
  const cv::Point2d chin = subject.plan.OutputFromSource({anchors.MidX(), anchors.chin.y});
  const auto line =
      MeasureShoulders(subject.frame->person, {chin.x, anchors.FaceWidth() * subject.plan.scale, chin.y});
  if (!line || line->spread_deg > kLargestSpread_deg) {
    return sheet.NotAssessed("SHOULDERS_UNEVEN", "the outline of the shoulders is not seen on both sides");
  }
  sheet.Judge("SHOULDERS_UNEVEN", "shoulders_deg", line->angle_deg, 1);
}

}  // namespace gradphoto::check
