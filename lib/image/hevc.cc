// SPDX-License-Identifier: Apache-2.0
#include "lib/image/hevc.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include <libde265/de265.h>
#include <libheif/heif.h>
#include <libheif/heif_plugin.h>

namespace gradphoto::image {
namespace {

constexpr int kPriority = 200;  // libheif's own has 100.
constexpr heif_error kDone{heif_error_Ok, heif_suberror_Unspecified, "Success"};

heif_error Damaged(const char* why) {
  return {heif_error_Decoder_plugin_error, heif_suberror_End_of_data, why};
}

// Those that say nothing of the picture.
bool IsHarmless(de265_error warning) {
  return warning == DE265_WARNING_NO_WPP_CANNOT_USE_MULTITHREADING ||
         warning == DE265_WARNING_WARNING_BUFFER_FULL ||
         warning == DE265_WARNING_NUMBER_OF_THREADS_LIMITED_TO_MAXIMUM ||
         warning == DE265_WARNING_SPS_MISSING_CANNOT_DECODE_SEI;
}

heif_error NewDecoder(void** decoder) {
  *decoder = de265_new_decoder();
  return *decoder == nullptr
             ? heif_error{heif_error_Memory_allocation_error, heif_suberror_Unspecified, "no memory"}
             : kDone;
}

void FreeDecoder(void* decoder) { de265_free_decoder(decoder); }

// NAL units, each behind its length in four bytes (ISO/IEC 14496-15).
heif_error PushData(void* decoder, const void* data, std::size_t size) {
  constexpr std::size_t kLengthBytes = 4;
  std::span bytes(static_cast<const std::uint8_t*>(data), size);
  while (!bytes.empty()) {
    if (bytes.size() < kLengthBytes) return Damaged("the picture data ends within a NAL unit");
    std::size_t length = 0;
    for (const std::uint8_t byte : bytes.first<kLengthBytes>()) length = length << 8 | byte;
    bytes = bytes.subspan(kLengthBytes);
    if (length > bytes.size()) return Damaged("the picture data ends within a NAL unit");
    de265_push_NAL(decoder, bytes.data(), static_cast<int>(length), 0, nullptr);
    bytes = bytes.subspan(length);
  }
  return kDone;
}

heif_error CopyPlanes(const de265_image* from, heif_image* to) {
  constexpr std::array<heif_channel, 3> kChannels = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
  const int planes = de265_get_chroma_format(from) == de265_chroma_mono ? 1 : 3;
  for (int i = 0; i < planes; ++i) {
    const int width = de265_get_image_width(from, i), height = de265_get_image_height(from, i);
    const int bits = de265_get_bits_per_pixel(from, i);
    int in_stride = 0, out_stride = 0;
    const std::uint8_t* in = de265_get_image_plane(from, i, &in_stride);
    if (in == nullptr || width <= 0 || height <= 0) return Damaged("a plane without samples");
    const heif_channel channel = kChannels[static_cast<std::size_t>(i)];
    if (const heif_error error = heif_image_add_plane(to, channel, width, height, bits);
        error.code != heif_error_Ok) {
      return error;
    }
    std::uint8_t* out = heif_image_get_plane(to, channel, &out_stride);
    const auto row_bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>((bits + 7) / 8);
    for (std::ptrdiff_t y = 0; y < height; ++y)
      std::memcpy(out + y * out_stride, in + y * in_stride, row_bytes);
  }
  return kDone;
}

// What the sequence says of its colours (ITU-T H.265 E.2.1); a number that libheif does not know changes
// nothing.
void CopyColours(const de265_image* from, heif_image* to) {
  const std::unique_ptr<heif_color_profile_nclx, decltype(&heif_nclx_color_profile_free)> nclx(
      heif_nclx_color_profile_alloc(), &heif_nclx_color_profile_free);
  const auto number = [](int value) { return static_cast<std::uint16_t>(value); };
  heif_nclx_color_profile_set_color_primaries(nclx.get(), number(de265_get_image_colour_primaries(from)));
  heif_nclx_color_profile_set_transfer_characteristics(nclx.get(),
                                                       number(de265_get_image_transfer_characteristics(from)));
  heif_nclx_color_profile_set_matrix_coefficients(nclx.get(),
                                                  number(de265_get_image_matrix_coefficients(from)));
  nclx->full_range_flag = de265_get_image_full_range_flag(from) != 0;
  heif_image_set_nclx_color_profile(to, nclx.get());
}

heif_error DecodeImage(void* decoder, heif_image** out) {
  *out = nullptr;
  de265_flush_data(decoder);
  const de265_image* picture = nullptr;
  for (int more = 1; more != 0;) {
    more = 0;
    const de265_error error = de265_decode(decoder, &more);
    if (error != DE265_OK && error != DE265_ERROR_WAITING_FOR_INPUT_DATA)
      return Damaged(de265_get_error_text(error));
    if (picture == nullptr) picture = de265_get_next_picture(decoder);
    if (error != DE265_OK) break;
  }
  for (de265_error warning = de265_get_warning(decoder); warning != DE265_OK;
       warning = de265_get_warning(decoder)) {
    if (!IsHarmless(warning)) return Damaged(de265_get_error_text(warning));
  }
  if (picture == nullptr) return Damaged("no picture in the data");
  const de265_chroma chroma = de265_get_chroma_format(picture);
  heif_error error =
      heif_image_create(de265_get_image_width(picture, 0), de265_get_image_height(picture, 0),
                        chroma == de265_chroma_mono ? heif_colorspace_monochrome : heif_colorspace_YCbCr,
                        static_cast<heif_chroma>(chroma), out);  // The numbers are those of the standard.
  if (error.code == heif_error_Ok) error = CopyPlanes(picture, *out);
  if (error.code == heif_error_Ok) {
    CopyColours(picture, *out);
    return kDone;
  }
  heif_image_release(*out);
  *out = nullptr;
  return error;
}

const heif_decoder_plugin kPlugin = {
    .plugin_api_version = 3,
    .get_plugin_name = [] { return "libde265, warnings are errors"; },
    .init_plugin = [] { de265_init(); },
    .deinit_plugin = [] { de265_free(); },
    .does_support_format =
        [](heif_compression_format format) { return format == heif_compression_HEVC ? kPriority : 0; },
    .new_decoder = &NewDecoder,
    .free_decoder = &FreeDecoder,
    .push_data = &PushData,
    .decode_image = &DecodeImage,
    .set_strict_decoding = [](void*, int) {},
    .id_name = "strict-libde265"};

}  // namespace

void UseStrictHevcDecoder() {
  [[maybe_unused]] static const heif_error registered = heif_register_decoder_plugin(&kPlugin);
}

}  // namespace gradphoto::image
