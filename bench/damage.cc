// SPDX-License-Identifier: Apache-2.0
// gradphoto-bench-damage [--flips N] [--keep DIR] PHOTO...: how many damaged JPEG files the decoder finds.
// The photos, which must be sound, are first decoded as they are: none may be refused. Then N bits (default
// 400) are turned over one at a time in the coded data of the photos, saved in each way of coding, the same
// ones in every run. A flip is visible when more than 0.5 % of the pixels change by more than 24 grey levels in
// a channel. DIR takes the visible ones that are not found.
#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <jpeglib.h>
#include <opencv2/core.hpp>

#include "lib/base/file.h"
#include "lib/image/decode.h"

namespace gradphoto {
namespace {

using FileBytes = std::vector<std::byte>;

struct Coding {
  const char* name;
  int luma_sampling;  // 2: 4:2:0, 1: 4:4:4.
  int restart_rows;
  bool progressive;
};

constexpr std::array<Coding, 6> kCodings = {{{"4:2:0", 2, 0, false},
                                             {"4:2:0, restarts", 2, 1, false},
                                             {"4:2:0, progressive", 2, 0, true},
                                             {"4:4:4", 1, 0, false},
                                             {"4:4:4, restarts", 1, 1, false},
                                             {"4:4:4, progressive", 1, 0, true}}};
constexpr int kQuality = 92;
constexpr int kVisibleLevels = 24;
constexpr double kVisibleShare = 0.005;

FileBytes Encode(const cv::Mat& bgr, const Coding& coding) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);  // Ends the program.
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(bgr.cols);
  info.image_height = static_cast<JDIMENSION>(bgr.rows);
  info.input_components = 3;
  info.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, kQuality, TRUE);
  info.comp_info[0].h_samp_factor = info.comp_info[0].v_samp_factor = coding.luma_sampling;
  info.restart_in_rows = coding.restart_rows;
  if (coding.progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<unsigned char*>(bgr.ptr(static_cast<int>(info.next_scanline)));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const auto* bytes = reinterpret_cast<const std::byte*>(buffer);
  FileBytes jpeg(bytes, bytes + size);
  std::free(buffer);
  return jpeg;
}

// The places of coded data, of all scans.
std::vector<std::size_t> CodedBytes(const FileBytes& jpeg) {
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(jpeg[at]); };
  std::vector<std::size_t> places;
  for (std::size_t at = 2; at + 3 < jpeg.size() && byte(at) == 0xFF && byte(at + 1) != 0xD9;) {
    const bool is_scan = byte(at + 1) == 0xDA;
    at += 2 + (byte(at + 2) << 8 | byte(at + 3));
    if (!is_scan) continue;
    const auto in_scan = [&] {
      const unsigned next = byte(at + 1);
      return byte(at) != 0xFF || next == 0 || (next >= 0xD0 && next <= 0xD7);
    };
    while (at + 1 < jpeg.size() && in_scan()) {
      const std::size_t length = byte(at) == 0xFF ? 2 : 1;
      if (length == 1) places.push_back(at);
      at += length;
    }
  }
  return places;
}

// What the decoder makes of a damaged file where it does not mind: libjpeg alone.
cv::Mat DecodeRegardless(const FileBytes& jpeg) {
  struct Errors {
    jpeg_error_mgr base;
    std::jmp_buf escape;
  } errors{};
  jpeg_decompress_struct info{};
  info.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = [](j_common_ptr common) {
    std::longjmp(reinterpret_cast<Errors*>(common->err)->escape, 1);
  };
  errors.base.emit_message = [](j_common_ptr, int) {};
  static cv::Mat bgr;  // Outlives the jump.
  bgr.release();
  if (setjmp(errors.escape) == 0) {
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_EXT_BGR;
    jpeg_start_decompress(&info);
    bgr.create(static_cast<int>(info.output_height), static_cast<int>(info.output_width), CV_8UC3);
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = bgr.ptr(static_cast<int>(info.output_scanline));
      jpeg_read_scanlines(&info, &row, 1);
    }
  } else {
    bgr.release();
  }
  jpeg_destroy_decompress(&info);
  return bgr.clone();
}

