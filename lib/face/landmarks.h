// SPDX-License-Identifier: Apache-2.0
// The attention face mesh: 478 points on one face, pupils among them, and whether the region shows a face at
// all. Coordinates: pixels of the photo, pixel edges at integers; z in the same unit, smaller is nearer to the
// camera. "Left" and "right" are sides of the picture. Thread-safe.
#pragma once

#include <array>
#include <filesystem>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

#include "lib/base/error.h"
#include "lib/face/detect.h"
#include "lib/nn/registry.h"
#include "lib/nn/session.h"

namespace gradphoto::face {

inline constexpr int kMeshPoints = 468;      // The numbering is MediaPipe's canonical face model.
inline constexpr int kLandmarkPoints = 478;  // Plus five points for each iris, the pupil first.

// Indices that the project uses, by name.
namespace point {
inline constexpr int kLeftPupil = 468, kRightPupil = 473;
inline constexpr int kLeftEyeOuter = 33, kLeftEyeInner = 133, kRightEyeInner = 362, kRightEyeOuter = 263;
inline constexpr int kChin = 152, kLeftCheek = 234, kRightCheek = 454;
inline constexpr int kUpperLipInner = 13, kLowerLipInner = 14, kLeftMouthCorner = 61, kRightMouthCorner = 291;
}  // namespace point

struct Landmarks {
  std::array<cv::Point3d, kLandmarkPoints> points;
  double face_probability = 0;  // 0..1; below 0.5 the region is not a face.
  cv::Point2d At(int index) const {
    const cv::Point3d& p = points[static_cast<std::size_t>(index)];
    return {p.x, p.y};
  }
};

class Landmarker {
 public:
  // Errors: kModel, kUsage - see nn/session.h.
  static Result<Landmarker> Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir);

  // Two passes: the detector's box, levelled by its eyes and enlarged 1.5 times, then the bounds of the first
  // result in the same way; each is the mean of the region and of its mirror image. Measured on 242 hand-marked
  // portraits: pupils 1.5 % of the interpupillary distance.
  Result<Landmarks> Find(const cv::Mat& bgr, const Face& face) const;

  // One such pass over a square picture of which a levelled face takes the middle two thirds. face_probability
  // is 0 where no mesh fits. Errors: kInternal - the net failed.
  Result<Landmarks> FindIn(const cv::Mat& square) const;

 private:
  explicit Landmarker(nn::Session session);
  nn::Session session_;
};

}  // namespace gradphoto::face
