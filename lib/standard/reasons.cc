// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/reasons.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/yaml.h"
#include "lib/standard/codes.h"

namespace gradphoto::standard {
namespace {

// How a unit of codes.h is written after a number.
struct UnitStyle {
  std::string_view unit;
  double divisor = 1;  // From the value to what is shown.
  int decimals = 2;    // At least for values; limits are shown as short as they are exact.
  // In every language, with the blank before it; or the word in its place.
  std::string_view symbol = {};      // NOLINT(readability-redundant-member-init): may be left unnamed
  std::optional<TextKey> word = {};  // NOLINT(readability-redundant-member-init): may be left unnamed
};

constexpr auto kUnitStyles = std::to_array<UnitStyle>({
    {.unit = "px", .decimals = 1, .word = TextKey("unit.px")},
    {.unit = "deg", .decimals = 1, .symbol = "°"},
    {.unit = "percent", .decimals = 1, .symbol = "%"},
    {.unit = "bytes", .divisor = 1024, .decimals = 1, .symbol = " KB"},
    {.unit = "dpi", .decimals = 0, .symbol = " dpi"},
    {.unit = "ratio", .decimals = 2},
    {.unit = "delta_e", .decimals = 1, .symbol = " ΔE"},
    {.unit = "chroma", .decimals = 1},
    {.unit = "lightness", .decimals = 1, .symbol = " L*"},
    {.unit = "contrast", .decimals = 2},
    {.unit = "quality", .decimals = 0},
    {.unit = "stops", .decimals = 1, .word = TextKey("unit.stops")},
    {.unit = "cm", .decimals = 0, .word = TextKey("unit.cm")},
    {.unit = "levels", .decimals = 1},
    {.unit = "db", .decimals = 1, .symbol = " dB"},
    {.unit = "characters", .decimals = 0},
});
constexpr int kMaxDecimals = 4;

UnitStyle StyleOf(std::string_view unit) {
  const auto found = std::ranges::find(kUnitStyles, unit, &UnitStyle::unit);
  return found == kUnitStyles.end() ? UnitStyle{.unit = unit} : *found;
}

std::string Suffix(const UnitStyle& style, const Texts& texts) {
  return style.word ? " " + std::string(texts.Get(*style.word)) : std::string(style.symbol);
}

// "9.20" as "9.2", "9.00" as "9"; never an exponent.
std::string Number(double value, int decimals) {
  std::array<char, 400> buffer{};  // Long enough for the largest double.
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  std::string text(buffer.data(), static_cast<std::size_t>(std::max(length, 0)));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

// The value as told to people: angles count by how far, not to which side.
double Told(const Finding& finding, double value) { return finding.unit == "deg" ? std::abs(value) : value; }

bool IsBeyond(double value, std::optional<double> min, std::optional<double> max) {
  return (min && value < *min) || (max && value > *max);
}

// The one end that a finding of a code that is bad on one side is compared with.
std::optional<double> OneSidedLimit(const Finding& finding) {
  const auto code = Code::Find(finding.code);
  if (!code) return std::nullopt;
  if (code->bound() == Bound::kAbove) return finding.limit_max;
  if (code->bound() == Bound::kBelow) return finding.limit_min;
  return std::nullopt;
}

std::string Limit(double limit, const UnitStyle& style, const Texts& texts) {
  return Number(limit / style.divisor, kMaxDecimals) + Suffix(style, texts);
}

// What {limit} stands for.
std::string LimitInText(const Finding& finding, const Texts& texts) {
  if (const auto limit = OneSidedLimit(finding)) return Limit(*limit, StyleOf(finding.unit), texts);
  return FormatLimit(finding, texts);
}

// Sentences with their end marks and the blank after them. A full stop ends one only before a blank or the end,
// so that "9.2" stays whole.
std::vector<std::string_view> Sentences(std::string_view text) {
  constexpr std::array<std::string_view, 6> kEnds = {"。", "！", "？", ". ", "! ", "? "};
  std::vector<std::string_view> sentences;
  while (!text.empty()) {
    std::size_t cut = text.size();
    for (const std::string_view end : kEnds) {
      const std::size_t found = text.find(end);
      if (found != std::string_view::npos) cut = std::min(cut, found + end.size());
    }
    sentences.push_back(text.substr(0, cut));
    text.remove_prefix(cut);
  }
  return sentences;
}

// The sentence with its placeholders filled; nothing when one of them has no value.
std::optional<std::string> Fill(std::string_view sentence, const Finding& finding, const Texts& texts) {
  const std::array<std::pair<std::string_view, std::string>, 3> values = {{
      {"{value}", FormatValue(finding, texts)},
      {"{limit}", LimitInText(finding, texts)},
      {"{unit}", std::string(Trim(Suffix(StyleOf(finding.unit), texts)))},
  }};
  std::string filled(sentence);
  for (const auto& [placeholder, value] : values) {
    for (std::size_t at = filled.find(placeholder); at != std::string::npos;
         at = filled.find(placeholder, at)) {
      if (value.empty()) return std::nullopt;
      filled.replace(at, placeholder.size(), value);
      at += value.size();
    }
  }
  return filled;
}

// Any brace that does not belong to one of the three placeholders.
bool HasUnknownPlaceholder(std::string_view text) {
  constexpr std::array<std::string_view, 3> kPlaceholders = {"{value}", "{limit}", "{unit}"};
  for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos;
       at = text.find_first_of("{}", at)) {
    const auto found =
        std::ranges::find_if(kPlaceholders, [&](auto p) { return text.substr(at).starts_with(p); });
    if (found == kPlaceholders.end()) return true;
    at += found->size();
  }
  return false;
}

std::string RequiredText(YamlMap& map, const std::string& key) {
  const auto text = map.String(key);
  if (text && Trim(*text).empty()) map.Fail(map.Node(key)->MakeError("must not be empty"));
  return text.value_or("");
}

Result<Reason> ReadReason(const YamlNode& node) {
  YamlMap map(node);
  Reason reason;
  reason.title = RequiredText(map, "title");
  reason.text = RequiredText(map, "text");
  reason.advice = RequiredText(map, "advice");
  reason.measured = RequiredText(map, "measured");
  if (HasUnknownPlaceholder(reason.text)) {
    map.Fail(map.Node("text")->MakeError("only {value}, {limit} and {unit} may stand in braces"));
  }
  for (const auto& [key, text] : {std::pair("title", &reason.title), std::pair("advice", &reason.advice),
                                  std::pair("measured", &reason.measured)}) {
    if (text->find_first_of("{}") != std::string::npos) {
      map.Fail(map.Node(key)->MakeError("placeholders may stand in 'text' only"));
    }
  }
  TRY(map.Finish());
  return reason;
}

}  // namespace

Result<Reasons> Reasons::Load(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "reasons.yaml"));
  YamlMap codes(root);
  Reasons reasons;
  for (const std::string& code : AllCodeNames()) {
    const YamlNode* node = codes.Node(code);
    if (node == nullptr) continue;
    YamlMap languages(*node);
    for (const auto& [key, texts] : {std::pair("zh", &reasons.zh_), std::pair("en", &reasons.en_)}) {
      const YamlNode* language = languages.Node(key);
      if (language == nullptr) continue;
      TRY_ASSIGN(auto reason, ReadReason(*language));
      texts->emplace(code, std::move(reason));
    }
    TRY(languages.Finish());
  }
  TRY(codes.Finish());
  TRY_ASSIGN(reasons.texts_, TextCatalogue::Load(config_dir));
  return reasons;
}

