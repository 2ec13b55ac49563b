// SPDX-License-Identifier: Apache-2.0
// Decoding of real files: ../shared/data beside the checkout; see tests/support/data.h.
#include <string>

#include <doctest/doctest.h>

#include "lib/image/decode.h"
#include "tests/image/files.h"
#include "tests/support/data.h"
#include "tests/support/pictures.h"

using namespace gradphoto::image;
using namespace gradphoto::image::testing;
using gradphoto::testing::Bytes;
using gradphoto::testing::FilesIn;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::MeanDifference;
using gradphoto::testing::Noisy;
using gradphoto::testing::SharedData;
using Kind = DecodeError::Kind;

TEST_CASE("data: all photos of one family, whatever their orientation tag, are the same upright picture") {
  const auto folder = SharedData("exif");
  if (!folder) return;
  for (const std::string family : {"Landscape", "Portrait"}) {
    const auto first = Decode(Bytes(*folder / (family + "_1.jpg")));
    REQUIRE(first.has_value());
    CHECK((first->bgr.cols > first->bgr.rows) == (family == "Landscape"));
    for (int tag = 0; tag <= 8; ++tag) {
      CAPTURE(family);
      CAPTURE(tag);
      const auto photo = Decode(Bytes(*folder / (family + "_" + std::to_string(tag) + ".jpg")));
      REQUIRE(photo.has_value());
      CHECK(photo->facts.orientation.value_or(0) == tag);  // A tag of 0 is none.
      CHECK(MeanDifference(photo->bgr, first->bgr) < 6);
      // A wrong mirror or turn is far from that.
      if (tag == 1) {
        cv::Mat mirrored;
        cv::flip(first->bgr, mirrored, 1);
        CHECK(MeanDifference(mirrored, first->bgr) > 12);
      }
    }
  }
}

TEST_CASE("data: damaged files give a photo or an error, and what is cut is no photo") {
  const auto folder = SharedData("broken");
  if (!folder) return;
  const auto files = FilesIn(*folder, ".jpg");
  REQUIRE(files.size() >= 263);
  int photos = 0, truncated = 0;
  for (const auto& file : files) {
    CAPTURE(file.filename().string());
    const auto photo = Decode(Bytes(file));
    if (photo) {
      ++photos;
      CHECK(photo->bgr.type() == CV_8UC3);
      CHECK(photo->bgr.total() > 0);
    } else {
      CHECK_FALSE(photo.error().message.empty());
      truncated += photo.error().kind == Kind::kTruncated;
    }
  }
  // Nearly all of them are damaged, and most by missing data.
  CHECK(photos <= 30);
  CHECK(truncated >= 50);
}

TEST_CASE("data: a HEIC photo decodes, and cut anywhere it does not") {
  const auto folder = SharedData("formats");
  if (!folder) return;
  const auto bytes = Bytes(*folder / "example.heic");
  const auto photo = Decode(bytes);
  REQUIRE(photo.has_value());
  CHECK(photo->facts.format == Format::kHeif);
  CHECK(photo->bgr.cols == photo->facts.stored_width_px);
  CHECK(photo->bgr.rows == photo->facts.stored_height_px);
  CHECK(photo->bgr.cols >= 100);
  // A picture, not a grey canvas.
  cv::Scalar mean, deviation;
  cv::meanStdDev(photo->bgr, mean, deviation);
  CHECK(deviation[0] > 10);
  for (std::size_t percent = 5; percent < 100; percent += 5) {
    CAPTURE(percent);
    const auto cut = Decode(std::span(bytes).first(bytes.size() * percent / 100));
    REQUIRE_FALSE(cut.has_value());
    CHECK((cut.error().kind == Kind::kTruncated || cut.error().kind == Kind::kUnreadable));
  }
  const DecodeLimits small{.max_pixels = photo->bgr.total() - 1};
  CHECK(Decode(bytes, small).error().kind == Kind::kTooLarge);
}

