// SPDX-License-Identifier: Apache-2.0
// What a recogniser says about one line of print, and how likely a given text is under it. The recogniser is a
// CTC net (Graves et al. 2006): for each frame along the line a probability of every character and of the
// blank. What is asked here is never "which text is it" alone but "how well does this text fit": all in natural
// logarithms (nats).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradphoto::identity {

// The characters of the recogniser's classes. Class 0 is the CTC blank and no character.
class Alphabet {
 public:
  // `characters[i]` is that of class i; the first is not looked at.
  explicit Alphabet(std::vector<char32_t> characters);
  std::optional<int> ClassOf(char32_t character) const;
  char32_t At(int id) const { return characters_.at(static_cast<std::size_t>(id)); }
  std::size_t size() const { return characters_.size(); }

 private:
  std::vector<char32_t> characters_;
  std::unordered_map<char32_t, int> classes_;
};

// Frames along the line, each with the classes that are not negligible (above kNegligible).
struct Lattice {
  struct Entry {
    int id = 0;  // Class; 0 is the blank.
    float probability = 0;
  };
  std::vector<std::vector<Entry>> frames;
  bool empty() const { return frames.empty(); }
};
inline constexpr float kNegligible = 1e-5F;

// One character of a text that is looked for: any of the classes `ids`, whose probabilities add up, or, without
// any, whatever is not blank (a character that the recogniser does not know).
struct Symbol {
  std::vector<int> ids;
  friend bool operator==(const Symbol&, const Symbol&) = default;
};
using Symbols = std::vector<Symbol>;

// log P(text | lattice), by the forward algorithm; -infinity when there are fewer frames than the text needs.
// What is not in a frame counts as 1e-6 there.
double LogLikelihood(const Lattice& lattice, const Symbols& text);

// The best alignment of the text (Viterbi): for each symbol the highest probability on the frames given to it,
// 0..1. All 0 when there are fewer frames than the text needs.
std::vector<double> Posteriors(const Lattice& lattice, const Symbols& text);

// The most likely character of each frame, repetitions and blanks left out.
struct Glyph {
  char32_t character = 0;
  std::size_t frame = 0;  // That of its highest probability.
  double probability = 0;
};
std::vector<Glyph> FreeReading(const Lattice& lattice, const Alphabet& alphabet);
std::u32string TextOf(const std::vector<Glyph>& glyphs);  // Without blanks.
double Confidence(const std::vector<Glyph>& glyphs);      // Of the least sure character; 0 without any.

// One symbol for each character, wildcards for those outside the alphabet.
Symbols SymbolsOf(std::u32string_view text, const Alphabet& alphabet);

}  // namespace gradphoto::identity
