// SPDX-License-Identifier: Apache-2.0
// The weights in lib/check/assets, put in by the build (cmake/EmbedFiles.cmake); see worn_model.h.
#pragma once

#include <string_view>

namespace gradphoto::check {

extern const std::string_view kHeadgearWeights, kCoverWeights;

}  // namespace gradphoto::check
