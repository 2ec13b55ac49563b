// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/expected.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "lib/base/unicode.h"
#include "lib/roster/name.h"

namespace gradphoto::identity {
namespace {

constexpr char32_t kDot = U'\u00B7';
// What the recogniser says for the separator.
constexpr std::u32string_view kDots = U"·．.•・‧∙⋅˙：:，,";

// Limits, measured on specimens (docs/IDENTITY.md). Posteriors and confidences 0..1, likelihoods in nats.
constexpr double kNamePosterior = 0.45;       // Of every character of a name that matches.
constexpr double kLookAlikePosterior = 0.85;  // Of one that has look-alikes; else it must be
constexpr double kLookAlikeLead = 6;          // this much likelier than each of them.
constexpr double kOtherNameLead = 10;         // Of another name over the expected one, for a mismatch,
constexpr double kOtherNameConfidence = 0.80;
constexpr std::size_t kOtherNameEdits = 2;  // and the characters that must differ.
constexpr double kRestPosterior = 0.5;
constexpr double kDigitPosterior = 0.5;
constexpr double kNumberSlack =
    0.7;  // The expected number may be this much less likely than the likeliest string.
constexpr double kOtherNumberLead = 6;  // Of another number, for a mismatch.

// Characters that look alike in the card's face. One that stands in several groups has all their members as
// look-alikes.
constexpr auto kLookAlikes = std::to_array<std::u32string_view>(
    {U"末未",       U"己已巳", U"士土",   U"天夭", U"日曰", U"千干于", U"人入八", U"大太犬", U"王玉壬主",
     U"田由甲申电", U"治冶",   U"晴睛",   U"清请", U"侯候", U"辛幸",   U"沐沭",   U"泪汩",   U"季李",
     U"徒徙",       U"戊戌戍", U"茜苒西", U"免兔", U"乌鸟", U"今令",   U"代伐",   U"刀力",   U"壁璧",
     U"拔拨",       U"折拆析", U"竞竟",   U"晋普", U"旦且", U"住佳往", U"恒桓",   U"宣宜",   U"贝见",
     U"历厉",       U"圆园",   U"怡恰",   U"彬杉", U"祺棋", U"瑾谨",   U"俊浚",   U"琪淇",   U"颖颍",
     U"柏伯",       U"师帅",   U"荼茶",   U"崇祟", U"暧暖", U"杨扬",   U"冼洗",   U"芊竽竿", U"芸云",
     U"昊吴昱",     U"妍研",   U"炜伟",   U"垚尧", U"钰珏", U"汐夕沙", U"宇字",   U"傅博传", U"祁祈",
     U"母毋",       U"芃芄",   U"煜熠",   U"翊翌", U"睿瞀", U"婷停",   U"琳淋",   U"瑶遥",   U"璐潞",
     U"薇微",       U"莹萤",   U"萍苹",   U"铭酩", U"轩杆", U"梓辛",   U"涵函",   U"玥明月", U"珂坷",
     U"珊姗",       U"珺郡",   U"骁晓",   U"昕听", U"晟盛", U"曦羲",   U"沅沉",   U"泽择",   U"渊洲",
     U"滢莹",       U"澄橙",   U"奕弈",   U"弈变", U"羽习", U"晗唅",   U"菁青",   U"艺芝",   U"萱宣"});

std::u32string CodePoints(std::string_view utf8) {
  std::u32string text;
  for (std::size_t position = 0; position < utf8.size();) text += NextCodePoint(utf8, position);
  return text;
}

std::u32string WithOneDot(std::u32string text) {
  for (char32_t& character : text) {
    if (kDots.find(character) != std::u32string_view::npos) character = kDot;
  }
  return text;
}

std::u32string Bare(std::u32string text) {
  std::erase(text, kDot);
  return text;
}

std::set<char32_t> LookAlikesOf(char32_t character) {
  std::set<char32_t> others;
  for (const std::u32string_view group : kLookAlikes) {
    if (group.find(character) == std::u32string_view::npos) continue;
    others.insert(group.begin(), group.end());
  }
  others.erase(character);
  return others;
}

std::size_t Edits(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

// Characters that differ for sure. The recogniser drops one now and then (垚) or takes it for one that looks
// alike (冼 for 洗), and is sure of both: neither is a difference.
std::size_t SureEdits(std::u32string read, const std::u32string& expected) {
  for (char32_t& character : read) {
    if (expected.find(character) != std::u32string::npos) continue;
    const std::set<char32_t> others = LookAlikesOf(character);
    const auto meant = std::ranges::find_if(expected, [&](char32_t one) { return others.contains(one); });
    if (meant != expected.end()) character = *meant;
  }
  std::size_t least = Edits(read, expected);
  if (read.size() >= expected.size()) return least;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::u32string without = expected;
    without.erase(i, 1);
    least = std::min(least, Edits(read, without));
  }
  return least;
}

// The questions that CheckName puts to the strips of one field.
class NameStrips {
 public:
  NameStrips(const FieldReading& field, const Alphabet& alphabet) : alphabet_(alphabet) {
    for (const Lattice& strip : field.strips) {
      std::u32string text = WithOneDot(TextOf(FreeReading(strip, alphabet)));
      if (text.empty()) continue;
      strips_.push_back(&strip);
      texts_.push_back(std::move(text));
    }
  }

