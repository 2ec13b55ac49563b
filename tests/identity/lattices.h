// SPDX-License-Identifier: Apache-2.0
// Lattices made by hand: what a recogniser would say of a line, with doubts put in where a test wants them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/unicode.h"
#include "lib/identity/expected.h"
#include "lib/identity/lattice.h"
#include "lib/identity/verdict.h"

namespace gradphoto::testing {

// A small alphabet with everything that the tests print; 仫 and 㛃 are not in it.
inline const identity::Alphabet& Letters() {
  static const identity::Alphabet alphabet = [] {
    std::vector<char32_t> characters = {0};
    for (const char32_t character : ToUtf32(
             "0123456789XxOoQDIl|iZzSsbBgq×〇·．.•，:- "
             "年月日长期男女一王小明张伟李末未古丽米热艾力阿依努尔肃曰天夭欧阳垚尧姓名性别民族出生住址公身份号"
             "码中华人共和国居证签发机关有效期限临时港澳台外永久留")) {
      if (std::ranges::find(characters, character) == characters.end()) characters.push_back(character);
    }
    return identity::Alphabet(std::move(characters));
  }();
  return alphabet;
}

// What the net says of one glyph: characters and their probabilities. The rest is the blank's.
using Opinion = std::vector<std::pair<char32_t, double>>;

// Two frames a glyph and a blank behind each.
inline identity::Lattice LatticeOf(const std::vector<Opinion>& glyphs) {
  identity::Lattice lattice;
  const auto frame = [&](const Opinion& opinion) {
    double rest = 1;
    std::vector<identity::Lattice::Entry> entries;
    for (const auto& [character, probability] : opinion) {
      const auto id = Letters().ClassOf(character);
      REQUIRE(id.has_value());
      entries.push_back({*id, static_cast<float>(probability)});
      rest -= probability;
    }
    if (rest > identity::kNegligible) entries.push_back({0, static_cast<float>(rest)});
    lattice.frames.push_back(std::move(entries));
  };
  frame({});
  for (const Opinion& opinion : glyphs) {
    frame(opinion);
    frame({});
  }
  return lattice;
}

inline std::vector<Opinion> Sure(std::string_view utf8, double probability = 0.999) {
  std::vector<Opinion> glyphs;
  for (const char32_t character : ToUtf32(utf8)) glyphs.push_back({{character, probability}});
  return glyphs;
}

// A field that both strips and the detector's boxes read alike, visible.
inline identity::FieldReading FieldOf(const std::vector<Opinion>& glyphs) {
  const identity::Lattice lattice = LatticeOf(glyphs);
  return {.strips = {lattice, lattice},
          .first_text = identity::TextOf(identity::FreeReading(lattice, Letters())),
          .visible = true};
}

// The codes of the reasons in their order, with blanks between them.
inline std::string CodesOf(const identity::Judgement& judgement) {
  std::string codes;
  for (const identity::Reason& reason : judgement.reasons) {
    codes += (codes.empty() ? "" : " ") + std::string(reason.code.name());
  }
  return codes;
}

}  // namespace gradphoto::testing