bool IsVisible(const cv::Mat& good, const cv::Mat& damaged) {
  if (damaged.size() != good.size()) return true;
  std::size_t changed = 0;
  for (int y = 0; y < good.rows; ++y) {
    const auto* a = good.ptr<cv::Vec3b>(y);
    const auto* b = damaged.ptr<cv::Vec3b>(y);
    for (int x = 0; x < good.cols; ++x) {
      changed += std::abs(a[x][0] - b[x][0]) > kVisibleLevels || std::abs(a[x][1] - b[x][1]) > kVisibleLevels ||
                 std::abs(a[x][2] - b[x][2]) > kVisibleLevels;
    }
  }
  return static_cast<double>(changed) > kVisibleShare * static_cast<double>(good.total());
}

struct Rates {
  int visible = 0, found = 0, invisible = 0, refused = 0;  // `refused`: of the invisible ones.
  std::map<std::string, int> reasons;
};

// The kind of a finding: its words up to a colon or number.
std::string ReasonOf(const std::string& message) {
  return message.substr(0, message.find_first_of(":0123456789"));
}

void Flip(const std::string& name, const cv::Mat& picture, const Coding& coding, int flips,
          std::mt19937& random, const std::string& keep, Rates& rates) {
  const FileBytes good = Encode(picture, coding);
  const auto decoded = image::Decode(good);
  if (!decoded) {
    std::printf("REFUSED  %s as %s: %s\n", name.c_str(), coding.name, decoded.error().message.c_str());
    return;
  }
  const std::vector<std::size_t> places = CodedBytes(good);
  for (int i = 0; i < flips; ++i) {
    FileBytes bad = good;
    const std::size_t at = places[random() % places.size()];
    bad[at] ^= std::byte(1u << random() % 8);
    const auto result = image::Decode(bad);
    const bool visible = IsVisible(decoded->bgr, DecodeRegardless(bad));
    (visible ? rates.visible : rates.invisible)++;
    if (!result) {
      (visible ? rates.found : rates.refused)++;
      if (visible) ++rates.reasons[ReasonOf(result.error().message)];
    } else if (visible && !keep.empty()) {
      const std::string file = keep + "/" + std::to_string(&coding - kCodings.data()) + "-" + name + "-" +
                               std::to_string(at) + ".jpg";
      if (!WriteFileAtomic(file, bad, IfExists::kOverwrite)) {
        std::printf("%s: cannot be written\n", file.c_str());
      }
    }
  }
}

int Run(const std::vector<std::string>& files, int flips, const std::string& keep) {
  std::vector<std::pair<std::string, cv::Mat>> pictures;
  int refused = 0;
  for (const std::string& file : files) {
    const auto bytes = ReadFile(file, image::DecodeLimits{}.max_file_bytes);
    if (!bytes) return std::printf("%s\n", bytes.error().message.c_str()), 1;
    auto photo = image::Decode(*bytes);
    if (!photo) {
      ++refused;
      std::printf("REFUSED  %s: %s\n", file.c_str(), photo.error().message.c_str());
    } else if (flips > 0) {
      pictures.emplace_back(std::filesystem::path(file).stem().string(), photo->bgr);
    }
  }
  std::printf("%zu photos as they are, %d refused\n", files.size(), refused);
  if (pictures.empty()) return refused > 0;
  std::printf("%-20s %8s %8s %7s %10s %8s  found by\n", "coding", "visible", "found", "rate", "invisible",
              "refused");
  for (const Coding& coding : kCodings) {
    std::mt19937 random(20221);
    Rates rates;
    const int each = std::max(1, flips / static_cast<int>(pictures.size()));
    int left = flips;
    for (const auto& [name, picture] : pictures) {
      Flip(name, picture, coding, std::min(each, left), random, keep, rates);
      left -= std::min(each, left);
    }
    std::string reasons;
    for (const auto& [reason, count] : rates.reasons) reasons += reason + " " + std::to_string(count) + "; ";
    std::printf("%-20s %8d %8d %6.1f%% %10d %8d  %s\n", coding.name, rates.visible, rates.found,
                100.0 * rates.found / std::max(1, rates.visible), rates.invisible, rates.refused,
                reasons.c_str());
    std::fflush(stdout);
  }
  return refused > 0;
}

}  // namespace
}  // namespace gradphoto

int main(int argc, char** argv) {
  int flips = 400;
  std::string keep;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--flips" && i + 1 < argc) {
      flips = std::atoi(argv[++i]);
    } else if (argument == "--keep" && i + 1 < argc) {
      keep = argv[++i];
    } else {
      files.push_back(argument);
    }
  }
  if (files.empty())
    return std::fprintf(stderr, "gradphoto-bench-damage [--flips N] [--keep DIR] PHOTO...\n"), 2;
  return gradphoto::Run(files, flips, keep);
}
