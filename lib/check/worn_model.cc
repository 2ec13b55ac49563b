// SPDX-License-Identifier: Apache-2.0
#include "lib/check/worn_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>

#include <opencv2/imgproc.hpp>

#include "lib/check/assets.h"

namespace gradphoto::check {
namespace {

std::vector<float> FeaturesOf(const cv::Mat& bgr, const cv::Rect& reference) {
  constexpr int kCells = 8;
  constexpr float kUnit = 30;
  cv::Mat lab = ToLab(bgr);
  const cv::Scalar skin = cv::mean(lab(reference));
  cv::resize(lab, lab, cv::Size(kCells, kCells), 0, 0, cv::INTER_AREA);
  std::vector<float> features;
  features.reserve(kWornFeatures);
  for (const cv::Vec3f& colour : cv::Mat_<cv::Vec3f>(lab)) {
    const float l = (colour[0] - static_cast<float>(skin[0])) / kUnit,
                a = (colour[1] - static_cast<float>(skin[1])) / kUnit,
                b = (colour[2] - static_cast<float>(skin[2])) / kUnit;
    features.insert(features.end(), {l, a, b, std::abs(l), std::abs(a), std::abs(b),
                                     std::abs(colour[1]) / kUnit, std::abs(colour[2]) / kUnit});
  }
  return features;
}

}  // namespace

const WornView kUpperHead{{28, {64, 64}, {32, 58}}, {16, 48, 32, 16}};
const WornView kLowerFace{{24, {64, 64}, {32, 12}}, {20, 4, 24, 14}};

std::vector<float> WornFeatures(const cv::Mat& source, const cv::Point2d& left_pupil,
                                const cv::Point2d& right_pupil, const WornView& view) {
  const cv::Mat level = LevelPicture(source, left_pupil, right_pupil, view.frame);
  cv::Mat mirrored;
  cv::flip(level, mirrored, 1);
  std::vector<float> features = FeaturesOf(level, view.reference);
  const std::vector<float> other = FeaturesOf(mirrored, view.reference);
  for (std::size_t i = 0; i < features.size(); ++i) features[i] = (features[i] + other[i]) / 2;
  return features;
}

WornModel::WornModel(std::string_view text) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('#')) continue;
    for (;;) {
      while (line.starts_with(' ')) line.remove_prefix(1);
      if (line.empty()) break;
      double number = 0;
      const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), number);
      if (error != std::errc()) throw std::invalid_argument("weights: no number: " + std::string(line));
      numbers.push_back(number);
      line.remove_prefix(static_cast<std::size_t>(rest - line.data()));
    }
  }
  if (numbers.size() != 2 + kWornFeatures)
    throw std::invalid_argument("weights: not bias, unit and 512 weights");
  bias_ = numbers[0];
  for (std::size_t i = 2; i < numbers.size(); ++i)
    weights_.push_back(static_cast<float>(numbers[i] * numbers[1]));
}

double WornModel::Logit(const std::vector<float>& features) const {
  if (features.size() != weights_.size()) throw std::invalid_argument("features: not 512");
  double sum = bias_;
  for (std::size_t i = 0; i < features.size(); ++i) sum += double{features[i]} * weights_[i];
  return sum;
}

const WornModel& HeadgearModel() {
  static const WornModel model(kHeadgearWeights);
  return model;
}

const WornModel& CoverModel() {
  static const WornModel model(kCoverWeights);
  return model;
}

double PercentOf(double logit) { return 100 / (1 + std::exp(-logit)); }

}  // namespace gradphoto::check
