// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/embedder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

#include "lib/face/tensor.h"

namespace gradphoto::compare {
namespace {

constexpr int kInputSize = 112;

// Left and right eye, nose tip, left and right mouth corner in the net's input; sides of the picture.
constexpr std::array<std::array<double, 2>, 5> kArcFace = {
    {{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}}};

std::array<cv::Point2d, 5> FivePoints(const face::Landmarks& landmarks) {
  // The mesh's 1 and 4 lie below and above the tip of the nose.
  const cv::Point2d nose = (landmarks.At(1) + landmarks.At(4)) / 2;
  return {landmarks.At(face::point::kLeftPupil), landmarks.At(face::point::kRightPupil), nose,
          landmarks.At(face::point::kLeftMouthCorner), landmarks.At(face::point::kRightMouthCorner)};
}

// Rotation, scale and shift (no reflection) that bring `points` nearest to kArcFace; in the plane the
// least-squares solution is a complex division.
cv::Matx23d InputFromPhoto(const std::array<cv::Point2d, 5>& points) {
  cv::Point2d from_mean, to_mean;
  for (std::size_t i = 0; i < points.size(); ++i) {
    from_mean += points[i] / 5.0;
    to_mean += cv::Point2d(kArcFace[i][0], kArcFace[i][1]) / 5.0;
  }
  double dot = 0, cross = 0, square = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const cv::Point2d a = points[i] - from_mean, b = cv::Point2d(kArcFace[i][0], kArcFace[i][1]) - to_mean;
    dot += a.dot(b);
    cross += a.cross(b);
    square += a.dot(a);
  }
  const double c = dot / square, s = cross / square;
  return {c, -s, to_mean.x - c * from_mean.x + s * from_mean.y,
          s, c,  to_mean.y - s * from_mean.x - c * from_mean.y};
}

}  // namespace

Embedder::Embedder(nn::Session session, face::ChannelOrder channel_order)
    : session_(std::move(session)), channel_order_(channel_order) {}

Result<Embedder> Embedder::Create(const nn::ModelRegistry& registry, const std::string& model,
                                  face::ChannelOrder channel_order, const std::filesystem::path& model_dir) {
  auto session = nn::OpenModel(registry, model, model_dir);
  if (!session) return std::unexpected(session.error());
  return Embedder(std::move(*session), channel_order);
}

Result<Template> Embedder::Embed(const cv::Mat& bgr, const face::Landmarks& landmarks) const {
  const std::array<cv::Point2d, 5> points = FivePoints(landmarks);
  cv::Matx23d warp = InputFromPhoto(points);
  // A large face is first shrunk by an area filter, so that the bilinear warp does not alias.
  cv::Mat source = bgr;
  const double scale = std::hypot(warp(0, 0), warp(1, 0));
  if (scale < 0.5) {
    const double shrink = 2 * scale;
    const cv::Size size(std::max(1, static_cast<int>(bgr.cols * shrink)),
                        std::max(1, static_cast<int>(bgr.rows * shrink)));
    cv::resize(bgr, source, size, 0, 0, cv::INTER_AREA);
    for (int row = 0; row < 2; ++row) {
      warp(row, 0) *= static_cast<double>(bgr.cols) / source.cols;
      warp(row, 1) *= static_cast<double>(bgr.rows) / source.rows;
    }
  }
  cv::Mat input;
  cv::warpAffine(source, input, warp, cv::Size(kInputSize, kInputSize), cv::INTER_LINEAR, cv::BORDER_CONSTANT);
  const auto outputs = session_.Run(face::ToTensor(input, 1.0 / 128, -127.0 / 128, channel_order_));
  if (!outputs) return std::unexpected(outputs.error());
  Template result = outputs->front().data;
  const double length = std::sqrt(std::inner_product(result.begin(), result.end(), result.begin(), 0.0));
  if (length <= 0) return Fail(ErrorKind::kInternal, "the recognition net gave an empty template");
  for (float& value : result) value = static_cast<float>(value / length);
  return result;
}

double Similarity(const Template& first, const Template& second) {
  return std::inner_product(first.begin(), first.end(), second.begin(), 0.0);
}

}  // namespace gradphoto::compare
