// SPDX-License-Identifier: Apache-2.0
// Distances and cells that scale with the frame. For refine.cc and trust.cc.
#pragma once

#include <opencv2/core/mat.hpp>

namespace gradphoto::matte {

// The frame's pixels in one pixel of a frame 480 wide: all distances of the matte are given for such a frame.
double FrameScale(cv::Size frame);

// Cells of `side` x `side` pixels over the frame; the last row and column may stick out.
struct Grid {
  Grid(cv::Size frame, double side_at_480);
  int side;       // Frame pixels, at least 1.
  cv::Size size;  // Cells.
};

inline constexpr double kZoneCell = 2, kColourCell = 4;  // Sides for a frame 480 wide.

// Mean of each cell of a CV_32F picture (the border is repeated where cells stick out).
cv::Mat CellMeans(const cv::Mat& picture, const Grid& grid);

}  // namespace gradphoto::matte