TEST_CASE("data: what phones and portals hand over is read, or told as what it is") {
  const auto folder = SharedData("cases");
  if (!folder) return;
  for (const char* hdr : {"hdr-hlg.heic", "hdr-pq.heic", "hdr-pq.avif"}) {
    CAPTURE(hdr);
    const auto photo = Decode(Bytes(*folder / hdr));
    REQUIRE_FALSE(photo.has_value());
    CHECK(photo.error().kind == Kind::kUnsupported);
    CHECK(photo.error().message.find("HDR") != std::string::npos);
  }
  for (const char* whole : {"samsung-sos-se0.jpg", "samsung-sos-ahal.jpg", "no-eoi.jpg",
                            "no-eoi-samsung-trailer.jpg", "heic-sideways-no-tag.heic"}) {
    CAPTURE(whole);
    CHECK(Decode(Bytes(*folder / whole)).has_value());
  }
  CHECK(Decode(Bytes(*folder / "control-cut-half.jpg")).error().kind == Kind::kTruncated);
}

TEST_CASE("data: pictures of which a part is shifted, of another colour or garbage are damaged") {
  const auto folder = SharedData("cases/hostile");
  if (!folder) return;
  for (const char* torn : {"flip_20220002_07.jpg", "flip_20220002_14.jpg", "flip_20220003_03.jpg",
                           "flip_20220003_11.jpg", "jmut1.jpg", "fmut0.heic"}) {
    CAPTURE(torn);
    const auto photo = Decode(Bytes(*folder / torn));
    REQUIRE_FALSE(photo.has_value());
    CHECK(photo.error().kind == Kind::kTruncated);
  }
  for (const char* good : {"photo_20220002.jpg", "photo_20220003.jpg"}) CHECK(Decode(Bytes(*folder / good)));
}

TEST_CASE("data: no sound portrait is taken for a damaged one") {
  const auto people = SharedData("people"), london = SharedData("london");
  if (!people || !london) return;
  std::size_t photos = 0;
  for (const char* set : {"voteview", "canada", "legislators", "masks"}) {
    for (const auto& file : FilesIn(*people / set, ".jpg")) {
      CAPTURE(file.string());
      CHECK(Decode(Bytes(file)).has_value());
      ++photos;
    }
  }
  for (const auto& file : FilesIn(*london / "neutral", ".jpg")) {
    CAPTURE(file.string());
    CHECK(Decode(Bytes(file)).has_value());
    ++photos;
  }
  CHECK(photos >= 300);
}

TEST_CASE("data: arithmetic coding decodes to the same picture as Huffman coding") {
  const auto folder = SharedData("formats");
  if (!folder) return;
  const auto arithmetic = Decode(Bytes(*folder / "testimgari.jpg"));
  const auto huffman = Decode(Bytes(*folder / "testorig.jpg"));
  REQUIRE(arithmetic.has_value());
  REQUIRE(huffman.has_value());
  CHECK(arithmetic->bgr.size() == huffman->bgr.size());
  CHECK(MeanDifference(arithmetic->bgr, huffman->bgr) < 8);
}

TEST_CASE("data: 12 bit is told as not supported, BMP is told as what it is, PPM is none of our formats") {
  const auto folder = SharedData("formats");
  if (!folder) return;
  CHECK(Decode(Bytes(*folder / "monkey12.jpg")).error().kind == Kind::kUnsupported);
  int others = 0;
  for (const char* extension : {".bmp", ".ppm"}) {
    for (const auto& file : FilesIn(*folder, extension)) {
      ++others;
      CHECK(Decode(Bytes(file)).error().kind ==
            (file.extension() == ".bmp" ? Kind::kUnsupported : Kind::kNotAnImage));
    }
  }
  CHECK(others >= 4);
}

TEST_CASE("data: embedded profiles of real devices do no harm and are converted when they are RGB") {
  const auto folder = SharedData("formats");
  if (!folder) return;
  const FileBytes plain = MakeJpeg(Noisy({64, 64}, 4));
  const auto expected = Decode(plain);
  REQUIRE(expected.has_value());
  for (const auto& file : FilesIn(*folder, ".icc")) {
    const auto icc = Bytes(file);
    if (icc.size() > 65'000) continue;  // Would need several segments.
    const std::string profile(reinterpret_cast<const char*>(icc.data()), icc.size());
    const auto photo = Decode(WithSegment(plain, 0xE2, IccSegment(profile)));
    CAPTURE(file.filename().string());
    REQUIRE(photo.has_value());
    CHECK(photo->facts.has_metadata);
    CHECK((LargestDifference(photo->bgr, expected->bgr) > 0) == photo->facts.icc_converted);
  }
}