  bool empty() const { return strips_.empty(); }
  const std::vector<std::u32string>& texts() const { return texts_; }
  bool AllReadAlike() const {
    return std::ranges::all_of(texts_, [&](const auto& text) { return Bare(text) == Bare(texts_.front()); });
  }
  bool AnyReads(const std::u32string& bare) const {
    return std::ranges::any_of(texts_, [&](const auto& text) { return Bare(text) == bare; });
  }

  // Summed over the strips; with and without the separator, whichever fits better.
  double Log(const std::u32string& text) const {
    double sum = 0;
    for (const Lattice* strip : strips_) {
      sum += std::max(LogLikelihood(*strip, With(text)), LogLikelihood(*strip, With(Bare(text))));
    }
    return sum;
  }
  // For each character the mean over the strips.
  std::vector<double> Seen(const std::u32string& text) const {
    std::vector<double> mean(text.size(), 0.0);
    for (const Lattice* strip : strips_) {
      const auto seen = Posteriors(*strip, With(text));
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += seen[i] / static_cast<double>(strips_.size());
    }
    return mean;
  }

 private:
  Symbols With(const std::u32string& text) const {
    Symbols symbols = SymbolsOf(text, alphabet_);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != kDot) continue;
      symbols[i].ids.clear();
      for (const char32_t dot : kDots) {
        if (const auto id = alphabet_.ClassOf(dot)) symbols[i].ids.push_back(*id);
      }
    }
    return symbols;
  }

  const Alphabet& alphabet_;
  std::vector<const Lattice*> strips_;
  std::vector<std::u32string> texts_;
};

double LeastSeen(const std::vector<double>& seen, const std::u32string& name) {
  double least = 1;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != kDot) least = std::min(least, seen[i]);
  }
  return least;
}

NameCheck CheckRare(const NameStrips& strips, const std::u32string& name, const std::vector<double>& seen,
                    const Alphabet& alphabet) {
  NameCheck check{.doubt = NameDoubt::kRare};
  const std::size_t length = Bare(name).size();
  check.rest_fits =
      std::ranges::any_of(strips.texts(), [&](const auto& text) { return Bare(text).size() == length; });
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != kDot && alphabet.ClassOf(name[i]) && seen[i] < kRestPosterior) check.rest_fits = false;
  }
  return check;
}

// Whether each character that has look-alikes is clearly none of them.
bool RulesOutLookAlikes(const NameStrips& strips, const std::u32string& name, double log_name,
                        const std::vector<double>& seen, const Alphabet& alphabet) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == kDot || seen[i] >= kLookAlikePosterior) continue;
    for (const char32_t other : LookAlikesOf(name[i])) {
      std::u32string changed = name;
      changed[i] = other;
      if (!alphabet.ClassOf(other) || log_name - strips.Log(changed) < kLookAlikeLead) return false;
    }
  }
  return true;
}

}  // namespace

