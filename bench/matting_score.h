// SPDX-License-Identifier: Apache-2.0
// How far a matte is from the exact alpha of a composite. For the evaluation program (matting.cc says what the
// figures mean) and for the test that holds the default to them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/geometry/crop.h"
#include "lib/matte/matte.h"

namespace gradphoto::bench {

inline constexpr double kGrossError = 0.3, kGrossPercent = 0.35;
// The colours of the composites, as B, G, R: light blue, white.
inline const std::array<cv::Vec3b, 2> kTargets = {cv::Vec3b(255, 197, 100), cv::Vec3b(255, 255, 255)};

// A line of index.csv.
struct MattingSample {
  std::string image, alpha, background;  // Paths inside the folder; "wall:white", "natural:...".
  std::string Kind() const;              // "light wall", "coloured wall", "dark wall", "clutter".
};
std::vector<MattingSample> ReadIndex(const std::filesystem::path& folder);

struct Composed {
  cv::Mat photo;                       // CV_8UC3.
  cv::Mat alpha, foreground_on_white;  // CV_8UC3, same size.
};
// Nothing when a file cannot be read.
std::optional<Composed> ReadComposed(const std::filesystem::path& folder, const MattingSample& sample);

// The truth in the frame of a crop plan.
struct Truth {
  cv::Mat alpha;                     // CV_32F 0..1.
  std::array<cv::Mat, 2> composite;  // CV_8UC3 on kTargets.
  cv::Mat band;                      // CV_8U: where alpha is between 0.02 and 0.98, widened.
};
Truth TruthOf(const Composed& composed, const geometry::CropPlan& plan);

struct Score {
  double sad = 0, mse = 0, gradient = 0, gross_percent = 0;
  std::array<double, 2> delta_e{};  // On kTargets.
};
Score ScoreOf(const matte::Matte& matte, const cv::Mat& bgr, const Truth& truth);

// The net's mask alone: its enlarged probabilities, the photo's colours.
matte::Matte PlainMask(const cv::Mat& mask, const cv::Mat& bgr);

}  // namespace gradphoto::bench
