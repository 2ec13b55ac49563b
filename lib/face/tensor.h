// SPDX-License-Identifier: Apache-2.0
// From pixels to the input tensors of the nets. Not for use outside face, matte and compare.
#pragma once

#include <opencv2/core/mat.hpp>

#include "lib/nn/session.h"

namespace gradphoto::face {

enum class ChannelOrder { kRgb, kBgr };

// [1, 3, rows, cols] with value = pixel * scale + shift per channel; `bgr` is CV_8UC3.
nn::Tensor ToTensor(const cv::Mat& bgr, double scale, double shift, ChannelOrder order);

double Sigmoid(double logit);

}  // namespace gradphoto::face
