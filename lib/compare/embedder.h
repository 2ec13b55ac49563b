// SPDX-License-Identifier: Apache-2.0
// From a face to a template: a unit vector whose scalar product with another is their similarity. Templates are
// personal data; nothing here stores them.
#pragma once

#include <filesystem>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/face/landmarks.h"
#include "lib/face/tensor.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::compare {

using Template = std::vector<float>;  // Length 1 (Euclidean).

class Embedder {
 public:
  // `model` is the name of a 112 x 112 recognition net in configs/models.yaml.
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<Embedder> Create(const nn::ModelRegistry& registry, const std::string& model,
                                 face::ChannelOrder channel_order, const std::filesystem::path& model_dir);

  // Aligns the face by the least-squares similarity (Umeyama 1991) of pupils, nose tip and mouth corners onto
  // the five points of ArcFace (Deng et al. 2019) and runs the net. Coordinates of `landmarks` are those of
  // `bgr`.
  Result<Template> Embed(const cv::Mat& bgr, const face::Landmarks& landmarks) const;

 private:
  Embedder(nn::Session session, face::ChannelOrder channel_order);
  nn::Session session_;
  face::ChannelOrder channel_order_;
};

// Cosine similarity, -1..1. Precondition: both templates are from the same net.
double Similarity(const Template& first, const Template& second);

}  // namespace gradphoto::compare
