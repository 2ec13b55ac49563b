// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/person_mask.h"

#include <opencv2/core.hpp>

#include "lib/face/tensor.h"

namespace gradphoto::matte {

PersonMasker::PersonMasker(nn::Session session) : session_(std::move(session)) {}

Result<PersonMasker> PersonMasker::Create(const nn::ModelRegistry& registry,
                                          const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto session, nn::OpenModel(registry, "selfie", model_dir));
  return PersonMasker(std::move(session));
}

Result<cv::Mat> PersonMasker::Mask(const cv::Mat& bgr) const {
  TRY_ASSIGN(const auto outputs, session_.Run(face::ToTensor(bgr, 1.0 / 255, 0, face::ChannelOrder::kRgb)));
  const std::vector<float>& values = outputs.front().data;
  return cv::Mat(bgr.size(), CV_32F, const_cast<float*>(values.data())).clone();
}

Result<cv::Mat> PersonMasker::MaskBothWays(const cv::Mat& bgr) const {
  TRY_ASSIGN(const cv::Mat seen, Mask(bgr));
  cv::Mat turned;
  cv::flip(bgr, turned, 1);
  TRY_ASSIGN(cv::Mat mirrored, Mask(turned));
  cv::flip(mirrored, mirrored, 1);
  return cv::Mat((seen + mirrored) / 2);
}

}  // namespace gradphoto::matte
