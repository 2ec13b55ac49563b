// SPDX-License-Identifier: Apache-2.0
#include "lib/matte/person_mask.h"

#include <opencv2/imgproc.hpp>

#include "lib/face/tensor.h"

namespace gradphoto::matte {

PersonMasker::PersonMasker(nn::Session session) : session_(std::move(session)) {}

Result<PersonMasker> PersonMasker::Create(const nn::ModelRegistry& registry,
                                          const std::filesystem::path& model_dir) {
  auto session = nn::OpenModel(registry, "selfie", model_dir);
  if (!session) return std::unexpected(session.error());
  return PersonMasker(std::move(*session));
}

Result<cv::Mat> PersonMasker::Mask(const cv::Mat& bgr, cv::Size net_size) const {
  cv::Mat resized;
  cv::resize(bgr, resized, net_size, 0, 0, bgr.cols > net_size.width ? cv::INTER_AREA : cv::INTER_LINEAR);
  const auto outputs = session_.Run(face::ToTensor(resized, 1.0 / 255, 0, face::ChannelOrder::kRgb));
  if (!outputs) return std::unexpected(outputs.error());
  const std::vector<float>& values = outputs->front().data;
  return cv::Mat(net_size, CV_32F, const_cast<float*>(values.data())).clone();
}

}  // namespace gradphoto::matte
