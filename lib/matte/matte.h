// SPDX-License-Identifier: Apache-2.0
// The alpha matte of a head-and-shoulders frame and its composition on a new background.
//
// Coarse mask: the mean of the person net on the frame and on its mirror image. refine.h makes the matte of it. `trust`
// says where that may have gone wrong; docs/MATTING.md has the measured figures.
#pragma once

#include <algorithm>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/matte/person_mask.h"
#include "lib/matte/refine.h"

namespace gradphoto::matte {

// How far the matte can be trusted; all in percent of the frame's pixels, smaller is better.
struct MatteTrust {
  double ambiguous_percent = 0;  // Areas of in-between alpha wider than hair: AUC 0.94 for a visible defect.
  double mirror_percent = 0;     // Where the net disagrees with itself on the mirror image.
  // One figure for the check MATTE_UNCERTAIN: the ambiguous area, or the disagreement on the scale on which
  // both mean the same risk (0.8 % of disagreement is as rare on good mattes as 1 % of ambiguous area).
  double DoubtPercent() const { return std::max(ambiguous_percent, mirror_percent / 0.8); }
};

struct Matte {
  cv::Mat coarse;      // CV_32F 0..1, the net's mask at frame size.
  cv::Mat alpha;       // CV_32F 0..1.
  cv::Mat foreground;  // CV_8UC3 (B, G, R): the person's own colour where alpha > 0.
  MatteTrust trust;
};

// The picture around a frame, at the frame's scale: a net that sees the shoulders knows better where the neck
// of a tight frame ends.
struct FrameContext {
  cv::Mat bgr;     // CV_8UC3.
  cv::Rect frame;  // Inside `bgr`; may be all of it.
  cv::Mat FramePixels() const { return bgr(frame); }
};

// The person mask of the frame (CV_32F 0..1, at frame size), from what the net says of the whole context.
Result<cv::Mat> FrameMask(const PersonMasker& masker, const FrameContext& context);

// The matte of the frame. `mask` is what FrameMask gave. `face_core` is a polygon in frame pixels that is
// foreground whatever the net says (the inner face); may be empty. Errors: kInternal - see nn/session.h.
Result<Matte> ComputeMatte(const PersonMasker& masker, const FrameContext& context, const cv::Mat& mask,
                           const HeadShape& head);

// The person on `colour` (B, G, R, 0..255), CV_8UC3. Where alpha is 0 the result is exactly `colour`, where it
// is 1 exactly the source pixel.
cv::Mat Composite(const Matte& matte, const cv::Mat& bgr, const cv::Vec3b& colour);

}  // namespace gradphoto::matte
