// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/analysis.h"

#include <algorithm>
#include <ranges>

#include <opencv2/core.hpp>

#include "lib/image/resample.h"
#include "lib/matte/crown.h"

namespace gradphoto::pipeline {
namespace {

// The person mask of a head-and-shoulders region around the face, into the analysis, and from it the crown.
Result<std::optional<matte::Crown>> MeasureCrown(const Engine& engine, const cv::Mat& bgr,
                                                 const geometry::FaceAnchors& anchors, Analysis& analysis) {
  constexpr double kWidth = 5.6, kAboveEyes = 3.6;  // Of the region, in pupil distances.
  const cv::Size size(256, 320);
  const double width = kWidth * anchors.PupilDistance();
  const cv::Point2d eyes = anchors.EyeMid();
  const image::ScaleShift region{size.width / width, eyes.x - width / 2,
                                 eyes.y - kAboveEyes * anchors.PupilDistance()};
  TRY_ASSIGN(const auto mask,
             engine.masker.MaskBothWays(image::Resample(bgr, region, size.width, size.height)));
  analysis.head_mask = mask;
  analysis.head_region = region;
  const cv::Point2d eyes_in_mask = (eyes - cv::Point2d(region.x_px, region.y_px)) * region.scale;
  auto crown =
      matte::FindCrown(mask, eyes_in_mask, anchors.FaceWidth() * region.scale, -region.y_px * region.scale);
  if (crown) crown->y = crown->y / region.scale + region.y_px;
  return crown;
}

Result<face::Head> MeasureHead(const Engine& engine, const cv::Mat& bgr, const face::Landmarks& landmarks,
                               Analysis& analysis) {
  face::Head head;
  head.landmarks = landmarks;
  geometry::FaceAnchors& anchors = head.anchors;
  anchors.left_pupil = landmarks.At(face::point::kLeftPupil);
  anchors.right_pupil = landmarks.At(face::point::kRightPupil);
  anchors.left_cheek = landmarks.At(face::point::kLeftCheek);
  anchors.right_cheek = landmarks.At(face::point::kRightCheek);
  // The mesh puts the chin 2 to 3 % of the pupil distance too high (London set: 2.2, 242 portraits: 3.4).
  anchors.chin = landmarks.At(face::point::kChin) + cv::Point2d(0, 0.028 * anchors.PupilDistance());

  TRY_ASSIGN(const auto crown, MeasureCrown(engine, bgr, anchors, analysis));
  // Without a mask at the eyes (never seen on a confirmed human face) the head is taken to fill the photo.
  const matte::Crown found = crown.value_or(matte::Crown{0, true});
  const double lowest = std::max(0.0, anchors.EyeMid().y - 0.5 * anchors.PupilDistance());
  anchors.crown_y = std::clamp(found.y, 0.0, lowest);
  anchors.skull_y = geometry::EstimateSkullTop(anchors.EyeMid().y, anchors.crown_y, anchors.PupilDistance());
  head.crown_cut = found.cut || lowest == 0;

  TRY_ASSIGN(const auto pose, face::EstimatePose(landmarks));
  head.pose = pose;
  head.eye_opening = face::EyeOpening(landmarks);
  head.lip_gap = face::LipGap(landmarks);
  TRY_ASSIGN(const auto margin, engine.eye_net.OpenMargin(bgr, landmarks));
  head.eye_open_margin = margin;
  return head;
}

}  // namespace

Result<Analysis> Analyse(const Engine& engine, const cv::Mat& upright_bgr, face::Orientation orientation) {
  TRY_ASSIGN(auto found, face::FindUprightFaces(engine.detector, engine.landmarker, upright_bgr, orientation));
  Analysis analysis;
  analysis.bgr = found.bgr;
  analysis.quarter_turns = found.quarter_turns;
  const std::vector<face::ConfirmedFace>& faces = found.faces;
  if (faces.empty()) return analysis;
  TRY_ASSIGN(const auto head, MeasureHead(engine, analysis.bgr, faces.front().landmarks, analysis));
  analysis.head = head;
  for (const face::ConfirmedFace& other : faces | std::views::drop(1)) {
    analysis.others.push_back(other.face.box);
  }
  if (!analysis.others.empty()) {
    analysis.second_face_ratio = analysis.others.front().area() / faces.front().face.box.area();
  }
  return analysis;
}

}  // namespace gradphoto::pipeline
