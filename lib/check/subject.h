// SPDX-License-Identifier: Apache-2.0
// What the checks look at: computed once per photo, handed to every check by const reference.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/check/aligned_face.h"
#include "lib/face/head.h"
#include "lib/geometry/crop.h"
#include "lib/image/decode.h"
#include "lib/matte/background.h"
#include "lib/standard/standard.h"
#include "lib/text/strip.h"

namespace gradphoto::check {

// The face at the scale of the standardized picture (never enlarged), so that pixels mean the same for every
// camera. The person's own pixels: made before any background is touched.
struct FacePatch {
  cv::Mat bgr;                // CV_8UC3, the bounding box of the face outline.
  cv::Mat mask;               // CV_8U, 255 inside the outline (forehead, cheeks, chin).
  face::Landmarks landmarks;  // In patch pixels.
  double scale = 1;           // Patch pixels per source pixel.
  double pupil_distance_px = 0;
};

// A line of writing in the finished picture or in the frame before its wall is replaced; see
// check/text_overlay.h.
struct WrittenLine {
  text::Quad quad;  // Px of the picture.
  int characters = 0, digits = 0;
  double probability = 0;  // Mean of the characters.
  std::string text;        // In UTF-8, without signs. May be a name: never to be told but masked.
};

// The planned frame with its original background. output = (source - (plan.x, plan.y)) * plan.scale.
struct FrameView {
  cv::Mat bgr;     // CV_8UC3, plan.width_px x plan.height_px.
  cv::Mat person;  // CV_32F 0..1, probability that a pixel shows the person; same size. Soft at the outline.
  std::optional<matte::BackgroundLook> wall;  // Absent when hardly any wall is seen.
  std::vector<WrittenLine> writing;
  cv::Rect photo;  // The part that the photo covers; what lies outside was made.
};

struct Subject {
  const standard::Standard& standard;
  const image::FileFacts& file;
  const cv::Mat& source;                       // CV_8UC3, the whole upright photo.
  const face::Head& head;                      // In source pixels.
  const std::vector<cv::Rect2d>& other_faces;  // In source pixels, largest first.
  double second_face_ratio = 0;                // Area of the largest other face over that of the first.
  const geometry::CropPlan& plan;
  FacePatch face;
  FacePatch light;  // The same at kLightPupils_px between the pupils, whatever the standard wants.
  AlignedFace aligned;
  double glasses_contrast = 0;     // See check/glasses.h.
  std::optional<FrameView> frame;  // Absent when the frame would leave the photo or enlarge it.
  double jpeg_quality = 100;       // See LowestJpegQuality.
};

// The finished picture, with the background that will be delivered.
struct OutputView {
  const standard::Standard& standard;
  const cv::Mat& bgr;      // CV_8UC3, plan.width_px x plan.height_px.
  const cv::Mat& person;   // As in FrameView.
  const face::Head& head;  // In source pixels.
  const geometry::CropPlan& plan;
  std::optional<std::vector<WrittenLine>> writing;  // Absent where the pixels are those of the frame.
  cv::Rect photo;                                   // As in FrameView.
};

// Measures of light and colour need eyes of some pixels and must not change with the standard: their patch has
// this distance between the pupils (that of the graduation photo), or that of the photo where it has less.
inline constexpr double kLightPupils_px = 88;
double LightScale(const face::Head& head);  // Patch pixels per source pixel, at most 1.

// The face patch of a subject, see FacePatch. `scale` is that of the crop plan.
FacePatch MakeFacePatch(const cv::Mat& source, const face::Head& head, double scale);

}  // namespace gradphoto::check
