// SPDX-License-Identifier: Apache-2.0
#include "lib/face/find.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <opencv2/core.hpp>

namespace gradphoto::face {
namespace {

// Confirming a face costs four runs of the mesh; a crowd needs no exact count.
constexpr std::size_t kMaxFaces = 6;

// See UprightFaces::faces. `faces` come largest first.
void PutMainFaceFirst(std::vector<ConfirmedFace>& faces, int photo_width) {
  constexpr double kMainArea = 0.5;  // Of the largest face.
  const auto from_middle = [&](const ConfirmedFace& face) {
    return std::abs(face.face.box.x + face.face.box.width / 2 - photo_width / 2.0);
  };
  auto main = faces.begin();
  for (auto it = faces.begin(); it != faces.end(); ++it) {
    const bool large = it->face.box.area() >= kMainArea * faces.front().face.box.area();
    if (large && from_middle(*it) < from_middle(*main)) main = it;
  }
  if (main != faces.end()) std::rotate(faces.begin(), main, std::next(main));
}

Result<std::vector<ConfirmedFace>> FindFaces(const Detector& detector, const Landmarker& landmarker,
                                             const cv::Mat& bgr) {
  TRY_ASSIGN(const auto faces, detector.Detect(bgr));
  std::vector<ConfirmedFace> confirmed;
  for (const Face& candidate : faces) {
    if (confirmed.size() == kMaxFaces) break;
    TRY_ASSIGN(const auto landmarks, landmarker.Find(bgr, candidate));
    if (landmarks.face_probability >= 0.5) confirmed.push_back({candidate, landmarks});
  }
  PutMainFaceFirst(confirmed, bgr.cols);
  return confirmed;
}

// The line from the left eye of the picture to the right one points more than 45 degrees away from the right:
// the photo's orientation tag is wrong, whatever it says. Nobody sits like that.
bool LiesOnItsSide(const Landmarks& landmarks) {
  const cv::Point2d eyes = landmarks.At(point::kRightPupil) - landmarks.At(point::kLeftPupil);
  return eyes.x < std::abs(eyes.y);
}

double Side(const cv::Rect2d& box) { return std::max(box.width, box.height); }

// The detector's boxes in overlapping square tiles of `share` of the longer side, as boxes of the picture.
Result<std::vector<cv::Rect2d>> BoxesInTiles(const Detector& detector, const cv::Mat& bgr, double share) {
  const int side = static_cast<int>(std::ceil(share * std::max(bgr.cols, bgr.rows)));
  const auto starts = [&](int length) {
    std::vector<int> positions;
    const int last = std::max(0, length - side), count = (last + side / 2 - 1) / std::max(1, side / 2);
    for (int i = 0; i <= count; ++i) positions.push_back(count == 0 ? 0 : last * i / count);
    return positions;
  };
  std::vector<cv::Rect2d> boxes;
  for (const int y : starts(bgr.rows)) {
    for (const int x : starts(bgr.cols)) {
      const cv::Rect tile = cv::Rect(x, y, side, side) & cv::Rect(0, 0, bgr.cols, bgr.rows);
      TRY_ASSIGN(const auto faces, detector.Detect(bgr(tile)));
      for (const Face& face : faces) boxes.push_back(face.box + cv::Point2d(tile.tl()));
    }
  }
  return boxes;
}

// What the nets see from near: the face nearest to the middle of the box, in a square of 3.2 times its side.
Result<std::optional<Portrait>> LookFromNear(const Detector& detector, const Landmarker& landmarker,
                                             const cv::Mat& bgr, const cv::Rect2d& box) {
  const double side = 3.2 * Side(box);
  const cv::Point2d middle = (box.tl() + box.br()) / 2;
  const cv::Rect region = cv::Rect(cv::Rect2d(middle.x - side / 2, middle.y - side / 2, side, side)) &
                          cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (region.empty()) return std::nullopt;
  TRY_ASSIGN(auto found, FindUprightFaces(detector, landmarker, bgr(region).clone(), Orientation::kUnknown));
  if (found.faces.empty()) return std::nullopt;
  const cv::Point2d centre(found.bgr.cols / 2.0, found.bgr.rows / 2.0);
  const auto distance = [&](const ConfirmedFace& face) {
    return cv::norm((face.face.box.tl() + face.face.box.br()) / 2 - centre);
  };
  return Portrait{found.bgr, *std::ranges::min_element(found.faces, {}, distance)};
}

Result<std::vector<Portrait>> LookFromNear(const Detector& detector, const Landmarker& landmarker,
                                           const cv::Mat& bgr, std::vector<cv::Rect2d> boxes) {
  std::ranges::sort(boxes, std::greater{}, [](const cv::Rect2d& box) { return box.area(); });
  std::vector<cv::Rect2d> seen;
  std::vector<Portrait> portraits;
  for (const cv::Rect2d& box : boxes) {
    if (seen.size() == kMaxFaces) break;
    const auto overlaps = [&](const cv::Rect2d& other) { return (box & other).area() > 0.3 * box.area(); };
    if (std::ranges::any_of(seen, overlaps)) continue;  // Tiles overlap, too.
    seen.push_back(box);
    TRY_ASSIGN(auto portrait, LookFromNear(detector, landmarker, bgr, box));
    if (portrait) portraits.push_back(std::move(*portrait));
  }
  return portraits;
}

}  // namespace

Result<UprightFaces> FindUprightFaces(const Detector& detector, const Landmarker& landmarker,
                                      const cv::Mat& bgr, Orientation orientation) {
  constexpr double kSureFace = 0.8, kAnyFace = 0.5;  // Short-range scores that turn a photo.
  const auto turned_by = [&](double min_score) -> Result<UprightFaces> {
    TRY_ASSIGN(const auto turns, detector.QuarterTurnsToUpright(bgr, min_score));
    if (turns == 0) return UprightFaces{bgr, 0, {}};
    cv::Mat turned;
    cv::rotate(bgr, turned, turns - 1);  // cv::ROTATE_90_CLOCKWISE, _180, _90_COUNTERCLOCKWISE.
    TRY_ASSIGN(auto faces, FindFaces(detector, landmarker, turned));
    return UprightFaces{turned, turns, std::move(faces)};
  };
  if (orientation == Orientation::kUnknown) {
    auto turned = turned_by(kSureFace);
    if (!turned || !turned->faces.empty()) return turned;
  }
  TRY_ASSIGN(auto faces, FindFaces(detector, landmarker, bgr));
  if (!faces.empty() && !LiesOnItsSide(faces.front().landmarks)) return UprightFaces{bgr, 0, std::move(faces)};
  auto turned = turned_by(kAnyFace);
  if (!turned || !turned->faces.empty()) return turned;
  return UprightFaces{bgr, 0, std::move(faces)};
}

Result<std::vector<Portrait>> FindPortraits(const Detector& detector, const Landmarker& landmarker,
                                            const cv::Mat& bgr, Orientation orientation) {
  constexpr double kNear = 0.2;  // Of the picture's longer side: the face is near enough.
  TRY_ASSIGN(const auto found, FindUprightFaces(detector, landmarker, bgr, orientation));
  std::vector<Portrait> portraits;
  for (const ConfirmedFace& face : found.faces) portraits.push_back({found.bgr, face});
  const double longer = std::max(bgr.cols, bgr.rows);
  if (!portraits.empty() && Side(portraits.front().face.face.box) >= kNear * longer) return portraits;

  TRY_ASSIGN(const auto faces, detector.Detect(bgr));
  std::vector<cv::Rect2d> boxes;
  for (const Face& face : faces) boxes.push_back(face.box);
  for (const double share : {1.0, 0.5, 0.25}) {
    if (share < 1) {
      TRY_ASSIGN(auto more, BoxesInTiles(detector, bgr, share));
      boxes = std::move(more);
    }
    auto near = LookFromNear(detector, landmarker, bgr, boxes);
    if (!near || !near->empty()) return near;
  }
  return portraits;
}

}  // namespace gradphoto::face
