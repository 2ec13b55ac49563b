// SPDX-License-Identifier: Apache-2.0
// Image files made in memory with the format's own library, so that the decoders are held against something
// other than our encoder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace gradphoto::image::testing {

using FileBytes = std::vector<std::byte>;

struct JpegOptions {
  int quality = 95;
  int components = 3;  // 1 grey, 3 colour, 4 CMYK.
  bool progressive = false;
  int density_unit = 1;  // JFIF: 0 none, 1 per inch, 2 per centimetre.
  int density = 72;
};
FileBytes MakeJpeg(const cv::Mat& bgr, const JpegOptions& options = {});

// Inserts a marker segment after SOI, e.g. 0xE1 for APP1.
FileBytes WithSegment(const FileBytes& jpeg, int marker, std::string_view payload);

// "Exif\0\0" and a TIFF block with the orientation and, if not empty, DateTimeOriginal.
enum class ByteOrder { kLittle, kBig };
std::string ExifBlock(int orientation, ByteOrder order, std::string_view captured_at = {});
// An EXIF block with the interoperability index ("R98" sRGB, "R03" Adobe RGB) and ColorSpace.
std::string ColourSpaceBlock(std::string_view index, int colour_space);
// An EXIF block with the focal length in 35 mm film and the size that the camera wrote.
std::string CameraBlock(int focal_35mm, int width_px, int height_px, ByteOrder order);

// CV_8UC1, CV_8UC3, CV_8UC4 or CV_16UC4 (B, G, R, A). `exif` without the leading "Exif\0\0".
FileBytes MakePng(const cv::Mat& pixels, int pixels_per_metre = 0, std::string_view exif = {});

// A grey square PNG whose picture data goes on with `tail_bytes` zeros behind the last row.
FileBytes PngWithTail(int side_px, std::size_t tail_bytes);

struct TiffOptions {
  int compression = 1;  // COMPRESSION_NONE, _LZW 5, _JPEG 7, _ADOBE_DEFLATE 8.
  int orientation = 0;  // 0: no tag.
  int bits = 8;         // Of a sample, 8 or 16.
  bool is_grey = false;
  bool is_cmyk = false;  // Says so; the samples are three.
  bool is_raw = false;   // With the tag of a DNG.
};
FileBytes MakeTiff(const cv::Mat& bgr, const TiffOptions& options = {});

enum class WebpKind { kLossy, kLossless };
// CV_8UC3 or CV_8UC4. With `exif` (a TIFF block) the file has the extended form.
FileBytes MakeWebp(const cv::Mat& pixels, WebpKind kind, std::string_view exif = {});

// The ICC profile of sRGB's primaries with a straight tone curve, and of sRGB itself.
std::string LinearProfile();
std::string SrgbProfile();
// A profile of inks that are all grey: L* = 100 (1 - mean of C, M, Y) (1 - K).
std::string CmykProfile();
// The payload of the APP2 segment that carries a profile.
std::string IccSegment(std::string_view profile);

}  // namespace gradphoto::image::testing
