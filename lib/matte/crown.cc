// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/crown.h"

#include <algorithm>
#include <cmath>

namespace gradphoto::matte {

std::optional<Crown> FindCrown(const cv::Mat& mask, const cv::Point2d& eye_mid, double face_width,
                               double visible_top) {
  const int first = std::clamp(static_cast<int>(eye_mid.x - 0.75 * face_width), 0, mask.cols - 1);
  const int last = std::clamp(static_cast<int>(eye_mid.x + 0.75 * face_width), first, mask.cols - 1);
  const int eye_row = static_cast<int>(eye_mid.y);
  if (eye_row < 0 || eye_row >= mask.rows) return std::nullopt;
  // How many columns of a row are person; probabilities are summed, which gives the count below a pixel.
  const auto width_of = [&](int row) {
    double sum = 0;
    for (int x = first; x <= last; ++x) sum += std::clamp((mask.at<float>(row, x) - 0.25) * 2, 0.0, 1.0);
    return sum;
  };
  const double least = 0.4 * face_width;
  if (width_of(eye_row) < least) return std::nullopt;
  int row = eye_row;
  double width = width_of(row), above = 0;
  for (; row > 0; --row, width = above) {
    above = width_of(row - 1);
    if (above < least) break;
  }
  // Between the centre of `row` (at least `least` wide) and of the row above (less) the width passes through
  // it.
  const double y = row == 0 ? 0 : row + 0.5 - (width - least) / std::max(1e-6, width - above);
  // The outline of a round head passes 0.04 of the face's width below its very top: one that is found so close
  // to the end of the photo has its top there or beyond.
  // One that runs out of the mask is not known either.
  return Crown{y, row == 0 || y <= visible_top + 0.75 + 0.04 * face_width};
}

}  // namespace gradphoto::matte
