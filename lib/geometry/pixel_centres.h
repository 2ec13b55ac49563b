// SPDX-License-Identifier: Apache-2.0
// The project puts pixel edges at integers, OpenCV's warps pixel centres.
#pragma once

#include <opencv2/core/matx.hpp>

namespace gradphoto::geometry {

// The 2 x 3 matrix of an affine map between pictures, pixel edges at integers in both, as cv::warpAffine wants
// it.
inline cv::Matx23d ForPixelCentres(cv::Matx23d map) {
  map(0, 2) += 0.5 * (map(0, 0) + map(0, 1)) - 0.5;
  map(1, 2) += 0.5 * (map(1, 0) + map(1, 1)) - 0.5;
  return map;
}

}  // namespace gradphoto::geometry
