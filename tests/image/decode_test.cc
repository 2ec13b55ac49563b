// SPDX-License-Identifier: Apache-2.0
#include "lib/image/decode.h"

#include <cmath>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/image/encode.h"
#include "tests/image/files.h"
#include "tests/support/pictures.h"
#include "tests/support/temp_dir.h"

using namespace gradphoto::image;
using namespace gradphoto::image::testing;
using gradphoto::testing::Flat;
using gradphoto::testing::LargestDifference;
using gradphoto::testing::MeanDifference;
using gradphoto::testing::Noisy;
using gradphoto::testing::SixColours;
using Kind = DecodeError::Kind;

namespace {

Photo Good(const FileBytes& bytes, const DecodeLimits& limits = {}) {
  auto photo = Decode(bytes, limits);
  if (!photo) FAIL(photo.error().message);
  REQUIRE(photo->bgr.type() == CV_8UC3);
  CHECK(photo->bgr.isContinuous());
  CHECK(photo->facts.bytes == bytes.size());
  return std::move(*photo);
}

Kind Refused(const FileBytes& bytes, const DecodeLimits& limits = {}) {
  const auto photo = Decode(bytes, limits);
  REQUIRE_FALSE(photo.has_value());
  CHECK_FALSE(photo.error().message.empty());
  return photo.error().kind;
}

FileBytes FromText(std::string_view text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

// EXIF 2.3, tag 274: where the stored pixel (row, column) stands in the upright picture.
cv::Point Upright(int orientation, int row, int column, cv::Size stored) {
  const int last_row = stored.height - 1, last_column = stored.width - 1;
  switch (orientation) {
    case 2:
      return {last_column - column, row};
    case 3:
      return {last_column - column, last_row - row};
    case 4:
      return {column, last_row - row};
    case 5:
      return {row, column};  // Row 0 is the left side, column 0 the top.
    case 6:
      return {last_row - row, column};  // Row 0 right, column 0 top.
    case 7:
      return {last_row - row, last_column - column};  // Row 0 right, column 0 bottom.
    case 8:
      return {row, last_column - column};  // Row 0 left, column 0 bottom.
    default:
      return {column, row};
  }
}

cv::Mat UprightPicture(const cv::Mat& stored, int orientation) {
  cv::Mat upright = orientation >= 5 ? cv::Mat(stored.cols, stored.rows, CV_8UC3)
                                     : cv::Mat(stored.rows, stored.cols, CV_8UC3);
  for (int y = 0; y < stored.rows; ++y) {
    for (int x = 0; x < stored.cols; ++x) {
      upright.at<cv::Vec3b>(Upright(orientation, y, x, stored.size())) = stored.at<cv::Vec3b>(y, x);
    }
  }
  return upright;
}

// The start of a PNG that claims a size, and nothing more.
FileBytes PngHeaderOf(std::uint32_t width, std::uint32_t height) {
  FileBytes png = MakePng(Flat({1, 1}, {0, 0, 0}));
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) png[at + i] = std::byte((value >> (24 - 8 * i)) & 0xFF);
  };
  put(16, width);
  put(20, height);
  std::uint32_t crc = 0xFFFFFFFF;  // Of "IHDR" and its 13 bytes.
  for (std::size_t i = 12; i < 29; ++i) {
    crc ^= static_cast<std::uint32_t>(png[i]);
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
  }
  put(29, ~crc);
  return png;
}

// Sets the size in the frame header of a JPEG.
FileBytes JpegOfSize(int width, int height) {
  FileBytes jpeg = MakeJpeg(Flat({16, 16}, {0, 0, 0}));
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    if (jpeg[i] != std::byte{0xFF} || jpeg[i + 1] != std::byte{0xC0}) continue;
    jpeg[i + 5] = std::byte(height >> 8), jpeg[i + 6] = std::byte(height & 0xFF);
    jpeg[i + 7] = std::byte(width >> 8), jpeg[i + 8] = std::byte(width & 0xFF);
    break;
  }
  return jpeg;
}

}  // namespace

