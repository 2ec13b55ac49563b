// SPDX-License-Identifier: Apache-2.0
#include "lib/image/hevc.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

#include <libde265/de265.h>
#include <libheif/heif.h>
#include <libheif/heif_plugin.h>

#include "lib/image/decode.h"

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

// What a picture's memory holds until it is decoded: no picture's. A sample of 9 bits or more stays within
// them.
std::uint8_t Unwritten(std::size_t byte) {
  constexpr std::uint32_t kMultiplier = 2'654'435'761;  // Knuth, 6.4.
  const auto noise = static_cast<std::uint8_t>(static_cast<std::uint32_t>(byte) * kMultiplier >> 24);
  return byte % 2 == 0 ? noise : noise & 1;
}

void FreePicture(de265_decoder_context*, de265_image* picture, void*) {
  for (int i = 0; i < 3; ++i) {
    std::free(de265_get_image_plane_user_data(picture, i));
    de265_set_image_plane(picture, i, nullptr, 0, nullptr);
  }
}

// 1: done; 0: no memory.
int NewPicture(de265_decoder_context* context, de265_image_spec* spec, de265_image* picture, void* user) {
  constexpr std::size_t kAlignment = 64;  // Bytes; of the decoder's own memory 16.
  // The container's size was looked at before; that of the sequence in it may be another one.
  const DecodeLimits limits;
  if (static_cast<std::uint64_t>(spec->width) * static_cast<std::uint64_t>(spec->height) > limits.max_pixels)
    return 0;
  const de265_chroma chroma = de265_get_chroma_format(picture);
  const int planes = chroma == de265_chroma_mono ? 1 : 3;
  for (int i = planes; i < 3; ++i) de265_set_image_plane(picture, i, nullptr, 0, nullptr);
  for (int i = 0; i < planes; ++i) {
    const bool halved_x = i > 0 && chroma != de265_chroma_444, halved_y = i > 0 && chroma == de265_chroma_420;
    const int width = halved_x ? spec->width / 2 : spec->width;
    const int height = halved_y ? spec->height / 2 : spec->height;
    const int samples = (width + spec->alignment - 1) / spec->alignment * spec->alignment;
    const int stride = samples * ((de265_get_bits_per_pixel(picture, i) + 7) / 8);
    // One row more: what reads many samples at a time may pass the end.
    const std::size_t bytes = static_cast<std::size_t>(stride) * (static_cast<std::size_t>(height) + 1);
    auto* memory = static_cast<std::uint8_t*>(
        std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment));
    if (memory == nullptr) return FreePicture(context, picture, user), 0;
    for (std::size_t at = 0; at < bytes; ++at) memory[at] = Unwritten(at);
    de265_set_image_plane(picture, i, memory, stride, memory);
  }
  return 1;
}

// Whether a block was never decoded. Blocks are decoded in squares of 16 samples or more on a grid of as many;
// the filters along their edges reach four samples inwards.
bool HasUnwrittenBlock(const de265_image* picture) {
  constexpr std::size_t kBlock = 16, kFrom = 4, kTo = 12;
  const auto* memory = static_cast<const std::uint8_t*>(de265_get_image_plane_user_data(picture, 0));
  if (memory == nullptr) return false;  // Another version of the library, with memory of its own.
  int bytes_in_row = 0;
  const std::uint8_t* luma = de265_get_image_plane(picture, 0, &bytes_in_row);
  const auto first = static_cast<std::size_t>(luma - memory);
  const auto stride = static_cast<std::size_t>(bytes_in_row);
  const auto sample_bytes = static_cast<std::size_t>((de265_get_bits_per_pixel(picture, 0) + 7) / 8);
  const auto width = static_cast<std::size_t>(de265_get_image_width(picture, 0)),
             height = static_cast<std::size_t>(de265_get_image_height(picture, 0));
  const auto is_unwritten = [&](std::size_t left, std::size_t top) {
    for (std::size_t y = top + kFrom; y < std::min(top + kTo, height); ++y) {
      const std::size_t end = std::min(left + kTo, width) * sample_bytes;
      for (std::size_t x = (left + kFrom) * sample_bytes; x < end; ++x) {
        const std::size_t at = first + y * stride + x;
        if (memory[at] != Unwritten(at)) return false;
      }
    }
    return true;
  };
  // Of blocks at the edge half of that is enough: 16 samples that are ours by chance do not occur.
  for (std::size_t top = 0; top + (kFrom + kTo) / 2 <= height; top += kBlock) {
    for (std::size_t left = 0; left + (kFrom + kTo) / 2 <= width; left += kBlock) {
      if (is_unwritten(left, top)) return true;
    }
  }
  return false;
}

heif_error NewDecoder(void** decoder) {
  *decoder = de265_new_decoder();
  if (*decoder == nullptr) return {heif_error_Memory_allocation_error, heif_suberror_Unspecified, "no memory"};
  static de265_image_allocation allocation{.get_buffer = &NewPicture, .release_buffer = &FreePicture};
  de265_set_image_allocation_functions(*decoder, &allocation, nullptr);
  // Of a picture that has this filter before it libde265 takes memory of its own: it is switched on afterwards.
  de265_set_parameter_bool(*decoder, DE265_DECODER_PARAM_DISABLE_SAO, 1);
  return kDone;
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

// As far as there is data. An error that is not the end of it stops.
de265_error DecodeOn(void* decoder, const de265_image*& picture) {
  for (int more = 1; more != 0;) {
    more = 0;
    const de265_error error = de265_decode(decoder, &more);
    if (error != DE265_OK && error != DE265_ERROR_WAITING_FOR_INPUT_DATA) return error;
    if (picture == nullptr) picture = de265_get_next_picture(decoder);
    if (error != DE265_OK) break;
  }
  return DE265_OK;
}

heif_error DecodeImage(void* decoder, heif_image** out) {
  *out = nullptr;
  const de265_image* picture = nullptr;
  de265_error decoded = DecodeOn(decoder, picture);
  if (picture != nullptr) return Damaged("more than one picture");
  // The filters are run over the last picture once no more data can come.
  de265_set_parameter_bool(decoder, DE265_DECODER_PARAM_DISABLE_SAO, 0);
  de265_flush_data(decoder);
  if (decoded == DE265_OK) decoded = DecodeOn(decoder, picture);
  if (decoded != DE265_OK) return Damaged(de265_get_error_text(decoded));
  for (de265_error warning = de265_get_warning(decoder); warning != DE265_OK;
       warning = de265_get_warning(decoder)) {
    if (!IsHarmless(warning)) return Damaged(de265_get_error_text(warning));
  }
  if (picture == nullptr) return Damaged("no picture in the data");
  if (HasUnwrittenBlock(picture)) return Damaged("the picture data ends before the picture");
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
