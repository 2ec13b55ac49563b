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

#include "lib/base/error.h"

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

// Looks for the highest quality that fits under a number of bytes, by interpolating the logarithm of the size,
// which is nearly linear in the quality.
class Search {
 public:
  Search(const cv::Mat& bgr, ChromaSampling sampling, int min_quality, std::int64_t max_bytes, int dpi)
      : bgr_(bgr), sampling_(sampling), min_quality_(min_quality), max_bytes_(max_bytes), dpi_(dpi) {
    fits_.quality = min_quality - 1;
    too_large_.quality = 101;
  }

  // Encodes once at `quality` and narrows the bracket.
  Result<void> Try(int quality) {
    TRY_ASSIGN(auto bytes, EncodeJpeg(bgr_, quality, sampling_, dpi_));
    const auto size = static_cast<double>(bytes.size());
    if (size <= static_cast<double>(max_bytes_)) {
      fits_ = {quality, std::log(size)};
      best_ = EncodedJpeg{std::move(bytes), quality, sampling_, 0};
    } else {
      too_large_ = {quality, std::log(size)};
      if (quality == min_quality_) smallest_ = EncodedJpeg{std::move(bytes), quality, sampling_, 0};
    }
    return {};
  }

  // Another step of quality is not worth an encoding once the size is within 6 % of the limit.
  bool Done() const {
    return too_large_.quality - fits_.quality <= 1 ||
           (best_ && static_cast<double>(best_->bytes.size()) > 0.94 * static_cast<double>(max_bytes_));
  }

  // The quality at which the size should come out a little under the limit.
  int Next() const {
    constexpr double kUsualSlope = 0.05;  // Of the logarithm of the size, per step, around quality 85.
    const double wanted = std::log(0.98 * static_cast<double>(max_bytes_));
    double slope = kUsualSlope;
    if (fits_.log_size && too_large_.log_size) {
      slope = (*too_large_.log_size - *fits_.log_size) / (too_large_.quality - fits_.quality);
    }
    const Point& known = fits_.log_size ? fits_ : too_large_;
    const double quality = known.quality + (wanted - known.log_size.value_or(wanted)) / std::max(slope, 1e-3);
    const double lowest = fits_.quality + 1.0;
    return static_cast<int>(
        std::clamp(std::floor(quality), lowest, std::max(lowest, too_large_.quality - 1.0)));
  }

  // Tries until done or out of trials; the last one, if nothing fits yet, at the lowest quality.
  Result<void> Run(int& trials) {
    while (!Done() && trials > 0) {
      const int quality = trials == 1 && !best_ ? min_quality_ : Next();
      --trials;
      TRY(Try(quality));
    }
    return {};
  }

  EncodedJpeg* best() { return best_ ? &*best_ : nullptr; }              // Null while nothing fits.
  EncodedJpeg* smallest() { return smallest_ ? &*smallest_ : nullptr; }  // Null unless even it is too large.

 private:
  struct Point {
    int quality = 0;
    std::optional<double> log_size;  // Absent for the ends of the range, which were not tried.
  };
  const cv::Mat& bgr_;
  ChromaSampling sampling_;
  int min_quality_;
  std::int64_t max_bytes_;
  int dpi_;
  Point fits_, too_large_;
  std::optional<EncodedJpeg> best_;
  std::optional<EncodedJpeg> smallest_;  // At the lowest quality, too large even so.
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

Result<EncodedJpeg> EncodeToBudget(const cv::Mat& bgr, const ByteBudget& budget, int dpi) {
  constexpr auto kNoLimit = std::numeric_limits<std::int64_t>::max() / 2;
  constexpr int kFirstQuality = 90;
  const std::int64_t target = budget.target_max > 0 ? budget.target_max : kNoLimit;
  int trials = budget.max_trials;

  Search full(bgr, ChromaSampling::k444, budget.min_quality, target, dpi);
  TRY(full.Try(std::max(kFirstQuality, budget.min_quality)));
  --trials;
  // Full chroma is given up as soon as one trial shows that it would cost too much luminance.
  if (full.Done() || full.Next() >= kFullChromaQuality) {
    int half = std::min(trials / 2 + 1, trials - 1);  // One is left for halved chroma.
    trials -= half;
    TRY(full.Run(half));
    trials += half;
  }
  Search halved(bgr, ChromaSampling::k420, budget.min_quality, target, dpi);
  if (!full.best() || full.best()->quality < kFullChromaQuality) {
    const int start = std::clamp(full.Next() + 6, budget.min_quality, 100);  // 4:2:0 saves about a quarter.
    const bool last = trials == 1 && !full.best();
    TRY(halved.Try(last ? budget.min_quality : start));
    --trials;
    TRY(halved.Run(trials));
  }
  EncodedJpeg* best = halved.best() != nullptr ? halved.best() : full.best();
  // Too large for the target at the lowest quality: the standard may still accept it, which the caller judges.
  if (best == nullptr) best = halved.smallest();
  if (best == nullptr) return Fail(ErrorKind::kInternal, "JPEG encoder: no trial was allowed");
  best->trials = budget.max_trials - trials;
  return std::move(*best);
}

}  // namespace gradphoto::image
