// SPDX-License-Identifier: Apache-2.0
// The matte of an output frame: what of the photo the nets get to see, and what the head says about the
// outline.
#pragma once

#include "lib/base/error.h"
#include "lib/geometry/crop.h"
#include "lib/matte/matte.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::pipeline {

// The frame with what lies around it, resampled once: a frame tighter than five pupil distances gets its
// surroundings to the sides and below.
matte::FrameContext RenderContext(const Analysis& analysis, const geometry::CropPlan& plan);

// The head in frame pixels, as the mesh and the crown measure it.
matte::HeadShape HeadShapeOf(const face::Head& head, const geometry::CropPlan& plan);

struct FrameMatte {
  matte::Matte matte;
  bool second_stage = false;  // It is the external net's.
};

// The matte of the frame; where MATTE_UNCERTAIN finds fault with it and there is a second net, the better
// trusted of two. `mask` is FrameMask's. Errors: kInternal - a net failed.
Result<FrameMatte> MatteOfFrame(const Engine& engine, const matte::FrameContext& context, const cv::Mat& mask,
                                const matte::HeadShape& head);

}  // namespace gradphoto::pipeline
