// SPDX-License-Identifier: Apache-2.0
// Detector, landmarks, ratios and pose on the London portraits with their hand-placed points.
#include <cmath>
#include <optional>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/face/detect.h"
#include "lib/face/features.h"
#include "lib/face/landmarks.h"
#include "lib/face/mesh_indices.h"
#include "lib/face/pose.h"
#include "tests/support/engine.h"

using namespace gradphoto::face;
using gradphoto::testing::FilesIn;
using gradphoto::testing::HandPoints;
using gradphoto::testing::LoadedEngine;
using gradphoto::testing::PixelsOf;
using gradphoto::testing::SharedData;
namespace hand = gradphoto::testing::hand;

namespace {

Landmarks LandmarksOf(const cv::Mat& bgr) {
  const auto faces = LoadedEngine().detector.Detect(bgr);
  REQUIRE(faces.has_value());
  REQUIRE(faces->size() >= 1);
  auto landmarks = LoadedEngine().landmarker.Find(bgr, faces->front());
  REQUIRE(landmarks.has_value());
  return *landmarks;
}

// Turned about its centre, clockwise for positive angles.
cv::Mat Turned(const cv::Mat& bgr, double degrees) {
  cv::Mat turned;
  const cv::Point2f centre(static_cast<float>(bgr.cols) / 2, static_cast<float>(bgr.rows) / 2);
  cv::warpAffine(bgr, turned, cv::getRotationMatrix2D(centre, -degrees, 1), bgr.size(), cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return turned;
}

}  // namespace

TEST_CASE("data: the landmarks of the mirror image are those of the photo, mirrored") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  const auto mirrored = MirroredIndices();
  for (std::size_t n = 0; n < files.size(); n += 5) {
    CAPTURE(files[n].filename().string());
    const cv::Mat bgr = PixelsOf(files[n]);
    cv::Mat flipped;
    cv::flip(bgr, flipped, 1);
    const Landmarks seen = LandmarksOf(bgr), other = LandmarksOf(flipped);
    const double distance = cv::norm(seen.At(point::kRightPupil) - seen.At(point::kLeftPupil));
    double sum = 0;
    for (int i = 0; i < kLandmarkPoints; ++i) {
      const cv::Point2d p = other.At(mirrored[static_cast<std::size_t>(i)]);
      sum += cv::norm(seen.At(i) - cv::Point2d(bgr.cols - p.x, p.y)) / distance;
    }
    CHECK(sum / kLandmarkPoints < 0.01);
  }
}

TEST_CASE("data: all 50 neutral faces are found, pupils and cheeks agree with the hand-placed points") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  REQUIRE(files.size() == 50);
  double pupil_sum = 0, width_sum = 0, roll_sum = 0;
  for (const auto& file : files) {
    CAPTURE(file.filename().string());
    const cv::Mat bgr = PixelsOf(file);
    auto tem = file;
    const auto truth = HandPoints(tem.replace_extension(".tem"));
    const auto faces = LoadedEngine().detector.Detect(bgr);
    REQUIRE(faces.has_value());
    CHECK(faces->size() == 1);
    const Landmarks landmarks = LandmarksOf(bgr);
    CHECK(landmarks.face_probability > 0.5);
    const cv::Point2d left = truth[hand::kLeftPupil], right = truth[hand::kRightPupil];
    const double distance = cv::norm(right - left);
    const double left_error = cv::norm(landmarks.At(point::kLeftPupil) - left) / distance;
    const double right_error = cv::norm(landmarks.At(point::kRightPupil) - right) / distance;
    CHECK(left_error <= 0.04);
    CHECK(right_error <= 0.04);
    pupil_sum += (left_error + right_error) / 2;
    width_sum += (landmarks.At(point::kRightCheek).x - landmarks.At(point::kLeftCheek).x) /
                     (truth[hand::kRightCheek].x - truth[hand::kLeftCheek].x) -
                 1;
    // The detector's own points belong to this face.
    CHECK(faces->front().box.contains(left));
    CHECK(cv::norm(faces->front().keypoints[0] - left) < 0.25 * distance);
    CHECK(cv::norm(faces->front().keypoints[1] - right) < 0.25 * distance);
    CHECK(faces->front().score >= 0.5);
    CHECK(faces->front().score <= 1);

    const auto pose = EstimatePose(landmarks);
    REQUIRE(pose.has_value());
    const double true_roll = std::atan2(right.y - left.y, right.x - left.x) * 180 / 3.14159265358979;
    CHECK(std::abs(pose->roll_deg - true_roll) < 2);
    roll_sum += std::abs(pose->roll_deg - true_roll);
    CHECK(std::abs(pose->yaw_deg) < 10);
    CHECK(std::abs(pose->pitch_deg) < 15);

    // Everybody looks into the camera with closed lips.
    CHECK(EyeOpening(landmarks) > 0.10);
    CHECK(EyeOpening(landmarks) < 0.6);
    CHECK(LipGap(landmarks) >= 0);
    CHECK(LipGap(landmarks) < 0.06);
    const auto margin = LoadedEngine().eye_net.OpenMargin(bgr, landmarks);
    REQUIRE(margin.has_value());
    CHECK(std::isfinite(*margin));
  }
  CHECK(pupil_sum / 50 <= 0.02);
  CHECK(pupil_sum / 50 > 0.001);  // Nobody places points that well by hand.
  CHECK(std::abs(width_sum / 50) <= 0.03);
  CHECK(roll_sum / 50 <= 0.6);
}

