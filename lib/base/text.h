// SPDX-License-Identifier: Apache-2.0
// Small text helpers: nearest name for "did you mean", conversion of foreign encodings to UTF-8, trimming,
// ASCII classes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto {

// The candidate with the least edit distance (Levenshtein, case-insensitive), if that is at most a third of the
// word's length and at least 1; otherwise nothing. The first of equals wins.
std::optional<std::string> NearestName(std::string_view word, std::span<const std::string> candidates);

// "unknown <what> 'word'; did you mean 'x'? valid: a, b, c" - the text of every unknown-name error.
std::string UnknownNameMessage(std::string_view what, std::string_view word,
                               std::span<const std::string> valid);

bool IsValidUtf8(std::string_view bytes);

// Converts `bytes` from `encoding` (an iconv name such as "GB18030") to UTF-8.
// Errors: kInput - the bytes are not valid in that encoding, with the offset; kInternal - unknown encoding.
Result<std::string> ConvertToUtf8(std::string_view bytes, const std::string& encoding);

// Converts UTF-8 to `encoding`. Errors: kInput - a character does not exist there, with its byte offset.
Result<std::string> ConvertFromUtf8(std::string_view utf8, const std::string& encoding);

// Without leading and trailing ASCII blanks, U+3000 and U+00A0.
std::string_view Trim(std::string_view text);

// ASCII only, whatever the locale.
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// At least one, and nothing else.
bool AllDigits(std::string_view text);

std::string ToLowerAscii(std::string_view text);

}  // namespace gradphoto
