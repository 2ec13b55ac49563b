// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <opencv2/core.hpp>
#include <webp/decode.h>
#include <webp/demux.h>

#include "lib/base/error.h"
#include "lib/image/codecs.h"

namespace gradphoto::image {
namespace {

std::vector<std::byte> Chunk(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator it{};
  if (WebPDemuxGetChunk(demuxer, name, 1, &it) == 0) return {};
  const auto* data = reinterpret_cast<const std::byte*>(it.chunk.bytes);
  std::vector<std::byte> chunk(data, data + it.chunk.size);
  WebPDemuxReleaseChunkIterator(&it);
  return chunk;
}

// Straight alpha over white; the alpha channel is dropped.
cv::Mat OverWhite(const cv::Mat& bgra) {
  cv::Mat bgr(bgra.size(), CV_8UC3);
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* in = bgra.ptr<cv::Vec4b>(y);
    auto* out = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgra.cols; ++x) {
      const int alpha = in[x][3];
      for (int c = 0; c < 3; ++c) {
        out[x][c] = static_cast<unsigned char>((in[x][c] * alpha + 255 * (255 - alpha) + 127) / 255);
      }
    }
  }
  return bgr;
}

}  // namespace

StoredResult DecodeWebp(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK) {
    return DecodeFailure(DecodeError::Kind::kUnreadable, "damaged WebP header");
  }
  if (features.has_animation != 0)
    return DecodeFailure(DecodeError::Kind::kUnsupported, "an animation, not a photo");
  TRY(CheckSize(features.width, features.height, limits));
  StoredImage result;
  result.facts.stored_width_px = features.width;
  result.facts.stored_height_px = features.height;
  result.facts.components = features.has_alpha != 0 ? 4 : 3;
  const cv::Size size(features.width, features.height);
  cv::Mat pixels(size, features.has_alpha != 0 ? CV_8UC4 : CV_8UC3);
  const auto decode = features.has_alpha != 0 ? &WebPDecodeBGRAInto : &WebPDecodeBGRInto;
  const std::size_t stride = pixels.step;
  if (decode(data, bytes.size(), pixels.data, stride * pixels.rows, static_cast<int>(stride)) == nullptr) {
    return DecodeFailure(DecodeError::Kind::kTruncated, "the picture data is damaged or cut off");
  }
  result.bgr = features.has_alpha != 0 ? OverWhite(pixels) : pixels;
  const WebPData whole{data, bytes.size()};
  const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer(WebPDemux(&whole), &WebPDemuxDelete);
  if (demuxer != nullptr) {
    result.exif = Chunk(demuxer.get(), "EXIF");
    result.icc = Chunk(demuxer.get(), "ICCP");
  }
  return result;
}

}  // namespace gradphoto::image
