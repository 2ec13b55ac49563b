// SPDX-License-Identifier: Apache-2.0
#include "cli/common/table.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <string_view>

namespace gradphoto::cli {
namespace {

// Code points, which is the width in a terminal for all that stands in a padded column.
std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void PrintTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], CharacterCount(row[i]));
  }
  for (const auto& row : rows) {
    std::cout << indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::cout << row[i];
      const bool is_last = std::all_of(row.begin() + static_cast<std::ptrdiff_t>(i) + 1, row.end(),
                                       [](const std::string& cell) { return cell.empty(); });
      if (is_last) break;
      std::cout << std::string(widths[i] - CharacterCount(row[i]) + 2, ' ');
    }
    std::cout << '\n';
  }
}

}  // namespace gradphoto::cli
