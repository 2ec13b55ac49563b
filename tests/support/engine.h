// SPDX-License-Identifier: Apache-2.0
// The nets and the standard, loaded once per test program; and the London photos with their hand-placed points.
#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/pipeline/engine.h"
#include "lib/pipeline/photo.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::testing {

// Ends the test case when the models are missing.
inline const pipeline::Engine& LoadedEngine() {
  static const auto engine = [] {
    pipeline::EngineOptions options;
    options.config_dir = SourceDir() / "configs";
    options.model_dir = ModelDir();
    auto created = pipeline::Engine::Create(options);
    if (!created) FAIL(created.error().message);
    return std::make_unique<pipeline::Engine>(std::move(*created));
  }();
  return *engine;
}

// Hand-placed points of a .tem file: a count, then "x y" for each.
inline std::vector<cv::Point2d> HandPoints(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::size_t count = 0;
  in >> count;
  std::vector<cv::Point2d> points(count);
  for (cv::Point2d& point : points) in >> point.x >> point.y;
  REQUIRE(in);
  REQUIRE(count > 151);
  return points;
}

namespace hand {  // Indices into HandPoints.
inline constexpr std::size_t kLeftPupil = 0, kRightPupil = 1, kChin = 129, kCrown = 151, kLeftCheek = 110,
                             kRightCheek = 113;
}  // namespace hand

// The upright pixels of a photo file.
inline cv::Mat PixelsOf(const std::filesystem::path& file) {
  auto photo = image::Decode(Bytes(file));
  if (!photo) FAIL(file.string() << ": " << photo.error().message);
  return photo->bgr;
}

// What the loaded standard says of these pixels, as those of a source.
inline pipeline::PhotoResult Judged(const cv::Mat& bgr, pipeline::Wall wall = pipeline::Wall::kAsItIs) {
  image::Photo photo;
  photo.bgr = bgr;
  return pipeline::JudgePixels(LoadedEngine(), std::move(photo), pipeline::PhotoKind::kSource, wall);
}

}  // namespace gradphoto::testing
