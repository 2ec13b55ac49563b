// SPDX-License-Identifier: Apache-2.0
// The facts of a finished file against a standard: format, colours, size in pixels and bytes, density, quality.
#pragma once

#include <vector>

#include "lib/image/decode.h"
#include "lib/standard/standard.h"

namespace gradphoto::check {

std::vector<Finding> CheckFinishedFile(const image::FileFacts& facts, const standard::Standard& standard);

// The byte window alone, for a file that has just been encoded.
std::optional<Finding> CheckFileSize(std::int64_t bytes, const standard::Standard& standard);

}  // namespace gradphoto::check
