// SPDX-License-Identifier: Apache-2.0
// The output frame of one photo: where it lies in the source, its pixels, its background.
#pragma once

#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/check/subject.h"
#include "lib/geometry/crop.h"
#include "lib/matte/background.h"
#include "lib/matte/matte.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::pipeline {

struct PlannedFrame {
  geometry::CropPlan plan;
  std::vector<standard::PixelWindow> windows;  // Of the standard's placement rules, for this frame size.
  std::vector<Finding> findings;               // Rules that cannot be met, missing picture, too few pixels.
};

// For a standard with a range of sizes: the largest frame that needs no upscaling.
PlannedFrame PlanFrame(const standard::Standard& standard, const face::Head& head, cv::Size source_size);

// The frame of a photo that is already finished: the whole picture, measured and judged but not moved.
PlannedFrame WholePictureFrame(const standard::Standard& standard, const face::Head& head,
                               cv::Size source_size);

// The frame with its original background, resampled once.
struct OriginalFrame {
  matte::FrameContext context;                // The frame, with its surroundings where it is tight.
  cv::Mat person;                             // CV_32F 0..1, frame size; see matte::FrameMask.
  std::optional<matte::BackgroundLook> wall;  // Absent when hardly any wall is seen.
  std::vector<check::WrittenLine> writing;    // See check/text_overlay.h.
};
// The part of the frame that a photo of this size covers.
cv::Rect CoveredPart(const geometry::CropPlan& plan, cv::Size source_size);

// Errors: kInternal - a net failed.
Result<OriginalFrame> RenderOriginal(const Engine& engine, const Analysis& analysis,
                                     const geometry::CropPlan& plan);

struct RenderedFrame {
  cv::Mat bgr;      // CV_8UC3, with the background that the standard wants.
  Json background;  // The record's field of this name.
  std::vector<Finding> findings;
};

// Replaces the background where the standard's policy says so and the wall does not conform: its colour is not
// allowed, or `disturbed` (it is uneven, shadowed or cluttered by the checks). Errors: kInternal - a net
// failed.
Result<RenderedFrame> FinishBackground(const Engine& engine, const Analysis& analysis,
                                       const geometry::CropPlan& plan, const OriginalFrame& original,
                                       bool disturbed);

// The record's field `background` for a frame that is left as it is.
Json BackgroundAsItIs(const standard::Standard& standard, const OriginalFrame& original);

}  // namespace gradphoto::pipeline
