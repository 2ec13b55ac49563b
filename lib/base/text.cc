// SPDX-License-Identifier: Apache-2.0
#include "lib/base/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <numeric>

#include <iconv.h>

namespace gradphoto {
namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substitute});
    }
  }
  return row.back();
}

Result<std::string> Convert(std::string_view bytes, const char* to, const char* from) {
  const iconv_t converter = iconv_open(to, from);
  // iconv_open's failure value is the integer -1 dressed as a pointer.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (converter == reinterpret_cast<iconv_t>(-1)) {
    return Fail(ErrorKind::kInternal, std::string("this system cannot convert ") + from + " to " + to);
  }
  std::string out;
  std::string input(bytes);
  char* in = input.data();
  std::size_t in_left = input.size();
  bool failed = false;
  std::array<char, 4096> block{};
  while (in_left > 0 && !failed) {
    char* put = block.data();
    std::size_t put_left = block.size();
    const std::size_t result = iconv(converter, &in, &in_left, &put, &put_left);
    out.append(block.data(), block.size() - put_left);
    failed = result == static_cast<std::size_t>(-1) && errno != E2BIG;
  }
  iconv_close(converter);
  if (failed) {
    return Fail(ErrorKind::kInput, std::string("byte ") + std::to_string(input.size() - in_left) +
                                       " cannot be converted from " + from + " to " + to);
  }
  return out;
}

}  // namespace

std::optional<std::string> NearestName(std::string_view word, std::span<const std::string> candidates) {
  const std::string lower = ToLowerAscii(word);
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> nearest;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(lower, ToLowerAscii(candidate));
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string UnknownNameMessage(std::string_view what, std::string_view word,
                               std::span<const std::string> valid) {
  std::string message = "unknown " + std::string(what) + " '" + std::string(word) + "';";
  if (const auto nearest = NearestName(word, valid)) message += " did you mean '" + *nearest + "'?";
  message += " valid: ";
  for (std::size_t i = 0; i < valid.size(); ++i) message += (i > 0 ? ", " : "") + valid[i];
  return message;
}

bool IsValidUtf8(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    std::size_t length = 0;
    std::uint32_t code = 0;
    if (lead < 0x80) {
      length = 1, code = lead;
    } else if ((lead & 0xE0) == 0xC0) {
      length = 2, code = lead & 0x1F;
    } else if ((lead & 0xF0) == 0xE0) {
      length = 3, code = lead & 0x0F;
    } else if ((lead & 0xF8) == 0xF0) {
      length = 4, code = lead & 0x07;
    } else {
      return false;
    }
    if (i + length > bytes.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xC0) != 0x80) return false;
      code = (code << 6) | (next & 0x3F);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

Result<std::string> ConvertToUtf8(std::string_view bytes, const std::string& encoding) {
  return Convert(bytes, "UTF-8", encoding.c_str());
}

Result<std::string> ConvertFromUtf8(std::string_view utf8, const std::string& encoding) {
  return Convert(utf8, encoding.c_str(), "UTF-8");
}

std::string_view Trim(std::string_view text) {
  constexpr std::array<std::string_view, 8> kBlanks = {" ", "\t", "\r", "\n", "\v", "\f", "\u3000", "\u00A0"};
  const auto strip = [&](auto&& matches, auto&& remove) {
    bool again = true;
    while (again) {
      again = false;
      for (const std::string_view blank : kBlanks) {
        if (matches(blank)) remove(blank.size()), again = true;
      }
    }
  };
  strip([&](std::string_view b) { return text.starts_with(b); }, [&](std::size_t n) { text.remove_prefix(n); });
  strip([&](std::string_view b) { return text.ends_with(b); }, [&](std::size_t n) { text.remove_suffix(n); });
  return text;
}

bool AllDigits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, IsDigit); }

std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace gradphoto
