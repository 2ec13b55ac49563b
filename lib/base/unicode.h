// SPDX-License-Identifier: Apache-2.0
// Code points of UTF-8 text, as far as rosters need them: walking, writing, full-width to ASCII, Han or not. No
// normalization forms: NFKC would alter rare name characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradphoto {

// The code point at `position`, which is moved behind it. Invalid bytes give U+FFFD, one per byte.
// Precondition: position < text.size().
char32_t NextCodePoint(std::string_view text, std::size_t& position);

void AppendUtf8(char32_t code_point, std::string& text);

// The code points of UTF-8 text, invalid bytes as above, and back.
std::u32string ToUtf32(std::string_view utf8);
std::string ToUtf8(std::u32string_view text);

// U+FF01..U+FF5E (full-width forms) to ASCII and U+3000 to a blank; everything else as it is.
char32_t ToHalfWidth(char32_t code_point);

// ToHalfWidth on every code point.
std::string ToHalfWidth(std::string_view text);

// CJK ideographs of all planes, compatibility ideographs and U+3007 included.
bool IsHan(char32_t code_point);

// Blanks (U+00A0, U+2000..U+200A, U+3000 and ASCII ones) and the invisible marks that copying from chats and
// web pages leaves (zero-width, text direction, byte order mark).
bool IsBlankOrInvisible(char32_t code_point);

std::string ToUpperAscii(std::string_view text);

}  // namespace gradphoto
