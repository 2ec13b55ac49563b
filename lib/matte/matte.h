// SPDX-License-Identifier: Apache-2.0
// The alpha matte of a head-and-shoulders frame and its composition on a new background.
//
// Coarse mask: the mean of the person net on the frame and on its mirror image. refine.h makes the matte of it.
// `trust` says where that may have gone wrong; docs/MATTING.md has the measured figures.
#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/matte/person_mask.h"
#include "lib/matte/refine.h"
#include "lib/matte/trust.h"

namespace gradphoto::matte {

struct Matte {
  cv::Mat coarse;      // CV_32F 0..1, the net's mask at frame size.
  cv::Mat alpha;       // CV_32F 0..1.
  cv::Mat foreground;  // CV_8UC3 (B, G, R): the person's own colour where alpha > 0.
  MatteTrust trust;
};

// The picture around a frame, at the frame's scale: a net that sees the shoulders knows better where the neck
// of a tight frame ends.
struct FrameContext {
  // `frame` lies inside `bgr` (CV_8UC3); it may be all of it.
  FrameContext(cv::Mat bgr, cv::Rect frame);
  cv::Mat FramePixels() const { return bgr(frame); }

  cv::Mat bgr;
  cv::Rect frame;
  cv::Mat net_input;  // All of `bgr` at the size of the net's input.
};

// The person mask of the frame (CV_32F 0..1, at frame size), from what the net says of the whole context.
Result<cv::Mat> FrameMask(const PersonMasker& masker, const FrameContext& context);

// The matte of the frame. `mask` is what FrameMask gave. Errors: kInternal - see nn/session.h.
Result<Matte> ComputeMatte(const PersonMasker& masker, const FrameContext& context, const cv::Mat& mask,
                           const HeadShape& head);

// The person on `colour` (B, G, R, 0..255), CV_8UC3. Where alpha is 0 the result is exactly `colour`, where it
// is 1 exactly the source pixel.
cv::Mat Composite(const Matte& matte, const cv::Mat& bgr, const cv::Vec3b& colour);

}  // namespace gradphoto::matte
