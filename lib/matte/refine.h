// SPDX-License-Identifier: Apache-2.0
// From a coarse person mask to an alpha matte, by the colours on both sides of the outline. Only the band
// around the outline is worked on, so that the cost follows the outline's length.
//
// For each pixel of the band the old background's colour is the mean of the sure background around it, and
// several sure foreground colours from around it compete: with each, the pixel's colour C = a F + (1 - a) B and
// the coarse mask give the most probable a (Gaussian errors on both), and the one that explains the pixel best
// wins. Where foreground and background are alike, this falls back on the coarse mask by itself. A colour
// guided filter (He, Sun, Tang 2013) smooths the band; then holes are filled and islands removed. The winning
// colours also give the foreground without the old background. Everything happens on the gamma-encoded values.
#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace gradphoto::matte {

// What the face mesh says about the outline, in frame pixels.
struct HeadShape {
  std::vector<cv::Point> face_core;  // A polygon that is foreground whatever the nets say; may be empty.
};

struct Refined {
  cv::Mat alpha;       // CV_32F 0..1.
  cv::Mat foreground;  // CV_8UC3 (B, G, R): the person's own colour where alpha > 0.
};

// `coarse` is CV_32F 0..1 at the size of `bgr` (CV_8UC3).
Refined Refine(const cv::Mat& bgr, const cv::Mat& coarse, const HeadShape& head);

}  // namespace gradphoto::matte
