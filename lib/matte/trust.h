// SPDX-License-Identifier: Apache-2.0
// How far a matte can be trusted. Four signs in percent, the first three of the frame, smaller is better; how
// often each is right is in docs/MATTING.md.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/matte/refine.h"

namespace gradphoto::matte {

struct MatteTrust {
  // Areas wider than hair where the net cannot say whether they are person, unless before a plain wall the
  // colours confirm the matte: they lie between the wall's and those of the person nearby, as far as alpha
  // says.
  double ambiguous_percent = 0;
  // Areas where the net contradicts itself on the mirror image, with the same exception.
  double mirror_percent = 0;
  // On a plain wall: what is left beside the person, once the matte's share is taken off, and is neither wall
  // nor a shadow on it: lost hair, a ponytail, a chair. 0 where the wall is not plain.
  double unexplained_percent = 0;
  // Before a plain dark wall: how much of the outline is hardly lighter or darker than the wall beside it, so
  // that ears and hair may have gone with the wall. In percent of the outline; 0 before other walls.
  double indistinct_percent = 0;
  // Share of the sure background that a smooth wall explains, 0..1.
  double plain_share = 0;

  // One figure for the check MATTE_UNCERTAIN, on the scale on which 1 is each sign's own limit.
  double DoubtPercent() const;
};

// `mask` and `mirrored` are the net's masks of the frame and of its mirror image (turned back), `coarse` their
// mean: all CV_32F 0..1 at the size of `bgr`.
MatteTrust MeasureTrust(const cv::Mat& bgr, const Refined& refined, const cv::Mat& coarse, const cv::Mat& mask,
                        const cv::Mat& mirrored);

}  // namespace gradphoto::matte
