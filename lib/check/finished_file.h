// SPDX-License-Identifier: Apache-2.0
// The facts of a finished file against a standard: format, colours, size in pixels and bytes, density, quality.
#pragma once

#include <cstdint>

#include "lib/check/sheet.h"
#include "lib/image/decode.h"
#include "lib/standard/standard.h"

namespace gradphoto::check {

// Whether a photo was finished elsewhere, by its size alone: the standard has one exact size and the file's
// pixels, as stored, are that many. A camera's photo of just that size could not be cropped without being
// enlarged, so judging it as finished loses nothing. Density and format do not decide: they are what such files
// often lack. False for standards with a range of sizes, where any small photo would do.
bool HasFinishedSize(const image::FileFacts& facts, const standard::Standard& standard);

// The quality is read from the quantization table: exact where that is a standard one, else the nearest, and
// the finding says so.
void CheckFinishedFile(const image::FileFacts& facts, const standard::Standard& standard, Sheet& sheet);

// The byte window alone, for a file that has just been encoded.
void CheckFileSize(std::int64_t bytes, const standard::Standard& standard, Sheet& sheet);

}  // namespace gradphoto::check
