// SPDX-License-Identifier: Apache-2.0
// Plans the crop of an ID photo: the scale and shift that put eyes, crown, face... into the windows of a
// standard. Arithmetic only: no pixels, files or models. Scale and shift only, never a rotation or a mirror:
// the standard forbids both, so a tilted head is reported elsewhere and never levelled.
//
// Every placement value is linear in the scale s and the shift u = s * y0 (an eye line at source row y lands at
// s * y - u), so each window is a pair of half-planes in the (s, u) plane. The rules are intersected in their
// priority; the first that leaves nothing is the one that cannot be met, given those before it. Inside what is
// left the plan minimizes the squared distances to the targets, each in units of the room between target and
// limit.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lib/geometry/anchors.h"

namespace gradphoto::geometry {

// What a placement rule measures, in output pixels.
enum class Measure {
  kEyeLine,        // Vertical position of the midpoint of the pupils, from the top.
  kCrown,          // Vertical position of the top of the hair outline, from the top.
  kSkull,          // Vertical position of the top of the head under the hair (estimated), from the top.
  kChin,           // Vertical position of the lowest point of the chin, from the top.
  kFaceWidth,      // Cheek to cheek without ears.
  kHeadLength,     // Crown to chin.
  kPupilDistance,  // Between the pupils.
  kEyeMidX,        // Horizontal position of the midpoint of the pupils, from the left.
};
std::string_view MeasureName(Measure measure);  // "eye_line", "crown", "skull", "chin", ...

struct PlacementWindow {
  Measure measure = Measure::kEyeLine;
  double min_px = 0, max_px = 0;                // Allowed, ends included.
  double target_min_px = 0, target_max_px = 0;  // Where we aim, inside the window.
  bool binding = true;  // false: only pulls; not meeting it is reported but does not make the plan infeasible.
};

struct CropRequest {
  int width_px = 0, height_px = 0;     // Of the output frame, > 0.
  std::vector<PlacementWindow> rules;  // In priority order, highest first.
  double max_scale = 1.0;              // Output px per source px; 1 forbids upscaling.
  double extend_top_px = 0;        // Rows above the source that may be filled with background; 0 forbids it.
  double centre_tolerance_px = 0;  // How far off the middle the head may stand where the source is narrow.
};

// One thing that stands in the way.
struct CropObstacle {
  enum class Kind {
    kRule,     // `rule` cannot be met together with those before it; value_px is what the plan gives.
    kUpscale,  // The source has too few pixels; value is the scale that would be needed.
    kTop,
    kBottom,
    kLeft,
    kRight,  // The frame leaves the source there by at least value output px.
  };
  Kind kind = Kind::kRule;
  std::size_t rule = 0;  // Index into CropRequest::rules, for kRule.
  double value = 0;
};

// output = (source - (x_px, y_px)) * scale.
struct CropPlan {
  double scale = 1.0;
  double x_px = 0, y_px = 0;        // Source px; y_px < 0: background is added above the photo.
  int width_px = 0, height_px = 0;  // Output frame.
  std::vector<double> values_px;    // What each rule of the request measures under this plan.
  std::vector<CropObstacle>
      obstacles;  // Empty: every binding rule is met and the frame lies inside the source.
  cv::Point2d OutputFromSource(const cv::Point2d& source) const {
    return {(source.x - x_px) * scale, (source.y - y_px) * scale};
  }
};

// The value of one measure under a plan.
double MeasureValue(Measure measure, const FaceAnchors& face, const CropPlan& plan);

// Always returns a plan; with obstacles it is the best one that ignores them, for drawing and explaining, not
// for delivery. Preconditions: crown above eyes above chin, left cheek left of right cheek, sizes positive.
CropPlan PlanCrop(const CropRequest& request, const FaceAnchors& face, cv::Size source_size);

}  // namespace gradphoto::geometry
