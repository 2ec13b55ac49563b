// SPDX-License-Identifier: Apache-2.0
// From a face to a template: a unit vector whose scalar product with another is their similarity. Templates are
// personal data; nothing here stores them (template_store.h does, for jobs that ask for it).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/face/tensor.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::compare {

using Template = std::vector<float>;  // Length 1 (Euclidean).

struct Embedding {
  Template values;
  // Mean length of the net's two outputs: how much of a face it sees. For fr-feature 3.3 to 4.9 on good
  // portraits, 2.4 to 3.8 when blurred beyond recognition, 2.7 upside down (docs/COMPARISON.md); means
  // something else for each net.
  double norm = 0;
};

class Embedder {
 public:
  // `model` is the name of a 112 x 112 recognition net in configs/models.yaml.
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<Embedder> Create(const nn::ModelRegistry& registry, const std::string& model,
                                 face::ChannelOrder channel_order, const std::filesystem::path& model_dir);

  // The direction of the mean of what the net says of the face and of its mirror image: a mirrored photo gives
  // the same template, and the mean is a little better than either. `aligned` is a result of AlignFace
  // (align.h). Errors: kInternal - the net failed.
  Result<Embedding> Embed(const cv::Mat& aligned) const;

 private:
  Embedder(nn::Session session, face::ChannelOrder channel_order);
  nn::Session session_;
  face::ChannelOrder channel_order_;
};

// Cosine similarity, -1..1. Precondition: both templates are from the same net.
double Similarity(const Template& first, const Template& second);

}  // namespace gradphoto::compare
