// SPDX-License-Identifier: Apache-2.0
#include "cli/common/thumbnails.h"

#include "lib/base/file.h"
#include "lib/image/decode.h"
#include "lib/image/thumbnail.h"

namespace gradphoto::cli {

namespace {

std::optional<std::vector<std::byte>> Small(const std::filesystem::path& photo, int width, int height) {
  const auto bytes = ReadFile(photo, image::DecodeLimits{}.max_file_bytes);
  if (!bytes) return std::nullopt;
  return image::MakeThumbnail(*bytes, width, height);
}

}  // namespace

std::optional<std::vector<std::byte>> ThumbnailOf(const Record& record) {
  for (const std::string& path : {record.output, record.photo}) {
    if (path.empty()) continue;
    if (auto thumbnail = Small(path, 144, 192)) return thumbnail;
  }
  return std::nullopt;
}

std::optional<std::vector<std::byte>> ReviewPictureOf(const std::filesystem::path& photo) {
  return Small(photo, 640, 800);
}

}  // namespace gradphoto::cli