TEST_CASE("a decoder that takes too long is left to itself; others are as without a limit") {
  cv::Mat noise(4000, 4000, CV_8UC3);
  cv::randu(noise, 0, 255);
  const auto bytes = std::make_shared<const std::vector<std::byte>>(MakeJpeg(noise));
  DecodeLimits limits;
  limits.max_cpu_seconds = 0.001;
  const auto late = DecodeInTime(bytes, limits);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().kind == Kind::kTimeout);
  limits.max_cpu_seconds = 600;
  const auto whole = DecodeInTime(bytes, limits);
  REQUIRE(whole.has_value());
  CHECK(cv::norm(whole->bgr, Decode(*bytes)->bgr, cv::NORM_INF) == 0);
  const auto damaged = DecodeInTime(
      std::make_shared<const std::vector<std::byte>>(bytes->begin(), bytes->begin() + 100), limits);
  CHECK_FALSE(damaged.has_value());
}

TEST_CASE("the content decides the format; lossless formats come back bit for bit, lossy ones nearly") {
  const cv::Mat picture = Noisy({61, 47}, 3);
  const Photo png = Good(MakePng(picture));
  CHECK(png.facts.format == Format::kPng);
  CHECK(LargestDifference(png.bgr, picture) == 0);
  const Photo lossless = Good(MakeWebp(picture, WebpKind::kLossless));
  CHECK(lossless.facts.format == Format::kWebp);
  CHECK(LargestDifference(lossless.bgr, picture) == 0);
  const Photo lossy = Good(MakeWebp(picture, WebpKind::kLossy));
  CHECK(MeanDifference(lossy.bgr, picture) < 4);
  for (const bool progressive : {false, true}) {
    const Photo jpeg = Good(MakeJpeg(picture, {.progressive = progressive}));
    CHECK(jpeg.facts.format == Format::kJpeg);
    CHECK(MeanDifference(jpeg.bgr, picture) < 3);
    CHECK(MeanDifference(jpeg.bgr, picture) > 0);
  }
  for (const Photo& photo : {png, lossless, lossy}) {
    CHECK(photo.facts.stored_width_px == 61);
    CHECK(photo.facts.stored_height_px == 47);
    CHECK_FALSE(photo.facts.orientation.has_value());
    CHECK(photo.facts.components == 3);
    CHECK_FALSE(photo.facts.icc_converted);
    CHECK_FALSE(photo.facts.jpeg_quality.has_value());
    CHECK(photo.facts.captured_at.empty());
  }
  CHECK(FormatName(Format::kJpeg) == "JPEG");
  CHECK(FormatName(Format::kPng) == "PNG");
  CHECK(FormatName(Format::kWebp) == "WebP");
  CHECK(FormatName(Format::kHeif) == "HEIF");
}

TEST_CASE("grey becomes three equal channels and is told by the number of components") {
  cv::Mat grey(20, 30, CV_8UC1);
  for (int i = 0; i < 600; ++i) grey.data[i] = static_cast<unsigned char>(i * 255 / 599);
  const Photo png = Good(MakePng(grey));
  CHECK(png.facts.components == 1);
  for (int i = 0; i < 600; ++i) {
    const unsigned char v = grey.data[i];
    REQUIRE(png.bgr.at<cv::Vec3b>(i / 30, i % 30) == cv::Vec3b(v, v, v));
  }
  const Photo jpeg = Good(MakeJpeg(Noisy({40, 40}, 5), {.components = 1}));
  CHECK(jpeg.facts.components == 1);
  for (const cv::Vec3b& pixel : cv::Mat_<cv::Vec3b>(jpeg.bgr))
    REQUIRE((pixel[0] == pixel[1] && pixel[1] == pixel[2]));
}

