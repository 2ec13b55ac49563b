// SPDX-License-Identifier: Apache-2.0
// Finds faces: BlazeFace (back-camera model) on the whole photo. For photos whose orientation tag was lost the
// short-range model looks at the four quarter turns and tells which way is up: the back model finds turned
// faces, too, and takes them for upright ones. Coordinates: pixels of the photo handed in, pixel edges at
// integers. Thread-safe.
#pragma once

#include <array>
#include <filesystem>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::face {

struct Face {
  cv::Rect2d box;    // Brow to chin, not the head; may leave the picture a little.
  double score = 0;  // 0..1.
  // Sides of the picture: left eye, right eye, nose tip, mouth centre, left ear, right ear.
  std::array<cv::Point2d, 6> keypoints;
};

struct DetectorOptions {
  double min_score =
      0.5;  // Of a face, 0..1 (research figure: 100 % of 1242 portraits found, see models/README.md).
  double max_overlap = 0.3;  // Intersection over union above which two boxes are one face.
};

class Detector {
 public:
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<Detector> Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir,
                                 const DetectorOptions& options = {});

  // Faces of the upright photo (CV_8UC3, BGR), largest first. None found is an empty list, not an error.
  Result<std::vector<Face>> Detect(const cv::Mat& bgr) const;

  // How many quarter turns clockwise (0..3) bring the face upright: those with the best short-range score, if
  // that reaches `min_score` and beats the photo as it stands by 0.05; otherwise 0. On 146 upright portraits
  // the photo as it stands was always the best, by at least 0.02.
  Result<int> QuarterTurnsToUpright(const cv::Mat& bgr, double min_score) const;

 private:
  Detector(nn::Session back, nn::Session short_range, const DetectorOptions& options);
  nn::Session back_, short_range_;
  DetectorOptions options_;
};

}  // namespace gradphoto::face
