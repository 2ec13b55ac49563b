// SPDX-License-Identifier: Apache-2.0
// The facts of a finished file against a standard: format, colours, size in pixels and bytes, density, quality.
#pragma once

#include <cstdint>

#include "lib/check/sheet.h"
#include "lib/image/decode.h"
#include "lib/standard/standard.h"

namespace gradphoto::check {

void CheckFinishedFile(const image::FileFacts& facts, const standard::Standard& standard, Sheet& sheet);

// The byte window alone, for a file that has just been encoded.
void CheckFileSize(std::int64_t bytes, const standard::Standard& standard, Sheet& sheet);

}  // namespace gradphoto::check
