// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include <tiffio.h>

#include "lib/base/error.h"
#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

constexpr std::size_t kBytesPerPixel = 4;  // Of libtiff's RGBA interface.
constexpr int kRawTag = 50706;             // DNGVersion.

// The file in memory, and the first error that libtiff told.
struct Source {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
  std::string message;
};

int OnError(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& message = static_cast<Source*>(user)->message;
  std::array<char, 256> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  if (message.empty()) message = text.data();
  return 1;  // Not to stderr.
}

int OnWarning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

tmsize_t Read(thandle_t handle, void* out, tmsize_t size) {
  auto& source = *static_cast<Source*>(handle);
  if (size <= 0 || source.at >= source.bytes.size()) return 0;
  const std::size_t count = std::min(static_cast<std::size_t>(size), source.bytes.size() - source.at);
  std::memcpy(out, source.bytes.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}

toff_t Seek(thandle_t handle, toff_t offset, int from) {
  auto& source = *static_cast<Source*>(handle);
  const std::size_t base = from == SEEK_CUR ? source.at : from == SEEK_END ? source.bytes.size() : 0;
  return source.at = base + static_cast<std::size_t>(offset);
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tiff Open(Source& source, const DecodeLimits& limits) {
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 &TIFFOpenOptionsFree);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(limits.max_decoder_bytes));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &OnError, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &OnWarning, nullptr);
  // "m": no mapping of the file into memory, it is there.
  return {TIFFClientOpenExt(
              "", "rm", &source, &Read, [](thandle_t, void*, tmsize_t) -> tmsize_t { return 0; }, &Seek,
              [](thandle_t) { return 0; },
              [](thandle_t handle) -> toff_t { return static_cast<Source*>(handle)->bytes.size(); }, nullptr,
              nullptr, options.get()),
          &TIFFClose};
}

int Number(TIFF* tiff, std::uint32_t tag) {
  std::uint16_t value = 0;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : 0;
}

// Cameras' raw files are TIFF files: with a number of their own, or with a preview as the first picture.
bool IsRaw(TIFF* tiff, std::span<const std::byte> bytes) {
  std::uint32_t kind = 0, count = 0;
  const void* version = nullptr;
  TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
  const bool is_cr2 = bytes.size() > 10 && std::memcmp(bytes.data() + 8, "CR", 2) == 0;
  return is_cr2 || (kind & FILETYPE_REDUCEDIMAGE) != 0 || TIFFGetField(tiff, kRawTag, &count, &version) == 1 ||
         Number(tiff, TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_CFA;
}

std::expected<void, DecodeError> CheckKind(TIFF* tiff, std::span<const std::byte> bytes) {
  if (IsRaw(tiff, bytes)) {
    return DecodeFailure(DecodeError::Kind::kUnsupported, "a raw file of a camera; save it as a JPEG");
  }
  const int photometric = Number(tiff, TIFFTAG_PHOTOMETRIC);
  if (photometric == PHOTOMETRIC_SEPARATED) {
    return DecodeFailure(DecodeError::Kind::kUnsupported,
                         "printing colours (CMYK) in a TIFF; save it as an RGB JPEG");
  }
  std::array<char, 1024> why{};
  if (TIFFRGBAImageOK(tiff, why.data()) == 0) {
    return DecodeFailure(DecodeError::Kind::kUnsupported, "a TIFF of an unusual kind; save it as a JPEG");
  }
  return {};
}

void TakeFacts(TIFF* tiff, int width, int height, StoredImage& result) {
  FileFacts& facts = result.facts;
  facts.stored_width_px = width, facts.stored_height_px = height;
  const int samples = Number(tiff, TIFFTAG_SAMPLESPERPIXEL);
  facts.components =
      samples < 3 && Number(tiff, TIFFTAG_PHOTOMETRIC) != PHOTOMETRIC_PALETTE ? 1 : std::min(samples, 4);
  facts.has_metadata = true;
  const int orientation = Number(tiff, TIFFTAG_ORIENTATION);
  std::uint16_t written = 0;
  if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &written) == 1 && orientation >= 1 && orientation <= 8) {
    facts.orientation = orientation;
  }
  float x = 0, y = 0;
  const int unit = Number(tiff, TIFFTAG_RESOLUTIONUNIT);
  const bool has_density = TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &x) == 1 && x > 0 &&
                           TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &y) == 1 && y > 0;
  if (has_density && unit != RESUNIT_NONE) {
    const double per_inch = unit == RESUNIT_CENTIMETER ? 2.54 : 1.0;
    facts.dpi_x = x * per_inch, facts.dpi_y = y * per_inch;
  }
  std::uint32_t size = 0;
  const void* profile = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &profile) == 1 && profile != nullptr) {
    const auto* data = static_cast<const std::byte*>(profile);
    result.icc.assign(data, data + size);
  }
}

// All rows as stored, reduced to 8 bits, transparency laid on white. Whether all of them were read.
bool ReadPixels(TIFF* tiff, cv::Mat& bgr) {
  TIFFRGBAImage image{};
  std::array<char, 1024> why{};
  if (TIFFRGBAImageBegin(&image, tiff, /*stop=*/1, why.data()) == 0) return false;
  const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> end(&image, &TIFFRGBAImageEnd);
  image.req_orientation = image.orientation;  // Decode turns the picture.
  std::vector<std::uint32_t> raster(bgr.total());
  const auto width = static_cast<std::uint32_t>(bgr.cols), height = static_cast<std::uint32_t>(bgr.rows);
  if (TIFFRGBAImageGet(&image, raster.data(), width, height) == 0) return false;
  for (int y = 0; y < bgr.rows; ++y) {
    const std::uint32_t* in = raster.data() + static_cast<std::size_t>(y) * width;
    auto* out = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgr.cols; ++x) {
      const std::uint32_t white = 255 - TIFFGetA(in[x]);  // The colours are multiplied with alpha.
      out[x] = {cv::saturate_cast<unsigned char>(TIFFGetB(in[x]) + white),
                cv::saturate_cast<unsigned char>(TIFFGetG(in[x]) + white),
                cv::saturate_cast<unsigned char>(TIFFGetR(in[x]) + white)};
    }
  }
  return true;
}

}  // namespace

StoredResult DecodeTiff(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  Source source{bytes, 0, {}};
  const Tiff tiff = Open(source, limits);
  if (tiff == nullptr) return DecodeFailure(DecodeError::Kind::kUnreadable, "damaged TIFF header");
  std::uint32_t width = 0, height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  TRY(CheckSize(width, height, limits));
  TRY(CheckKind(tiff.get(), bytes));
  if (std::uint64_t{width} * height * kBytesPerPixel > limits.max_decoder_bytes) {
    return DecodeFailure(DecodeError::Kind::kTooLarge, "not enough memory for the pixels");
  }
  StoredImage result;
  TakeFacts(tiff.get(), static_cast<int>(width), static_cast<int>(height), result);
  result.bgr.create(static_cast<int>(height), static_cast<int>(width), CV_8UC3);
  if (!ReadPixels(tiff.get(), result.bgr) || !source.message.empty()) {
    return DecodeFailure(DecodeError::Kind::kTruncated, "the picture data is damaged or cut off");
  }
  return result;
}

}  // namespace gradphoto::image
