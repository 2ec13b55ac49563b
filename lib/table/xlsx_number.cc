// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_number.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

#include "lib/base/text.h"

namespace gradphoto::table {
namespace {

using Kind = NumberFormat::Kind;

constexpr std::size_t kExcelDigits = 15;
constexpr int kMaxPadding = 30;

// The letters and digits of a format code that stand for parts of the value: without texts, escapes, colours,
// locales and conditions, in lower case, up to the format of negative numbers.
std::string Symbols(std::string_view code) {
  std::string symbols;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == ';') break;
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', i), code.size());
      const std::string_view inside = code.substr(i + 1, end - i - 1);
      // [h]:mm counts hours; everything else in brackets is no part of the value.
      if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) symbols += inside;
      i = end;
    } else {
      symbols += c;
    }
  }
  std::ranges::transform(symbols, symbols.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return symbols;
}

std::string TwoDigits(int number) {
  return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

std::string TimeText(int seconds) {
  return TwoDigits(seconds / 3600) + ":" + TwoDigits(seconds / 60 % 60) + ":" + TwoDigits(seconds % 60);
}

// Day 1 is 1900-01-01, and day 60 the 29th of February 1900 that never was (kept for the sake of Lotus 1-2-3).
std::optional<std::string> DateText(int day, bool from_1904) {
  using namespace std::chrono;
  constexpr int kLastDay = 2'958'465;  // 9999-12-31.
  if (day < (from_1904 ? 0 : 1) || day > kLastDay || (!from_1904 && day == 60)) return std::nullopt;
  const sys_days start = from_1904  ? sys_days(year(1904) / 1 / 1)
                         : day < 60 ? sys_days(year(1899) / 12 / 31)
                                    : sys_days(year(1899) / 12 / 30);
  const year_month_day date(start + days(day));
  std::string text = std::to_string(static_cast<int>(date.year()));
  return text + "-" + TwoDigits(static_cast<int>(static_cast<unsigned>(date.month()))) + "-" +
         TwoDigits(static_cast<int>(static_cast<unsigned>(date.day())));
}

std::optional<std::string> MomentText(double serial, Kind kind, bool from_1904) {
  constexpr int kSecondsOfDay = 86'400;
  if (!(serial >= 0) || serial > 3e6) return std::nullopt;
  const auto total = static_cast<std::int64_t>(std::llround(serial * kSecondsOfDay));
  const auto day = static_cast<int>(total / kSecondsOfDay), seconds = static_cast<int>(total % kSecondsOfDay);
  if (kind == Kind::kTime && day == 0) return TimeText(seconds);
  auto text = DateText(day, from_1904);
  if (text && (kind != Kind::kDate || seconds != 0)) *text += " " + TimeText(seconds);
  return text;
}

// The number without exponent and without a fraction of zeros, as the cell's owner sees it.
std::string PlainDigits(std::string_view raw, double value) {
  if (raw.find_first_of("eE") == std::string_view::npos) {
    if (const std::size_t point = raw.find('.'); point != std::string_view::npos) {
      const std::size_t last = raw.find_last_not_of('0');
      raw = raw.substr(0, last == point ? point : last + 1);
    }
    return std::string(raw);
  }
  // 15 digits are what Excel keeps; the rest of the 17 it writes is noise of the binary number.
  char text[400];
  if (std::abs(value) >= 1e15 && std::abs(value) < 1e300) {
    std::snprintf(text, sizeof text, "%.14e", value);
    const std::string_view mantissa(text);
    const std::size_t exponent = mantissa.find('e');
    std::string digits(mantissa.substr(0, exponent));
    std::erase(digits, '.');
    const int power = std::atoi(text + exponent + 1);
    digits.append(static_cast<std::size_t>(power) + 1 + (value < 0 ? 1 : 0) - digits.size(), '0');
    return digits;
  }
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  return {text, end};
}

}  // namespace

NumberFormat BuiltInFormat(int id) {
  const auto within = [&](int first, int last) { return id >= first && id <= last; };
  if (id == 22) return {.kind = Kind::kDateTime};
  if (within(18, 21) || within(45, 47) || within(32, 33)) return {.kind = Kind::kTime};
  if (within(14, 17) || within(27, 36) || within(50, 58)) return {.kind = Kind::kDate};
  return {};
}

NumberFormat ParseFormat(std::string_view code) {
  const std::string symbols = Symbols(code);
  if (symbols == "general" || symbols == "@") return {};
  if (!symbols.empty() && symbols.find_first_not_of('0') == std::string::npos) {
    return {.kind = Kind::kPlain,
            .digits = static_cast<int>(std::min<std::size_t>(symbols.size(), kMaxPadding))};
  }
  const auto has = [&](char c) { return symbols.contains(c); };
  const bool date = has('y') || has('d') || (has('m') && !has('h') && !has('s'));
  const bool time = has('h') || has('s');
  if (date && time) return {.kind = Kind::kDateTime};
  if (date) return {.kind = Kind::kDate};
  if (time) return {.kind = Kind::kTime};
  return {};
}

NumberText ToText(std::string_view raw, const NumberFormat& format, bool dates_from_1904) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (raw.empty() || error != std::errc() || end != raw.data() + raw.size() || !std::isfinite(value)) {
    return {.text = std::string(raw)};
  }
  if (format.kind != Kind::kPlain) {
    if (auto text = MomentText(value, format.kind, dates_from_1904)) return {.text = std::move(*text)};
  }
  NumberText number{.text = PlainDigits(raw, value)};
  if (!std::ranges::all_of(number.text, IsDigit)) return number;
  const std::size_t digits = number.text.size();
  number.rounded =
      digits > kExcelDigits &&
      std::string_view(number.text).substr(kExcelDigits).find_first_not_of('0') == std::string_view::npos;
  if (digits < static_cast<std::size_t>(format.digits)) {
    number.text.insert(0, static_cast<std::size_t>(format.digits) - digits, '0');
  }
  return number;
}

}  // namespace gradphoto::table
