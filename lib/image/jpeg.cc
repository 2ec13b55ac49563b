// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>
// After jpeglib.h: the codes of the warnings.
#include <jerror.h>

#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

constexpr int kMaxScans =
    200;  // A progressive file needs about ten; thousands are an attack on the decoder's time.
constexpr std::string_view kExifHeader("Exif\0\0", 6);
constexpr std::string_view kIccHeader("ICC_PROFILE\0", 12);

// libjpeg reports errors by longjmp: between setjmp and the last libjpeg call no object with a destructor may
// be made, so everything that lives there is a member of this struct, which outlives the jump.
struct Decoder {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf escape{};
  std::array<char, JMSG_LENGTH_MAX> message{};
  bool damaged = false;  // A warning that means lost picture data.

  StoredImage result;
  std::expected<void, DecodeError> size_ok;

  Decoder() {
    info.err = jpeg_std_error(&errors);
    info.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      Decoder* self = static_cast<Decoder*>(common->client_data);
      common->err->format_message(common, self->message.data());
      std::longjmp(self->escape, 1);
    };
    errors.emit_message = [](j_common_ptr common, int level) {
      if (level >= 0) return;
      const int code = common->err->msg_code;
      // Phones leave padding between markers, and old software writes odd version numbers: no pixel is lost.
      if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
      Decoder* self = static_cast<Decoder*>(common->client_data);
      if (!self->damaged) common->err->format_message(common, self->message.data());
      self->damaged = true;
    };
    errors.output_message = [](j_common_ptr) {};
    progress.progress_monitor = [](j_common_ptr common) {
      if (!common->is_decompressor) return;
      if (reinterpret_cast<j_decompress_ptr>(common)->input_scan_number > kMaxScans) {
        Decoder* self = static_cast<Decoder*>(common->client_data);
        std::snprintf(self->message.data(), self->message.size(), "more than %d scans", kMaxScans);
        std::longjmp(self->escape, 1);
      }
    };
  }
  ~Decoder() { jpeg_destroy_decompress(&info); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  bool Run(std::span<const std::byte> bytes, const DecodeLimits& limits);
  void TakeMarkers();
  void TakeFacts();
};

void Decoder::TakeMarkers() {
  std::array<std::vector<std::byte>, 256> icc_parts;
  for (const jpeg_marker_struct* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view text(reinterpret_cast<const char*>(marker->data), marker->data_length);
    const auto* data = reinterpret_cast<const std::byte*>(marker->data);
    // APP14 is Adobe's note of the colour transform, part of the coding.
    if (marker->marker != JPEG_APP0 && marker->marker != JPEG_APP0 + 14) result.facts.has_metadata = true;
    if (marker->marker == JPEG_APP0 + 1 && text.starts_with(kExifHeader) && result.exif.empty()) {
      result.exif.assign(data, data + text.size());
    } else if (marker->marker == JPEG_APP0 + 2 && text.starts_with(kIccHeader) && text.size() > 14) {
      icc_parts[static_cast<unsigned char>(text[12])].assign(data + 14, data + text.size());
    }
  }
  for (const auto& part : icc_parts) result.icc.insert(result.icc.end(), part.begin(), part.end());
}

void Decoder::TakeFacts() {
  FileFacts& facts = result.facts;
  facts.stored_width_px = static_cast<int>(info.image_width);
  facts.stored_height_px = static_cast<int>(info.image_height);
  facts.components = info.num_components;
  if (info.saw_JFIF_marker && info.density_unit != 0) {
    const double per_inch = info.density_unit == 2 ? 2.54 : 1.0;
    facts.dpi_x = info.X_density * per_inch;
    facts.dpi_y = info.Y_density * per_inch;
  }
  if (const JQUANT_TBL* table = info.quant_tbl_ptrs[0]; table != nullptr) {
    const JpegQuality estimate = EstimateJpegQuality(std::span<const std::uint16_t, 64>(table->quantval, 64));
    facts.jpeg_quality = estimate.quality;
    facts.jpeg_quality_exact = estimate.exact;
  }
}

bool Decoder::Run(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  if (setjmp(escape) != 0) return false;
  jpeg_create_decompress(&info);
  info.progress = &progress;
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  for (int app = 0; app < 16; ++app) jpeg_save_markers(&info, JPEG_APP0 + app, 0xFFFF);
  jpeg_save_markers(&info, JPEG_COM, 0xFFFF);
  jpeg_read_header(&info, TRUE);
  size_ok = CheckSize(info.image_width, info.image_height, limits);
  if (!size_ok) return true;
  if (info.num_components != 1 && info.num_components != 3) {
    std::snprintf(message.data(), message.size(), "%d colour components (CMYK?); save it as an RGB JPEG",
                  info.num_components);
    return false;
  }
  // Now, because libjpeg frees the markers when it finishes. Neither calls libjpeg, so neither can be jumped
  // out of.
  TakeMarkers();
  TakeFacts();
  info.out_color_space = JCS_EXT_BGR;
  jpeg_start_decompress(&info);
  result.bgr.create(static_cast<int>(info.output_height), static_cast<int>(info.output_width), CV_8UC3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = result.bgr.ptr(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

}  // namespace

StoredResult DecodeJpeg(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  Decoder decoder;
  const bool decoded = decoder.Run(bytes, limits);
  const std::string message = decoder.message.data();
  if (!decoded) {
    const bool cut = decoder.errors.msg_code == JERR_INPUT_EOF || decoder.errors.msg_code == JERR_INPUT_EMPTY;
    return DecodeFailure(cut ? DecodeError::Kind::kTruncated : DecodeError::Kind::kUnreadable, message);
  }
  TRY(decoder.size_ok);
  if (decoder.damaged) return DecodeFailure(DecodeError::Kind::kTruncated, message);
  return std::move(decoder.result);
}

}  // namespace gradphoto::image
