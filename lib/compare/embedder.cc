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

constexpr int kInputSize = 112;  // Side of the nets' input.

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

// The project puts pixel edges at integers, cv::warpAffine and ArcFace's points pixel centres.
cv::Matx23d FromPixelCentres(cv::Matx23d warp) {
  warp(0, 2) += 0.5 * (warp(0, 0) + warp(0, 1));
  warp(1, 2) += 0.5 * (warp(1, 0) + warp(1, 1));
  return warp;
}

}  // namespace

cv::Mat AlignFace(const cv::Mat& bgr, const face::Landmarks& landmarks) {
  cv::Matx23d warp = InputFromPhoto(FivePoints(landmarks));
  cv::Matx23d photo_from_input;
  cv::invertAffineTransform(warp, photo_from_input);
  const double scale = std::hypot(warp(0, 0), warp(1, 0));
  const int factor = std::max(1, static_cast<int>(1 / (1.5 * scale)));
  cv::Mat source = bgr;
  if (factor > 1) {
    double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
    for (const auto& [x, y] : {std::pair(0, 0), {kInputSize, 0}, {0, kInputSize}, {kInputSize, kInputSize}}) {
      const cv::Vec2d corner = photo_from_input * cv::Vec3d(x, y, 1);
      left = std::min(left, corner[0]), right = std::max(right, corner[0]);
      top = std::min(top, corner[1]), bottom = std::max(bottom, corner[1]);
    }
    const cv::Rect wanted(
        cv::Point(static_cast<int>(std::floor(left)) - factor, static_cast<int>(std::floor(top)) - factor),
        cv::Point(static_cast<int>(std::ceil(right)) + factor, static_cast<int>(std::ceil(bottom)) + factor));
    const cv::Rect inside = wanted & cv::Rect(0, 0, bgr.cols, bgr.rows);
    const cv::Size size(inside.width / factor, inside.height / factor);
    if (size.empty()) return cv::Mat::zeros(kInputSize, kInputSize, CV_8UC3);
    cv::resize(bgr(cv::Rect(inside.tl(), size * factor)), source, size, 0, 0, cv::INTER_AREA);
    // input = warp * (inside.tl() + factor * source)
    const cv::Vec2d shift = warp * cv::Vec3d(inside.x, inside.y, 1);
    warp = {warp(0, 0) * factor, warp(0, 1) * factor, shift[0],
            warp(1, 0) * factor, warp(1, 1) * factor, shift[1]};
  }
  cv::Mat aligned;
  cv::warpAffine(source, aligned, FromPixelCentres(warp), cv::Size(kInputSize, kInputSize), cv::INTER_LINEAR,
                 cv::BORDER_CONSTANT);
  return aligned;
}

Embedder::Embedder(nn::Session session, face::ChannelOrder channel_order)
    : session_(std::move(session)), channel_order_(channel_order) {}

Result<Embedder> Embedder::Create(const nn::ModelRegistry& registry, const std::string& model,
                                  face::ChannelOrder channel_order, const std::filesystem::path& model_dir) {
  TRY_ASSIGN(auto session, nn::OpenModel(registry, model, model_dir));
  return Embedder(std::move(session), channel_order);
}

Result<Embedding> Embedder::Embed(const cv::Mat& aligned) const {
  TRY_ASSIGN(const auto outputs,
             session_.Run(face::ToTensor(aligned, 1.0 / 128, -127.0 / 128, channel_order_)));
  Embedding result{outputs.front().data, 0};
  Template& values = result.values;
  result.norm = std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
  if (!(result.norm > 0)) return Fail(ErrorKind::kInternal, "the recognition net gave an empty template");
  for (float& value : values) value = static_cast<float>(value / result.norm);
  return result;
}

double Similarity(const Template& first, const Template& second) {
  return std::inner_product(first.begin(), first.end(), second.begin(), 0.0);
}

}  // namespace gradphoto::compare
