// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/texts.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/yaml.h"

namespace gradphoto::standard {
namespace {

// The numbers of the placeholders in the order in which they stand; nothing when a brace belongs to none.
std::optional<std::vector<std::size_t>> PlaceholdersOf(std::string_view text) {
  std::vector<std::size_t> placeholders;
  for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos;
       at = text.find_first_of("{}", at + 1)) {
    // One digit is enough for every sentence.
    if (at + 2 >= text.size() || text[at] != '{' || text[at + 2] != '}') return std::nullopt;
    if (text[at + 1] < '0' || text[at + 1] > '9') return std::nullopt;
    placeholders.push_back(static_cast<std::size_t>(text[at + 1] - '0'));
    at += 2;
  }
  return placeholders;
}

// Whether the text has the placeholders {0} to {count - 1} and no other brace.
bool HasPlaceholders(std::string_view text, std::size_t count) {
  auto found = PlaceholdersOf(text);
  if (!found) return false;
  std::ranges::sort(*found);
  found->erase(std::ranges::unique(*found).begin(), found->end());
  return found->size() == count && (count == 0 || found->back() == count - 1);
}

std::vector<std::string> LiteralsOf(std::string_view pattern) {
  std::vector<std::string> literals;
  for (std::size_t brace = pattern.find('{'); brace != std::string_view::npos; brace = pattern.find('{')) {
    literals.emplace_back(pattern.substr(0, brace));
    pattern.remove_prefix(brace + 3);
  }
  literals.emplace_back(pattern);
  return literals;
}

// What stands between the literals; nothing when the text is not of that form.
std::optional<std::vector<std::string_view>> MatchLiterals(const std::vector<std::string>& literals,
                                                           std::string_view text) {
  if (literals.size() == 1) {
    return text == literals.front() ? std::optional(std::vector<std::string_view>()) : std::nullopt;
  }
  if (!text.starts_with(literals.front())) return std::nullopt;
  text.remove_prefix(literals.front().size());
  if (!text.ends_with(literals.back())) return std::nullopt;
  text.remove_suffix(literals.back().size());
  std::vector<std::string_view> values;
  for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
    const std::size_t at = text.find(literals[i]);
    if (at == std::string_view::npos) return std::nullopt;
    values.push_back(text.substr(0, at));
    text.remove_prefix(at + literals[i].size());
  }
  values.push_back(text);
  return values;
}

std::vector<std::string_view> SplitAt(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

// The text with its placeholders replaced; a brace in a value is no placeholder.
std::string Filled(std::string_view text, const std::vector<std::string>& values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') {
      filled += values[static_cast<std::size_t>(text[at + 1] - '0')];
      at += 2;
    } else {
      filled += text[at];
    }
  }
  return filled;
}

// A text of one key in one language.
std::string ReadText(YamlMap& map, Language language, std::size_t placeholders) {
  const std::string name(LanguageName(language));
  const std::string text = map.String(name).value_or("");
  const YamlNode* node = map.OptionalNode(name);
  if (node == nullptr) return text;
  if (Trim(text).empty()) map.Fail(node->MakeError("must not be empty"));
  if (!HasPlaceholders(text, placeholders)) {
    map.Fail(node->MakeError(
        placeholders == 0
            ? std::string("must have no braces")
            : fmt::format("must have the placeholders {{0}} to {{{}}} and no other braces", placeholders - 1)));
  }
  return text;
}

}  // namespace

std::string_view LanguageName(Language language) { return language == Language::kZh ? "zh" : "en"; }

std::optional<Language> LanguageFromName(std::string_view name) {
  for (const Language language : {Language::kZh, Language::kEn}) {
    if (name == LanguageName(language)) return language;
  }
  return std::nullopt;
}

std::vector<std::string> Texts::Row(std::initializer_list<TextKey> keys) const {
  std::vector<std::string> row;
  row.reserve(keys.size());
  for (const TextKey key : keys) row.emplace_back(Get(key));
  return row;
}

std::string_view Texts::Title(Outcome outcome) const {
  static constexpr std::array<TextKey, 6> kKeys = {"outcome.accepted", "outcome.review",  "outcome.rejected",
                                                   "outcome.error",    "outcome.missing", "outcome.held"};
  return Get(kKeys[static_cast<std::size_t>(outcome)]);
}

std::string_view Texts::Title(Severity severity) const {
  static constexpr std::array<TextKey, 6> kKeys = {"severity.info",   "severity.not_assessed",
                                                   "severity.warn",   "severity.review",
                                                   "severity.reject", "severity.error"};
  return Get(kKeys[static_cast<std::size_t>(severity)]);
}

// `whole`: patterns without any word of their own may match, too.
std::optional<std::string> Texts::PartOfDetail(std::string_view code, std::string_view part, bool whole) const {
  for (const Pattern& pattern : details_) {
    if (!pattern.code.empty() && pattern.code != code) continue;
    if (pattern.literal_bytes == 0 && !whole) continue;
    const auto values = MatchLiterals(pattern.literals, part);
    if (!values) continue;
    std::vector<std::string> told;
    for (const std::string_view value : *values) {
      // Names, paths and numbers stay; what the program wrote there is a detail itself.
      told.push_back(PartOfDetail(code, value, false).value_or(std::string(value)));
    }
    return Filled(pattern.text, told);
  }
  return std::nullopt;
}

std::optional<std::string> Texts::KnownDetail(const Finding& finding) const {
  std::string joined;
  bool all = true;
  for (const std::string_view part : SplitAt(finding.detail, "; ")) {
    const auto text = PartOfDetail(finding.code, part, false);
    if (!text) {
      all = false;
      break;
    }
    if (!joined.empty()) joined += Get("list.separator");
    joined += *text;
  }
  return all ? joined : PartOfDetail(finding.code, finding.detail, true);
}

