// SPDX-License-Identifier: Apache-2.0
#include "lib/check/monochrome.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "lib/base/numbers.h"
#include "lib/check/face_zones.h"

namespace gradphoto::check {
namespace {

// Every second pixel, as on a chessboard: skin has no finer colours.
std::vector<cv::Vec3f> LabOfFace(const FacePatch& patch, const cv::Mat& bgr) {
  std::vector<cv::Vec3b> face;
  for (int y = 0; y < bgr.rows; ++y) {
    for (int x = y % 2; x < bgr.cols; x += 2) {
      if (patch.mask.at<unsigned char>(y, x) != 0) face.push_back(bgr.at<cv::Vec3b>(y, x));
    }
  }
  std::vector<cv::Vec3f> lab;
  if (face.empty()) return lab;
  cv::Mat(face).convertTo(lab, CV_32F, 1 / 255.0);
  cv::cvtColor(lab, lab, cv::COLOR_BGR2Lab);
  return lab;
}

}  // namespace

double HueVariation(const FacePatch& patch) {
  constexpr double kBlur_px = 1.0, kOutlying = 0.95;
  constexpr std::size_t kClasses = 24;
  cv::Mat blurred;
  cv::GaussianBlur(patch.bgr, blurred, cv::Size(0, 0), kBlur_px);
  std::vector<cv::Vec3f> pixels = LabOfFace(patch, blurred);
  if (pixels.empty()) return 0;
  std::ranges::sort(pixels, {}, [](const cv::Vec3f& pixel) { return pixel[0]; });
  std::vector<float> distances;
  for (std::size_t i = 0; i < kClasses; ++i) {
    const std::size_t from = i * pixels.size() / kClasses, to = (i + 1) * pixels.size() / kClasses;
    if (from == to) continue;
    std::vector<float> a, b;
    for (std::size_t k = from; k < to; ++k) {
      a.push_back(pixels[k][1]);
      b.push_back(pixels[k][2]);
    }
    const float middle_a = Percentile(a, 0.5), middle_b = Percentile(b, 0.5);
    for (std::size_t k = from; k < to; ++k) {
      distances.push_back(std::hypot(pixels[k][1] - middle_a, pixels[k][2] - middle_b));
    }
  }
  return Percentile(distances, kOutlying);
}

double FaceChroma(const FacePatch& patch) {
  std::vector<float> chromas;
  for (const cv::Vec3f& pixel : LabOfFace(patch, patch.bgr)) chromas.push_back(std::hypot(pixel[1], pixel[2]));
  return chromas.empty() ? 0 : Percentile(chromas, 0.95);
}

void CheckMonochrome(const Subject& subject, Sheet& sheet) {
  sheet.Measure("chroma", FaceChroma(subject.light), 1);
  sheet.Judge("MONOCHROME", "hue_variation", HueVariation(subject.light), 1);
}

}  // namespace gradphoto::check
