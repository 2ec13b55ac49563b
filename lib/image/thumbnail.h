// SPDX-License-Identifier: Apache-2.0
// Small pictures for reports.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace gradphoto::image {

// An upright JPEG without metadata that fits into max_width_px * max_height_px, never enlarged; nothing when
// the bytes are no readable photo.
std::optional<std::vector<std::byte>> MakeThumbnail(std::span<const std::byte> photo, int max_width_px,
                                                    int max_height_px);

}  // namespace gradphoto::image
