// SPDX-License-Identifier: Apache-2.0
#include "tests/image/files.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include <doctest/doctest.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <tiffio.h>
#include <webp/encode.h>
#include <zlib.h>

namespace gradphoto::image::testing {
namespace {

FileBytes Copy(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::byte*>(data);
  return {bytes, bytes + size};
}

std::string Number(std::uint32_t value, int bytes, ByteOrder order) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    const int shift = 8 * (order == ByteOrder::kLittle ? i : bytes - 1 - i);
    text += static_cast<char>((value >> shift) & 0xFF);
  }
  return text;
}

std::string Saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::string bytes(size, '\0');
  REQUIRE(cmsSaveProfileToMem(profile, bytes.data(), &size));
  cmsCloseProfile(profile);
  return bytes;
}

}  // namespace

FileBytes MakeJpeg(const cv::Mat& bgr, const JpegOptions& options) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);  // Ends the program on a mistake of the test.
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(bgr.cols);
  info.image_height = static_cast<JDIMENSION>(bgr.rows);
  info.input_components = options.components;
  info.in_color_space = options.components == 1 ? JCS_GRAYSCALE : options.components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, options.quality, TRUE);
  info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = 1;
  info.density_unit = static_cast<UINT8>(options.density_unit);
  info.X_density = info.Y_density = static_cast<UINT16>(options.density);
  if (options.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  std::vector<unsigned char> line;
  for (int y = 0; y < bgr.rows; ++y) {
    line.clear();
    for (int x = 0; x < bgr.cols; ++x) {
      const cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
      const unsigned char values[] = {pixel[2], pixel[1], pixel[0], 255};
      line.insert(line.end(), values, values + options.components);
    }
    unsigned char* row = line.data();
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const FileBytes bytes = Copy(buffer, size);
  std::free(buffer);
  return bytes;
}

FileBytes MakeTiff(const cv::Mat& bgr, const TiffOptions& options) {
  struct Sink {
    std::vector<char> bytes;
    std::size_t at = 0;
  } sink;
  TIFF* tiff = TIFFClientOpen(
      "", "w", &sink,
      [](thandle_t handle, void* out, tmsize_t size) -> tmsize_t {
        auto& self = *static_cast<Sink*>(handle);
        size = std::min(size, static_cast<tmsize_t>(self.bytes.size() - self.at));
        std::memcpy(out, self.bytes.data() + self.at, static_cast<std::size_t>(size));
        self.at += static_cast<std::size_t>(size);
        return size;
      },
      [](thandle_t handle, void* in, tmsize_t size) -> tmsize_t {
        auto& self = *static_cast<Sink*>(handle);
        self.bytes.resize(std::max(self.bytes.size(), self.at + static_cast<std::size_t>(size)));
        std::memcpy(self.bytes.data() + self.at, in, static_cast<std::size_t>(size));
        self.at += static_cast<std::size_t>(size);
        return size;
      },
      [](thandle_t handle, toff_t offset, int from) -> toff_t {
        auto& self = *static_cast<Sink*>(handle);
        return self.at = (from == SEEK_END ? self.bytes.size() : from == SEEK_CUR ? self.at : 0) + offset;
      },
      [](thandle_t) { return 0; },
      [](thandle_t handle) -> toff_t { return static_cast<Sink*>(handle)->bytes.size(); }, nullptr, nullptr);
  REQUIRE(tiff != nullptr);
  const int channels = options.is_grey ? 1 : 3;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, bgr.cols);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, bgr.rows);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, options.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, options.compression);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
               options.is_cmyk   ? PHOTOMETRIC_SEPARATED
               : options.is_grey ? PHOTOMETRIC_MINISBLACK
                                 : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 300.0);
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 300.0);
  if (options.orientation != 0) TIFFSetField(tiff, TIFFTAG_ORIENTATION, options.orientation);
  constexpr std::array<unsigned char, 4> kDngVersion = {1, 4, 0, 0};
  if (options.is_raw) TIFFSetField(tiff, TIFFTAG_DNGVERSION, kDngVersion.data());
  std::vector<unsigned char> row;
  for (int y = 0; y < bgr.rows; ++y) {
    row.clear();
    for (int x = 0; x < bgr.cols; ++x) {
      for (int k = 0; k < channels; ++k) {
        row.insert(row.end(), static_cast<std::size_t>(options.bits / 8), bgr.at<cv::Vec3b>(y, x)[2 - k]);
      }
    }
    REQUIRE(TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y)) == 1);
  }
  TIFFClose(tiff);
  return Copy(sink.bytes.data(), sink.bytes.size());
}

