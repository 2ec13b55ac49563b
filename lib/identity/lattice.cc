// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/lattice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace gradphoto::identity {
namespace {

constexpr double kFloor = 1e-6;  // Without it one digit that the net has missed would make any text impossible.
constexpr double kImpossible = -std::numeric_limits<double>::infinity();

double LogAdd(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

double ProbabilityOf(const std::vector<Lattice::Entry>& frame, int id) {
  for (const Lattice::Entry& entry : frame) {
    if (entry.id == id) return entry.probability;
  }
  return 0;
}

double ProbabilityOf(const std::vector<Lattice::Entry>& frame, const Symbol& symbol) {
  if (symbol.ids.empty()) return 1 - ProbabilityOf(frame, 0);
  double sum = 0;
  for (const int id : symbol.ids) sum += ProbabilityOf(frame, id);
  return sum;
}

// The text as a chain of states: blank, symbol, blank, symbol ... blank. State 2k + 1 is symbol k.
class Chain {
 public:
  Chain(const Lattice& lattice, const Symbols& text) : lattice_(lattice), text_(text) {}

  std::size_t size() const { return 2 * text_.size() + 1; }
  // Whether the blank before the state may be left out: not between two equal symbols.
  bool MaySkip(std::size_t state) const {
    return state % 2 == 1 && state > 1 && !(text_[state / 2] == text_[state / 2 - 1]);
  }
  std::vector<double> Emissions(std::size_t frame) const {
    std::vector<double> logs(size());
    const double blank = std::log(std::max(ProbabilityOf(lattice_.frames[frame], 0), kFloor));
    for (std::size_t state = 0; state < logs.size(); ++state) {
      logs[state] = state % 2 == 0
                        ? blank
                        : std::log(std::max(ProbabilityOf(lattice_.frames[frame], text_[state / 2]), kFloor));
    }
    return logs;
  }

 private:
  const Lattice& lattice_;
  const Symbols& text_;
};

}  // namespace

Alphabet::Alphabet(std::vector<char32_t> characters) : characters_(std::move(characters)) {
  for (std::size_t i = 1; i < characters_.size(); ++i) classes_.emplace(characters_[i], static_cast<int>(i));
}

std::optional<int> Alphabet::ClassOf(char32_t character) const {
  const auto found = classes_.find(character);
  return found == classes_.end() ? std::nullopt : std::optional(found->second);
}

double LogLikelihood(const Lattice& lattice, const Symbols& text) {
  if (lattice.empty()) return kImpossible;
  const Chain chain(lattice, text);
  std::vector<double> now(chain.size(), kImpossible);
  const auto first = chain.Emissions(0);
  now[0] = first[0];
  if (now.size() > 1) now[1] = first[1];
  std::vector<double> next(now.size());
  for (std::size_t frame = 1; frame < lattice.frames.size(); ++frame) {
    const auto emitted = chain.Emissions(frame);
    for (std::size_t state = 0; state < now.size(); ++state) {
      double sum = now[state];
      if (state > 0) sum = LogAdd(sum, now[state - 1]);
      if (chain.MaySkip(state)) sum = LogAdd(sum, now[state - 2]);
      next[state] = sum + emitted[state];
    }
    std::swap(now, next);
  }
  return now.size() > 1 ? LogAdd(now[now.size() - 1], now[now.size() - 2]) : now[0];
}

std::vector<double> Posteriors(const Lattice& lattice, const Symbols& text) {
  std::vector<double> posteriors(text.size(), 0.0);
  const Chain chain(lattice, text);
  const std::size_t states = chain.size(), frames = lattice.frames.size();
  if (frames == 0 || text.empty()) return posteriors;
  std::vector<std::vector<double>> emitted;
  std::vector<std::vector<std::uint8_t>> steps(frames, std::vector<std::uint8_t>(states, 0));
  std::vector<double> now(states, kImpossible), next(states);
  for (std::size_t frame = 0; frame < frames; ++frame) emitted.push_back(chain.Emissions(frame));
  now[0] = emitted[0][0];
  now[1] = emitted[0][1];
  for (std::size_t frame = 1; frame < frames; ++frame) {
    for (std::size_t state = 0; state < states; ++state) {
      double best = now[state];
      std::uint8_t step = 0;
      if (state > 0 && now[state - 1] > best) best = now[state - 1], step = 1;
      if (chain.MaySkip(state) && now[state - 2] > best) best = now[state - 2], step = 2;
      next[state] = best + emitted[frame][state];
      steps[frame][state] = step;
    }
    std::swap(now, next);
  }
  std::size_t state = now[states - 1] > now[states - 2] ? states - 1 : states - 2;
  if (now[state] == kImpossible) return posteriors;
  for (std::size_t frame = frames; frame-- > 0;) {
    if (state % 2 == 1) {
      double& posterior = posteriors[state / 2];
      posterior = std::max(posterior, std::min(1.0, std::exp(emitted[frame][state])));
    }
    state -= steps[frame][state];
  }
  return posteriors;
}

std::vector<Glyph> FreeReading(const Lattice& lattice, const Alphabet& alphabet) {
  std::vector<Glyph> glyphs;
  int last = 0;
  for (std::size_t frame = 0; frame < lattice.frames.size(); ++frame) {
    const auto& entries = lattice.frames[frame];
    const auto best = std::ranges::max_element(entries, {}, &Lattice::Entry::probability);
    const int id = best == entries.end() ? 0 : best->id;
    if (id != 0 && id != last) {
      glyphs.push_back({alphabet.At(id), frame, best->probability});
    } else if (id != 0 && best->probability > glyphs.back().probability) {
      glyphs.back().frame = frame;
      glyphs.back().probability = best->probability;
    }
    last = id;
  }
  return glyphs;
}

std::u32string TextOf(const std::vector<Glyph>& glyphs) {
  std::u32string text;
  for (const Glyph& glyph : glyphs) {
    if (glyph.character != U' ' && glyph.character != U'\u3000') text += glyph.character;
  }
  return text;
}

double Confidence(const std::vector<Glyph>& glyphs) {
  return glyphs.empty() ? 0 : std::ranges::min(glyphs, {}, &Glyph::probability).probability;
}

Symbols SymbolsOf(std::u32string_view text, const Alphabet& alphabet) {
  Symbols symbols;
  for (const char32_t character : text) {
    const auto id = alphabet.ClassOf(character);
    symbols.push_back(id ? Symbol{{*id}} : Symbol{});
  }
  return symbols;
}

}  // namespace gradphoto::identity
