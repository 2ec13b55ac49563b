// SPDX-License-Identifier: Apache-2.0
// Where the person is: the soft mask of the selfie segmentation net. Low resolution and soft; the crown of the
// head is read from it, and matte/matte.h turns it into an alpha matte. Thread-safe.
#pragma once

#include <filesystem>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::matte {

class PersonMasker {
 public:
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<PersonMasker> Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir);

  // Probability 0..1 (CV_32F) that a pixel shows the person. `bgr` should be a head-and-shoulders region; its
  // sides are multiples of 32.
  Result<cv::Mat> Mask(const cv::Mat& bgr) const;

  // The mean of that and of what the net sees in the mirror: it has a better and a worse side.
  Result<cv::Mat> MaskBothWays(const cv::Mat& bgr) const;

 private:
  explicit PersonMasker(nn::Session session);
  nn::Session session_;
};

}  // namespace gradphoto::matte
