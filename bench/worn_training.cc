// SPDX-License-Identifier: Apache-2.0
// gradphoto-worn-training: what the models of lib/check/worn_model.h see of photos, as they came and with
// drawn hair, headgear and covers (bench/worn_drawing.h). models/train_worn.py reads it.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/worn_drawing.h"
#include "lib/base/file.h"
#include "lib/check/worn_model.h"
#include "lib/image/encode.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/engine.h"

namespace gradphoto::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path list, out, sheet, pictures;
  int draw = 0;
  std::uint64_t seed = 1;
};

// From far above the hair to the shoulders, with level eyes and no larger than the photo shows the head.
faults::Portrait LevelHead(const pipeline::Analysis& seen) {
  const face::Head& head = *seen.head;
  const cv::Point2d left = head.anchors.left_pupil, right = head.anchors.right_pupil;
  const double unit = kHeadPupils_px;
  const check::LevelFrame frame{
      unit, cv::Size(static_cast<int>(5.2 * unit), static_cast<int>(5.4 * unit)), {2.6 * unit, 2.8 * unit}};
  const double distance = cv::norm(right - left), scale = unit / distance;
  const cv::Point2d along = (right - left) / distance, eyes = (left + right) / 2;
  const auto to_level = [&](const cv::Point2d& point) {
    const cv::Point2d d = point - eyes;
    return frame.eyes + scale * cv::Point2d(d.dot(along), along.x * d.y - along.y * d.x);
  };
  faults::Portrait portrait;
  portrait.bgr = check::LevelPicture(seen.bgr, left, right, frame);
  portrait.landmarks = head.landmarks;
  for (cv::Point3d& point : portrait.landmarks.points) {
    const cv::Point2d at = to_level({point.x, point.y});
    point = {at.x, at.y, point.z * scale};
  }
  geometry::FaceAnchors& anchors = portrait.anchors = head.anchors;
  for (cv::Point2d* point :
       {&anchors.left_pupil, &anchors.right_pupil, &anchors.left_cheek, &anchors.right_cheek, &anchors.chin}) {
    *point = to_level(*point);
  }
  anchors.crown_y = frame.eyes.y + scale * (head.anchors.crown_y - eyes.y);
  anchors.skull_y = frame.eyes.y + scale * (head.anchors.skull_y - eyes.y);
  // Mask px from level px, between pixel centres.
  const double k = seen.head_region.scale / scale;
  const cv::Point2d origin =
      eyes - (frame.eyes.x / scale) * along - (frame.eyes.y / scale) * cv::Point2d(-along.y, along.x);
  const cv::Point2d corner =
      (origin - cv::Point2d(seen.head_region.x_px, seen.head_region.y_px)) * seen.head_region.scale;
  const cv::Mat map =
      (cv::Mat_<double>(2, 3) << k * along.x, -k * along.y, corner.x, k * along.y, k * along.x, corner.y);
  cv::warpAffine(seen.head_mask, portrait.person, map, frame.size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return portrait;
}

class Writer {
 public:
  explicit Writer(const Options& options)
      : features_(options.out.string() + ".f16", std::ios::binary), rows_(options.out.string() + ".csv") {
    rows_ << "photo,headgear,cover,pupils_px,yaw_deg\n";
  }
  void Add(const std::string& photo, const DrawnHead& head, double yaw_deg) {
    for (const check::WornView* view : {&check::kUpperHead, &check::kLowerFace}) {
      const std::vector<float> values = check::WornFeatures(head.bgr, head.left, head.right, *view);
      cv::Mat half;
      cv::Mat(values).convertTo(half, CV_16F);
      features_.write(reinterpret_cast<const char*>(half.data),
                      static_cast<std::streamsize>(2 * values.size()));
    }
    rows_ << photo << ',' << head.headgear << ',' << head.cover << ',' << cv::norm(head.right - head.left)
          << ',' << yaw_deg << '\n';
  }

 private:
  std::ofstream features_, rows_;
};

Result<void> SaveJpeg(const fs::path& file, const cv::Mat& bgr) {
  TRY_ASSIGN(const auto bytes, image::EncodeJpeg(bgr, 92, image::ChromaSampling::k444, 96));
  return WriteFileAtomic(file, bytes, IfExists::kOverwrite);
}

Result<void> SaveSheet(const fs::path& file, const std::vector<cv::Mat>& tiles) {
  constexpr std::size_t kColumns = 12;
  std::vector<cv::Mat> lines;
  for (std::size_t i = 0; i + kColumns <= tiles.size(); i += kColumns) {
    cv::Mat line;
    cv::hconcat(tiles.data() + i, kColumns, line);
    lines.push_back(line);
  }
  if (lines.empty()) return Fail(ErrorKind::kUsage, "--sheet: fewer than 12 pictures");
  cv::Mat sheet;
  cv::vconcat(lines, sheet);
  return SaveJpeg(file, sheet);
}

// "<stem>-cap.jpg", "-bare", "-covered": what it shows, for the whole program to judge.
Result<void> SavePicture(const fs::path& stem, const DrawnHead& drawn) {
  const std::string_view shows = drawn.headgear ? drawn.kind : drawn.cover ? "covered" : "bare";
  return SaveJpeg(stem.string() + "-" + std::string(shows) + ".jpg", drawn.bgr);
}

Result<void> Main(const Options& options) {
  TRY_ASSIGN(const auto engine, pipeline::Engine::Create({}));
  std::ifstream list(options.list);
  Writer writer(options);
  std::vector<cv::Mat> tiles;
  std::uint64_t number = 0;
  for (std::string photo; std::getline(list, photo); ++number) {
    const auto bytes = ReadFile(photo, image::DecodeLimits{}.max_file_bytes);
    const auto decoded = bytes ? image::Decode(*bytes) : std::unexpected(image::DecodeError{});
    if (!decoded) return Fail(ErrorKind::kInput, photo + ": no photo");
    TRY_ASSIGN(const auto seen, pipeline::Analyse(engine, decoded->bgr, face::Orientation::kKnown));
    if (!seen.head) continue;
    const geometry::FaceAnchors& anchors = seen.head->anchors;
    writer.Add(photo, {seen.bgr, anchors.left_pupil, anchors.right_pupil}, seen.head->pose.yaw_deg);
    if (options.draw == 0) continue;
    const faults::Portrait head = LevelHead(seen);
    for (int i = 0; i < options.draw; ++i) {
      for (const Worn worn : {Worn::kNothing, Worn::kHeadgear, Worn::kCover}) {
        const DrawnHead drawn =
            Draw(head, worn,
                 ((options.seed * 1000 + number) * 1000 + static_cast<std::uint64_t>(i)) * 3 +
                     static_cast<std::uint64_t>(worn));
        writer.Add(photo, drawn, 0);
        if (!options.pictures.empty()) {
          TRY(SavePicture(options.pictures / (fs::path(photo).stem().string() + "-" + std::to_string(i)),
                          drawn));
        }
        if (!options.sheet.empty()) {
          tiles.push_back(check::LevelPicture(drawn.bgr, drawn.left, drawn.right, {28, {112, 128}, {56, 68}}));
        }
      }
    }
  }
  return options.sheet.empty() ? Result<void>{} : SaveSheet(options.sheet, tiles);
}

}  // namespace
}  // namespace gradphoto::bench

int main(int argc, char** argv) {
  CLI::App app{"Features of worn things, of photos and of heads drawn on."};
  gradphoto::bench::Options options;
  app.add_option("list", options.list, "file with a photo's path on each line")->required();
  app.add_option("out", options.out, "OUT.f16 and OUT.csv are written")->required();
  app.add_option("--draw", options.draw, "drawn pictures of each kind for each photo");
  app.add_option("--seed", options.seed);
  app.add_option("--sheet", options.sheet, "a JPEG with all that was drawn");
  app.add_option("--pictures", options.pictures, "folder for each drawn picture, named by what it shows");
  CLI11_PARSE(app, argc, argv);
  const auto done = gradphoto::bench::Main(options);
  if (!done) std::fprintf(stderr, "gradphoto-worn-training: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
