// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/person_mask.h"

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

}  // namespace gradphoto::matte