TEST_CASE("transparency is laid on white, at 8 and at 16 bits") {
  const cv::Vec4b colours[] = {{10, 20, 200, 0}, {10, 20, 200, 255}, {10, 20, 200, 128}};
  cv::Mat eight(1, 3, CV_8UC4), sixteen(1, 3, CV_16UC4);
  for (int x = 0; x < 3; ++x) {
    eight.at<cv::Vec4b>(0, x) = colours[x];
    for (int c = 0; c < 4; ++c)
      sixteen.at<cv::Vec4w>(0, x)[c] = static_cast<unsigned short>(colours[x][c] * 257);
  }
  cv::Mat wide;
  cv::repeat(eight, 16, 16, wide);
  for (const FileBytes& file : {MakePng(eight), MakePng(sixteen), MakeWebp(wide, WebpKind::kLossless)}) {
    const Photo photo = Good(file);
    CHECK(photo.facts.components == 4);
    CHECK(photo.bgr.at<cv::Vec3b>(0, 0) == cv::Vec3b(255, 255, 255));
    CHECK(photo.bgr.at<cv::Vec3b>(0, 1) == cv::Vec3b(10, 20, 200));
    const cv::Vec3b half = photo.bgr.at<cv::Vec3b>(0, 2);
    const cv::Vec3b expected(132, 137, 227);
    for (int c = 0; c < 3; ++c) CHECK(std::abs(half[c] - expected[c]) <= 1);
  }
}

TEST_CASE("EXIF orientation is applied and recorded, in JPEG, PNG and WebP and both byte orders") {
  const cv::Mat stored = SixColours(16);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const cv::Mat expected = UprightPicture(stored, orientation);
    for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
      const std::string exif = ExifBlock(orientation, order);
      const std::string tiff = exif.substr(6);
      const FileBytes files[] = {WithSegment(MakeJpeg(stored, {.quality = 100}), 0xE1, exif),
                                 MakePng(stored, 0, tiff), MakeWebp(stored, WebpKind::kLossless, tiff)};
      for (const FileBytes& file : files) {
        const Photo photo = Good(file);
        CAPTURE(orientation);
        CAPTURE(FormatName(photo.facts.format));
        CHECK(photo.facts.orientation == orientation);
        CHECK(photo.facts.has_metadata);
        CHECK(photo.facts.stored_width_px == 48);
        CHECK(photo.facts.stored_height_px == 32);
        CHECK(LargestDifference(photo.bgr, expected) <= 3);
      }
    }
  }
}

TEST_CASE("an orientation that is none, and a damaged block, change nothing") {
  const cv::Mat stored = SixColours(16);
  const FileBytes plain = MakeJpeg(stored);
  const cv::Mat expected = Good(plain).bgr;
  for (const int orientation : {0, 9, 65535}) {
    const Photo photo = Good(WithSegment(plain, 0xE1, ExifBlock(orientation, ByteOrder::kBig)));
    CHECK_FALSE(photo.facts.orientation.has_value());
    CHECK(LargestDifference(photo.bgr, expected) == 0);
  }
  const std::string block = ExifBlock(6, ByteOrder::kLittle);
  for (const std::size_t length : {6u, 8u, 12u, 16u, 20u}) {
    CHECK_FALSE(Good(WithSegment(plain, 0xE1, block.substr(0, length))).facts.orientation.has_value());
  }
}

TEST_CASE("the capture time comes as written") {
  const FileBytes jpeg = WithSegment(MakeJpeg(Flat({16, 16}, {9, 9, 9})), 0xE1,
                                     ExifBlock(1, ByteOrder::kBig, "2021:10:07 09:31:00"));
  CHECK(Good(jpeg).facts.captured_at == "2021:10:07 09:31:00");
}

TEST_CASE("the focal length and the camera's picture size come where the file gives them") {
  const FileBytes plain = MakeJpeg(Flat({16, 16}, {9, 9, 9}));
  for (const ByteOrder order : {ByteOrder::kBig, ByteOrder::kLittle}) {
    const Photo photo = Good(WithSegment(plain, 0xE1, CameraBlock(26, 4032, 3024, order)));
    CHECK(photo.facts.focal_length_35mm == 26);
    CHECK(photo.facts.exif_width_px == 4032);
    CHECK(photo.facts.exif_height_px == 3024);
    const Photo unknown = Good(WithSegment(plain, 0xE1, CameraBlock(0, 2'000'000, 0, order)));
    CHECK_FALSE(unknown.facts.focal_length_35mm.has_value());
    CHECK_FALSE(unknown.facts.exif_width_px.has_value());
    CHECK_FALSE(unknown.facts.exif_height_px.has_value());
  }
  CHECK_FALSE(Good(plain).facts.focal_length_35mm.has_value());
}

