// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <csetjmp>
#include <cstring>
#include <memory>

#include <png.h>

#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

constexpr int kPasses = 7;                           // Of an interlaced picture (Adam7).
constexpr std::size_t kMaxBehindLastRow = 64 << 10;  // Bytes; an encoder writes a checksum and no more.

// Chunks that are not needed; libpng would inflate the texts among them.
constexpr std::array<png_byte, 30> kUnusedChunks = {'t', 'E', 'X', 't', 0, 'z', 'T', 'X', 't', 0,
                                                    'i', 'T', 'X', 't', 0, 's', 'P', 'L', 'T', 0,
                                                    'h', 'I', 'S', 'T', 0, 't', 'I', 'M', 'E', 0};

// libpng reports errors by longjmp; see jpeg.cc for why all state lives here.
struct Decoder {
  std::span<const std::byte> rest;
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string message;
  bool at_end = false;  // The file ended before the picture did.
  bool in_pixels = false;
  std::size_t behind_last_row = 0;  // Bytes of picture data.

  StoredImage result;
  std::expected<void, DecodeError> size_ok;
  std::vector<png_bytep> rows;

  Decoder() {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &OnError, [](png_structp, png_const_charp) {});
    info = png_create_info_struct(png);
  }
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[noreturn]] static void OnError(png_structp png, png_const_charp text) {
    static_cast<Decoder*>(png_get_error_ptr(png))->message = text;
    png_longjmp(png, 1);
  }
  static void OnRead(png_structp png, png_bytep out, std::size_t size) {
    auto* self = static_cast<Decoder*>(png_get_io_ptr(png));
    if (size > self->rest.size()) {
      self->at_end = true;
      png_error(png, "premature end of file");
    }
    // libpng inflates what stands behind the last row, gigabytes of it, to find the end of the stream.
    const bool all_rows = png_get_interlace_type(png, self->info) == PNG_INTERLACE_NONE
                              ? png_get_current_row_number(png) >= png_get_image_height(png, self->info)
                              : png_get_current_pass_number(png) >= kPasses;
    if (self->in_pixels && all_rows) self->behind_last_row += size;
    if (self->behind_last_row > kMaxBehindLastRow) {
      png_error(png, "picture data behind the last row");
    }
    std::memcpy(out, self->rest.data(), size);
    self->rest = self->rest.subspan(size);
  }

  bool Run(const DecodeLimits& limits);
  void TakeFacts(png_uint_32 width, png_uint_32 height);
  void TakeExif();
};

void Decoder::TakeFacts(png_uint_32 width, png_uint_32 height) {
  FileFacts& facts = result.facts;
  facts.stored_width_px = static_cast<int>(width);
  facts.stored_height_px = static_cast<int>(height);
  const int type = png_get_color_type(png, info);
  facts.components = (type & PNG_COLOR_MASK_COLOR) == 0 ? 1 : (type & PNG_COLOR_MASK_ALPHA) != 0 ? 4 : 3;
  png_uint_32 x = 0, y = 0;
  int unit = 0;
  if (png_get_pHYs(png, info, &x, &y, &unit) != 0 && unit == PNG_RESOLUTION_METER) {
    facts.dpi_x = x * 0.0254;
    facts.dpi_y = y * 0.0254;
  }
  png_bytep block = nullptr;
  png_uint_32 size = 0;
  png_charp name = nullptr;
  int compression = 0;
  if (png_get_iCCP(png, info, &name, &compression, &block, &size) != 0) {
    const auto* data = reinterpret_cast<const std::byte*>(block);
    result.icc.assign(data, data + size);
  }
}

void Decoder::TakeExif() {
  png_bytep block = nullptr;
  png_uint_32 size = 0;
  if (png_get_eXIf_1(png, info, &size, &block) == 0) return;
  const auto* data = reinterpret_cast<const std::byte*>(block);
  result.exif.assign(data, data + size);
}

bool Decoder::Run(const DecodeLimits& limits) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_read_fn(png, this, &OnRead);
  png_set_chunk_malloc_max(png, 8u << 20);  // The profile's chunk.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kUnusedChunks.data(), kUnusedChunks.size() / 5);
  png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);  // CheckSize decides.
  png_read_info(png, info);
  const png_uint_32 width = png_get_image_width(png, info);
  const png_uint_32 height = png_get_image_height(png, info);
  size_ok = CheckSize(width, height, limits);
  if (!size_ok) return true;
  TakeFacts(width, height);
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  png_set_bgr(png);
  const png_color_16 white{0, 255, 255, 255, 255};
  png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != std::size_t{width} * 3) png_error(png, "unexpected pixel layout");
  result.bgr.create(static_cast<int>(height), static_cast<int>(width), CV_8UC3);
  rows.resize(height);
  for (png_uint_32 y = 0; y < height; ++y) rows[y] = result.bgr.ptr(static_cast<int>(y));
  in_pixels = true;
  png_read_image(png, rows.data());
  in_pixels = false;
  png_read_end(png, info);
  TakeExif();  // It may stand before or after the pixels.
  return true;
}

}  // namespace

StoredResult DecodePng(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  Decoder decoder;
  decoder.rest = bytes;
  if (!decoder.Run(limits)) {
    return DecodeFailure(decoder.at_end ? DecodeError::Kind::kTruncated : DecodeError::Kind::kUnreadable,
                         decoder.message);
  }
  TRY(decoder.size_ok);
  return std::move(decoder.result);
}

}  // namespace gradphoto::image
