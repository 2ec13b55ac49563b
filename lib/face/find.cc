// SPDX-License-Identifier: Apache-2.0
#include "lib/face/find.h"

#include <opencv2/core.hpp>

namespace gradphoto::face {
namespace {

// Confirming a face costs two runs of the mesh; a crowd needs no exact count.
constexpr std::size_t kMaxFaces = 6;

Result<std::vector<ConfirmedFace>> FindFaces(const Detector& detector, const Landmarker& landmarker,
                                             const cv::Mat& bgr) {
  const auto faces = detector.Detect(bgr);
  if (!faces) return std::unexpected(faces.error());
  std::vector<ConfirmedFace> confirmed;
  for (const Face& candidate : *faces) {
    if (confirmed.size() == kMaxFaces) break;
    const auto landmarks = landmarker.Find(bgr, candidate);
    if (!landmarks) return std::unexpected(landmarks.error());
    if (landmarks->face_probability >= 0.5) confirmed.push_back({candidate, *landmarks});
  }
  return confirmed;
}

}  // namespace

Result<UprightFaces> FindUprightFaces(const Detector& detector, const Landmarker& landmarker,
                                      const cv::Mat& bgr, Orientation orientation) {
  constexpr double kSureFace = 0.8, kAnyFace = 0.5;  // Short-range scores that turn a photo.
  const auto turned_by = [&](double min_score) -> Result<UprightFaces> {
    const auto turns = detector.QuarterTurnsToUpright(bgr, min_score);
    if (!turns) return std::unexpected(turns.error());
    if (*turns == 0) return UprightFaces{bgr, 0, {}};
    cv::Mat turned;
    cv::rotate(bgr, turned, *turns - 1);  // cv::ROTATE_90_CLOCKWISE, _180, _90_COUNTERCLOCKWISE.
    auto faces = FindFaces(detector, landmarker, turned);
    if (!faces) return std::unexpected(faces.error());
    return UprightFaces{turned, *turns, std::move(*faces)};
  };
  if (orientation == Orientation::kUnknown) {
    auto turned = turned_by(kSureFace);
    if (!turned || !turned->faces.empty()) return turned;
  }
  auto faces = FindFaces(detector, landmarker, bgr);
  if (!faces) return std::unexpected(faces.error());
  if (!faces->empty()) return UprightFaces{bgr, 0, std::move(*faces)};
  auto turned = turned_by(kAnyFace);
  if (!turned || !turned->faces.empty()) return turned;
  return UprightFaces{bgr, 0, {}};
}

}  // namespace gradphoto::face
