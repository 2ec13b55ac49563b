// SPDX-License-Identifier: Apache-2.0
// A photo is decoded within the limits, or refused with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "lib/image/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Small, so that a second holds many.
  const gradphoto::image::DecodeLimits limits{
      .max_pixels = 250'000, .max_jpeg_pixels = 1'000'000, .max_decoder_bytes = 16u << 20};
  const auto photo = gradphoto::image::Decode(std::as_bytes(std::span(data, size)), limits);
  const bool is_right =
      photo ? photo->bgr.total() > 0 && photo->bgr.total() <= limits.max_pixels && photo->bgr.type() == CV_8UC3
            : !photo.error().message.empty();
  if (!is_right) std::abort();
  return 0;
}
