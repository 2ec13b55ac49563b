// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/garbled.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/fold.h"

namespace gradphoto::roster {
namespace {

// Shorter readings come about by chance: two accents in a row are one GBK character.
constexpr std::size_t kMinIdeographs = 2;

struct Reading {
  const char* read_as;  // An iconv name.
  const char* was;
  std::string_view how;
};

constexpr std::array kReadings = {
    Reading{"CP437", "GB18030", "GBK read as CP437"},
    Reading{"CP850", "GB18030", "GBK read as CP850"},
    Reading{"CP1252", "GB18030", "GBK read as CP1252"},
    Reading{"ISO-8859-1", "GB18030", "GBK read as Latin-1"},
    Reading{"CP437", "UTF-8", "UTF-8 read as CP437"},
    Reading{"CP1252", "UTF-8", "UTF-8 read as CP1252"},
    Reading{"ISO-8859-1", "UTF-8", "UTF-8 read as Latin-1"},
    Reading{"GB18030", "UTF-8", "UTF-8 read as GBK"},
};

// Unpackers differ in the character that they take for one byte of CP437; iconv knows the second of each pair.
std::string WithIconvsCharacters(std::string_view text) {
  constexpr std::array<std::pair<char32_t, char32_t>, 7> kTwins = {{{0x2208, 0x3B5},
                                                                    {0x3B2, 0xDF},
                                                                    {0x3BC, 0xB5},
                                                                    {0x2126, 0x3A9},
                                                                    {0x2205, 0x3C6},
                                                                    {0x3D5, 0x3C6},
                                                                    {0x2211, 0x3A3}}};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, i);
    const auto* const twin = std::ranges::find(kTwins, c, &std::pair<char32_t, char32_t>::first);
    AppendUtf8(twin == kTwins.end() ? c : twin->second, out);
  }
  return out;
}

struct Look {
  std::size_t ideographs = 0;
  std::size_t longest_run = 0;  // Of ideographs.
  bool plain = true;            // Everything else is ASCII or a sign that names in Chinese have.
};

Look LookAt(std::string_view text) {
  Look look;
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, i);
    const bool common = c >= 0x4E00 && c <= 0x9FFF;
    run = common ? run + 1 : 0;
    look.ideographs += common ? 1U : 0U;
    look.longest_run = std::max(look.longest_run, run);
    const bool sign =
        c == 0xB7 || c == 0x2014 || c == 0x2022 || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF5E);
    if (c >= 0x80 && !common && !sign) look.plain = false;
  }
  return look;
}

bool IsInGb2312(std::string_view utf8) { return ConvertFromUtf8(utf8, "GB2312").has_value(); }

}  // namespace

std::vector<Repaired> Repairs(std::string_view text) {
  std::vector<Repaired> repairs;
  const auto add = [&](Result<std::string> was, std::string_view how) {
    if (!was || !IsValidUtf8(*was)) return;
    const Look look = LookAt(*was);
    if (look.longest_run < kMinIdeographs || !look.plain) return;
    const auto same = [&](const Repaired& repaired) { return repaired.text == *was; };
    if (std::ranges::none_of(repairs, same)) repairs.push_back({.text = *std::move(was), .how = how});
  };
  if (!IsValidUtf8(text)) {
    add(ConvertToUtf8(text, "GB18030"), "GBK that is not marked as such");
    return repairs;
  }
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return repairs;
  const std::string characters = WithIconvsCharacters(Composed(text));
  const bool chinese = LookAt(characters).ideographs > 0;
  for (const Reading& reading : kReadings) {
    const bool from_chinese = std::string_view(reading.read_as) == "GB18030";
    if (chinese != from_chinese) continue;
    const auto bytes = ConvertFromUtf8(characters, reading.read_as);
    if (!bytes) continue;
    auto was = ConvertToUtf8(*bytes, reading.was);
    // Accents in a row could be rare characters of GBK; those of rosters stand in its oldest part, GB 2312.
    const bool gbk = std::string_view(reading.was) == "GB18030";
    if (was && gbk && !IsInGb2312(*was)) continue;
    add(std::move(was), reading.how);
  }
  return repairs;
}

}  // namespace gradphoto::roster