TEST_CASE("the density comes in dots per inch where the file gives one") {
  const cv::Mat picture = Flat({16, 16}, {9, 9, 9});
  CHECK(Good(MakeJpeg(picture, {.density_unit = 1, .density = 300})).facts.dpi_x == 300);
  CHECK(*Good(MakeJpeg(picture, {.density_unit = 2, .density = 118})).facts.dpi_y == doctest::Approx(299.72));
  CHECK_FALSE(Good(MakeJpeg(picture, {.density_unit = 0, .density = 1})).facts.dpi_x.has_value());
  CHECK(*Good(MakePng(picture, 11811)).facts.dpi_x == doctest::Approx(300).epsilon(1e-4));
  CHECK_FALSE(Good(MakePng(picture)).facts.dpi_x.has_value());
}

TEST_CASE("metadata besides the JFIF header is told") {
  const FileBytes plain = MakeJpeg(Flat({16, 16}, {9, 9, 9}));
  CHECK_FALSE(Good(plain).facts.has_metadata);
  CHECK(Good(WithSegment(plain, 0xFE, "a comment")).facts.has_metadata);
  CHECK(
      Good(WithSegment(plain, 0xE1, std::string("http://ns.adobe.com/xap/1.0/\0<x/>", 34))).facts.has_metadata);
  CHECK(Good(WithSegment(plain, 0xE2, IccSegment(SrgbProfile()))).facts.has_metadata);
}

TEST_CASE("an embedded profile is converted to sRGB, sRGB itself is left alone") {
  const cv::Mat grey = Flat({32, 32}, {128, 128, 128});
  const FileBytes plain = MakeJpeg(grey, {.quality = 100});
  const Photo linear = Good(WithSegment(plain, 0xE2, IccSegment(LinearProfile())));
  CHECK(linear.facts.icc_converted);
  // IEC 61966-2-1: 128 / 255 of the light is the value 188.
  for (int c = 0; c < 3; ++c) CHECK(std::abs(linear.bgr.at<cv::Vec3b>(16, 16)[c] - 188) <= 1);
  const Photo srgb = Good(WithSegment(plain, 0xE2, IccSegment(SrgbProfile())));
  CHECK_FALSE(srgb.facts.icc_converted);
  CHECK(LargestDifference(srgb.bgr, Good(plain).bgr) == 0);
  std::string damaged = LinearProfile();
  damaged.resize(damaged.size() / 2);
  for (const std::string& profile : {damaged, std::string(200, 'x')}) {
    const Photo photo = Good(WithSegment(plain, 0xE2, IccSegment(profile)));
    CHECK_FALSE(photo.facts.icc_converted);
    CHECK(LargestDifference(photo.bgr, Good(plain).bgr) == 0);
  }
}

TEST_CASE("what is no image of these formats is refused as such") {
  for (const std::string_view text : {"", "\xFF", "\xFF\xD8", "BM......", "%PDF-1.7", "RIFF....WAVEfmt ",
                                      "....ftypqt  ....", "\x89PNG\r\n\x1A", "II*"}) {
    CHECK(Refused(FromText(text)) == Kind::kNotAnImage);
  }
  CHECK(Refused(FromText("GIF89a")) == Kind::kUnsupported);
  CHECK(Decode(FromText("GIF89a")).error().message == "a GIF picture; save it as a JPEG");
  CHECK(Decode(FromText("%PDF-1.7")).error().message == "a PDF document");
}

TEST_CASE("a signature alone is not a picture") {
  for (const std::string_view text :
       {std::string_view("\xFF\xD8\xFF\xE0"), std::string_view("\x89PNG\r\n\x1A\n"),
        std::string_view("RIFF\x10\0\0\0WEBP", 12),
        std::string_view("\0\0\0\x18"
                         "ftypheic",
                         12)}) {
    const Kind kind = Refused(FromText(text));
    CHECK((kind == Kind::kUnreadable || kind == Kind::kTruncated));
  }
}

