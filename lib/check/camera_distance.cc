// SPDX-License-Identifier: Apache-2.0
#include "lib/check/camera_distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gradphoto::check {

std::optional<double> CameraDistanceCm(const image::FileFacts& file, cv::Size upright, double pupil_distance_px,
                                       double yaw_deg) {
  constexpr double kFilmDiagonal_mm = 43.27, kPupils_cm = 6.3, kSameProportions = 0.01;
  if (!file.focal_length_35mm || !file.exif_width_px || !file.exif_height_px || pupil_distance_px <= 0) {
    return std::nullopt;
  }
  // Orientation aside: the EXIF size may be that before or after turning.
  const auto proportions = [](double a, double b) { return std::max(a, b) / std::min(a, b); };
  const double taken = proportions(*file.exif_width_px, *file.exif_height_px);
  const double given = proportions(upright.width, upright.height);
  if (std::abs(given / taken - 1) > kSameProportions) return std::nullopt;
  const double focal_px =
      *file.focal_length_35mm / kFilmDiagonal_mm * std::hypot(upright.width, upright.height);
  return focal_px * kPupils_cm * std::cos(yaw_deg * std::numbers::pi / 180) / pupil_distance_px;
}

bool IsWholePicture(const image::FileFacts& file, cv::Size upright) {
  constexpr double kLeast_px = 1.5e6;
  if (!file.exif_width_px || !file.exif_height_px || upright.area() < kLeast_px) return false;
  return std::minmax(*file.exif_width_px, *file.exif_height_px) == std::minmax(upright.width, upright.height);
}

void CheckCameraDistance(const Subject& subject, Sheet& sheet) {
  const auto distance = CameraDistanceCm(subject.file, subject.source.size(),
                                         subject.head.anchors.PupilDistance(), subject.head.pose.yaw_deg);
  if (!distance) {
    return sheet.NotAssessed("SELFIE_DISTORTION", "the file does not say how the uncropped photo was taken");
  }
  sheet.Judge("SELFIE_DISTORTION", "camera_distance_cm", *distance, 0);
  if (!IsWholePicture(subject.file, subject.source.size())) {
    sheet.Soften("SELFIE_DISTORTION", Severity::kWarn, "the photo may have been cropped");
  }
}

}  // namespace gradphoto::check
