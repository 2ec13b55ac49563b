// SPDX-License-Identifier: Apache-2.0
// Text as it is compared, never as it is delivered: the forms under which two spellings of one word meet. With
// pinyin.cc the only file that sees ICU.
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::roster {

// NFKC with case folded (UAX #31, NFKC_Casefold): composed and decomposed accents, full-width and other
// compatibility forms and compatibility ideographs meet, invisible marks vanish. Radicals that texts copied
// from PDF files have in place of ideographs (U+2E80..U+2FD5) become those ideographs. Variants of a character
// stay different. Invalid UTF-8 gives U+FFFD.
std::u32string FoldForMatching(std::string_view text);

// NFC, for names that a file system has taken apart. The text itself if it is not valid UTF-8.
std::string Composed(std::string_view text);

// A letter of any script but Han; accents that NFC leaves standing alone count too.
bool IsLetter(char32_t code_point);

}  // namespace gradphoto::roster
