// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace gradphoto::identity {
namespace {

constexpr std::size_t kWidth = 24, kLength = 18;
constexpr double kFloor = 1e-6;     // Of a class that a frame does not have.
constexpr double kWorthTry = 1e-4;  // A digit less likely than this starts no new string.
// Measured on specimens; see docs/IDENTITY.md. In nats.
constexpr double kClearMargin = 2.5, kClearLog = -3, kRepairMargin = 2;
constexpr double kImpossible = -std::numeric_limits<double>::infinity();

constexpr auto kLookAlikes = std::to_array<std::pair<char, std::u32string_view>>({{'0', U"0OoQD〇"},
                                                                                  {'1', U"1Il|i"},
                                                                                  {'2', U"2Zz"},
                                                                                  {'3', U"3"},
                                                                                  {'4', U"4"},
                                                                                  {'5', U"5Ss"},
                                                                                  {'6', U"6b"},
                                                                                  {'7', U"7"},
                                                                                  {'8', U"8B"},
                                                                                  {'9', U"9gq"},
                                                                                  {'X', U"Xx×"}});

double LogAdd(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

double SumOf(const std::vector<Lattice::Entry>& frame, const std::vector<int>& ids) {
  double sum = 0;
  for (const Lattice::Entry& entry : frame) {
    if (std::ranges::find(ids, entry.id) != ids.end()) sum += entry.probability;
  }
  return sum;
}

// log P of a string whose last frame was a blank, and whose last frame was its last character.
struct Ends {
  double blank = kImpossible, character = kImpossible;
  double Total() const { return LogAdd(blank, character); }
};
using Beam = std::map<std::string, Ends>;

bool Fits(const std::string& number, std::chrono::year_month_day today, const NumberHints& hints) {
  const roster::IdCheck said = roster::CheckIdNumber(number, today);
  return (!hints.birth_date || hints.birth_date == said.birth_date) && (!hints.sex || hints.sex == said.sex);
}

}  // namespace

Digits::Digits(const Alphabet& alphabet) {
  for (const auto& [digit, characters] : kLookAlikes) {
    Symbol symbol;
    for (const char32_t character : characters) {
      if (const auto id = alphabet.ClassOf(character)) symbol.ids.push_back(*id);
    }
    // An alphabet without the digit itself cannot read numbers; no class is negative, so nothing ever fits.
    if (symbol.ids.empty()) symbol.ids.push_back(-1);
    symbols_[digit] = std::move(symbol);
  }
}

Symbols Digits::Of(std::string_view number) const {
  Symbols symbols;
  for (const char digit : number) symbols.push_back(Of(digit));
  return symbols;
}

bool IsValidNumber(std::string_view number, std::chrono::year_month_day today) {
  if (number.size() != kLength) return false;
  const roster::IdCheck check = roster::CheckIdNumber(number, today);
  const bool kind = check.kind == roster::IdKind::kMainland ||
                    check.kind == roster::IdKind::kHkMacauTaiwanResident ||
                    check.kind == roster::IdKind::kForeignPermanentResident;
  // Three zeros at the end are a matter of spreadsheets.
  return kind && check.number == number && std::ranges::all_of(check.problems, [](roster::IdProblem problem) {
           return problem == roster::IdProblem::kZeroTail;
         });
}

// The strings of the lattice by likelihood.
struct NumberBeam {
  static Beam Search(const Lattice& lattice, const Digits& digits) {
    Beam beam = {{"", {.blank = 0}}};
    for (const auto& frame : lattice.frames) beam = Step(beam, frame, digits);
    return beam;
  }

 private:
  static Beam Step(const Beam& beam, const std::vector<Lattice::Entry>& frame, const Digits& digits) {
    const double blank = std::log(std::max(SumOf(frame, {0}), kFloor));
    std::vector<std::pair<char, double>> logs;
    for (const auto& [digit, symbol] : digits.symbols_) {
      logs.emplace_back(digit, std::log(std::max(SumOf(frame, symbol.ids), kFloor)));
    }
    const auto log_of = [&](char digit) {
      return std::ranges::find(logs, digit, &std::pair<char, double>::first)->second;
    };
    Beam next;
    for (const auto& [text, ends] : beam) {
      const double total = ends.Total();
      Ends& same = next[text];
      same.blank = LogAdd(same.blank, total + blank);
      if (!text.empty()) same.character = LogAdd(same.character, ends.character + log_of(text.back()));
      if (text.size() > kLength) continue;  // One more than a number has, so that a longer line is no number.
      for (const auto& [digit, log] : logs) {
        if (log <= std::log(kWorthTry)) continue;
        Ends& longer = next[text + digit];
        const bool repeats = !text.empty() && text.back() == digit;
        longer.character = LogAdd(longer.character, (repeats ? ends.blank : total) + log);
      }
    }
    if (next.size() <= kWidth) return next;
    std::vector<std::pair<std::string, Ends>> ranked(next.begin(), next.end());
    std::ranges::nth_element(ranked, ranked.begin() + kWidth, std::ranges::greater{},
                             [](const auto& item) { return item.second.Total(); });
    return {ranked.begin(), ranked.begin() + kWidth};
  }
};

NumberReading ReadNumber(const Lattice& lattice, const Digits& digits, std::chrono::year_month_day today,
                         const NumberHints& hints) {
  NumberReading reading;
  const Beam beam = NumberBeam::Search(lattice, digits);
  std::vector<std::pair<std::string, double>> ranked;
  for (const auto& [text, ends] : beam) ranked.emplace_back(text, ends.Total());
  std::ranges::sort(ranked, std::ranges::greater{}, &std::pair<std::string, double>::second);
  reading.top = ranked.front().first;
  reading.top_log = ranked.front().second;
  std::vector<std::pair<std::string, double>> valid;
  std::ranges::copy_if(ranked, std::back_inserter(valid),
                       [&](const auto& item) { return IsValidNumber(item.first, today); });
  if (valid.empty()) return reading;
  if (valid.front().first == reading.top) {
    reading.number = reading.top;
    const double margin = ranked.size() > 1 ? ranked[0].second - ranked[1].second : kClearMargin + 1;
    if (margin > kClearMargin && reading.top_log > kClearLog) reading.state = NumberState::kClear;
    return reading;
  }
  std::erase_if(valid, [&](const auto& item) { return !Fits(item.first, today, hints); });
  if (valid.empty()) return reading;
  reading.number = valid.front().first;
  if (valid.size() == 1 || valid[0].second - valid[1].second > kRepairMargin)
    reading.state = NumberState::kRepaired;
  return reading;
}

}  // namespace gradphoto::identity
