// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/embedder.h"

#include <cmath>
#include <numeric>

#include <opencv2/core.hpp>

#include "lib/face/tensor.h"

namespace gradphoto::compare {
Embedder::Embedder(nn::Session session, face::ChannelOrder channel_order)
    : session_(std::move(session)), channel_order_(channel_order) {}

Result<Embedder> Embedder::Create(const nn::ModelRegistry& registry, const std::string& model,
                                  face::ChannelOrder channel_order, const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto session, nn::OpenModel(registry, model, model_dir));
  return Embedder(std::move(session), channel_order);
}

Result<Embedding> Embedder::Embed(const cv::Mat& aligned) const {
  cv::Mat mirrored;
  cv::flip(aligned, mirrored, 1);
  Embedding result;
  for (const cv::Mat& picture : {aligned, mirrored}) {
    TRY_ASSIGN(const auto outputs,
               session_.Run(face::ToTensor(picture, 1.0 / 128, -127.0 / 128, channel_order_)));
    const Template& output = outputs.front().data;
    const double norm = std::sqrt(std::inner_product(output.begin(), output.end(), output.begin(), 0.0));
    if (!(norm > 0)) return Fail(ErrorKind::kInternal, "the recognition net gave an empty template");
    result.norm += norm / 2;
    result.values.resize(output.size());
    for (std::size_t i = 0; i < output.size(); ++i) {
      result.values[i] += static_cast<float>(output[i] / norm);
    }
  }
  const double length = std::sqrt(Similarity(result.values, result.values));
  if (!(length > 0))
    return Fail(ErrorKind::kInternal, "the recognition net sees opposites in a face and its mirror image");
  for (float& value : result.values) value = static_cast<float>(value / length);
  return result;
}

double Similarity(const Template& first, const Template& second) {
  return std::inner_product(first.begin(), first.end(), second.begin(), 0.0);
}

}  // namespace gradphoto::compare