const Reason& Reasons::Get(std::string_view code, Language language) const {
  // A record from another version may carry a code that this one does not know; it is shown as nothing, not as
  // a crash.
  static const Reason kNone;
  const auto& texts = language == Language::kZh ? zh_ : en_;
  const auto found = texts.find(code);
  return found == texts.end() ? kNone : found->second;
}

std::string Reasons::Text(const Finding& finding, Language language) const {
  const Texts& texts = texts_.In(language);
  if (finding.severity == Severity::kNotAssessed) {
    return texts.Format("check.not_assessed", finding.detail.empty() ? finding.code : texts.Detail(finding));
  }
  const Reason& reason = Get(finding.code, language);
  std::string text;
  for (const std::string_view sentence : Sentences(reason.text)) {
    text += Fill(sentence, finding, texts).value_or("");
  }
  text = std::string(Trim(text));
  return text.empty() ? reason.title : text;
}

std::string FormatLimit(const Finding& finding, const Texts& texts) {
  const UnitStyle style = StyleOf(finding.unit);
  const auto& [min, max] = std::pair(finding.limit_min, finding.limit_max);
  if (min && max && *min == *max) return Limit(*max, style, texts);
  if (min && max && *min == -*max) return "±" + Limit(*max, style, texts);
  if (min && max) return Number(*min / style.divisor, kMaxDecimals) + "-" + Limit(*max, style, texts);
  if (max) return "≤ " + Limit(*max, style, texts);
  if (min) return "≥ " + Limit(*min, style, texts);
  return "";
}

std::string FormatValue(const Finding& finding, const Texts& texts) {
  if (!finding.value) return "";
  const UnitStyle style = StyleOf(finding.unit);
  const double value = Told(finding, *finding.value);
  const bool beyond = IsBeyond(value, finding.limit_min, finding.limit_max);
  int decimals = style.decimals;
  const auto rounded_is_beyond = [&] {
    const double scale = std::pow(10, decimals);
    const double shown = std::round(value / style.divisor * scale) / scale * style.divisor;
    return IsBeyond(shown, finding.limit_min, finding.limit_max);
  };
  while (decimals < kMaxDecimals && beyond && !rounded_is_beyond()) ++decimals;
  return Number(value / style.divisor, decimals) + Suffix(style, texts);
}

}  // namespace gradphoto::standard
