// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/fold.h"

#include <algorithm>
#include <array>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "lib/base/unicode.h"

namespace gradphoto::roster {
namespace {

constexpr char32_t kFirstRadical = 0x2E80;
// CJK radicals to ideographs (Unicode 15, EquivalentUnifiedIdeograph.txt), by U+2E80; 0: none. NFKC does this
// for the Kangxi radicals from U+2F00 on, but not for these.
constexpr std::array<char32_t, 116> kRadicals = {
    0,      0x5382,  0x4E5B,  0x4E5A, 0x4E59, 0x4EBB,  0x5182,  0x20628, 0x5200,  0x5202, 0x535C,  0x353E,
    0x5C0F, 0x5C0F,  0x5140,  0x5C23, 0x5C22, 0x21BC2, 0x5DF3,  0x5E7A,  0x5F51,  0x5F50, 0x5FC4,  0x5FC3,
    0x624C, 0x6535,  0,       0x65E1, 0x65E5, 0x6708,  0x6B7A,  0x6BCD,  0x6C11,  0x6C35, 0x6C3A,  0x706C,
    0x722B, 0x722B,  0x4E2C,  0x725B, 0x72AD, 0x738B,  0x24D14, 0x76EE,  0x793A,  0x793B, 0x25AD7, 0x7CF9,
    0x7E9F, 0x7F53,  0x7F52,  0x34C1, 0x5197, 0x2626B, 0x7F8A,  0x2634C, 0x2634B, 0x8002, 0x8080,  0x807F,
    0x8089, 0x26951, 0x8279,  0x8279, 0x8279, 0x864E,  0x8864,  0x8980,  0x897F,  0x89C1, 0x89D2,  0x278B2,
    0x8BA0, 0x8D1D,  0x27FB7, 0x8F66, 0x8FB6, 0x8FB6,  0x8FB6,  0x9091,  0x9485,  0x9577, 0x9578,  0x957F,
    0x95E8, 0x28E0F, 0x961D,  0x96E8, 0x9752, 0x97E6,  0x9875,  0x98CE,  0x98DE,  0x98DF, 0x2967F, 0x98E0,
    0x9963, 0x29810, 0x9A6C,  0x9AA8, 0x9B3C, 0x9C7C,  0x9E1F,  0x5364,  0x9EA6,  0x9EC4, 0x9EFE,  0x6589,
    0x9F50, 0x6B6F,  0x9F7F,  0x7ADC, 0x9F99, 0x9F9C,  0x4E80,  0x9F9F,
};

char32_t WithoutRadical(char32_t c) {
  if (c < kFirstRadical || c >= kFirstRadical + kRadicals.size()) return c;
  const char32_t ideograph = kRadicals[c - kFirstRadical];
  return ideograph == 0 ? c : ideograph;
}

icu::UnicodeString ToIcu(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
}

}  // namespace

std::u32string FoldForMatching(std::string_view text) {
  std::u32string folded;
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    folded.reserve(text.size());
    for (const char c : text) {
      folded += static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return folded;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
  icu::UnicodeString normalized = ToIcu(text);
  if (U_SUCCESS(error) != 0) normalized = normalizer->normalize(normalized, error);
  for (int i = 0; i < normalized.length(); i = normalized.moveIndex32(i, 1)) {
    folded += WithoutRadical(static_cast<char32_t>(normalized.char32At(i)));
  }
  return folded;
}

std::string Composed(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error) != 0) return std::string(text);
  const icu::UnicodeString composed = normalizer->normalize(ToIcu(text), error);
  std::string utf8;
  if (U_FAILURE(error) != 0) return std::string(text);
  composed.toUTF8String(utf8);
  return utf8;
}

bool IsLetter(char32_t code_point) {
  if (IsHan(code_point)) return false;
  const auto c = static_cast<UChar32>(code_point);
  return u_isalpha(c) != 0 || u_charType(c) == U_NON_SPACING_MARK;
}

}  // namespace gradphoto::roster