std::string Texts::Detail(const Finding& finding) const {
  if (finding.detail.empty() || language_ == Language::kEn) return finding.detail;
  if (auto known = KnownDetail(finding)) return *std::move(known);
  return Format("detail.quoted", finding.detail);
}

bool Texts::KnowsDetail(const Finding& finding) const {
  return finding.detail.empty() || language_ == Language::kEn || KnownDetail(finding).has_value();
}

std::optional<std::string> Texts::WholeLine(std::string_view english, bool values_may_join) const {
  for (const Pattern& pattern : lines_) {
    const auto values = MatchLiterals(pattern.literals, english);
    if (!values) continue;
    const auto joins = [](std::string_view value) {
      return value.find("; ") != std::string_view::npos || value.find(": ") != std::string_view::npos;
    };
    if (!values_may_join && std::ranges::any_of(*values, joins)) continue;
    std::vector<std::string> told;
    for (const std::string_view value : *values) told.push_back(Line(value));
    return Filled(pattern.text, told);
  }
  return std::nullopt;
}

std::string Texts::Line(std::string_view english) const {
  if (auto whole = WholeLine(english, false)) return *std::move(whole);
  // "roster.csv: no such file; check the name": each part for itself.
  for (const auto& [separator, chinese] : {std::pair("; ", "；"), std::pair(": ", "：")}) {
    const std::size_t at = english.find(separator);
    if (at == std::string_view::npos) continue;
    const std::string first = Line(english.substr(0, at)), rest = Line(english.substr(at + 2));
    const bool knows_first = first != english.substr(0, at), knows_rest = rest != english.substr(at + 2);
    if (!knows_first && !knows_rest) continue;
    // "; " may belong to a path.
    return fmt::format("{}{}{}", first, knows_first || separator[0] == ':' ? chinese : separator, rest);
  }
  if (auto whole = WholeLine(english, true)) return *std::move(whole);
  // A single word may be a name.
  if (english.find(' ') == std::string_view::npos) return std::string(english);
  return PartOfDetail("", english, false).value_or(std::string(english));
}

std::string Texts::Help(std::string_view english) const {
  for (const Pattern& pattern : help_) {
    const auto values = MatchLiterals(pattern.literals, english);
    if (!values) continue;
    std::vector<std::string> told;
    for (const std::string_view value : *values) told.push_back(Help(value));
    return Filled(pattern.text, told);
  }
  return std::string(english);
}

// [{en: "...", zh: "..."}], with a code where it is one's own.
Result<std::vector<Texts::Pattern>> Texts::ReadPatterns(const YamlNode& list) {
  TRY_ASSIGN(const auto* const nodes, list.AsList());
  std::vector<Pattern> patterns;
  for (const YamlNode& node : *nodes) {
    YamlMap map(node);
    const std::string english = map.String("en").value_or("");
    const auto placeholders = PlaceholdersOf(english);
    if (!placeholders || !HasPlaceholders(english, placeholders->size()) ||
        !std::ranges::is_sorted(*placeholders)) {
      map.Fail(node.MakeError("'en' must have the placeholders {0}, {1}... in this order, each once"));
    }
    Pattern pattern{.code = map.OptionalString("code").value_or(""),
                    .literals = LiteralsOf(english),
                    .literal_bytes = 0,
                    .text = ReadText(map, Language::kZh, placeholders ? placeholders->size() : 0)};
    TRY(map.Finish());
    for (const std::string& literal : pattern.literals) pattern.literal_bytes += literal.size();
    patterns.push_back(std::move(pattern));
  }
  // "the face on the photo is too small" before "the face on the {0}", and a code's own before anybody's.
  std::ranges::stable_sort(patterns, std::ranges::greater(), [](const auto& pattern) {
    return std::pair(pattern.literal_bytes, !pattern.code.empty());
  });
  return patterns;
}

Result<TextCatalogue> TextCatalogue::Load(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "texts.yaml"));
  YamlMap map(root);
  TextCatalogue catalogue;
  catalogue.zh_.language_ = Language::kZh;
  catalogue.en_.language_ = Language::kEn;
  std::map<std::string, YamlMap, std::less<>> sections;
  for (const TextKeyInfo& info : kTextKeys) {
    const std::size_t dot = info.name.find('.');
    const std::string section(info.name.substr(0, dot)), key(info.name.substr(dot + 1));
    auto found = sections.find(section);
    if (found == sections.end()) {
      const YamlNode* node = map.Node(section);
      if (node == nullptr) continue;
      found = sections.emplace(section, YamlMap(*node)).first;
    }
    const YamlNode* node = found->second.Node(key);
    if (node == nullptr) continue;
    YamlMap languages(*node);
    catalogue.zh_.texts_.push_back(ReadText(languages, Language::kZh, info.placeholders));
    catalogue.en_.texts_.push_back(ReadText(languages, Language::kEn, info.placeholders));
    TRY(languages.Finish());
  }
  for (auto& [name, section] : sections) TRY(section.Finish());
  const YamlNode* lines = map.Node("lines");
  const YamlNode* help = map.Node("help");
  const YamlNode* details = map.Node("details");
  TRY(map.Finish());
  TRY_ASSIGN(catalogue.zh_.lines_, Texts::ReadPatterns(*lines));
  TRY_ASSIGN(catalogue.zh_.help_, Texts::ReadPatterns(*help));
  TRY_ASSIGN(catalogue.zh_.details_, Texts::ReadPatterns(*details));
  return catalogue;
}

}  // namespace gradphoto::standard
