// SPDX-License-Identifier: Apache-2.0
// The matte of an output frame: what of the photo the nets get to see, and what the head says about the outline.
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
matte::HeadShape HeadShapeOf(const Head& head, const geometry::CropPlan& plan);

}  // namespace gradphoto::pipeline
