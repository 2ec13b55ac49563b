// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <jpeglib.h>
// After jpeglib.h: the codes of the warnings.
#include <jerror.h>

#include "lib/image/codecs.h"
#include "lib/image/damage.h"

namespace gradphoto::image {
namespace {

// A progressive file needs about ten scans; thousands are an attack on the decoder's time.
constexpr int kMaxScans = 200;
// Segments of metadata: a profile needs up to 255, extended XMP about as many; cameras write a dozen.
constexpr int kMaxSegments = 10'000;
// Strength of a tear (damage.h) from which on a picture is damaged, without restart markers and with: no sound
// photo reached it, saved in six ways of coding (gradphoto-bench-damage).
constexpr double kTorn = 1.5, kTornToRestart = 2.5;
// How far it stands out (StrengthBesideGrid): 159 of 163 tears of damaged portraits do; drawn panels and
// streaks have 1.7 to 2.04.
constexpr double kStandsOut = 2.2;
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
  bool unsupported = false;
  bool damaged = false;  // A warning that means lost picture data.
  std::span<const JOCTET> picture;
  int segments = 0;
  std::span<const std::byte> exif;                      // In the file's bytes, as are the profile's parts.
  std::array<std::span<const std::byte>, 256> profile;  // By their number in the file.

  StoredImage result;
  McuGrid grid;
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
      // No pixel is lost where phones leave padding between markers or write odd bounds into the header of the
      // only scan, old software writes odd version numbers, or the end marker is missing. Where the file ends
      // before its last block, libjpeg says JWRN_HIT_MARKER, too; for scans that are missing as a whole see
      // HasAllScans.
      if (code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM || code == JWRN_NOT_SEQUENTIAL ||
          code == JWRN_JPEG_EOF || (code == JWRN_EXTRANEOUS_DATA && !IsPictureData(common))) {
        return;
      }
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
  static bool IsPictureData(j_common_ptr common);
  bool HasUnreadData() const;
  static boolean PassSegment(j_decompress_ptr info);
  void TakeMetadata();
  bool HasAllScans() const;
  void TakeFacts();
  void TakeGrid();
};

// Where the picture ends: behind the end marker, or before what can be no part of a picture, such as the
// trailer that a phone has put in the place of the end marker. libjpeg would take it for further scans.
std::size_t EndOfPicture(std::span<const std::byte> bytes) {
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(bytes[at]); };
  bool in_scans = false;
  for (std::size_t at = 2; at + 1 < bytes.size();) {
    const unsigned marker = byte(at + 1);
    if (byte(at) != 0xFF || marker == 0xFF) {
      ++at;
    } else if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {  // Stuffing, restarts.
      at += 2;
    } else if (marker == 0xD9) {
      return at + 2;
    } else {
      const bool known = marker >= 0xC0 && marker != 0xD8 && (marker < 0xF0 || marker == JPEG_COM);
      const std::size_t length = at + 3 < bytes.size() ? byte(at + 2) << 8 | byte(at + 3) : bytes.size();
      if (!known || at + 2 + length > bytes.size()) return in_scans ? at : bytes.size();
      in_scans = in_scans || marker == 0xDA;
      at += 2 + length;
    }
  }
  return bytes.size();
}

// Whether bytes that nothing has read are more than what encoders fill gaps with.
bool IsPadding(std::span<const JOCTET> bytes) {
  return std::ranges::all_of(bytes, [&](JOCTET byte) { return byte == bytes.front(); });
}

// Whether the bytes that libjpeg has just passed over belong to a scan: a wrong bit ahead of them made the
// decoder take fewer bits for the blocks than were coded.
bool Decoder::IsPictureData(j_common_ptr common) {
  const auto* info = reinterpret_cast<j_decompress_ptr>(common);
  if (!common->is_decompressor || info->input_scan_number == 0) return false;
  const auto count = static_cast<std::size_t>(std::max(0, common->err->msg_parm.i[0]));
  const Decoder* self = static_cast<Decoder*>(common->client_data);
  const auto read = static_cast<std::size_t>(info->src->next_input_byte - self->picture.data());
  return count <= read && !IsPadding({info->src->next_input_byte - count, count});
}

