// SPDX-License-Identifier: Apache-2.0
#include "lib/image/encode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include <jpeglib.h>

namespace gradphoto::image {
namespace {

constexpr int kFullChromaQuality = 75;  // Below this, 4:2:0 at a higher quality looks better at equal size.

// libjpeg reports errors by longjmp; see jpeg.cc for why all state lives here.
struct Encoder {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  std::jmp_buf escape{};
  std::array<char, JMSG_LENGTH_MAX> message{};
  unsigned char* buffer = nullptr;
  unsigned long size = 0;

  Encoder() {
    info.err = jpeg_std_error(&errors);
    info.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      Encoder* self = static_cast<Encoder*>(common->client_data);
      common->err->format_message(common, self->message.data());
      std::longjmp(self->escape, 1);
    };
    errors.output_message = [](j_common_ptr) {};
  }
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(buffer);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  bool Run(const cv::Mat& bgr, int quality, ChromaSampling sampling, int dpi) {
    if (setjmp(escape) != 0) return false;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &buffer, &size);
    info.image_width = static_cast<JDIMENSION>(bgr.cols);
    info.image_height = static_cast<JDIMENSION>(bgr.rows);
    info.input_components = 3;
    info.in_color_space = JCS_EXT_BGR;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    const int factor = sampling == ChromaSampling::k420 ? 2 : 1;
    info.comp_info[0].h_samp_factor = factor;
    info.comp_info[0].v_samp_factor = factor;
    info.optimize_coding = TRUE;
    info.dct_method = JDCT_ISLOW;
    info.density_unit = 1;  // Dots per inch.
    info.X_density = static_cast<UINT16>(dpi);
    info.Y_density = static_cast<UINT16>(dpi);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
      auto* row = const_cast<unsigned char*>(bgr.ptr(static_cast<int>(info.next_scanline)));
      jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    return true;
  }
};

// Encodes one picture again and again and counts the trials.
class Search {
 public:
  Search(const cv::Mat& bgr, const ByteWindow& window, int dpi) : bgr_(bgr), window_(window), dpi_(dpi) {}

  // The highest quality in [min_quality, 100] of at most `max_bytes` that the remaining trials find; nothing when
  // even the lowest quality is too large.
  Result<std::optional<EncodedJpeg>> HighestQuality(ChromaSampling sampling, std::int64_t max_bytes, int trials) {
    std::optional<EncodedJpeg> best;
    int fits = window_.min_quality - 1;  // Highest quality known to fit; below the range: none yet.
    int too_large = 101;                 // Lowest quality known to be too large.
    int quality = 92;
    while (too_large - fits > 1 && trials-- > 0) {
      auto bytes = EncodeJpeg(bgr_, quality, sampling, dpi_);
      if (!bytes) return std::unexpected(bytes.error());
      ++trials_;
      const auto size = static_cast<std::int64_t>(bytes->size());
      if (size <= max_bytes) {
        fits = quality;
        best = EncodedJpeg{std::move(*bytes), quality, sampling, trials_};
        // Within 6 % of the limit another step of quality is not worth an encoding.
        if (static_cast<double>(size) > 0.94 * static_cast<double>(max_bytes)) break;
      } else {
        too_large = quality;
      }
      // Near quality 90 the size grows by about 6 % a step; aim a little under the limit, and always inside the
      // bracket, the last trial at its lower end so that something that fits is found.
      const double steps = std::log(0.97 * static_cast<double>(max_bytes) / static_cast<double>(size)) / 0.06;
      const int aim = quality + static_cast<int>(std::lround(steps));
      quality = std::clamp(aim, fits + 1, too_large - 1);
      if (trials == 1 && !best) quality = window_.min_quality;
    }
    return best;
  }

  int trials() const { return trials_; }

 private:
  const cv::Mat& bgr_;
  const ByteWindow& window_;
  int dpi_;
  int trials_ = 0;
};

}  // namespace

std::string_view ChromaSamplingName(ChromaSampling sampling) {
  return sampling == ChromaSampling::k444 ? "4:4:4" : "4:2:0";
}

Result<std::vector<std::byte>> EncodeJpeg(const cv::Mat& bgr, int quality, ChromaSampling sampling, int dpi) {
  Encoder encoder;
  if (!encoder.Run(bgr, quality, sampling, dpi)) {
    return Fail(ErrorKind::kInternal, std::string("JPEG encoder: ") + encoder.message.data());
  }
  const auto* data = reinterpret_cast<const std::byte*>(encoder.buffer);
  return std::vector<std::byte>(data, data + encoder.size);
}

Result<EncodedJpeg> EncodeToWindow(const cv::Mat& bgr, const ByteWindow& window, int dpi) {
  constexpr auto kNoLimit = std::numeric_limits<std::int64_t>::max();
  const std::int64_t target = window.target_max > 0 ? window.target_max : kNoLimit;
  const std::int64_t accepted = window.accept_max > 0 ? window.accept_max : kNoLimit;
  Search search(bgr, window, dpi);
  const int half = std::max(3, window.max_trials / 2);
  auto full = search.HighestQuality(ChromaSampling::k444, target, half);
  if (!full) return std::unexpected(full.error());
  std::optional<EncodedJpeg> best = std::move(*full);
  if (!best || best->quality < kFullChromaQuality) {
    auto halved = search.HighestQuality(ChromaSampling::k420, target, std::max(3, window.max_trials - search.trials()));
    if (!halved) return std::unexpected(halved.error());
    if (*halved) best = std::move(*halved);
  }
  if (!best) {
    // Too large for the target at the lowest quality: deliver that lowest quality if the standard accepts it, and
    // let the caller report it if not.
    auto bytes = EncodeJpeg(bgr, window.min_quality, ChromaSampling::k420, dpi);
    if (!bytes) return std::unexpected(bytes.error());
    best = EncodedJpeg{std::move(*bytes), window.min_quality, ChromaSampling::k420, 0};
    if (static_cast<std::int64_t>(best->bytes.size()) < accepted) {
      auto higher = search.HighestQuality(ChromaSampling::k420, accepted, 2);
      if (higher && *higher && (*higher)->quality > best->quality) best = std::move(**higher);
    }
  }
  best->trials = search.trials();
  return std::move(*best);
}

}  // namespace gradphoto::image
