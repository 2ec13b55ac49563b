// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>
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

constexpr std::size_t kMaxProfileBytes = 4 << 20;
using Profile = std::unique_ptr<void, decltype(&cmsCloseProfile)>;
using Context = std::unique_ptr<_cmsContext_struct, decltype(&cmsDeleteContext)>;

// One for each conversion: a damaged profile must not reach a process-wide error handler.
Context NewContext() { return {cmsCreateContext(nullptr, nullptr), &cmsDeleteContext}; }

Profile OpenProfile(cmsContext context, std::span<const std::byte> icc) {
  return {cmsOpenProfileFromMemTHR(context, icc.data(), static_cast<cmsUInt32Number>(icc.size())),
          &cmsCloseProfile};
}

// From `in`, of `type`, to sRGB in `bgr`, which has its size and may be the same.
bool Convert(cmsContext context, cmsHPROFILE source, cmsUInt32Number type, const cv::Mat& in, cv::Mat& bgr) {
  const Profile srgb(cmsCreate_sRGBProfileTHR(context), &cmsCloseProfile);
  const std::unique_ptr<void, decltype(&cmsDeleteTransform)> transform(
      cmsCreateTransformTHR(context, source, type, srgb.get(), TYPE_BGR_8, INTENT_RELATIVE_COLORIMETRIC, 0),
      &cmsDeleteTransform);
  if (transform == nullptr) return false;
  for (int y = 0; y < in.rows; ++y) {
    cmsDoTransform(transform.get(), in.ptr(y), bgr.ptr(y), static_cast<cmsUInt32Number>(in.cols));
  }
  return true;
}

}  // namespace

void ReadExif(std::span<const std::byte> exif, FileFacts& facts, ColourSpace& colours) {
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
  // DCF 2.0: "R03" is its optional colour space, Adobe RGB; ColorSpace then says "uncalibrated". Some write 2.
  const ExifEntry* interoperability =
      exif_content_get_entry(data->ifd[EXIF_IFD_INTEROPERABILITY], EXIF_TAG_INTEROPERABILITY_INDEX);
  const bool is_r03 = interoperability != nullptr && interoperability->size >= 3 &&
                      std::memcmp(interoperability->data, "R03", 3) == 0;
  if (is_r03 || PositiveNumber(*data, EXIF_TAG_COLOR_SPACE, order) == 2) colours = ColourSpace::kAdobeRgb;
  facts.focal_length_35mm = PositiveNumber(*data, EXIF_TAG_FOCAL_LENGTH_IN_35MM_FILM, order);
  facts.exif_width_px = PositiveNumber(*data, EXIF_TAG_PIXEL_X_DIMENSION, order);
  facts.exif_height_px = PositiveNumber(*data, EXIF_TAG_PIXEL_Y_DIMENSION, order);
}

bool ConvertToSrgb(std::span<const std::byte> icc, cv::Mat& bgr) {
  if (icc.empty() || icc.size() > kMaxProfileBytes || bgr.empty()) return false;
  const Context context = NewContext();
  const Profile source = OpenProfile(context.get(), icc);
  if (source == nullptr || cmsGetColorSpace(source.get()) != cmsSigRgbData) return false;
  std::array<char, 64> description{};
  cmsGetProfileInfoASCII(source.get(), cmsInfoDescription, "en", "US", description.data(), description.size());
  if (std::string_view(description.data()).find("sRGB") != std::string_view::npos) return false;
  return Convert(context.get(), source.get(), TYPE_BGR_8, bgr, bgr);
}

bool ConvertToSrgb(ColourSpace colours, cv::Mat& bgr) {
  if (colours == ColourSpace::kUnknown || bgr.empty()) return false;
  const Context context = NewContext();
  const cmsCIExyY white{0.3127, 0.3290, 1};  // D65.
  // Adobe RGB (1998) 4.3.1; Display P3: SMPTE EG 432-1 with the curve of sRGB.
  const cmsCIExyYTRIPLE adobe{{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
  const cmsCIExyYTRIPLE p3{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  const std::array<double, 5> srgb_curve = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  const bool is_adobe = colours == ColourSpace::kAdobeRgb;
  const std::unique_ptr<cmsToneCurve, decltype(&cmsFreeToneCurve)> curve(
      is_adobe ? cmsBuildGamma(context.get(), 563.0 / 256)
               : cmsBuildParametricToneCurve(context.get(), 4, srgb_curve.data()),
      &cmsFreeToneCurve);
  std::array<cmsToneCurve*, 3> curves = {curve.get(), curve.get(), curve.get()};
  const Profile source(cmsCreateRGBProfileTHR(context.get(), &white, is_adobe ? &adobe : &p3, curves.data()),
                       &cmsCloseProfile);
  return source != nullptr && Convert(context.get(), source.get(), TYPE_BGR_8, bgr, bgr);
}

cv::Mat CmykToSrgb(std::span<const std::byte> icc, const cv::Mat& cmyk, bool inverted) {
  if (icc.empty() || icc.size() > kMaxProfileBytes || cmyk.empty()) return {};
  const Context context = NewContext();
  const Profile source = OpenProfile(context.get(), icc);
  if (source == nullptr || cmsGetColorSpace(source.get()) != cmsSigCmykData) return {};
  cv::Mat bgr(cmyk.size(), CV_8UC3);
  return Convert(context.get(), source.get(), inverted ? TYPE_CMYK_8_REV : TYPE_CMYK_8, cmyk, bgr) ? bgr
                                                                                                   : cv::Mat();
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