// The same behind the only scan, whose end is not read further than to its last block.
bool Decoder::HasUnreadData() const {
  const std::span rest(info.src->next_input_byte, info.src->bytes_in_buffer);
  constexpr std::size_t kMarker = 2;
  const bool ends_well = picture.size() > kMarker && picture.back() == JPEG_EOI;
  return ends_well && info.unread_marker == 0 && rest.size() > kMarker &&
         !IsPadding(rest.first(rest.size() - kMarker));
}

// Takes note of one APPn or COM segment and steps over it. libjpeg's own list of saved segments is walked from
// its head for every new one, so that 100,000 empty comments cost minutes.
boolean Decoder::PassSegment(j_decompress_ptr info) {
  auto* self = static_cast<Decoder*>(info->client_data);
  jpeg_source_mgr& source = *info->src;
  if (++self->segments > kMaxSegments) {
    std::snprintf(self->message.data(), self->message.size(), "more than %d segments of metadata",
                  kMaxSegments);
    std::longjmp(self->escape, 1);
  }
  if (source.bytes_in_buffer < 2) ERREXIT(info, JERR_INPUT_EOF);
  const std::size_t length = std::size_t{source.next_input_byte[0]} << 8 | source.next_input_byte[1];
  if (length < 2) ERREXIT(info, JERR_BAD_LENGTH);
  if (source.bytes_in_buffer < length) ERREXIT(info, JERR_INPUT_EOF);
  const std::span data(reinterpret_cast<const std::byte*>(source.next_input_byte) + 2, length - 2);
  source.next_input_byte += length;
  source.bytes_in_buffer -= length;

  self->result.facts.has_metadata = true;
  const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
  if (info->unread_marker == JPEG_APP0 + 1 && text.starts_with(kExifHeader) && self->exif.empty()) {
    self->exif = data;
  } else if (info->unread_marker == JPEG_APP0 + 2 && text.starts_with(kIccHeader) && text.size() > 14) {
    self->profile[static_cast<unsigned char>(text[12])] = data.subspan(14);
  }
  info->unread_marker = 0;
  return TRUE;
}

void Decoder::TakeMetadata() {
  result.exif.assign(exif.begin(), exif.end());
  for (const auto& part : profile) result.icc.insert(result.icc.end(), part.begin(), part.end());
}

