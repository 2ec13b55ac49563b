// SPDX-License-Identifier: Apache-2.0
#include "lib/image/decode.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <future>
#include <limits>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <pthread.h>

#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

// ITU-T T.81 table K.1, natural order.
constexpr std::array<int, 64> kLuminanceTable = {
    16, 11,  10,  16, 24, 40, 51, 61, 12,  12,  14,  19,  26, 58, 60, 55,  14,  13,  16,  24, 40, 57,
    69, 56,  14,  17, 22, 29, 51, 87, 80,  62,  18,  22,  37, 56, 68, 109, 103, 77,  24,  35, 55, 64,
    81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98,  112, 100, 103, 99};

cv::Mat ApplyOrientation(const cv::Mat& stored, int orientation) {
  cv::Mat upright;
  switch (orientation) {
    case 2:
      cv::flip(stored, upright, 1);
      return upright;
    case 3:
      cv::rotate(stored, upright, cv::ROTATE_180);
      return upright;
    case 4:
      cv::flip(stored, upright, 0);
      return upright;
    case 5:
      cv::transpose(stored, upright);
      return upright;
    case 6:
      cv::rotate(stored, upright, cv::ROTATE_90_CLOCKWISE);
      return upright;
    case 7:
      cv::transpose(stored, upright);
      cv::flip(upright, upright, -1);
      return upright;
    case 8:
      cv::rotate(stored, upright, cv::ROTATE_90_COUNTERCLOCKWISE);
      return upright;
    default:
      return stored;
  }
}

StoredResult DecodeStored(Format format, std::span<const std::byte> bytes, const DecodeLimits& limits) {
  switch (format) {
    case Format::kJpeg:
      return DecodeJpeg(bytes, limits);
    case Format::kPng:
      return DecodePng(bytes, limits);
    case Format::kWebp:
      return DecodeWebp(bytes, limits);
    case Format::kTiff:
      return DecodeTiff(bytes, limits);
    case Format::kHeif:
      break;
  }
  return DecodeHeif(bytes, limits);
}

std::unexpected<DecodeError> NoImage(std::string_view bytes) {
  const auto foreign = SniffForeign(bytes);
  if (!foreign) {
    return DecodeFailure(DecodeError::Kind::kNotAnImage,
                         bytes.empty() ? "empty file" : "the content is not JPEG, PNG, HEIC, WebP or TIFF");
  }
  if (!foreign->is_picture) return DecodeFailure(DecodeError::Kind::kNotAnImage, std::string(foreign->what));
  return DecodeFailure(DecodeError::Kind::kUnsupported, std::string(foreign->what) + "; save it as a JPEG");
}

}  // namespace

std::string_view FormatName(Format format) {
  constexpr std::array<std::string_view, 5> kNames = {"JPEG", "PNG", "WebP", "HEIF", "TIFF"};
  return kNames[static_cast<std::size_t>(format)];
}

int StandardQuantStep(int quality, int vertical, int horizontal) {
  const int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const int entry =
      kLuminanceTable[8 * static_cast<std::size_t>(vertical) + static_cast<std::size_t>(horizontal)];
  return std::clamp((entry * scale + 50) / 100, 1, 255);
}

JpegQuality EstimateJpegQuality(std::span<const std::uint16_t, 64> table) {
  JpegQuality best{1, false};
  double best_distance = std::numeric_limits<double>::max();
  for (int quality = 1; quality <= 100; ++quality) {
    double distance = 0;
    bool exact = true;
    for (int i = 0; i < 64; ++i) {
      const int step = table[static_cast<std::size_t>(i)], expected = StandardQuantStep(quality, i / 8, i % 8);
      exact = exact && step == expected;
      distance += std::abs(std::log((step + 0.5) / (expected + 0.5)));
    }
    if (distance <= best_distance) {  // Of equal ones the highest quality.
      best_distance = distance;
      best = {quality, exact};
    }
  }
  return best;
}

std::expected<Photo, DecodeError> Decode(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  if (bytes.size() > limits.max_file_bytes) {
    return DecodeFailure(DecodeError::Kind::kTooLarge, std::to_string(bytes.size()) + " bytes");
  }
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::optional<Format> format = SniffImage(head);
  if (!format) return NoImage(head);
  try {
    TRY_ASSIGN(auto stored, DecodeStored(*format, bytes, limits));
    FileFacts& facts = stored.facts;
    facts.format = *format;
    facts.bytes = bytes.size();
    facts.has_metadata = facts.has_metadata || !stored.exif.empty() || !stored.icc.empty();
    ReadExif(stored.exif, facts, stored.colours);
    facts.icc_converted = facts.icc_converted || (stored.icc.empty() ? ConvertToSrgb(stored.colours, stored.bgr)
                                                                     : ConvertToSrgb(stored.icc, stored.bgr));
    return Photo{ApplyOrientation(stored.bgr, facts.orientation.value_or(1)), facts};
  } catch (const std::exception&) {  // cv::Exception or bad_alloc: no memory for the pixels.
    return DecodeFailure(DecodeError::Kind::kTooLarge, "not enough memory for the pixels");
  }
}

std::expected<Photo, DecodeError> DecodeInTime(std::shared_ptr<const std::vector<std::byte>> bytes,
                                               const DecodeLimits& limits) {
  using Seconds = std::chrono::duration<double>;
  constexpr Seconds kPause(0.01);  // At least, between two looks at the clock.
  std::packaged_task<std::expected<Photo, DecodeError>()> task(
      [bytes = std::move(bytes), limits] { return Decode(*bytes, limits); });
  auto photo = task.get_future();
  std::thread worker(std::move(task));
  clockid_t clock{};
  const bool has_clock = pthread_getcpuclockid(worker.native_handle(), &clock) == 0;
  Seconds left(limits.max_cpu_seconds);
  while (photo.wait_for(std::max(left, kPause)) != std::future_status::ready) {
    timespec used{};
    if (!has_clock || clock_gettime(clock, &used) != 0) continue;  // It has just ended.
    left = Seconds(limits.max_cpu_seconds - static_cast<double>(used.tv_sec) -
                   1e-9 * static_cast<double>(used.tv_nsec));
    if (left <= Seconds(0)) {
      worker.detach();
      return DecodeFailure(DecodeError::Kind::kTimeout,
                           fmt::format("the decoder took more than {0} s", limits.max_cpu_seconds));
    }
  }
  worker.join();
  return photo.get();
}

}  // namespace gradphoto::image
