// SPDX-License-Identifier: Apache-2.0
// Text in pictures, Chinese included: laid out by Pango with the fonts of the system. text.cc is the only file
// that sees Pango and cairo.
#pragma once

#include <string>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace gradphoto::image {

struct TextStyle {
  double size_px = 20;  // Of the font.
  cv::Scalar bgr = {0, 0, 0};
  bool bold = false;
};

// Size in pixels of `utf8`, in lines of at most `max_width_px` (0: one line).
cv::Size TextSize(const std::string& utf8, const TextStyle& style, int max_width_px = 0);

// Draws on `canvas` (CV_8UC3), `top_left` being the corner of the text's box; what lies outside is cut off.
// Returns TextSize.
cv::Size DrawText(cv::Mat& canvas, const std::string& utf8, cv::Point top_left, const TextStyle& style,
                  int max_width_px = 0);

// Whether the system has fonts with every character of `utf8`.
bool HasGlyphsFor(const std::string& utf8);

}  // namespace gradphoto::image
