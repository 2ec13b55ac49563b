// SPDX-License-Identifier: Apache-2.0
#include "lib/face/landmarks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include <opencv2/imgproc.hpp>

#include "lib/face/mesh_indices.h"
#include "lib/face/tensor.h"
#include "lib/geometry/pixel_centres.h"

namespace gradphoto::face {
namespace {

constexpr int kInputSize = 192;
constexpr double kMargin = 1.5;  // Side of the region over the longer side of the face box.

// A square region of the photo, turned by `angle` (radians, clockwise in the picture).
struct Region {
  cv::Point2d centre;
  double side = 0;
  double angle = 0;
};

cv::Matx23d InputFromPhoto(const Region& region) {
  const double k = kInputSize / region.side;
  const double c = std::cos(region.angle) * k, s = std::sin(region.angle) * k;
  const double half = kInputSize / 2.0;
  return {c,  s, half - c * region.centre.x - s * region.centre.y,  //
          -s, c, half + s * region.centre.x - c * region.centre.y};
}

// The region's pixels. A large region is first shrunk by whole factors with an area filter, so that the
// bilinear warp does not alias.
cv::Mat Crop(const cv::Mat& bgr, const Region& region) {
  const int factor = std::max(1, static_cast<int>(region.side / kInputSize / 1.5));
  cv::Mat source = bgr;
  Region scaled = region;
  if (factor > 1) {
    // Only the part that the turned square can touch.
    const int reach = static_cast<int>(std::ceil(region.side * 0.75)) + factor;
    const cv::Rect wanted(static_cast<int>(region.centre.x) - reach, static_cast<int>(region.centre.y) - reach,
                          2 * reach, 2 * reach);
    const cv::Rect inside = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
    const cv::Size size(inside.width / factor, inside.height / factor);
    if (size.width > 0 && size.height > 0) {
      const cv::Rect whole_blocks(inside.x, inside.y, size.width * factor, size.height * factor);
      cv::resize(bgr(whole_blocks), source, size, 0, 0, cv::INTER_AREA);
      scaled.centre = (region.centre - cv::Point2d(inside.tl())) / factor;
      scaled.side = region.side / factor;
    }
  }
  cv::Mat input;
  cv::warpAffine(source, input, geometry::ForPixelCentres(InputFromPhoto(scaled)),
                 cv::Size(kInputSize, kInputSize), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return input;
}

Region RegionOf(const Face& face) {
  const cv::Point2d eyes = face.keypoints[1] - face.keypoints[0];
  const cv::Point2d centre = (face.box.tl() + face.box.br()) / 2;
  return {centre, kMargin * std::max(face.box.width, face.box.height), std::atan2(eyes.y, eyes.x)};
}

// The bounds of the mesh in the frame that the outer eye corners level.
Region RegionOf(const Landmarks& landmarks) {
  const cv::Point2d eyes = landmarks.At(point::kRightEyeOuter) - landmarks.At(point::kLeftEyeOuter);
  const double angle = std::atan2(eyes.y, eyes.x);
  const double c = std::cos(angle), s = std::sin(angle);
  double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
  for (int i = 0; i < kMeshPoints; ++i) {
    const cv::Point2d p = landmarks.At(i);
    const double x = c * p.x + s * p.y, y = -s * p.x + c * p.y;
    left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
  }
  const double x = (left + right) / 2, y = (top + bottom) / 2;
  return {{c * x - s * y, s * x + c * y}, kMargin * std::max(right - left, bottom - top), angle};
}

// Puts the outputs (registry order: mesh, lips, left_eye, right_eye, left_iris, right_iris, face_flag)
// together; `mirrored` if the net was shown the region's mirror image.
Landmarks Compose(const std::vector<nn::Tensor>& outputs, const Region& region, bool mirrored) {
  Landmarks landmarks;
  auto& points = landmarks.points;
  const std::vector<float>& mesh = outputs[0].data;
  for (std::size_t i = 0; i < kMeshPoints; ++i) points[i] = {mesh[3 * i], mesh[3 * i + 1], mesh[3 * i + 2]};
  const auto overwrite = [&](std::span<const int> indices, const std::vector<float>& xy) {
    for (std::size_t i = 0; i < indices.size(); ++i) {
      cv::Point3d& p = points[static_cast<std::size_t>(indices[i])];
      p.x = xy[2 * i], p.y = xy[2 * i + 1];
    }
  };
  overwrite(kLipIndices, outputs[1].data);
  overwrite(kLeftEyeIndices, outputs[2].data);
  overwrite(kRightEyeIndices, outputs[3].data);
  overwrite(std::array{468, 469, 470, 471, 472}, outputs[4].data);
  overwrite(std::array{473, 474, 475, 476, 477}, outputs[5].data);
  landmarks.face_probability = Sigmoid(outputs[6].data[0]);

  if (mirrored) {
    const auto seen = points;
    constexpr std::array kMirrored = MirroredIndices();
    for (std::size_t i = 0; i < points.size(); ++i) {
      points[i] = seen[static_cast<std::size_t>(kMirrored[i])];
      points[i].x = kInputSize - points[i].x;
    }
  }
  cv::Matx23d photo_from_input;
  cv::invertAffineTransform(InputFromPhoto(region), photo_from_input);
  const double scale = region.side / kInputSize;
  for (cv::Point3d& p : points) {
    const cv::Vec2d xy = photo_from_input * cv::Vec3d(p.x, p.y, 1);
    p = {xy[0], xy[1], p.z * scale};
  }
  return landmarks;
}

// The net looks again at eyes and lips where its mesh has them. Of a face that the photo cuts the mesh can
// leave the region, and the net ends with "GatherND ... out of range"; in a wider region it does not. Each
// picture is cut out once.
class Views {
 public:
  static constexpr std::array kWider = {1.0, 1.25, 1.6};

  Views(const cv::Mat& bgr, Region region) : bgr_(bgr), region_(region) {
    region_.side = std::max(region.side, 1.0);
  }

  Region At(std::size_t i) const { return {region_.centre, region_.side * kWider[i], region_.angle}; }
  const cv::Mat& Picture(std::size_t i) {
    if (pictures_[i].empty()) pictures_[i] = Crop(bgr_, At(i));
    return pictures_[i];
  }

 private:
  const cv::Mat& bgr_;
  Region region_;
  std::array<cv::Mat, kWider.size()> pictures_;
};

Result<std::optional<Landmarks>> Look(const nn::Session& session, Views& views, bool mirrored) {
  for (std::size_t i = 0; i < Views::kWider.size(); ++i) {
    cv::Mat input;
    if (mirrored) {
      cv::flip(views.Picture(i), input, 1);
    } else {
      input = views.Picture(i);
    }
    auto outputs = session.Run(ToTensor(input, 1.0 / 255, 0, ChannelOrder::kRgb));
    if (outputs) return Compose(*outputs, views.At(i), mirrored);
    if (!outputs.error().message.contains("GatherND")) return std::unexpected(outputs.error());
  }
  return std::nullopt;
}

// The mean of what the net sees and of what it sees in the mirror: it is not quite as good on one side as on
// the other.
Result<std::optional<Landmarks>> LookBothWays(const nn::Session& session, const cv::Mat& bgr,
                                              const Region& region) {
  Views views(bgr, region);
  TRY_ASSIGN(auto seen, Look(session, views, false));
  if (!seen) return seen;
  TRY_ASSIGN(const auto mirrored, Look(session, views, true));
  if (!mirrored) return seen;
  seen->face_probability = (seen->face_probability + mirrored->face_probability) / 2;
  for (std::size_t i = 0; i < seen->points.size(); ++i) {
    seen->points[i] = (seen->points[i] + mirrored->points[i]) / 2;
  }
  return seen;
}

}  // namespace

Landmarker::Landmarker(nn::Session session) : session_(std::move(session)) {}

Result<Landmarker> Landmarker::Create(const nn::ModelRegistry& registry,
                                      const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto session, nn::OpenModel(registry, "facemesh-attention", model_dir));
  return Landmarker(std::move(session));
}

Result<Landmarks> Landmarker::Find(const cv::Mat& bgr, const Face& face) const {
  TRY_ASSIGN(const auto first, LookBothWays(session_, bgr, RegionOf(face)));
  if (!first) return Landmarks{};  // Cut so far that no mesh fits: not a face that can be measured.
  TRY_ASSIGN(const auto second, LookBothWays(session_, bgr, RegionOf(*first)));
  return second ? *second : *first;
}

Result<Landmarks> Landmarker::FindIn(const cv::Mat& square) const {
  const double side = square.cols;
  TRY_ASSIGN(const auto landmarks, LookBothWays(session_, square, {{side / 2, side / 2}, side, 0}));
  return landmarks ? *landmarks : Landmarks{};
}

}  // namespace gradphoto::face
