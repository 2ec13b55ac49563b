// SPDX-License-Identifier: Apache-2.0
#include "lib/check/finished_file.h"

#include <string>

#include "lib/check/judge.h"

namespace gradphoto::check {
namespace {

std::string SizeText(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

bool HasFrameSize(const image::FileFacts& facts, const standard::FrameSize& frame) {
  const int width = facts.stored_width_px, height = facts.stored_height_px;
  return width >= frame.min_width_px && width <= frame.max_width_px && height >= frame.min_height_px &&
         height <= frame.max_height_px && width * frame.aspect_height == height * frame.aspect_width;
}

}  // namespace

bool HasFinishedSize(const image::FileFacts& facts, const standard::Standard& standard) {
  return standard.frame.IsExact() && HasFrameSize(facts, standard.frame);
}

void CheckFileSize(std::int64_t bytes, const standard::Standard& standard, Sheet& sheet) {
  const standard::FileRules& file = standard.file;
  std::optional<double> most;
  if (file.max_bytes > 0) most = static_cast<double>(file.max_bytes);
  sheet.Window("FILE_SIZE", static_cast<double>(bytes), static_cast<double>(file.min_bytes), most);
}

void CheckFinishedFile(const image::FileFacts& facts, const standard::Standard& standard, Sheet& sheet) {
  const bool is_jpeg = facts.format == image::Format::kJpeg;
  sheet.PassOrFail("FORMAT", is_jpeg,
                   is_jpeg ? "" : std::string(image::FormatName(facts.format)) + " instead of JPEG");
  const bool has_colour = facts.components == 3;
  sheet.PassOrFail("COLOUR_MODE", has_colour,
                   has_colour ? "" : std::to_string(8 * facts.components) + " bit instead of 24");
  const standard::FrameSize& frame = standard.frame;
  if (HasFrameSize(facts, frame)) {
    sheet.Window("DIMENSIONS", facts.stored_width_px, frame.min_width_px, frame.max_width_px);
  } else if (auto finding = OutsideWindow(
                 standard, "DIMENSIONS", facts.stored_width_px, frame.min_width_px, frame.max_width_px,
                 SizeText(facts.stored_width_px, facts.stored_height_px) + " instead of " +
                     (frame.IsExact() ? "" : SizeText(frame.min_width_px, frame.min_height_px) + " to ") +
                     SizeText(frame.max_width_px, frame.max_height_px))) {
    sheet.Add(std::move(*finding));  // The width may be right and the height wrong.
  }
  // 300 dpi written in centimetres (118.11 rounded to 118) is 299.7.
  const double dpi = facts.dpi_x.value_or(0);
  const bool near = dpi >= frame.dpi - 1 && dpi <= frame.dpi + 1 && facts.dpi_x == facts.dpi_y;
  if (near) {
    sheet.Window("DPI", frame.dpi, frame.dpi, frame.dpi);
  } else if (auto finding = OutsideWindow(standard, "DPI", dpi, frame.dpi, frame.dpi,
                                          facts.dpi_x ? "" : "no density in the file")) {
    sheet.Add(std::move(*finding));
  }
  CheckFileSize(static_cast<std::int64_t>(facts.bytes), standard, sheet);
  if (facts.jpeg_quality) {
    sheet.Window("QUALITY", *facts.jpeg_quality, standard.file.min_quality, std::nullopt,
                 facts.jpeg_quality_exact ? "" : "no standard quantization table; the nearest quality");
  }
}

}  // namespace gradphoto::check
