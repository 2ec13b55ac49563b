// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/align.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "lib/geometry/pixel_centres.h"

namespace gradphoto::compare {
namespace {

constexpr int kNetSide = 112;   // Of the recognition nets' input.
constexpr int kMeshSide = 192;  // Of the mesh's.
// A face of the nets' input in the mesh's: the mesh of a portrait (x from 14 to 96, y from 19 to 120) is in the
// middle and takes two thirds, as the landmarker has it.
constexpr double kMeshScale = 1.27;
constexpr double kMeshMiddleY = 69.5;

// In the nets' input.
const FacePoints kTarget = {
    {{38.3814, 52.0989}, {73.6186, 52.0989}, {56, 72.2366}, {41.4097, 92.7848}, {70.5903, 92.7848}}};

// Rotation, scale and shift (no reflection) that bring `points` nearest to kTarget; in the plane the
// least-squares solution is a complex division.
cv::Matx23d NetFromPhoto(const FacePoints& points) {
  cv::Point2d from_mean, to_mean;
  for (std::size_t i = 0; i < points.size(); ++i) {
    from_mean += points[i] / 5.0;
    to_mean += kTarget[i] / 5.0;
  }
  double dot = 0, cross = 0, square = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const cv::Point2d a = points[i] - from_mean, b = kTarget[i] - to_mean;
    dot += a.dot(b);
    cross += a.cross(b);
    square += a.dot(a);
  }
  const double c = dot / square, s = cross / square;
  return {c, -s, to_mean.x - c * from_mean.x + s * from_mean.y,
          s, c,  to_mean.y - s * from_mean.x - c * from_mean.y};
}

cv::Matx23d MeshFromPhoto(const FacePoints& points) {
  cv::Matx23d warp = NetFromPhoto(points) * kMeshScale;
  warp(0, 2) += kMeshSide / 2.0 - kMeshScale * kNetSide / 2.0;
  warp(1, 2) += kMeshSide / 2.0 - kMeshScale * kMeshMiddleY;
  return warp;
}

// The part of the photo that a picture of `side` shows, shrunk by a whole factor; `warp` is changed to fit.
// Empty when it lies outside.
cv::Mat Shrunk(const cv::Mat& bgr, int side, int factor, cv::Matx23d& warp) {
  cv::Matx23d photo_from_picture;
  cv::invertAffineTransform(warp, photo_from_picture);
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const auto& [x, y] : {std::pair(0, 0), {side, 0}, {0, side}, {side, side}}) {
    const cv::Vec2d corner = photo_from_picture * cv::Vec3d(x, y, 1);
    left = std::min(left, corner[0]), right = std::max(right, corner[0]);
    top = std::min(top, corner[1]), bottom = std::max(bottom, corner[1]);
  }
  const cv::Rect wanted(
      cv::Point(static_cast<int>(std::floor(left)) - factor, static_cast<int>(std::floor(top)) - factor),
      cv::Point(static_cast<int>(std::ceil(right)) + factor, static_cast<int>(std::ceil(bottom)) + factor));
  const cv::Rect inside = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
  const cv::Size size(inside.width / factor, inside.height / factor);
  if (size.empty()) return {};
  cv::Mat shrunk;
  cv::resize(bgr(cv::Rect(inside.tl(), size * factor)), shrunk, size, 0, 0, cv::INTER_AREA);
  // picture = warp * (inside.tl() + factor * shrunk)
  const cv::Vec2d shift = warp * cv::Vec3d(inside.x, inside.y, 1);
  warp = {warp(0, 0) * factor, warp(0, 1) * factor, shift[0],
          warp(1, 0) * factor, warp(1, 1) * factor, shift[1]};
  return shrunk;
}

// The picture of side x side px that `warp` makes of the photo. A large face is drawn several times as large as
// wanted and averaged, so that nothing aliases and no phase of the photo's pixels matters.
cv::Mat Drawn(const cv::Mat& bgr, cv::Matx23d warp, int side, cv::BorderTypes border) {
  constexpr int kFinest = 8;
  const double pixels = 1 / std::hypot(warp(0, 0), warp(1, 0));  // Of the photo, for one of the picture.
  const int factor = static_cast<int>(std::ceil(pixels / kFinest));
  const cv::Mat source = factor > 1 ? Shrunk(bgr, side, factor, warp) : bgr;
  if (source.empty()) return cv::Mat::zeros(side, side, CV_8UC3);
  const int fine = std::clamp(static_cast<int>(std::ceil(pixels / factor)), 1, kFinest);
  cv::Mat large, picture;
  cv::warpAffine(source, large, geometry::ForPixelCentres(warp * fine), cv::Size(side * fine, side * fine),
                 fine > 1 ? cv::INTER_LINEAR : cv::INTER_CUBIC, border);
  if (fine == 1) return large;
  cv::resize(large, picture, cv::Size(side, side), 0, 0, cv::INTER_AREA);
  return picture;
}

}  // namespace

FacePoints PointsOf(const face::Landmarks& landmarks) {
  // The mesh's 1 and 4 lie below and above the tip of the nose.
  const cv::Point2d nose = (landmarks.At(1) + landmarks.At(4)) / 2;
  return {landmarks.At(face::point::kLeftPupil), landmarks.At(face::point::kRightPupil), nose,
          landmarks.At(face::point::kLeftMouthCorner), landmarks.At(face::point::kRightMouthCorner)};
}

Result<FacePoints> BalancedPoints(const face::Landmarker& landmarker, const cv::Mat& bgr,
                                  const FacePoints& points) {
  constexpr int kLooks = 2;  // What the first still has of a side comes from where `points` were seen.
  FacePoints balanced = points;
  for (int look = 0; look < kLooks; ++look) {
    const cv::Matx23d warp = MeshFromPhoto(balanced);
    TRY_ASSIGN(const auto seen, landmarker.FindIn(Drawn(bgr, warp, kMeshSide, cv::BORDER_REPLICATE)));
    if (seen.face_probability < 0.5) return points;
    cv::Matx23d photo_from_mesh;
    cv::invertAffineTransform(warp, photo_from_mesh);
    balanced = PointsOf(seen);
    for (cv::Point2d& point : balanced) {
      const cv::Vec2d at = photo_from_mesh * cv::Vec3d(point.x, point.y, 1);
      point = {at[0], at[1]};
    }
  }
  return balanced;
}

cv::Mat AlignFace(const cv::Mat& bgr, const FacePoints& points) {
  return Drawn(bgr, NetFromPhoto(points), kNetSide, cv::BORDER_CONSTANT);
}

}  // namespace gradphoto::compare
