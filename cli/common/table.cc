// SPDX-License-Identifier: Apache-2.0
#include "cli/common/table.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <string_view>

#include "lib/base/unicode.h"

namespace gradphoto::cli {
namespace {

// Unicode's East Asian Wide and Fullwidth (UAX #11), as far as names and our own words have them.
bool IsWide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF01 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x20000 && c <= 0x3FFFD);
}

// In columns of a terminal.
std::size_t WidthOf(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += IsWide(NextCodePoint(text, at)) ? 2 : 1;
  return width;
}

}  // namespace

std::string Printable(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

void PrintTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  for (const auto& row : rows) {
    std::cout << indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::cout << Printable(row[i]);
      const bool is_last = std::all_of(row.begin() + static_cast<std::ptrdiff_t>(i) + 1, row.end(),
                                       [](const std::string& cell) { return cell.empty(); });
      if (is_last) break;
      std::cout << std::string(widths[i] - WidthOf(row[i]) + 2, ' ');
    }
    std::cout << '\n';
  }
}

}  // namespace gradphoto::cli
