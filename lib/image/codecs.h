// SPDX-License-Identifier: Apache-2.0
// The decoders behind image/decode.h, one file per library; each turns that library's way of failing into
// DecodeError. Not for use outside lib/image.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/image/decode.h"

namespace gradphoto::image {

// Colour spaces that files name by a number. kUnknown is taken for sRGB.
enum class ColourSpace { kUnknown, kAdobeRgb, kDisplayP3 };

// Pixels as stored (before orientation and colour conversion), and the raw metadata blocks.
struct StoredImage {
  cv::Mat bgr;  // CV_8UC3.
  FileFacts facts;
  std::vector<std::byte> exif;  // TIFF block, with or without the leading "Exif\0\0"; may be empty.
  std::vector<std::byte> icc;   // ICC profile; may be empty.
  ColourSpace colours = ColourSpace::kUnknown;  // Of a file that names its colours without a profile.
};

using StoredResult = std::expected<StoredImage, DecodeError>;

StoredResult DecodeJpeg(std::span<const std::byte> bytes, const DecodeLimits& limits);
StoredResult DecodePng(std::span<const std::byte> bytes, const DecodeLimits& limits);
StoredResult DecodeWebp(std::span<const std::byte> bytes, const DecodeLimits& limits);
StoredResult DecodeTiff(std::span<const std::byte> bytes, const DecodeLimits& limits);
StoredResult DecodeHeif(std::span<const std::byte> bytes, const DecodeLimits& limits);

// Reads orientation, capture time and colour space; a damaged block changes nothing.
void ReadExif(std::span<const std::byte> exif, FileFacts& facts, ColourSpace& colours);

// Converts `bgr` in place to sRGB when `icc` is a readable RGB profile other than sRGB; says whether it did.
bool ConvertToSrgb(std::span<const std::byte> icc, cv::Mat& bgr);

// The same for a colour space without a profile; kUnknown changes nothing.
bool ConvertToSrgb(ColourSpace colours, cv::Mat& bgr);

// CMYK (CV_8UC4, 255 = no ink where `inverted`, as Adobe writes it) through its profile to sRGB (CV_8UC3).
// Empty without a readable CMYK profile: the same inks are another colour on every press.
cv::Mat CmykToSrgb(std::span<const std::byte> icc, const cv::Mat& cmyk, bool inverted);

// The error of a picture of width * height pixels, if that is more than allowed or nothing at all.
std::expected<void, DecodeError> CheckSize(std::uint64_t width, std::uint64_t height,
                                           const DecodeLimits& limits);

inline std::unexpected<DecodeError> DecodeFailure(DecodeError::Kind kind, std::string message) {
  return std::unexpected(DecodeError{kind, std::move(message)});
}

}  // namespace gradphoto::image
