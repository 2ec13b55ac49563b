// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sharpness.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace gradphoto::check {
namespace {

cv::Mat GradientMagnitude(const cv::Mat& grey) {
  // Central differences: wider kernels blur the edge themselves.
  const cv::Mat kernel = (cv::Mat_<float>(1, 3) << -0.5f, 0, 0.5f);
  cv::Mat dx, dy, magnitude;
  cv::filter2D(grey, dx, CV_32F, kernel);
  cv::filter2D(grey, dy, CV_32F, kernel.t());
  cv::magnitude(dx, dy, magnitude);
  return magnitude;
}

float Percentile(std::vector<float> values, double p) {
  const auto rank = values.begin() + static_cast<std::ptrdiff_t>(p * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, rank);
  return *rank;
}

// The blur by one reblurring of `reblur` px; precise for blurs up to about twice as large.
std::optional<double> BlurByReblur(const cv::Mat& grey, double reblur) {
  constexpr float kLeastGradient = 2;   // Grey levels per px; below it is noise.
  constexpr double kEdgeShare = 0.08;   // The strongest edges: lids, lashes, irises, brows.
  constexpr double kSharpShare = 0.25;  // Of those, the sharper ones: soft shadows are edges too.
  constexpr std::size_t kLeastEdges = 40;
  cv::Mat blurred;
  cv::GaussianBlur(grey, blurred, cv::Size(0, 0), reblur);
  const cv::Mat gradient = GradientMagnitude(grey), blurred_gradient = GradientMagnitude(blurred);
  std::vector<float> all(gradient.begin<float>(), gradient.end<float>());
  const float threshold = std::max(kLeastGradient, Percentile(std::move(all), 1 - kEdgeShare));
  std::vector<float> sigmas;
  for (int y = 2; y < grey.rows - 2; ++y) {
    for (int x = 2; x < grey.cols - 2; ++x) {
      const float before = gradient.at<float>(y, x), after = blurred_gradient.at<float>(y, x);
      if (before < threshold || after <= 0) continue;
      const double ratio = before / after;
      // Beside an edge blurring raises the gradient; the formula holds on the edge itself.
      if (ratio > 1.02) sigmas.push_back(static_cast<float>(reblur / std::sqrt(ratio * ratio - 1)));
    }
  }
  if (sigmas.size() < kLeastEdges) return std::nullopt;
  return Percentile(std::move(sigmas), kSharpShare);
}

}  // namespace

std::optional<double> BlurSigma(const cv::Mat& bgr) {
  constexpr double kFine = 1.0, kCoarse = 3.0, kFineReach = 1.5;  // Px.
  if (bgr.rows < 16 || bgr.cols < 16) return std::nullopt;
  cv::Mat grey;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  grey.convertTo(grey, CV_32F);
  const std::optional<double> fine = BlurByReblur(grey, kFine);
  if (!fine || *fine < kFineReach) return fine;
  const std::optional<double> coarse = BlurByReblur(grey, kCoarse);
  return coarse ? coarse : fine;
}

void CheckSharpness(const Subject& subject, Sheet& sheet) {
  // Lids, lashes and brows; a beard would pass for edges.
  const cv::Mat& face = subject.face.bgr;
  const auto blur = BlurSigma(face(cv::Rect(0, 0, face.cols, face.rows / 2)));
  if (!blur) return sheet.NotAssessed("BLURRED", "too few edges in the face");
  sheet.Judge("BLURRED", "blur_px", *blur, 2);
}

}  // namespace gradphoto::check
