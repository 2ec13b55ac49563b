// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/tones.h"

#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace gradphoto::compare {

double ToneBits(const cv::Mat& aligned) {
  cv::Mat grey;
  cv::cvtColor(aligned, grey, cv::COLOR_BGR2GRAY);
  std::array<int, 64> counts{};
  for (const unsigned char level : cv::Mat_<unsigned char>(grey)) ++counts[level / 4];
  double bits = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(grey.total());
    bits -= share * std::log2(share);
  }
  return bits;
}

}  // namespace gradphoto::compare
