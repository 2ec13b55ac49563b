// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/dates.h"

#include <algorithm>
#include <array>
#include <regex>
#include <utility>
#include <vector>

#include "lib/base/date.h"
#include "lib/base/unicode.h"

namespace gradphoto::identity {
namespace {

// Limits, measured on specimens (docs/IDENTITY.md), in nats.
constexpr double kSameDate = 3, kOtherDate = 6, kSexLead = 6, kHardlySex = -12;
constexpr double kDateConfidence = 0.8, kValidityConfidence = 0.5;

struct Line {
  std::string text;  // UTF-8, without blanks.
  double confidence = 0;
};

// The strip's reading, and then that of the detector's own boxes.
std::vector<Line> LinesOf(const FieldReading& field, const Alphabet& alphabet) {
  double confidence = 0;
  std::vector<Line> lines;
  if (!field.strips.empty()) {
    const auto glyphs = FreeReading(field.strips.front(), alphabet);
    confidence = Confidence(glyphs);
    lines.push_back({ToUtf8(TextOf(glyphs)), confidence});
  }
  lines.push_back({ToUtf8(field.first_text), confidence});
  return lines;
}

std::optional<std::chrono::year_month_day> DayOf(const std::smatch& match, std::size_t first) {
  return ValidDate(std::stoi(match[first].str()), std::stoi(match[first + 1].str()),
                   std::stoi(match[first + 2].str()));
}

std::string WithPlainDashes(std::string text) {
  for (const char* dash : {"一", "—", "–", "~", "－", "～"}) {
    const std::string_view sign(dash);
    for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign, at + 1)) {
      text.replace(at, sign.size(), "-");
    }
  }
  return text;
}

bool IsTerm(std::chrono::year_month_day from, std::chrono::year_month_day until) {
  const int years = static_cast<int>(until.year()) - static_cast<int>(from.year());
  const bool leap = from.month() == std::chrono::February && from.day() == std::chrono::day(29);
  return (years == 5 || years == 10 || years == 20) &&
         ((from.month() == until.month() && from.day() == until.day()) || leap);
}

std::optional<Validity> ParseValidity(const Line& line) {
  static const std::regex kBoth(R"((\d{4})\.?(\d\d)\.?(\d\d)-?(?:(\d{4})\.?(\d\d)\.?(\d\d)|长期))");
  std::smatch match;
  const std::string text = WithPlainDashes(line.text);
  if (!std::regex_match(text, match, kBoth)) return std::nullopt;
  Validity validity;
  validity.from = DayOf(match, 1);
  if (!validity.from) return std::nullopt;
  validity.clear = line.confidence > kValidityConfidence;
  if (!match[4].matched) return validity;
  validity.until = DayOf(match, 4);
  if (!validity.until) return std::nullopt;
  validity.clear = validity.clear && IsTerm(*validity.from, *validity.until);
  return validity;
}

double Log(const FieldReading& field, std::u32string_view text, const Alphabet& alphabet) {
  return LogLikelihood(field.strips.front(), SymbolsOf(text, alphabet));
}

}  // namespace

std::optional<ReadDay> ReadBirthDate(const FieldReading& field, const Alphabet& alphabet) {
  static const std::regex kDate("((?:19|20)\\d\\d)年(\\d{1,2})月(\\d{1,2})(?:日)?");
  for (const Line& line : LinesOf(field, alphabet)) {
    std::smatch match;
    if (!std::regex_match(line.text, match, kDate)) continue;
    if (const auto day = DayOf(match, 1)) return ReadDay{*day, line.confidence};
  }
  return std::nullopt;
}

Fit CheckBirthDate(const FieldReading& field, std::chrono::year_month_day expected, const Alphabet& alphabet) {
  if (field.strips.empty()) return Fit::kReview;
  const std::u32string read = TextOf(FreeReading(field.strips.front(), alphabet));
  if (read.empty()) return Fit::kReview;
  const int year = static_cast<int>(expected.year());
  const auto month = static_cast<unsigned>(expected.month()), day = static_cast<unsigned>(expected.day());
  const auto date_log = [&](bool padded) {
    const auto number = [&](unsigned value) {
      return (padded && value < 10 ? "0" : "") + std::to_string(value);
    };
    const std::string text = std::to_string(year) + "年" + number(month) + "月" + number(day) + "日";
    return Log(field, ToUtf32(text), alphabet);
  };
  const double lead = Log(field, read, alphabet) - std::max(date_log(false), date_log(true));
  if (lead <= kSameDate) return Fit::kMatch;
  const auto other = ReadBirthDate(field, alphabet);
  const bool sure = other && other->day != expected && other->confidence >= kDateConfidence &&
                    lead >= kOtherDate && field.visible;
  return sure ? Fit::kMismatch : Fit::kReview;
}

std::optional<roster::Sex> ReadSex(const FieldReading& field, const Alphabet& alphabet) {
  if (field.strips.empty()) return std::nullopt;
  const double male = Log(field, U"男", alphabet), female = Log(field, U"女", alphabet);
  if (std::max(male, female) <= kHardlySex || std::abs(male - female) <= kSexLead) return std::nullopt;
  return male > female ? roster::Sex::kMale : roster::Sex::kFemale;
}

std::optional<Validity> ReadValidity(const FieldReading& field, const Alphabet& alphabet, bool ends_right) {
  const auto lines = LinesOf(field, alphabet);
  for (const Line& line : lines) {
    if (const auto validity = ParseValidity(line)) return validity;
  }
  static const std::regex kEnd(R"(.*(20\d\d)\.?(\d\d)\.?(\d\d))");
  for (const Line& line : lines) {
    std::smatch match;
    if (!ends_right || !std::regex_match(line.text, match, kEnd)) continue;
    if (const auto day = DayOf(match, 1)) return Validity{.from = std::nullopt, .until = day, .clear = false};
  }
  return std::nullopt;
}

}  // namespace gradphoto::identity