FileBytes WithSegment(const FileBytes& jpeg, int marker, std::string_view payload) {
  const std::string head = std::string("\xFF") + static_cast<char>(marker) +
                           Number(static_cast<std::uint32_t>(payload.size() + 2), 2, ByteOrder::kBig);
  FileBytes bytes(jpeg.begin(), jpeg.begin() + 2);
  for (const std::string_view part : {std::string_view(head), payload}) {
    const FileBytes copied = Copy(part.data(), part.size());
    bytes.insert(bytes.end(), copied.begin(), copied.end());
  }
  bytes.insert(bytes.end(), jpeg.begin() + 2, jpeg.end());
  return bytes;
}

std::string ExifBlock(int orientation, ByteOrder order, std::string_view captured_at) {
  const auto u16 = [&](std::uint32_t value) { return Number(value, 2, order); };
  const auto u32 = [&](std::uint32_t value) { return Number(value, 4, order); };
  std::string block("Exif\0\0", 6);
  block += (order == ByteOrder::kLittle ? "II" : "MM") + u16(42) + u32(8);
  const bool dated = !captured_at.empty();
  block += u16(dated ? 2 : 1);
  block += u16(0x0112) + u16(3) + u32(1) + u16(static_cast<std::uint32_t>(orientation)) + u16(0);
  if (dated) block += u16(0x8769) + u16(4) + u32(1) + u32(8 + 2 + 24 + 4);
  block += u32(0);
  if (dated) {
    const auto length = static_cast<std::uint32_t>(captured_at.size() + 1);
    block += u16(1) + u16(0x9003) + u16(2) + u32(length) + u32(8 + 2 + 24 + 4 + 2 + 12 + 4) + u32(0);
    block += std::string(captured_at) + '\0';
  }
  return block;
}

std::string ColourSpaceBlock(std::string_view index, int colour_space) {
  const auto u16 = [&](int value) { return Number(static_cast<std::uint32_t>(value), 2, ByteOrder::kBig); };
  const auto u32 = [&](int value) { return Number(static_cast<std::uint32_t>(value), 4, ByteOrder::kBig); };
  std::string block("Exif\0\0MM", 8);
  block += u16(42) + u32(8);
  block += u16(1) + u16(0x8769) + u16(4) + u32(1) + u32(26) + u32(0);               // To the EXIF directory.
  block += u16(2) + u16(0xA001) + u16(3) + u32(1) + u16(colour_space) + u16(0);     // At 26.
  block += u16(0xA005) + u16(4) + u32(1) + u32(56) + u32(0);                        // To interoperability.
  block += u16(1) + u16(1) + u16(2) + u32(4) + std::string(index) + '\0' + u32(0);  // At 56.
  return block;
}

std::string CameraBlock(int focal_35mm, int width_px, int height_px, ByteOrder order) {
  const auto u16 = [&](int value) { return Number(static_cast<std::uint32_t>(value), 2, order); };
  const auto u32 = [&](int value) { return Number(static_cast<std::uint32_t>(value), 4, order); };
  std::string block("Exif\0\0", 6);
  block += (order == ByteOrder::kLittle ? "II" : "MM") + u16(42) + u32(8);
  block += u16(1) + u16(0x8769) + u16(4) + u32(1) + u32(8 + 2 + 12 + 4) + u32(0);
  block += u16(3);
  block += u16(0xA002) + u16(4) + u32(1) + u32(width_px);  // LONG, as phones write it.
  block += u16(0xA003) + u16(3) + u32(1) + u16(height_px) + u16(0);
  block += u16(0xA405) + u16(3) + u32(1) + u16(focal_35mm) + u16(0) + u32(0);
  return block;
}

FileBytes MakePng(const cv::Mat& pixels, int pixels_per_metre, std::string_view exif) {
  FileBytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp writer, png_bytep data, std::size_t size) {
        const FileBytes part = Copy(data, size);
        auto* out = static_cast<FileBytes*>(png_get_io_ptr(writer));
        out->insert(out->end(), part.begin(), part.end());
      },
      nullptr);
  const int channels = pixels.channels();
  const int type = channels == 1   ? PNG_COLOR_TYPE_GRAY
                   : channels == 3 ? PNG_COLOR_TYPE_RGB
                                   : PNG_COLOR_TYPE_RGBA;
  png_set_IHDR(png, info, static_cast<png_uint_32>(pixels.cols), static_cast<png_uint_32>(pixels.rows),
               pixels.depth() == CV_16U ? 16 : 8, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (pixels_per_metre > 0) {
    const auto density = static_cast<png_uint_32>(pixels_per_metre);
    png_set_pHYs(png, info, density, density, PNG_RESOLUTION_METER);
  }
  std::string block(exif);
  if (!exif.empty()) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(block.size()),
                   reinterpret_cast<png_bytep>(block.data()));
  }
  png_write_info(png, info);
  png_set_bgr(png);
  png_set_swap(png);
  for (int y = 0; y < pixels.rows; ++y) png_write_row(png, pixels.ptr(y));
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

