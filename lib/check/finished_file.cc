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

std::optional<Finding> CheckFileSize(std::int64_t bytes, const standard::Standard& standard) {
  const standard::FileRules& file = standard.file;
  if (bytes >= file.min_bytes && (file.max_bytes == 0 || bytes <= file.max_bytes)) return std::nullopt;
  std::optional<double> most;
  if (file.max_bytes > 0) most = static_cast<double>(file.max_bytes);
  return OutsideWindow(standard, "FILE_SIZE", static_cast<double>(bytes), static_cast<double>(file.min_bytes),
                       most);
}

std::vector<Finding> CheckFinishedFile(const image::FileFacts& facts, const standard::Standard& standard) {
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(std::move(*finding));
  };
  if (facts.format != image::Format::kJpeg) {
    add(Failed(standard, "FORMAT", std::string(image::FormatName(facts.format)) + " instead of JPEG"));
  }
  if (facts.components != 3) {
    add(Failed(standard, "COLOUR_MODE", std::to_string(8 * facts.components) + " bit instead of 24"));
  }
  const standard::FrameSize& frame = standard.frame;
  if (!HasFrameSize(facts, frame)) {
    add(OutsideWindow(standard, "DIMENSIONS", facts.stored_width_px, frame.min_width_px, frame.max_width_px,
                      SizeText(facts.stored_width_px, facts.stored_height_px) + " instead of " +
                          (frame.IsExact() ? "" : SizeText(frame.min_width_px, frame.min_height_px) + " to ") +
                          SizeText(frame.max_width_px, frame.max_height_px)));
  }
  // 300 dpi written in centimetres (118.11 rounded to 118) is 299.7.
  const double dpi = facts.dpi_x.value_or(0);
  if (dpi < frame.dpi - 1 || dpi > frame.dpi + 1 || facts.dpi_x != facts.dpi_y) {
    add(OutsideWindow(standard, "DPI", dpi, frame.dpi, frame.dpi, facts.dpi_x ? "" : "no density in the file"));
  }
  add(CheckFileSize(static_cast<std::int64_t>(facts.bytes), standard));
  if (facts.jpeg_quality && *facts.jpeg_quality < standard.file.min_quality) {
    add(OutsideWindow(standard, "QUALITY", *facts.jpeg_quality, standard.file.min_quality, std::nullopt));
  }
  return findings;
}

}  // namespace gradphoto::check