TEST_CASE("printing colours are converted by their profile, and refused without one with what to do") {
  const FileBytes plain = MakeJpeg(Flat({32, 32}, {120, 120, 120}), {.components = 4});
  const auto photo = Decode(plain);
  REQUIRE_FALSE(photo.has_value());
  CHECK(photo.error().kind == Kind::kUnsupported);
  CHECK(photo.error().message.find("CMYK") != std::string::npos);
  CHECK(photo.error().message.find("RGB") != std::string::npos);
  // Adobe's coding is upside down: 120 of 255 is 53 % ink of each colour, and 255 no black.
  const Photo converted = Good(WithSegment(plain, 0xE2, IccSegment(CmykProfile())));
  CHECK(converted.facts.icc_converted);
  CHECK(converted.facts.components == 4);
  const cv::Vec3b grey = converted.bgr.at<cv::Vec3b>(16, 16);
  CHECK(std::abs(grey[0] - 112) <= 4);  // L* 47.
  CHECK(std::abs(grey[0] - grey[2]) <= 2);
  CHECK(Refused(WithSegment(plain, 0xE2, IccSegment(SrgbProfile()))) == Kind::kUnsupported);
}

TEST_CASE("Adobe RGB that only the EXIF block tells is converted") {
  const FileBytes plain = MakeJpeg(Flat({16, 16}, {60, 200, 90}));
  const Photo photo = Good(WithSegment(plain, 0xE1, ColourSpaceBlock("R03", 0xFFFF)));
  CHECK(photo.facts.icc_converted);
  const cv::Vec3b pixel = photo.bgr.at<cv::Vec3b>(8, 8);
  CHECK(pixel[2] < 60);  // Its green is greener than any of sRGB.
  CHECK_FALSE(Good(WithSegment(plain, 0xE1, ColourSpaceBlock("R98", 1))).facts.icc_converted);
}

TEST_CASE("a file cut anywhere is never a photo") {
  const cv::Mat picture = Noisy({160, 120}, 6);
  cv::Mat with_alpha(120, 160, CV_8UC4, cv::Scalar(10, 200, 90, 130));
  const std::string tiff = ExifBlock(6, ByteOrder::kLittle).substr(6);
  const std::pair<const char*, FileBytes> files[] = {
      {"baseline", MakeJpeg(picture)},
      {"progressive", MakeJpeg(picture, {.progressive = true})},
      {"grey", MakeJpeg(picture, {.components = 1})},
      {"png", MakePng(picture)},
      {"png alpha", MakePng(with_alpha)},
      {"webp lossy", MakeWebp(picture, WebpKind::kLossy)},
      {"webp lossless", MakeWebp(picture, WebpKind::kLossless)},
      {"webp exif", MakeWebp(picture, WebpKind::kLossy, tiff)},
  };
  for (const auto& [name, whole] : files) {
    CAPTURE(name);
    Good(whole);
    std::vector<std::size_t> lengths = {whole.size() - 1, whole.size() - 2, whole.size() - 3,
                                        whole.size() - 20};
    for (std::size_t percent = 5; percent < 100; percent += 5) lengths.push_back(whole.size() * percent / 100);
    for (const std::size_t length : lengths) {
      CAPTURE(length);
      const auto photo = Decode(std::span(whole).first(length));
      if (length + 2 >= whole.size() && whole[0] == std::byte{0xFF}) {  // A JPEG without its end marker alone.
        REQUIRE(photo.has_value());
        CHECK(LargestDifference(photo->bgr, Good(whole).bgr) == 0);
        continue;
      }
      REQUIRE_FALSE(photo.has_value());
      CHECK((photo.error().kind == Kind::kTruncated || photo.error().kind == Kind::kUnreadable));
    }
    // Most of the picture there, the end missing: that is what "truncated" means.
    CHECK(Decode(std::span(whole).first(whole.size() * 6 / 10)).error().kind == Kind::kTruncated);
  }
}

