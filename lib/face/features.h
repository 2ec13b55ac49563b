// SPDX-License-Identifier: Apache-2.0
// Open eyes and closed lips, as ratios of lengths, and what the small eye net says of each eye.
#pragma once

#include <filesystem>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/face/landmarks.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::face {

// Mean distance of the lids over the width of the eye, of the less open eye (Soukupová & Čech 2016, "eye aspect
// ratio"). About 0.3 wide open, 0.17 narrow and open, below 0.10 closed.
double EyeOpening(const Landmarks& landmarks);

// Gap between the inner lips over the interpupillary distance; closed lips measure below 0.03.
double LipGap(const Landmarks& landmarks);

// The eye net: trained to tell open from closed eyes; behind dark lenses it says "closed" although the mesh,
// which invents lids there, says "open". Origin and training data unknown (models/README.md): never used alone.
class EyeNet {
 public:
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<EyeNet> Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir);

  // Open logit minus closed logit, of the less open eye. Open eyes in plain view measure above 6.
  Result<double> OpenMargin(const cv::Mat& bgr, const Landmarks& landmarks) const;

 private:
  explicit EyeNet(nn::Session session);
  nn::Session session_;
};

}  // namespace gradphoto::face
