// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <memory>

#include <libheif/heif.h>

#include "lib/base/error.h"
#include "lib/image/codecs.h"
#include "lib/image/hevc.h"

namespace gradphoto::image {
namespace {

template <typename T>
using Handle = std::unique_ptr<T, void (*)(const T*)>;

StoredResult HeifFailure(const heif_error& error) {
  const bool cut = error.subcode == heif_suberror_End_of_data;
  return DecodeFailure(cut ? DecodeError::Kind::kTruncated : DecodeError::Kind::kUnreadable,
                       error.message != nullptr ? error.message : "damaged HEIF file");
}

std::vector<std::byte> Profile(const heif_image_handle* handle) {
  std::vector<std::byte> icc(heif_image_handle_get_raw_color_profile_size(handle));
  if (!icc.empty()) heif_image_handle_get_raw_color_profile(handle, icc.data());
  return icc;
}

// What the file's nclx box says of the colours (ITU-T H.273). Without a box or profile they are sRGB, but for
// more than 8 bits: those are HDR with few exceptions, and converters drop the box. Errors: kUnsupported - HDR,
// or what may be: shown as if it were SDR it would be dull.
std::expected<ColourSpace, DecodeError> ColoursOf(const heif_image_handle* handle) {
  heif_color_profile_nclx* raw = nullptr;
  const heif_error error = heif_image_handle_get_nclx_color_profile(handle, &raw);
  const std::unique_ptr<heif_color_profile_nclx, decltype(&heif_nclx_color_profile_free)> nclx(
      raw, &heif_nclx_color_profile_free);  // Made even where there is an error.
  if (error.code != heif_error_Ok || nclx == nullptr) {
    if (heif_image_handle_get_luma_bits_per_pixel(handle) > 8 &&
        heif_image_handle_get_raw_color_profile_size(handle) == 0) {
      return DecodeFailure(
          DecodeError::Kind::kUnsupported,
          "more than 8 bits and no word of the colours, as HDR pictures have; save it as a JPEG");
    }
    return ColourSpace::kUnknown;
  }
  const bool pq = nclx->transfer_characteristics == heif_transfer_characteristic_ITU_R_BT_2100_0_PQ;
  if (pq || nclx->transfer_characteristics == heif_transfer_characteristic_ITU_R_BT_2100_0_HLG) {
    return DecodeFailure(DecodeError::Kind::kUnsupported, pq ? "an HDR picture (PQ); save it as an SDR JPEG"
                                                             : "an HDR picture (HLG); save it as an SDR JPEG");
  }
  return nclx->color_primaries == heif_color_primaries_SMPTE_EG_432_1 ? ColourSpace::kDisplayP3
                                                                      : ColourSpace::kUnknown;
}

}  // namespace

// libheif applies the rotation and mirror boxes itself; the EXIF tag of a HEIC file is informative only
// (ISO/IEC 23008-12) and must not be applied a second time, so no EXIF block is passed on.
StoredResult DecodeHeif(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  UseStrictHevcDecoder();
  const Handle<heif_context> context(
      heif_context_alloc(), [](const heif_context* c) { heif_context_free(const_cast<heif_context*>(c)); });
  heif_context_set_maximum_image_size_limit(context.get(), 1 << 15);
  heif_error error =
      heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr);
  if (error.code != heif_error_Ok) return HeifFailure(error);
  heif_image_handle* raw_handle = nullptr;
  error = heif_context_get_primary_image_handle(context.get(), &raw_handle);
  if (error.code != heif_error_Ok) return HeifFailure(error);
  const Handle<heif_image_handle> handle(raw_handle, &heif_image_handle_release);
  const int width = heif_image_handle_get_width(handle.get());
  const int height = heif_image_handle_get_height(handle.get());
  TRY(CheckSize(static_cast<std::uint64_t>(std::max(0, width)), static_cast<std::uint64_t>(std::max(0, height)),
                limits));
  TRY_ASSIGN(const auto colours, ColoursOf(handle.get()));
  heif_image* raw_image = nullptr;
  error =
      heif_decode_image(handle.get(), &raw_image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, nullptr);
  if (error.code != heif_error_Ok) return HeifFailure(error);
  const Handle<heif_image> image(raw_image, &heif_image_release);
  int stride = 0;
  const std::uint8_t* pixels = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
  const int decoded_width = heif_image_get_width(image.get(), heif_channel_interleaved);
  const int decoded_height = heif_image_get_height(image.get(), heif_channel_interleaved);
  if (pixels == nullptr || decoded_width <= 0 || decoded_height <= 0) {
    return DecodeFailure(DecodeError::Kind::kUnreadable, "no pixels in the HEIF file");
  }
  StoredImage result;
  result.facts.stored_width_px = decoded_width;
  result.facts.stored_height_px = decoded_height;
  result.facts.has_metadata = true;
  result.facts.orientation = 1;
  result.bgr.create(decoded_height, decoded_width, CV_8UC3);
  for (int y = 0; y < decoded_height; ++y) {
    const std::uint8_t* in = pixels + static_cast<std::ptrdiff_t>(y) * stride;
    std::uint8_t* out = result.bgr.ptr(y);
    for (int x = 0; x < decoded_width; ++x) {
      out[3 * x] = in[3 * x + 2];
      out[3 * x + 1] = in[3 * x + 1];
      out[3 * x + 2] = in[3 * x];
    }
  }
  result.icc = Profile(handle.get());
  result.colours = colours;
  return result;
}

}  // namespace gradphoto::image
