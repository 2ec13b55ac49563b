// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/image/decode.h"
#include "tests/image/files.h"
#include "tests/support/pictures.h"

using namespace gradphoto::image;
using namespace gradphoto::image::testing;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::MeanDifference;
using gradphoto::testing::Noisy;
using gradphoto::testing::SixColours;
using Kind = DecodeError::Kind;

namespace {

constexpr int kNone = 1, kLzw = 5, kJpeg = 7, kDeflate = 8;

Photo Good(const FileBytes& bytes) {
  auto photo = Decode(bytes);
  if (!photo) FAIL(photo.error().message);
  return std::move(*photo);
}

}  // namespace

TEST_CASE("TIFF as scanners write it comes back bit for bit, 16 bits as 8; with JPEG inside nearly") {
  const cv::Mat picture = Noisy({61, 47}, 3);
  for (const int compression : {kNone, kLzw, kDeflate}) {
    for (const int bits : {8, 16}) {
      CAPTURE(compression);
      CAPTURE(bits);
      const Photo photo = Good(MakeTiff(picture, {.compression = compression, .bits = bits}));
      CHECK(photo.facts.format == Format::kTiff);
      CHECK(LargestDifference(photo.bgr, picture) == 0);
      CHECK(photo.facts.stored_width_px == 61);
      CHECK(photo.facts.components == 3);
      CHECK(photo.facts.dpi_x == doctest::Approx(300));
      CHECK_FALSE(photo.facts.orientation.has_value());
    }
  }
  cv::Mat smooth;
  cv::GaussianBlur(picture, smooth, {9, 9}, 3);
  CHECK(MeanDifference(Good(MakeTiff(smooth, {.compression = kJpeg})).bgr, smooth) < 8);
  const Photo grey = Good(MakeTiff(picture, {.compression = kLzw, .is_grey = true}));
  CHECK(grey.facts.components == 1);
  CHECK(grey.bgr.at<cv::Vec3b>(5, 7) == cv::Vec3b::all(picture.at<cv::Vec3b>(5, 7)[2]));
}

TEST_CASE("the orientation tag of a TIFF is applied as that of a JPEG is") {
  const cv::Mat picture = SixColours(16);
  for (int tag = 1; tag <= 8; ++tag) {
    CAPTURE(tag);
    const Photo tiff = Good(MakeTiff(picture, {.orientation = tag}));
    const Photo jpeg = Good(WithSegment(MakeJpeg(picture), 0xE1, ExifBlock(tag, ByteOrder::kBig)));
    CHECK(tiff.facts.orientation == tag);
    REQUIRE(tiff.bgr.size() == jpeg.bgr.size());
    CHECK(MeanDifference(tiff.bgr, jpeg.bgr) < 6);
  }
}

TEST_CASE("a TIFF that is cut or damaged is no photo; raw files and CMYK are told") {
  const FileBytes good = MakeTiff(Noisy({200, 200}, 3), {.compression = kLzw});
  for (std::size_t percent = 1; percent < 100; percent += 7) {
    CAPTURE(percent);
    CHECK_FALSE(Decode(std::span(good).first(good.size() * percent / 100)).has_value());
  }
  const auto raw = Decode(MakeTiff(Noisy({40, 40}, 3), {.is_raw = true}));
  REQUIRE_FALSE(raw.has_value());
  CHECK(raw.error().kind == Kind::kUnsupported);
  CHECK(raw.error().message == "a raw file of a camera; save it as a JPEG");
  const auto inks = Decode(MakeTiff(Noisy({40, 40}, 3), {.is_cmyk = true}));
  REQUIRE_FALSE(inks.has_value());
  CHECK(inks.error().kind == Kind::kUnsupported);
  DecodeLimits small;
  small.max_pixels = 39'999;
  CHECK(Decode(good, small).error().kind == Kind::kTooLarge);
  small = {.max_decoder_bytes = 159'999};
  CHECK(Decode(good, small).error().kind == Kind::kTooLarge);
}