TEST_CASE("data: smiles open the lips wider than neutral faces") {
  const auto neutral = SharedData("london/neutral"), smiling = SharedData("london/smiling");
  if (!neutral || !smiling) return;
  int wider = 0, pairs = 0;
  for (const auto& file : FilesIn(*smiling, ".jpg")) {
    if (++pairs > 12) break;
    wider += LipGap(LandmarksOf(PixelsOf(file))) > LipGap(LandmarksOf(PixelsOf(*neutral / file.filename())));
  }
  CHECK(wider >= 9);
}

TEST_CASE("data: the roll follows a photo turned by a known angle, clockwise is positive") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  for (std::size_t i = 0; i < files.size(); i += 10) {
    CAPTURE(files[i].filename().string());
    const cv::Mat bgr = PixelsOf(files[i]);
    const double upright = EstimatePose(LandmarksOf(bgr))->roll_deg;
    for (const double angle : {-6.0, 6.0, 15.0}) {
      const auto pose = EstimatePose(LandmarksOf(Turned(bgr, angle)));
      REQUIRE(pose.has_value());
      CHECK(std::abs(pose->roll_deg - upright - angle) < 0.7);
    }
  }
}

TEST_CASE("data: a mirrored photo mirrors roll and yaw and keeps pitch") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  for (std::size_t i = 0; i < files.size(); i += 10) {
    const cv::Mat bgr = PixelsOf(files[i]);
    cv::Mat mirrored;
    cv::flip(bgr, mirrored, 1);
    const auto pose = EstimatePose(LandmarksOf(bgr));
    const auto other = EstimatePose(LandmarksOf(mirrored));
    CAPTURE(files[i].filename().string());
    CHECK(std::abs(pose->roll_deg + other->roll_deg) < 1.5);
    CHECK(std::abs(pose->yaw_deg + other->yaw_deg) < 2.5);
    CHECK(std::abs(pose->pitch_deg - other->pitch_deg) < 2.5);
  }
}

TEST_CASE("data: quarter turns are told from the face") {
  const auto folder = SharedData("london/neutral");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  for (std::size_t i = 0; i < files.size(); i += 10) {
    const cv::Mat bgr = PixelsOf(files[i]);
    CAPTURE(files[i].filename().string());
    CHECK(LoadedEngine().detector.QuarterTurnsToUpright(bgr, 0.5) == 0);
    for (int turns = 1; turns <= 3; ++turns) {
      cv::Mat turned;  // Clockwise by 4 - turns quarters, so that `turns` bring it back.
      cv::rotate(bgr, turned, 3 - turns);
      CHECK(LoadedEngine().detector.QuarterTurnsToUpright(turned, 0.5) == turns);
    }
  }
}