// Whether every component has been coded to the last bit. A file that is cut between two scans is one picture
// less sharp or without its colours, and libjpeg is content with it.
bool Decoder::HasAllScans() const {
  for (int i = 0; i < info.num_components; ++i) {
    if (info.comp_info[i].quant_table == nullptr) return false;  // Latched by the component's first scan.
    if (!info.progressive_mode || info.coef_bits == nullptr) continue;
    if (std::ranges::any_of(std::span(info.coef_bits[i], DCTSIZE2), [](int bits) { return bits != 0; })) {
      return false;
    }
  }
  return true;
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

void Decoder::TakeGrid() {
  const bool is_grey = info.num_components == 1;  // Its sampling factors mean nothing.
  const int block_px = info.scale_denom == info.scale_num ? DCTSIZE : DCTSIZE / 2;
  grid.width_px = is_grey ? block_px : info.max_h_samp_factor * block_px;
  grid.height_px = is_grey ? block_px : info.max_v_samp_factor * block_px;
  grid.restart_mcus = static_cast<int>(info.restart_interval);
  if (is_grey || info.jpeg_color_space != JCS_YCbCr) return;
  for (const auto& [channel, component] : {std::pair(0, 0), std::pair(1, 2), std::pair(2, 1)}) {
    const JQUANT_TBL* const table = info.comp_info[component].quant_table;
    if (table != nullptr) grid.dc_quantum[channel] = table->quantval[0] / static_cast<double>(DCTSIZE);
  }
}

bool Decoder::Run(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  if (setjmp(escape) != 0) return false;
  jpeg_create_decompress(&info);
  info.progress = &progress;
  picture = {reinterpret_cast<const JOCTET*>(bytes.data()), EndOfPicture(bytes)};
  jpeg_mem_src(&info, picture.data(), picture.size());
  // APP0 (JFIF) and APP14 (Adobe's colour transform) are part of the coding; libjpeg reads them itself.
  for (int app = 1; app < 16; ++app) {
    if (app != 14) jpeg_set_marker_processor(&info, JPEG_APP0 + app, &PassSegment);
  }
  jpeg_set_marker_processor(&info, JPEG_COM, &PassSegment);
  jpeg_read_header(&info, TRUE);
  DecodeLimits stored = limits;
  stored.max_pixels = std::max(limits.max_pixels, limits.max_jpeg_pixels);
  size_ok = CheckSize(info.image_width, info.image_height, stored);
  if (!size_ok) return true;
  if (std::uint64_t{info.image_width} * info.image_height > limits.max_pixels)
    info.scale_denom = 2 * info.scale_num;
  info.mem->max_memory_to_use = static_cast<long>(limits.max_decoder_bytes);
  TakeMetadata();
  TakeFacts();
  const bool is_cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  if (is_cmyk ? result.icc.empty() : info.num_components != 1 && info.num_components != 3) {
    unsupported = true;
    std::snprintf(message.data(), message.size(), "%s; save it as an RGB JPEG",
                  is_cmyk ? "printing colours (CMYK) without a profile" : "neither grey nor three colours");
    return false;
  }
  info.out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_BGR;
  jpeg_calc_output_dimensions(&info);
  size_ok = CheckSize(info.output_width, info.output_height, limits);
  if (!size_ok) return true;
  jpeg_start_decompress(&info);
  if (jpeg_has_multiple_scans(&info) && !HasAllScans()) {
    std::snprintf(message.data(), message.size(), "the last scans are missing");
    damaged = true;
  }
  result.bgr.create(static_cast<int>(info.output_height), static_cast<int>(info.output_width),
                    is_cmyk ? CV_8UC4 : CV_8UC3);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = result.bgr.ptr(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
  if (!jpeg_has_multiple_scans(&info) && HasUnreadData()) {
    std::snprintf(message.data(), message.size(), "picture data behind the last block");
    damaged = true;
  }
  TakeGrid();
  return true;  // What may lie behind the last row is none of the picture: trailers of phones, damaged ends.
}

}  // namespace

StoredResult DecodeJpeg(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  Decoder decoder;
  const bool decoded = decoder.Run(bytes, limits);
  const std::string message = decoder.message.data();
  if (!decoded) {
    const int code = decoder.errors.msg_code;
    if (decoder.unsupported || code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED) {
      return DecodeFailure(DecodeError::Kind::kUnsupported, message);
    }
    if (code == JERR_NO_BACKING_STORE || code == JERR_OUT_OF_MEMORY) {
      return DecodeFailure(
          DecodeError::Kind::kTooLarge,
          fmt::format("a progressive JPEG of {0} x {1} pixels; save it smaller, or not progressive",
                      decoder.info.image_width, decoder.info.image_height));
    }
    const bool cut = decoder.errors.msg_code == JERR_INPUT_EOF || decoder.errors.msg_code == JERR_INPUT_EMPTY;
    return DecodeFailure(cut ? DecodeError::Kind::kTruncated : DecodeError::Kind::kUnreadable, message);
  }
  TRY(decoder.size_ok);
  if (decoder.damaged) return DecodeFailure(DecodeError::Kind::kTruncated, message);
  StoredImage& result = decoder.result;
  if (result.bgr.channels() == 3) {
    const auto tear = FindTear(result.bgr, decoder.grid);
    if (tear && tear->strength >= (decoder.grid.restart_mcus > 0 ? kTornToRestart : kTorn) &&
        tear->strength >= kStandsOut * StrengthBesideGrid(result.bgr, decoder.grid)) {
      return DecodeFailure(
          DecodeError::Kind::kTruncated,
          fmt::format("damaged data: the picture is torn from x {0}, y {1} on", tear->x_px, tear->y_px));
    }
  }
  if (result.bgr.channels() == 4) {
    result.bgr = CmykToSrgb(result.icc, result.bgr, decoder.info.saw_Adobe_marker != 0);
    if (result.bgr.empty()) {
      return DecodeFailure(
          DecodeError::Kind::kUnsupported,
          "printing colours (CMYK) with a profile that cannot be read; save it as an RGB JPEG");
    }
    result.facts.icc_converted = true;
    result.icc.clear();
  }
  return std::move(result);
}

}  // namespace gradphoto::image
