// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/frame_matte.h"

#include <algorithm>
#include <cmath>

#include "lib/check/judge.h"
#include "lib/face/outline.h"
#include "lib/image/resample.h"

namespace gradphoto::pipeline {

matte::FrameContext RenderContext(const Analysis& analysis, const geometry::CropPlan& plan) {
  constexpr double kTight = 5.0, kContext = 5.8;  // Widths in pupil distances.
  constexpr double kContextAspect = 1.25;         // Height over width, that of the net's input.
  const double pupils = analysis.head->anchors.PupilDistance() * plan.scale;
  cv::Rect frame(0, 0, plan.width_px, plan.height_px);
  cv::Size size(plan.width_px, plan.height_px);
  if (plan.width_px < kTight * pupils) {
    const int side = static_cast<int>(std::ceil((kContext * pupils - plan.width_px) / 2));
    size.width += 2 * side;
    size.height = std::max(size.height, static_cast<int>(kContextAspect * size.width));
    frame.x = side;
  }
  const image::ScaleShift shift{plan.scale, plan.x_px - frame.x / plan.scale, plan.y_px};
  return {image::Resample(analysis.bgr, shift, size.width, size.height), frame};
}

matte::HeadShape HeadShapeOf(const face::Head& head, const geometry::CropPlan& plan) {
  constexpr double kCoreShrink = 0.85;
  matte::HeadShape shape;
  for (const cv::Point2d& point : face::FaceOutline(head.landmarks, kCoreShrink)) {
    shape.face_core.emplace_back(plan.OutputFromSource(point));
  }
  return shape;
}

Result<FrameMatte> MatteOfFrame(const Engine& engine, const matte::FrameContext& context, const cv::Mat& mask,
                                const matte::HeadShape& head) {
  TRY_ASSIGN(auto first, matte::ComputeMatte(engine.masker, context, mask, head));
  const double doubt = first.trust.DoubtPercent();
  if (!engine.second_matte || !check::Judge(engine.standard, "MATTE_UNCERTAIN", doubt))
    return FrameMatte{first};
  TRY_ASSIGN(auto second, matte::SecondMatte(*engine.second_matte, context, first, head));
  if (second.trust.DoubtPercent() < doubt) return FrameMatte{std::move(second), /*second_stage=*/true};
  return FrameMatte{first};
}

}  // namespace gradphoto::pipeline
