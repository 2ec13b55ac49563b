// SPDX-License-Identifier: Apache-2.0
#include "lib/face/features.h"

#include <algorithm>
#include <limits>

#include <opencv2/imgproc.hpp>

namespace gradphoto::face {
namespace {

double Distance(const Landmarks& landmarks, int from, int to) {
  return cv::norm(landmarks.At(from) - landmarks.At(to));
}

constexpr int kEyeInput = 24;

// The eye with its surroundings, grey, without turning it.
nn::Tensor EyeTensor(const cv::Mat& bgr, const cv::Point2d& first_corner, const cv::Point2d& second_corner) {
  const cv::Point2d centre = (first_corner + second_corner) / 2;
  const double side = std::max(4.0, 1.5 * cv::norm(first_corner - second_corner));
  cv::Mat patch;
  const int pixels = static_cast<int>(side);
  // getRectSubPix counts from pixel centres.
  cv::getRectSubPix(bgr, cv::Size(pixels, pixels), cv::Point2f(centre - cv::Point2d(0.5, 0.5)), patch);
  cv::resize(patch, patch, cv::Size(kEyeInput, kEyeInput), 0, 0,
             pixels > kEyeInput ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::cvtColor(patch, patch, cv::COLOR_BGR2GRAY);
  nn::Tensor tensor{{1, 1, kEyeInput, kEyeInput}, {}};
  for (const unsigned char value : cv::Mat_<unsigned char>(patch)) {
    tensor.data.push_back(static_cast<float>(value) / 256.0f);
  }
  return tensor;
}

}  // namespace

double EyeOpening(const Landmarks& landmarks) {
  const double left = (Distance(landmarks, 160, 144) + Distance(landmarks, 158, 153)) / 2 /
                      Distance(landmarks, point::kLeftEyeOuter, point::kLeftEyeInner);
  const double right = (Distance(landmarks, 385, 380) + Distance(landmarks, 387, 373)) / 2 /
                       Distance(landmarks, point::kRightEyeInner, point::kRightEyeOuter);
  return std::min(left, right);
}

double LipGap(const Landmarks& landmarks) {
  return Distance(landmarks, point::kUpperLipInner, point::kLowerLipInner) /
         Distance(landmarks, point::kLeftPupil, point::kRightPupil);
}

EyeNet::EyeNet(nn::Session session) : session_(std::move(session)) {}

Result<EyeNet> EyeNet::Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto session, nn::OpenModel(registry, "fr-eye", model_dir));
  return EyeNet(std::move(session));
}

Result<double> EyeNet::OpenMargin(const cv::Mat& bgr, const Landmarks& landmarks) const {
  double least = std::numeric_limits<double>::max();
  for (const auto& [first, second] : {std::pair{point::kLeftEyeOuter, point::kLeftEyeInner},
                                      std::pair{point::kRightEyeInner, point::kRightEyeOuter}}) {
    TRY_ASSIGN(const auto outputs, session_.Run(EyeTensor(bgr, landmarks.At(first), landmarks.At(second))));
    const std::vector<float>& logits = outputs.front().data;
    least = std::min(least, static_cast<double>(logits[1]) - static_cast<double>(logits[0]));
  }
  return least;
}

}  // namespace gradphoto::face
