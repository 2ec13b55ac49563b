// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/name.h"

#include <algorithm>
#include <cstddef>

#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace gradphoto::roster {
namespace {

constexpr char32_t kMiddleDot = 0xB7;
// Bullet, katakana middle dot (both widths), hyphenation point, bullet operator, dot operator, runic and Latin
// dots, one dot leader. U+FF0E arrives here as a full stop.
constexpr std::u32string_view kDotLookAlikes = U"\u2022\u30FB\uFF65\u2027\u2219\u22C5\u16EB\u2E31\uA78F\u2024";

bool IsIdeographAt(std::u32string_view text, std::size_t i) { return i < text.size() && IsHan(text[i]); }

}  // namespace

std::string NameForMatching(std::string_view name) {
  std::u32string characters;
  for (std::size_t i = 0; i < name.size();) {
    const char32_t c = ToHalfWidth(NextCodePoint(name, i));
    const bool dot = kDotLookAlikes.find(c) != std::u32string_view::npos;
    characters += dot ? kMiddleDot : IsBlankOrInvisible(c) ? U' ' : c;
  }
  for (std::size_t i = 1; i < characters.size(); ++i) {
    if (characters[i] == U'.' && IsHan(characters[i - 1]) && IsIdeographAt(characters, i + 1)) {
      characters[i] = kMiddleDot;
    }
  }
  const bool ideographs =
      std::ranges::all_of(characters, [](char32_t c) { return IsHan(c) || c == U' ' || c == kMiddleDot; });
  std::string matching;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const bool repeated = characters[i] == U' ' && (ideographs || (i > 0 && characters[i - 1] == U' '));
    if (!repeated) AppendUtf8(characters[i], matching);
  }
  return ToLowerAscii(Trim(matching));
}

bool HasLostGlyph(std::string_view name) {
  for (std::size_t i = 0; i < name.size();) {
    const char32_t c = ToHalfWidth(NextCodePoint(name, i));
    if (c == U'?' || c == 0x3013 || c == 0x25A1 || c == 0xFFFD) return true;
  }
  return false;
}

}  // namespace gradphoto::roster
