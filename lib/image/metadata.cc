// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <memory>
#include <string>

#include <lcms2.h>
#include <libexif/exif-data.h>

#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

// A whole number above 0 of the EXIF directory.
std::optional<int> PositiveNumber(const ExifData& data, ExifTag tag, ExifByteOrder order) {
  constexpr ExifLong kMost = 1'000'000;
  const ExifEntry* entry = exif_content_get_entry(data.ifd[EXIF_IFD_EXIF], tag);
  if (entry == nullptr) return std::nullopt;
  ExifLong value = 0;
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) value = exif_get_short(entry->data, order);
  if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4) value = exif_get_long(entry->data, order);
  if (value == 0 || value > kMost) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace

void ReadExif(std::span<const std::byte> exif, FileFacts& facts) {
  constexpr std::size_t kMaxExifBytes = 1 << 20;
  if (exif.empty() || exif.size() > kMaxExifBytes) return;
  std::vector<unsigned char> block;
  constexpr std::string_view kHeader("Exif\0\0", 6);
  const std::string_view text(reinterpret_cast<const char*>(exif.data()), exif.size());
  if (!text.starts_with(kHeader)) block.assign(kHeader.begin(), kHeader.end());  // libexif insists on it.
  block.insert(block.end(), text.begin(), text.end());
  const std::unique_ptr<ExifData, decltype(&exif_data_unref)> data(
      exif_data_new_from_data(block.data(), static_cast<unsigned int>(block.size())), &exif_data_unref);
  if (data == nullptr) return;
  const ExifByteOrder order = exif_data_get_byte_order(data.get());
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry != nullptr && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) {
    const int tag = exif_get_short(entry->data, order);
    if (tag >= 1 && tag <= 8) facts.orientation = tag;
  }
  ExifEntry* taken = exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_DATE_TIME_ORIGINAL);
  if (taken != nullptr) {
    std::array<char, 32> value{};
    exif_entry_get_value(taken, value.data(), value.size());
    facts.captured_at = value.data();
  }
  facts.focal_length_35mm = PositiveNumber(*data, EXIF_TAG_FOCAL_LENGTH_IN_35MM_FILM, order);
  facts.exif_width_px = PositiveNumber(*data, EXIF_TAG_PIXEL_X_DIMENSION, order);
  facts.exif_height_px = PositiveNumber(*data, EXIF_TAG_PIXEL_Y_DIMENSION, order);
}

bool ConvertToSrgb(std::span<const std::byte> icc, cv::Mat& bgr) {
  constexpr std::size_t kMaxProfileBytes = 4 << 20;
  if (icc.empty() || icc.size() > kMaxProfileBytes || bgr.empty()) return false;
  using Profile = std::unique_ptr<void, decltype(&cmsCloseProfile)>;
  // A context of its own: a damaged profile must not reach a process-wide error handler.
  const std::unique_ptr<_cmsContext_struct, decltype(&cmsDeleteContext)> context(
      cmsCreateContext(nullptr, nullptr), &cmsDeleteContext);
  const Profile source(
      cmsOpenProfileFromMemTHR(context.get(), icc.data(), static_cast<cmsUInt32Number>(icc.size())),
      &cmsCloseProfile);
  if (source == nullptr || cmsGetColorSpace(source.get()) != cmsSigRgbData) return false;
  std::array<char, 64> description{};
  cmsGetProfileInfoASCII(source.get(), cmsInfoDescription, "en", "US", description.data(), description.size());
  if (std::string_view(description.data()).find("sRGB") != std::string_view::npos) return false;
  const Profile srgb(cmsCreate_sRGBProfileTHR(context.get()), &cmsCloseProfile);
  const std::unique_ptr<void, decltype(&cmsDeleteTransform)> transform(
      cmsCreateTransformTHR(context.get(), source.get(), TYPE_BGR_8, srgb.get(), TYPE_BGR_8,
                            INTENT_RELATIVE_COLORIMETRIC, 0),
      &cmsDeleteTransform);
  if (transform == nullptr) return false;
  for (int y = 0; y < bgr.rows; ++y) {
    cmsDoTransform(transform.get(), bgr.ptr(y), bgr.ptr(y), static_cast<cmsUInt32Number>(bgr.cols));
  }
  return true;
}

std::expected<void, DecodeError> CheckSize(std::uint64_t width, std::uint64_t height,
                                           const DecodeLimits& limits) {
  if (width == 0 || height == 0) {
    return DecodeFailure(DecodeError::Kind::kUnreadable, "a picture without pixels");
  }
  if (width > limits.max_side_px || height > limits.max_side_px || width > limits.max_pixels / height) {
    return DecodeFailure(DecodeError::Kind::kTooLarge,
                         std::to_string(width) + " x " + std::to_string(height) + " pixels");
  }
  return {};
}

}  // namespace gradphoto::image
