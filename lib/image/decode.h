// SPDX-License-Identifier: Apache-2.0
// From the bytes of a photo file to upright 8-bit sRGB pixels and the facts of the file. The content decides
// the format, never the name. EXIF orientation is applied (that is decoding, not editing, and it is recorded),
// an embedded ICC profile is converted to sRGB, transparency is laid on white. Sizes are checked before any
// pixel memory is taken. Pixels: cv::Mat CV_8UC3 in the order B, G, R; row 0 is the top of the upright photo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/photo_file.h"

namespace gradphoto::image {

struct DecodeLimits {
  std::uint64_t max_file_bytes = 64ull << 20;
  std::uint64_t max_pixels = 120'000'000;  // Width times height, as stored; for JPEG as decoded.
  std::uint64_t max_jpeg_pixels =
      480'000'000;  // As stored. Beyond max_pixels they are decoded at half the size.
  std::size_t max_decoder_bytes = 512u << 20;  // Of libjpeg: a progressive picture lies there as a whole.
  std::uint64_t max_side_px = 32'768;          // Of either side.
  double max_cpu_seconds = 60;                 // Of DecodeInTime.
};

using Format = ImageFormat;
std::string_view FormatName(Format format);  // "JPEG", "PNG", "WebP", "HEIF", "TIFF"

struct FileFacts {
  Format format = Format::kJpeg;
  std::uint64_t bytes = 0;
  int stored_width_px = 0, stored_height_px = 0;  // Before orientation and half size are applied.
  // EXIF tag 1..8; absent where the file does not say. Of HEIF files always 1: their rotation boxes are
  // applied.
  std::optional<int> orientation;
  // Whether the file's word on what is up is enough. A turning tag may be the wrong one, and a HEIF file
  // without a rotation box may have been turned by a program that forgot it.
  bool IsSurelyUpright() const { return orientation == 1 && format != Format::kHeif; }
  int components = 3;          // 1 grey, 3 colour, 4 colour with alpha.
  bool icc_converted = false;  // The pixels were not sRGB; an ICC profile or the file's metadata said so.
  bool has_metadata = false;   // EXIF, ICC, XMP or comments besides the JFIF header.
  std::optional<double> dpi_x, dpi_y;  // JFIF density in dots per inch; absent where unknown.
  std::optional<int> jpeg_quality;     // IJG quality 1..100 that fits the luminance quantization table best.
  bool jpeg_quality_exact = false;     // The table is the standard one of that quality, entry by entry.
  std::string captured_at;             // EXIF DateTimeOriginal as written, "2021:10:07 09:31:00"; may be empty.
  // EXIF: focal length as if the sensor were 36 x 24 mm, and the size that the camera wrote; absent where
  // unknown.
  std::optional<int> focal_length_35mm, exif_width_px, exif_height_px;
};

struct Photo {
  cv::Mat bgr;  // CV_8UC3, upright, sRGB, continuous.
  FileFacts facts;
};

struct DecodeError {
  enum class Kind {
    kNotAnImage,   // The content is no picture. `message` says what it is, where that can be told.
    kUnreadable,   // Damaged beyond decoding.
    kUnsupported,  // Sound, but a variant whose colours or pixels are not read: CMYK without a profile, HDR,
                   // an animation, 12 bit, lossless JPEG. `message` names it.
    kTruncated,    // Decodes in part only: the rest is missing or damaged. Never delivered.
    kTooLarge,     // More bytes or pixels than allowed.
    kTimeout,      // The decoder used more time than allowed.
  };
  Kind kind = Kind::kUnreadable;
  std::string message;  // Without the file's name.
};

std::expected<Photo, DecodeError> Decode(std::span<const std::byte> bytes, const DecodeLimits& limits = {});

// Decode in a thread of its own, so that no file can hold up a batch: a decoder that has used max_cpu_seconds
// is left to itself, with what it holds, until the process ends. Errors: those of Decode, and kTimeout.
std::expected<Photo, DecodeError> DecodeInTime(std::shared_ptr<const std::vector<std::byte>> bytes,
                                               const DecodeLimits& limits);

// One step of the standard luminance table (ITU-T T.81 Annex K.1), scaled to an IJG quality of 1..100 as in
// libjpeg's jcparam.c, baseline (1..255); vertical and horizontal frequency 0..7.
int StandardQuantStep(int quality, int vertical, int horizontal);

struct JpegQuality {
  int quality = 0;     // IJG, 1..100.
  bool exact = false;  // Every entry is that of the standard table; else the quality is the nearest by the mean
                       // ratio of the entries. Cameras and Photoshop use tables of their own.
};
// `table`: the 64 entries of a luminance table in natural order.
JpegQuality EstimateJpegQuality(std::span<const std::uint16_t, 64> table);

}  // namespace gradphoto::image