TEST_CASE("a progressive JPEG that is cut between two scans is not whole, however well it decodes") {
  const FileBytes whole = MakeJpeg(Noisy({160, 120}, 6), {.progressive = true});
  std::vector<std::size_t> scans;
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    if (whole[i] == std::byte{0xFF} && whole[i + 1] == std::byte{0xDA}) scans.push_back(i);
  }
  REQUIRE(scans.size() > 3);
  CHECK(Decode(std::span(whole).first(scans[0])).error().kind == Kind::kUnreadable);  // No scan at all.
  for (const std::size_t scan : std::span(scans).subspan(1)) {
    FileBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(scan));
    CHECK(Decode(cut).error().kind == Kind::kTruncated);
    cut.insert(cut.end(), {std::byte{0xFF}, std::byte{0xD9}});
    CHECK(Decode(cut).error().kind == Kind::kTruncated);
  }
}

TEST_CASE("a phone's trailer in the place of the end marker is no part of the picture") {
  for (const bool progressive : {false, true}) {
    const FileBytes whole = MakeJpeg(Noisy({160, 120}, 6), {.progressive = progressive});
    FileBytes file(whole.begin(), whole.end() - 2);
    // A block of its own, then what looks like the start of another picture, a scan and a quantization table.
    for (const int byte : {0, 0, 1, 10, 14, 0, 0xFF, 0xD8, 0xFF, 0xDA, 0xFF, 0xFF, 0xFF, 0xDB, 0, 67, 9, 9}) {
      file.push_back(std::byte(byte));
    }
    CHECK(LargestDifference(Good(file).bgr, Good(whole).bgr) == 0);
  }
}

