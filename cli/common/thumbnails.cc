// SPDX-License-Identifier: Apache-2.0
#include "cli/common/thumbnails.h"

#include "lib/base/file.h"
#include "lib/image/decode.h"
#include "lib/image/thumbnail.h"

namespace gradphoto::cli {

std::optional<std::vector<std::byte>> ThumbnailOf(const Record& record) {
  constexpr int kWidth = 144, kHeight = 192;
  for (const std::string& path : {record.output, record.photo}) {
    if (path.empty()) continue;
    const auto bytes = ReadFile(path, image::DecodeLimits{}.max_file_bytes);
    if (!bytes) continue;
    if (auto thumbnail = image::MakeThumbnail(*bytes, kWidth, kHeight)) return thumbnail;
  }
  return std::nullopt;
}

}  // namespace gradphoto::cli
