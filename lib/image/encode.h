// SPDX-License-Identifier: Apache-2.0
// Writes the delivered JPEG: baseline, 24 bit, JFIF with the density in dots per inch, no other metadata. The
// size in bytes is steered by quality and chroma sampling only; nothing is ever padded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"

namespace gradphoto::image {

enum class ChromaSampling { k444, k420 };
std::string_view ChromaSamplingName(ChromaSampling sampling);  // "4:4:4", "4:2:0"

struct ByteBudget {
  std::int64_t target_max = 0;  // Largest size wanted; 0 = no limit.
  int min_quality = 60;         // IJG quality, 1..100; never gone below.
  int max_trials = 8;           // Encodings tried in all, at least 2; two or three are usual.
};

struct EncodedJpeg {
  std::vector<std::byte> bytes;
  int quality = 0;  // IJG quality of the quantization tables, 1..100.
  ChromaSampling sampling = ChromaSampling::k444;
  int trials = 0;
};

// `bgr` is CV_8UC3. Errors: kInternal - libjpeg failed (memory).
Result<std::vector<std::byte>> EncodeJpeg(const cv::Mat& bgr, int quality, ChromaSampling sampling, int dpi);

// The best quality whose size stays at or under the target's maximum: full chroma down to quality 75, below
// that halved chroma, which costs less than coarse luminance. The result may miss the window all the same (a
// flat picture stays small at quality 100, a noisy one large at the minimum quality): the caller compares
// bytes.size() with the window and reports it.
Result<EncodedJpeg> EncodeToBudget(const cv::Mat& bgr, const ByteBudget& budget, int dpi);

}  // namespace gradphoto::image