std::string_view FitName(Fit fit) {
  constexpr std::array<std::string_view, 3> kNames = {"match", "mismatch", "review"};
  return kNames[static_cast<std::size_t>(fit)];
}

NameCheck CheckName(const FieldReading& field, std::string_view expected, const Alphabet& alphabet) {
  const NameStrips strips(field, alphabet);
  if (strips.empty()) return {.doubt = NameDoubt::kNothingRead};
  const std::u32string name = WithOneDot(CodePoints(roster::NameForMatching(expected)));
  const std::u32string bare = Bare(name);
  if (bare.empty()) return {.doubt = NameDoubt::kNothingRead};
  const auto seen = strips.Seen(name);
  const bool rare = std::ranges::any_of(bare, [&](char32_t character) { return !alphabet.ClassOf(character); });
  if (rare) return CheckRare(strips, name, seen, alphabet);

  const double log_name = strips.Log(name);
  std::u32string best = name;
  double log_best = log_name;
  for (const std::u32string& text : strips.texts()) {
    if (Bare(text) == bare) continue;
    if (const double log = strips.Log(text); log > log_best) best = text, log_best = log;
  }
  if (best == name) {
    if (LeastSeen(seen, name) < kNamePosterior || !strips.AnyReads(bare)) return {.doubt = NameDoubt::kWeak};
    if (!RulesOutLookAlikes(strips, name, log_name, seen, alphabet)) return {.doubt = NameDoubt::kLookAlike};
    return {.fit = Fit::kMatch};
  }
  const std::size_t edits = Edits(Bare(best), bare);
  const double confidence = std::ranges::min(strips.Seen(best));
  const bool other = log_best - log_name >= kOtherNameLead && confidence >= kOtherNameConfidence &&
                     SureEdits(Bare(best), bare) >= kOtherNameEdits && strips.AllReadAlike() && field.visible;
  if (other) return {.fit = Fit::kMismatch};
  return {.doubt = edits == 1 ? NameDoubt::kOneCharacter : NameDoubt::kOther};
}

NumberCheck CheckNumber(const FieldReading& field, std::string_view expected, const Digits& digits,
                        std::chrono::year_month_day today, const NumberHints& hints) {
  NumberCheck check;
  if (field.strips.empty() || field.strips.front().empty()) return check;
  const Lattice& lattice = field.strips.front();
  check.read = ReadNumber(lattice, digits, today, hints);
  const Symbols symbols = digits.Of(expected);
  const auto seen = Posteriors(lattice, symbols);
  check.digits_seen = static_cast<int>(
      std::ranges::count_if(seen, [](double posterior) { return posterior >= kDigitPosterior; }));
  constexpr std::size_t kBirthDateAt = 6, kBirthDateDigits = 8;
  check.birth_date_seen = seen.size() >= kBirthDateAt + kBirthDateDigits &&
                          std::ranges::all_of(std::span(seen).subspan(kBirthDateAt, kBirthDateDigits),
                                              [](double posterior) { return posterior >= kDigitPosterior; });
  const double behind = check.read.top_log - LogLikelihood(lattice, symbols);
  const bool same = check.read.number == expected;
  if (same && check.read.state != NumberState::kRepaired && behind <= kNumberSlack &&
      check.digits_seen == static_cast<int>(expected.size())) {
    check.fit = Fit::kMatch;
  }
  std::u32string read;
  for (const char digit : check.read.number) read += static_cast<char32_t>(digit);
  std::u32string first = field.first_text;
  std::ranges::replace(first, U'x', U'X');
  if (!same && check.read.state == NumberState::kClear && behind >= kOtherNumberLead && first == read &&
      field.visible) {
    check.fit = Fit::kMismatch;
  }
  return check;
}

}  // namespace gradphoto::identity
