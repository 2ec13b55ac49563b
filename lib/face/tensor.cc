// SPDX-License-Identifier: Apache-2.0
#include "lib/face/tensor.h"

#include <algorithm>
#include <cmath>

namespace gradphoto::face {

nn::Tensor ToTensor(const cv::Mat& bgr, double scale, double shift, ChannelOrder order) {
  const std::size_t plane = static_cast<std::size_t>(bgr.rows) * static_cast<std::size_t>(bgr.cols);
  nn::Tensor tensor;
  tensor.shape = {1, 3, bgr.rows, bgr.cols};
  tensor.data.resize(3 * plane);
  const auto k = static_cast<float>(scale), d = static_cast<float>(shift);
  for (int c = 0; c < 3; ++c) {
    const int channel = order == ChannelOrder::kRgb ? 2 - c : c;
    float* out = tensor.data.data() + static_cast<std::size_t>(c) * plane;
    for (int y = 0; y < bgr.rows; ++y) {
      const unsigned char* in = bgr.ptr(y) + channel;
      for (int x = 0; x < bgr.cols; ++x) *out++ = static_cast<float>(in[3 * x]) * k + d;
    }
  }
  return tensor;
}

double Sigmoid(double logit) { return 1 / (1 + std::exp(-std::clamp(logit, -80.0, 80.0))); }

}  // namespace gradphoto::face