FileBytes PngWithTail(int side_px, std::size_t tail_bytes) {
  const auto u32 = [](std::uint32_t value) { return Number(value, 4, ByteOrder::kBig); };
  const auto chunk = [&](std::string body) {  // Of type and data.
    const auto crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
    return u32(static_cast<std::uint32_t>(body.size() - 4)) + body + u32(crc);
  };
  const auto side = static_cast<std::uint32_t>(side_px);
  const std::string raw((std::size_t{side} + 1) * side + tail_bytes, '\0');
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string data(size, '\0');
  REQUIRE(compress(reinterpret_cast<Bytef*>(data.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
                   static_cast<uLong>(raw.size())) == Z_OK);
  data.resize(size);
  const std::string file = "\x89PNG\r\n\x1A\n" +
                           chunk("IHDR" + u32(side) + u32(side) + std::string("\x8\0\0\0\0", 5)) +
                           chunk("IDAT" + data) + chunk("IEND");
  return Copy(file.data(), file.size());
}

FileBytes MakeWebp(const cv::Mat& pixels, WebpKind kind, std::string_view exif) {
  const int width = pixels.cols, height = pixels.rows, stride = static_cast<int>(pixels.step);
  const bool alpha = pixels.channels() == 4, lossy = kind == WebpKind::kLossy;
  std::uint8_t* out = nullptr;
  std::size_t size = 0;
  if (alpha) {
    size = lossy ? WebPEncodeBGRA(pixels.data, width, height, stride, 90, &out)
                 : WebPEncodeLosslessBGRA(pixels.data, width, height, stride, &out);
  } else {
    size = lossy ? WebPEncodeBGR(pixels.data, width, height, stride, 90, &out)
                 : WebPEncodeLosslessBGR(pixels.data, width, height, stride, &out);
  }
  REQUIRE(size > 0);
  std::string file(reinterpret_cast<const char*>(out), size);
  WebPFree(out);
  if (!exif.empty()) {
    const auto u32 = [](std::size_t value) {
      return Number(static_cast<std::uint32_t>(value), 4, ByteOrder::kLittle);
    };
    const auto u24 = [](int value) { return Number(static_cast<std::uint32_t>(value), 3, ByteOrder::kLittle); };
    std::string chunks = "WEBPVP8X" + u32(10) + u32(0x08) + u24(width - 1) + u24(height - 1) + file.substr(12);
    chunks += "EXIF" + u32(exif.size()) + std::string(exif);
    if (exif.size() % 2 != 0) chunks += '\0';
    file = "RIFF" + u32(chunks.size()) + chunks;
  }
  return Copy(file.data(), file.size());
}

std::string LinearProfile() {
  const cmsCIExyY white{0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* straight = cmsBuildGamma(nullptr, 1.0);
  cmsToneCurve* curves[] = {straight, straight, straight};
  std::string profile = Saved(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(straight);
  return profile;
}

std::string CmykProfile() {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 2.1);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  const auto lightness = [](const cmsUInt16Number in[], cmsUInt16Number out[], void*) -> cmsInt32Number {
    const auto ink = [&](int i) { return in[i] / 65535.0; };
    out[0] = static_cast<cmsUInt16Number>(65280 * (1 - (ink(0) + ink(1) + ink(2)) / 3) * (1 - ink(3)));
    out[1] = out[2] = 0x8000;  // No colour, in the coding of version 2.
    return TRUE;
  };
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, 3, 4, 3, nullptr);
  REQUIRE(cmsStageSampleCLut16bit(table, lightness, nullptr, 0));
  cmsPipelineInsertStage(pipeline, cmsAT_END, table);
  REQUIRE(cmsWriteTag(profile, cmsSigAToB0Tag, pipeline));
  cmsPipelineFree(pipeline);
  return Saved(profile);
}

std::string SrgbProfile() { return Saved(cmsCreate_sRGBProfile()); }

std::string IccSegment(std::string_view profile) {
  return std::string("ICC_PROFILE\0\1\1", 14) + std::string(profile);
}

}  // namespace gradphoto::image::testing
