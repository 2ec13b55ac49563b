// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/shot.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace gradphoto::compare {

ShotFingerprint FingerprintOfShot(const cv::Mat& aligned) {
  constexpr double kFine = 0.5, kCoarse = 1.5,
                   kNeighbourhood = 4;  // Standard deviations, px of the fingerprint.
  constexpr double kNoise = 2;          // Grey levels; keeps flat areas from being blown up.
  cv::Mat grey, small, fine, coarse, strength;
  cv::cvtColor(aligned, grey, cv::COLOR_BGR2GRAY);
  cv::resize(grey, small, cv::Size(kShotSide, kShotSide), 0, 0, cv::INTER_AREA);
  small.convertTo(small, CV_32F);
  cv::GaussianBlur(small, fine, {}, kFine);
  cv::GaussianBlur(small, coarse, {}, kCoarse);
  cv::Mat band = fine - coarse;
  cv::GaussianBlur(band.mul(band), strength, {}, kNeighbourhood);
  cv::sqrt(strength, strength);
  band /= strength + kNoise;
  band -= cv::mean(band);
  const double largest = cv::norm(band, cv::NORM_INF);
  ShotFingerprint fingerprint{};
  if (largest < 1e-6) return fingerprint;
  std::ranges::transform(cv::Mat_<float>(band), fingerprint.begin(), [&](float value) {
    return static_cast<std::int8_t>(std::lround(127 * value / largest));
  });
  return fingerprint;
}

double ShotCorrelation(const ShotFingerprint& first, const ShotFingerprint& second) {
  const auto dot = [](const ShotFingerprint& a, const ShotFingerprint& b) {
    return static_cast<double>(std::inner_product(a.begin(), a.end(), b.begin(), std::int64_t{0}));
  };
  const double squares = dot(first, first) * dot(second, second);
  return squares > 0 ? dot(first, second) / std::sqrt(squares) : 0;
}

}  // namespace gradphoto::compare
