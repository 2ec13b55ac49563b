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

// A part of the photo, in its pixels; it may leave the photo, and is grey there.
struct ThumbnailFrame {
  double x_px = 0, y_px = 0, width_px = 0, height_px = 0;
};

// An upright JPEG without metadata that fits into max_width_px * max_height_px, never enlarged; nothing when
// the bytes are no readable photo.
std::optional<std::vector<std::byte>> MakeThumbnail(std::span<const std::byte> photo, int max_width_px,
                                                    int max_height_px,
                                                    std::span<const ThumbnailLine> lines = {});

// The same of a part of the photo. Nothing, too, when the part holds nothing of it.
std::optional<std::vector<std::byte>> MakeThumbnailOf(std::span<const std::byte> photo,
                                                      const ThumbnailFrame& frame, int max_width_px,
                                                      int max_height_px,
                                                      std::span<const ThumbnailLine> lines = {});

}  // namespace gradphoto::image
