// SPDX-License-Identifier: Apache-2.0
#include "lib/base/date.h"

#include <array>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace gradphoto {
namespace {

using std::chrono::year_month_day;

// The number that a few digits write.
int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

}  // namespace

std::optional<year_month_day> ValidDate(int year, int month, int day) {
  const year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || year < 1850) return std::nullopt;
  return date;
}

year_month_day Today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return year_month_day(std::chrono::year(local.tm_year + 1900),
                        std::chrono::month(static_cast<unsigned>(local.tm_mon + 1)),
                        std::chrono::day(static_cast<unsigned>(local.tm_mday)));
}

std::optional<year_month_day> ParseDate(std::string_view text) {
  const std::string narrow = ToHalfWidth(Trim(text));
  std::array<std::string, 3> parts;
  std::size_t part = 0;
  for (std::size_t i = 0; i < narrow.size() && part < parts.size();) {
    const char32_t c = NextCodePoint(narrow, i);
    if (c >= U'0' && c <= U'9') {
      parts[part] += static_cast<char>(c);
    } else if (part == 2 && !parts[2].empty() && (c == U'日' || c == U' ' || c == U'T')) {
      break;  // A time may follow.
    } else if (c == U'-' || c == U'/' || c == U'.' || c == U'年' || c == U'月') {
      ++part;
    } else if (c != U' ') {
      return std::nullopt;
    }
  }
  if (part == 0 && parts[0].size() == 8) {
    const std::string_view digits = parts[0];
    return ValidDate(Number(digits.substr(0, 4)), Number(digits.substr(4, 2)), Number(digits.substr(6, 2)));
  }
  const bool sizes = parts[0].size() == 4 && !parts[1].empty() && parts[1].size() <= 2 && !parts[2].empty() &&
                     parts[2].size() <= 2;
  if (!sizes) return std::nullopt;
  return ValidDate(Number(parts[0]), Number(parts[1]), Number(parts[2]));
}

std::string DateText(year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace gradphoto
