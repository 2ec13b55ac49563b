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

  // Probability 0..1 (CV_32F) that a pixel shows the person, at `net_size` (both multiples of 32; 256 x 320
  // keeps the 3:4 of ID photos and measured best). `bgr` should be a head-and-shoulders region.
  Result<cv::Mat> Mask(const cv::Mat& bgr, cv::Size net_size = {256, 320}) const;

 private:
  explicit PersonMasker(nn::Session session);
  nn::Session session_;
};

}  // namespace gradphoto::matte
