// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/thumbnails.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/image/decode.h"
#include "lib/image/encode.h"
#include "lib/image/thumbnail.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

constexpr int kWidth_px = 144, kHeight_px = 192, kReviewWidth_px = 640, kReviewHeight_px = 800;
const cv::Vec3b kGood(70, 150, 30), kBad(40, 40, 210);

std::optional<std::vector<std::byte>> Small(const std::filesystem::path& photo, int width, int height,
                                            std::span<const image::ThumbnailLine> lines = {}) {
  const auto bytes = ReadPhoto(photo, image::DecodeLimits{}.max_file_bytes);
  if (!bytes) return std::nullopt;
  return image::MakeThumbnail(*bytes, width, height, lines);
}

double NumberAt(const Json& group, const char* key) {
  const auto found = group.find(key);
  return found != group.end() && found->is_number() ? found->get<double>() : 0;
}

// What `group` ("source", "output") of the record's measures says, in shares of the picture's height. A photo
// that was turned by us is not the one in the file.
std::vector<image::ThumbnailLine> LinesOf(const Record& record, const char* group) {
  std::vector<image::ThumbnailLine> lines;
  const Json all = record.measures.Open();
  const auto measures = all.find(group);
  if (measures == all.end() || !measures->is_object()) return lines;
  const double height = NumberAt(*measures, "height_px");
  if (height <= 0 || measures->contains("quarter_turns")) return lines;
  const auto add = [&](const char* key, standard::Code code) {
    if (!measures->contains(key)) return;
    const bool is_bad = std::ranges::any_of(record.findings, [&](const Finding& finding) {
      return Is(finding, code) && finding.severity >= Severity::kReview;
    });
    lines.push_back({NumberAt(*measures, key) / height, is_bad ? kBad : kGood});
  };
  add("crown_px", "CROWN");
  add("eye_line_px", "EYE_LINE");
  add("chin_px", "CHIN");
  return lines;
}

}  // namespace

std::optional<std::vector<std::byte>> ThumbnailOf(const Record& record) {
  for (const auto& [path, group] : {std::pair(record.output, "output"), {record.photo, "source"}}) {
    if (path.empty()) continue;
    if (auto thumbnail = Small(path, kWidth_px, kHeight_px, LinesOf(record, group))) return thumbnail;
  }
  return std::nullopt;
}

bool IsWholePicture(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, 2> head{}, tail{};
  in.read(head.data(), head.size()).seekg(-2, std::ios::end).read(tail.data(), tail.size());
  return in && head == std::array{'\xFF', '\xD8'} && tail == std::array{'\xFF', '\xD9'};
}

std::optional<std::vector<std::byte>> LivePictureOf(const Record& record) {
  constexpr int kLiveWidth_px = 480, kLiveHeight_px = 640;
  if (!record.output.empty()) {
    return Small(record.output, kLiveWidth_px, kLiveHeight_px, LinesOf(record, "output"));
  }
  const Json measures = record.measures.Open(), crop = record.crop.Open();
  const auto source = measures.find("source");
  const double scale = NumberAt(crop, "scale");
  if (scale > 0 && source != measures.end() && !source->contains("quarter_turns")) {
    const image::ThumbnailFrame frame{.x_px = NumberAt(crop, "x"),
                                      .y_px = NumberAt(crop, "y"),
                                      .width_px = NumberAt(crop, "width_px") / scale,
                                      .height_px = NumberAt(crop, "height_px") / scale};
    const auto bytes = ReadPhoto(record.photo, image::DecodeLimits{}.max_file_bytes);
    if (!bytes) return std::nullopt;
    if (auto picture =
            image::MakeThumbnailOf(*bytes, frame, kLiveWidth_px, kLiveHeight_px, LinesOf(record, "output"))) {
      return picture;
    }
  }
  return Small(record.photo, kLiveWidth_px, kLiveHeight_px, LinesOf(record, "source"));
}

std::string LivePictureName(const Record& record) {
  return Sha256Hex("live " + ThumbnailName(record)).substr(0, kThumbnailDigits) + ".jpg";
}

std::string ThumbnailName(const Record& record) {
  std::string what = fmt::format("{}x{}", kWidth_px, kHeight_px);
  what += "\n" + (record.output_sha256.empty() ? record.output : record.output_sha256);
  what += "\n" + (record.sha256.empty() ? record.photo : record.sha256);
  for (const char* group : {"output", "source"}) {
    for (const image::ThumbnailLine& line : LinesOf(record, group)) {
      what += fmt::format("\n{} {}", line.y_share, line.bgr == kGood);
    }
  }
  return Sha256Hex(what).substr(0, kThumbnailDigits) + ".jpg";
}

std::optional<std::vector<std::byte>> ReviewPictureOf(const std::filesystem::path& photo) {
  return Small(photo, kReviewWidth_px, kReviewHeight_px);
}

std::string ReviewPictureDigits(std::string_view photo_sha256) {
  return Sha256Hex(fmt::format("{} {}x{}", photo_sha256, kReviewWidth_px, kReviewHeight_px))
      .substr(0, kThumbnailDigits);
}

std::optional<std::vector<std::byte>> CardStripOf(const std::filesystem::path& photo, std::string_view sha256,
                                                  const text::Quad& place,
                                                  std::optional<std::pair<double, double>> covered) {
  constexpr int kMost_px = 900, kQuality = 85, kScreenDpi = 96;
  try {
    auto bytes = ReadPhoto(photo, image::DecodeLimits{}.max_file_bytes);
    if (!bytes || Sha256Hex(std::span(*bytes)) != sha256) return std::nullopt;
    const auto decoded =
        image::DecodeInTime(std::make_shared<const std::vector<std::byte>>(*std::move(bytes)), {});
    if (!decoded) return std::nullopt;
    cv::Mat strip = text::CutUpright(decoded->bgr, place, kMost_px);
    if (covered) {
      const auto column = [&](double share) {
        return static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * strip.cols));
      };
      const int from = column(covered->first), to = std::max(from, column(covered->second));
      strip.colRange(from, to).setTo(cv::Scalar::all(160));
    }
    auto jpeg = image::EncodeJpeg(strip, kQuality, image::ChromaSampling::k420, kScreenDpi);
    return jpeg ? std::optional(*std::move(jpeg)) : std::nullopt;
  } catch (const std::exception&) {  // OpenCV and the allocator throw; a page without a strip is a page.
    return std::nullopt;
  }
}

}  // namespace gradphoto::deliver
