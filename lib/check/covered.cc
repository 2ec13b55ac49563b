// SPDX-License-Identifier: Apache-2.0
#include "lib/check/covered.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/check/worn_model.h"

namespace gradphoto::check {
namespace {

// The edges of the lips from the left to the right corner, without the corners. Source: MediaPipe's face mesh
// connections (Apache-2.0).
constexpr int kLeftCorner = 61, kRightCorner = 291;
using LipEdge = std::array<int, 9>;
constexpr LipEdge kUpperOuter = {185, 40, 39, 37, 0, 267, 269, 270, 409};
constexpr LipEdge kUpperInner = {191, 80, 81, 82, 13, 312, 311, 310, 415};
constexpr LipEdge kLowerInner = {95, 88, 178, 87, 14, 317, 402, 318, 324};
constexpr LipEdge kLowerOuter = {146, 91, 181, 84, 17, 314, 405, 321, 375};

// The band between two lip edges, each moved down by some px; CV_8U of the size of the region.
cv::Mat Band(const AlignedFace& face, const cv::Rect& region, const LipEdge& upper, double upper_shift,
             const LipEdge& lower, double lower_shift) {
  const cv::Point2d origin = region.tl();
  std::vector<cv::Point> outline;
  for (const int point : upper)
    outline.emplace_back(face.landmarks.At(point) + cv::Point2d(0, upper_shift) - origin);
  for (std::size_t i = lower.size(); i-- > 0;)
    outline.emplace_back(face.landmarks.At(lower[i]) + cv::Point2d(0, lower_shift) - origin);
  cv::Mat band = cv::Mat::zeros(region.size(), CV_8U);
  cv::fillPoly(band, std::vector{outline}, cv::Scalar(255));
  return band;
}

// Difference of hue and saturation between each lip and the skin along it, of the clearer lip; see
// MouthEvidence.
double LipColour(const AlignedFace& face, const cv::Rect& region) {
  constexpr double kFloor = 0.004;  // Of linear light: noise in black is no colour.
  constexpr double kSmooth = 1;
  // Px of the patch: away from the soft edge of the lips.
  constexpr double kNear = 3, kFar = 13, kInset = 1;
  cv::Mat rgb;
  cv::cvtColor(face.lab(region), rgb, cv::COLOR_Lab2LRGB);
  cv::GaussianBlur(rgb, rgb, cv::Size(0, 0), kSmooth);
  rgb = cv::max(rgb, 0.0) + cv::Scalar::all(kFloor);
  cv::log(rgb, rgb);
  const auto colour = [&](const cv::Mat& band) -> std::optional<cv::Point2d> {
    std::vector<float> red, blue;
    for (int y = 0; y < band.rows; ++y) {
      for (int x = 0; x < band.cols; ++x) {
        if (band.at<unsigned char>(y, x) == 0) continue;
        const cv::Vec3f& value = rgb.at<cv::Vec3f>(y, x);
        red.push_back(value[0] - value[1]);
        blue.push_back(value[2] - value[1]);
      }
    }
    if (red.empty()) return std::nullopt;
    return cv::Point2d(Quantile(std::move(red), 0.5), Quantile(std::move(blue), 0.5));
  };
  double clearer = 0;
  const auto compare = [&](const cv::Mat& lip, const cv::Mat& skin) {
    const auto of_lip = colour(lip), of_skin = colour(skin);
    if (of_lip && of_skin) clearer = std::max(clearer, cv::norm(*of_lip - *of_skin));
  };
  compare(Band(face, region, kUpperOuter, kInset, kUpperInner, -kInset),
          Band(face, region, kUpperOuter, -kFar, kUpperOuter, -kNear));
  compare(Band(face, region, kLowerInner, kInset, kLowerOuter, -kInset),
          Band(face, region, kLowerOuter, kNear, kLowerOuter, kFar));
  return clearer;
}

// Correlation of the mouth with its mirror image; see MouthEvidence.
double MouthSymmetry(const AlignedFace& face, const cv::Rect& region) {
  constexpr double kFloor = 0.01, kFine = 1.5, kCoarse = 10;  // Of linear light; px.
  constexpr double kHalfWidth = 0.57, kHalfHeight = 0.32;     // Of the width of the mouth.
  constexpr int kShift = 3;                                   // Px by which the mesh may miss the middle.
  const cv::Point2d left = face.landmarks.At(kLeftCorner), right = face.landmarks.At(kRightCorner);
  const double width = cv::norm(right - left);
  const int half_width = static_cast<int>(kHalfWidth * width);
  const int half_height = static_cast<int>(kHalfHeight * width) + 6;
  if (half_width < 8) return 0;
  cv::Mat logarithm = face.luminance(region) + kFloor, fine, coarse;
  cv::log(logarithm, logarithm);
  cv::GaussianBlur(logarithm, fine, cv::Size(0, 0), kFine);
  cv::GaussianBlur(logarithm, coarse, cv::Size(0, 0), kCoarse);
  const cv::Mat detail = fine - coarse;
  // Level and in the middle; pixel centres.
  const cv::Point2d along = (right - left) / width, middle = (left + right) / 2 - cv::Point2d(region.tl());
  const double x0 = half_width + kShift, y0 = half_height;
  const cv::Matx23d map(along.x, -along.y, middle.x - 0.5 - along.x * x0 + along.y * y0,  //
                        along.y, along.x, middle.y - 0.5 - along.y * x0 - along.x * y0);
  cv::Mat level;
  cv::warpAffine(detail, level, map, cv::Size(2 * (half_width + kShift) + 1, 2 * half_height + 1),
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  double best = -1;
  for (int shift = 0; shift <= 2 * kShift; ++shift) {
    const cv::Mat seen = level.colRange(shift, shift + 2 * half_width + 1);
    cv::Mat mirrored;
    cv::flip(seen, mirrored, 1);
    const cv::Mat one = seen - cv::mean(seen)[0], other = mirrored - cv::mean(mirrored)[0];
    best = std::max(best, one.dot(other) / std::max(1e-9, cv::norm(one) * cv::norm(other)));
  }
  return best;
}

}  // namespace

double MouthEvidence(const AlignedFace& face) {
  constexpr double kColourWeight = 3;
  constexpr double kAround = 0.45;  // Pupil distances; enough for the slow changes of the light.
  double top = AlignedFace::kHeight, bottom = 0;
  for (const LipEdge& edge : {kUpperOuter, kLowerOuter}) {
    for (const int point : edge) {
      top = std::min(top, face.landmarks.At(point).y);
      bottom = std::max(bottom, face.landmarks.At(point).y);
    }
  }
  const cv::Rect region =
      cv::Rect(
          cv::Point(0, static_cast<int>(top - kAround * AlignedFace::kPupilDistance)),
          cv::Point(AlignedFace::kWidth, static_cast<int>(bottom + kAround * AlignedFace::kPupilDistance))) &
      cv::Rect({}, face.luminance.size());
  if (region.height < 8) return 0;
  return std::max(kColourWeight * LipColour(face, region), MouthSymmetry(face, region));
}

double CoverLogit(double colours, double mouth_evidence) {
  constexpr double kWeight = 2, kMost = 1, kBetween = -0.8;
  return colours - kWeight * std::min(mouth_evidence, kMost) - kBetween;
}

void CheckCovered(const Subject& subject, Sheet& sheet) {
  constexpr double kLeastPupils_px = 20, kFaceSeen_deg = 40, kMouthFaces_deg = 25;
  const face::Landmarks& landmarks = subject.head.landmarks;
  const cv::Point2d left = landmarks.At(face::point::kLeftPupil),
                    right = landmarks.At(face::point::kRightPupil);
  if (cv::norm(right - left) < kLeastPupils_px)
    return sheet.NotAssessed("FACE_COVERED", "the face is too small");
  const double turned = std::abs(subject.head.pose.yaw_deg);
  if (turned > kFaceSeen_deg) return sheet.NotAssessed("FACE_COVERED", "the head is turned too far");
  const double mouth = MouthEvidence(subject.aligned);
  const double colours = CoverModel().Logit(WornFeatures(subject.source, left, right, kLowerFace));
  sheet.Measure("mouth_evidence", mouth, 2);
  sheet.Judge("FACE_COVERED", "cover_percent", PercentOf(CoverLogit(colours, mouth)), 1);
  const bool hidden = mouth < kMouthSeen && turned < kMouthFaces_deg;
  if (hidden && sheet.Find("FACE_COVERED") == nullptr) sheet.SendToReview("FACE_COVERED", "no mouth is seen");
}

}  // namespace gradphoto::check
