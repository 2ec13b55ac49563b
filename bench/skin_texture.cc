// SPDX-License-Identifier: Apache-2.0
// gradphoto-skin-texture: what RETOUCHED measures of photos as they came, of harmless versions of them and of
// smoothed ones, as CSV: photo, version, pupil distance in px, texture in percent (empty: not measured).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/check/retouched.h"
#include "lib/image/encode.h"
#include "lib/image/resample.h"
#include "lib/pipeline/analysis.h"
#include "tests/support/faults.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;
using faults::Portrait;

cv::Mat Scaled(const cv::Mat& bgr, double scale) {
  return image::Resample(bgr, {scale, 0, 0}, static_cast<int>(bgr.cols * scale),
                         static_cast<int>(bgr.rows * scale));
}

cv::Mat Soft(const Portrait& portrait, double sigma_px) {
  cv::Mat soft;
  cv::GaussianBlur(portrait.bgr, soft, {}, sigma_px / portrait.scale);
  return soft;
}

cv::Mat Smoothed(const cv::Mat& bgr, double levels, double sigma_px) {
  cv::Mat smooth;
  cv::bilateralFilter(bgr, smooth, 7, levels, sigma_px);
  return smooth;
}

// The face with its surroundings, no more than 180 px between the pupils; "finished" is 88 px.
Portrait Around(const cv::Mat& bgr, const face::Head& head) {
  constexpr double kPupils_px = 180;
  const geometry::FaceAnchors& anchors = head.anchors;
  const double distance = anchors.PupilDistance(), scale = std::min(1.0, kPupils_px / distance);
  const cv::Point2d eyes = anchors.EyeMid();
  const cv::Rect box = cv::Rect(cv::Point(eyes - distance * cv::Point2d(1.5, 1.3)),
                                cv::Point(eyes + distance * cv::Point2d(1.5, 2.3))) &
                       cv::Rect({0, 0}, bgr.size());
  const auto moved = [&](const cv::Point2d& point) { return scale * (point - cv::Point2d(box.tl())); };
  Portrait portrait;
  portrait.bgr = Scaled(bgr(box), scale);
  portrait.landmarks = head.landmarks;
  for (cv::Point3d& point : portrait.landmarks.points) {
    const cv::Point2d at = moved({point.x, point.y});
    point = {at.x, at.y, scale * point.z};
  }
  portrait.anchors = anchors;
  portrait.anchors.left_pupil = moved(anchors.left_pupil);
  portrait.anchors.right_pupil = moved(anchors.right_pupil);
  portrait.scale = std::min(1.0, check::kLightPupils_px / portrait.anchors.PupilDistance());
  return portrait;
}

void Tell(const std::string& photo, const std::string& version, const Portrait& portrait, const cv::Mat& bgr) {
  const double scale = static_cast<double>(bgr.cols) / portrait.bgr.cols;  // Of the version.
  face::Head head;
  head.landmarks = portrait.landmarks;
  for (cv::Point3d& point : head.landmarks.points) point *= scale;
  head.anchors.left_pupil = scale * portrait.anchors.left_pupil;
  head.anchors.right_pupil = scale * portrait.anchors.right_pupil;
  const check::FacePatch patch = check::MakeFacePatch(bgr, head, check::LightScale(head));
  std::printf("%s,%s,%.0f,", photo.c_str(), version.c_str(), patch.pupil_distance_px);
  if (const auto texture = check::SkinTexturePercent(patch)) std::printf("%.2f", *texture);
  std::puts("");
}

Result<cv::Mat> Coded(const cv::Mat& bgr, int quality) {
  TRY_ASSIGN(const auto bytes, image::EncodeJpeg(bgr, quality, image::ChromaSampling::k420, 96));
  const auto decoded = image::Decode(bytes);
  if (!decoded) return Fail(ErrorKind::kInternal, "a JPEG of our own cannot be read");
  return decoded->bgr;
}

Result<void> TellAll(const std::string& photo, const Portrait& portrait) {
  const cv::Mat& bgr = portrait.bgr;
  Portrait as_seen = portrait;  // Noise of 4 levels at this size.
  as_seen.scale = 1;
  const cv::Mat noisy = faults::Noise(as_seen, 4, 7), finished = Scaled(bgr, portrait.scale);
  const std::vector<std::pair<std::string, cv::Mat>> versions = {
      {"as it came", bgr},
      {"soft 0.6", Soft(portrait, 0.6)},
      {"soft 1", Soft(portrait, 1)},
      {"dark", bgr * 0.6},
      {"noise 4", noisy},
      {"half", Scaled(bgr, 0.5)},
      {"all smoothed 12", Smoothed(bgr, 12, 2)},
      {"all smoothed 24", Smoothed(noisy, 24, 2.5)},
      {"bilateral 10", faults::SmoothedBilateral(portrait, 10)},
      {"bilateral 20", faults::SmoothedBilateral(portrait, 20)},
      {"bilateral 40", faults::SmoothedBilateral(portrait, 40)},
      {"guided 8", faults::SmoothedGuided(portrait, 8, 1)},
      {"guided 16", faults::SmoothedGuided(portrait, 16, 1)},
      {"guided 16 at 0.7", faults::SmoothedGuided(portrait, 16, 0.7)},
      {"bands 0", faults::SmoothedBands(portrait, 0)},
      {"bands 0.3", faults::SmoothedBands(portrait, 0.3)},
      {"bands 1", faults::SmoothedBands(portrait, 1)},
      {"whitened 0.3", faults::Whitened(portrait, 0.3)},
  };
  for (const auto& [name, version] : versions) Tell(photo, name, portrait, version);
  for (const int quality : {85, 70, 50}) {
    TRY_ASSIGN(const cv::Mat coded, Coded(finished, quality));
    Tell(photo, "jpeg " + std::to_string(quality), portrait, coded);
  }
  return {};
}

Result<void> Main(const fs::path& list) {
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create({}));
  std::ifstream in(list);
  std::puts("photo,version,pupils_px,texture_percent");
  for (std::string photo; std::getline(in, photo);) {
    TRY_ASSIGN(const auto bytes, ReadFile(photo, image::DecodeLimits{}.max_file_bytes));
    const auto decoded = image::Decode(bytes);
    if (!decoded) return Fail(ErrorKind::kInput, photo + ": no photo");
    TRY_ASSIGN(const auto seen, pipeline::Analyse(engine, decoded->bgr, face::Orientation::kKnown));
    if (!seen.head) continue;
    TRY(TellAll(photo, Around(seen.bgr, *seen.head)));
  }
  return {};
}

}  // namespace
}  // namespace gradphoto::bench

int main(int argc, char** argv) {
  CLI::App app{"Texture of the skin in photos, in harmless versions of them and in smoothed ones, as CSV."};
  std::filesystem::path list;
  app.add_option("list", list, "file with a photo's path on each line")->required();
  CLI11_PARSE(app, argc, argv);
  const auto done = gradphoto::bench::Main(list);
  if (!done) std::fprintf(stderr, "gradphoto-skin-texture: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
