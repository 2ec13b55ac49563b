// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/cells.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace gradphoto::matte {

double FrameScale(cv::Size frame) { return frame.width / 480.0; }

Grid::Grid(cv::Size frame, double side_at_480)
    : side(std::max(1, static_cast<int>(std::lround(side_at_480 * FrameScale(frame))))),
      size((frame.width + side - 1) / side, (frame.height + side - 1) / side) {}

cv::Mat CellMeans(const cv::Mat& picture, const Grid& grid) {
  if (grid.side == 1) return picture.clone();
  cv::Mat padded = picture, means;
  const cv::Size full = grid.size * grid.side;
  if (full != picture.size()) {
    cv::copyMakeBorder(picture, padded, 0, full.height - picture.rows, 0, full.width - picture.cols,
                       cv::BORDER_REPLICATE);
  }
  cv::resize(padded, means, grid.size, 0, 0, cv::INTER_AREA);
  return means;
}

}  // namespace gradphoto::matte
