// SPDX-License-Identifier: Apache-2.0
// Small pictures for reports.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <opencv2/core/matx.hpp>

namespace gradphoto::image {

// A line across the picture.
struct ThumbnailLine {
  double y_share = 0;  // Of the height, 0 top to 1 bottom; others are left out.
  cv::Vec3b bgr;
};

// An upright JPEG without metadata that fits into max_width_px * max_height_px, never enlarged; nothing when
// the bytes are no readable photo.
std::optional<std::vector<std::byte>> MakeThumbnail(std::span<const std::byte> photo, int max_width_px,
                                                    int max_height_px,
                                                    std::span<const ThumbnailLine> lines = {});

}  // namespace gradphoto::image