TEST_CASE("segments of metadata cost time in proportion to their number, and have a bound") {
  const FileBytes whole = MakeJpeg(Noisy({40, 30}, 2));
  for (const int marker : {0xFE, 0xE1, 0xE2, 0xED}) {
    const auto with_segments = [&](int count) {
      FileBytes file(whole.begin(), whole.begin() + 2);
      for (int i = 0; i < count; ++i) {
        file.insert(file.end(), {std::byte{0xFF}, std::byte(marker), std::byte{0}, std::byte{2}});
      }
      file.insert(file.end(), whole.begin() + 2, whole.end());
      return file;
    };
    CHECK(Good(with_segments(9'000)).facts.has_metadata);
    CHECK(Refused(with_segments(1'000'000)) == Kind::kUnreadable);
  }
}

TEST_CASE("a PNG whose stream goes on behind the last row is refused before it is inflated") {
  FileBytes png = MakePng(Flat({60, 60}, {9, 9, 9}));
  CHECK(Good(png).bgr.rows == 60);
  CHECK(Refused(PngWithTail(60, 200'000'000)) == Kind::kUnreadable);
}

TEST_CASE("padding between the markers and bytes after the end do no harm") {
  const cv::Mat picture = Noisy({40, 30}, 2);
  for (FileBytes file : {MakeJpeg(picture), MakePng(picture), MakeWebp(picture, WebpKind::kLossless)}) {
    const cv::Mat expected = Good(file).bgr;
    file.insert(file.end(), 100, std::byte{0});
    CHECK(LargestDifference(Good(file).bgr, expected) == 0);
  }
}

TEST_CASE("limits are inclusive and hold before any pixel memory is taken") {
  const cv::Mat picture = Flat({50, 40}, {1, 2, 3});
  for (const FileBytes& file : {MakeJpeg(picture), MakePng(picture), MakeWebp(picture, WebpKind::kLossless)}) {
    Good(file, {.max_file_bytes = file.size(), .max_pixels = 2000});
    CHECK(Refused(file, {.max_file_bytes = file.size() - 1, .max_pixels = 2000}) == Kind::kTooLarge);
    const DecodeLimits few{.max_file_bytes = file.size(), .max_pixels = 1999, .max_jpeg_pixels = 1999};
    CHECK(Refused(file, few) == Kind::kTooLarge);
  }
  // Tens of gigabytes of pixels by their headers.
  CHECK(Refused(PngHeaderOf(200'000, 200'000)) == Kind::kTooLarge);
  CHECK(Refused(PngHeaderOf(0x7FFFFFFF, 0x7FFFFFFF)) == Kind::kTooLarge);
  CHECK(Refused(JpegOfSize(65500, 65500)) == Kind::kTooLarge);
  // Within the bound, but without the data: an error all the same.
  const Kind small = Refused(PngHeaderOf(100, 100));
  CHECK((small == Kind::kTruncated || small == Kind::kUnreadable));
  CHECK(Refused(JpegOfSize(4000, 4000)) == Kind::kTruncated);
}

TEST_CASE("a JPEG beyond the pixels that fit is decoded at half the size; a progressive one needs the memory") {
  const cv::Mat picture = SixColours(32);
  const Photo half = Good(MakeJpeg(picture), {.max_pixels = 96 * 64 - 1});
  CHECK(half.bgr.size() == cv::Size(48, 32));
  CHECK(half.facts.stored_width_px == 96);
  cv::Mat expected;
  cv::resize(picture, expected, {48, 32}, 0, 0, cv::INTER_AREA);
  CHECK(MeanDifference(half.bgr, expected) < 6);
  CHECK(Refused(MakeJpeg(picture), {.max_pixels = 96 * 64 / 4 - 1}) == Kind::kTooLarge);
  const cv::Mat large = Flat({2000, 2000}, {90, 90, 90});
  const DecodeLimits little{.max_decoder_bytes = 8u << 20};
  Good(MakeJpeg(large), little);
  CHECK(Refused(MakeJpeg(large, {.progressive = true}), little) == Kind::kTooLarge);
  Good(MakeJpeg(large, {.progressive = true}));
}

TEST_CASE("the estimated quality is the one it was written with, for all of 1 to 100") {
  const cv::Mat picture = Noisy({16, 16}, 5);
  for (int quality = 1; quality <= 100; ++quality) {
    CAPTURE(quality);
    const Photo photo = Good(MakeJpeg(picture, {.quality = quality}));
    REQUIRE(photo.facts.jpeg_quality.has_value());
    CHECK(std::abs(*photo.facts.jpeg_quality - quality) <= 1);
    // Progressive files have the same tables.
    if (quality % 10 == 0) {
      CHECK(Good(MakeJpeg(picture, {.quality = quality, .progressive = true})).facts.jpeg_quality ==
            photo.facts.jpeg_quality);
    }
  }
}

TEST_CASE(
    "a HEIC picture with a wrong bit is told as damaged wherever one sees it, also where it just ends early") {
  constexpr int kVisibleLevels = 24;
  constexpr double kVisibleShare = 0.005;
  const auto card = gradphoto::testing::SourceDir() / "tests/identity/specimens/wang-front.heic";
  const FileBytes sound = *gradphoto::ReadFile(card, 1u << 20);
  const cv::Mat picture = Good(sound).bgr;
  const std::size_t first = sound.size() / 4;  // Behind it there is coded data only.
  int refused = 0, ends_early = 0, flips = 0;
  for (std::size_t at = first; at + 1 < sound.size(); at += sound.size() / 60, ++flips) {
    CAPTURE(at);
    FileBytes damaged = sound;
    damaged[at] ^= std::byte{0x10};
    const auto photo = Decode(damaged);
    if (!photo) {
      CHECK(photo.error().kind == Kind::kTruncated);
      ends_early += photo.error().message.find("ends before the picture") != std::string::npos;
      ++refused;
      continue;
    }
    REQUIRE(photo->bgr.size() == picture.size());
    cv::Mat off;
    cv::absdiff(photo->bgr, picture, off);
    const int wrong = cv::countNonZero(off.reshape(1) > kVisibleLevels);
    CHECK(wrong < 3 * kVisibleShare * static_cast<double>(picture.total()));
  }
  CHECK(flips >= 40);
  CHECK(refused >= flips * 3 / 4);
  CHECK(ends_early >= 1);  // Those of which libde265 itself says nothing.
}
