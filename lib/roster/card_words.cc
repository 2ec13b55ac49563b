// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/card_words.h"

#include <algorithm>
#include <array>

#include "lib/base/text.h"
#include "lib/roster/match.h"

namespace gradphoto::roster {
namespace {

// The longer ones first.
constexpr auto kWords = std::to_array<std::string_view>(
    {"居民身份证", "身份证", "身分证",   "身份證", "人像面", "头像面", "照片面", "国徽面",
     "国徵面",     "正反面", "正反两面", "两面",   "双面",   "正面",   "反面",   "背面",
     "复印件",     "扫描件", "原件",     "证件",   "照片",   "图片"});
constexpr auto kLatinCardWords = std::to_array<std::string_view>(
    {"identitycard", "idcard", "sfzzm", "sfzfm", "sfz", "front", "back", "both", "scan", "card", "id"});

bool IsLatinLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string WithoutWords(std::string stem) {
  for (const std::string_view word : kWords) {
    for (std::size_t at = stem.find(word); at != std::string::npos; at = stem.find(word, at)) {
      stem.replace(at, word.size(), "_");
    }
  }
  for (const std::string_view word : kLatinCardWords) {
    std::string lower = ToLowerAscii(stem);
    for (std::size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      const std::size_t end = at + word.size();
      const bool apart =
          (at == 0 || !IsLatinLetter(lower[at - 1])) && (end == lower.size() || !IsLatinLetter(lower[end]));
      if (!apart) continue;
      stem.replace(at, word.size(), "_");
      lower = ToLowerAscii(stem);
    }
  }
  return stem;
}

// A counter and separators name nobody.
bool NamesNobody(std::string_view stem) {
  std::size_t digits = 0;
  for (const char c : stem) {
    if (IsLatinLetter(c) || static_cast<unsigned char>(c) >= 0x80) return false;
    digits += IsDigit(c) ? 1 : 0;
  }
  return digits <= 2;
}

}  // namespace

std::string WithoutCardWords(std::string_view relative) {
  const std::size_t slash = relative.rfind('/');
  const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = relative.rfind('.');
  const std::size_t end = dot == std::string_view::npos || dot < start ? relative.size() : dot;
  const std::string stem = WithoutWords(std::string(relative.substr(start, end - start)));
  const std::string_view extension = relative.substr(end);
  const bool nobody = NamesNobody(stem) || IsCameraName(StemForMatching(stem));
  if (nobody && slash != std::string_view::npos) {
    return std::string(relative.substr(0, slash)).append(extension);
  }
  return std::string(relative.substr(0, start)).append(stem).append(extension);
}

}  // namespace gradphoto::roster
