// SPDX-License-Identifier: Apache-2.0
// Every word that people read in tables, pages and notices, in Chinese and English, from configs/texts.yaml;
// what is said of each reason code stands in reasons.yaml (reasons.h).
//
//   texts.Get("report.title")                         // a key that text_keys.h does not list does not compile,
//   texts.Format("report.more_reasons", count)        // nor does one with another number of placeholders
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/record/record.h"
#include "lib/standard/text_keys.h"

namespace gradphoto {
class YamlNode;
}

namespace gradphoto::standard {

enum class Language { kZh, kEn };
std::string_view LanguageName(Language language);  // "zh", "en"
std::optional<Language> LanguageFromName(std::string_view name);

// The key of a text with `arguments` placeholders, checked by the compiler.
template <std::size_t arguments>
class TextKeyWith {
 public:
  consteval TextKeyWith(const char* name) : index_(IndexOfText(name)) {
    if (kTextKeys[index_].placeholders != arguments) throw "a text with another number of placeholders";
  }
  constexpr std::size_t index() const { return index_; }

 private:
  std::size_t index_;
};
using TextKey = TextKeyWith<0>;

// The texts of one language.
class Texts {
 public:
  Language language() const { return language_; }

  std::string_view Get(TextKey key) const { return texts_[key.index()]; }

  // The headings of a table.
  std::vector<std::string> Row(std::initializer_list<TextKey> keys) const;

  // The text with {0}, {1}... replaced.
  template <typename... Arguments>
  std::string Format(std::type_identity_t<TextKeyWith<sizeof...(Arguments)>> key,
                     const Arguments&... arguments) const {
    return fmt::vformat(texts_[key.index()], fmt::make_format_args(arguments...));
  }

  // A few words for tables: "通过", "accepted"; "驳回", "reject".
  std::string_view Title(Outcome outcome) const;
  std::string_view Title(Severity severity) const;

  // The detail of a finding, which records hold in plain English. What the catalogue does not know (the words
  // of a decoder, a record of another version) is quoted.
  std::string Detail(const Finding& finding) const;
  // Whether the catalogue knows it, and so every part of it.
  bool KnowsDetail(const Finding& finding) const;

  // A line for the log, a note or an error, which the library writes in plain English. What the catalogue does
  // not know of it stays as it is.
  std::string Line(std::string_view english) const;

  // A line of --help; as it is where the catalogue does not know it, as it does not know commands.
  std::string Help(std::string_view english) const;

 private:
  friend class TextCatalogue;

  // "the face on the {0} is too small" as its literals, which are one more than the placeholders.
  struct Pattern {
    std::string code;  // Of the findings it is for; empty: of any.
    std::vector<std::string> literals;
    std::size_t literal_bytes = 0;
    std::string text;
  };
  // `values_may_join`: what stands between the literals may be several parts.
  std::optional<std::string> WholeLine(std::string_view english, bool values_may_join) const;
  static Result<std::vector<Pattern>> ReadPatterns(const YamlNode& list);
  std::optional<std::string> PartOfDetail(std::string_view code, std::string_view part, bool whole) const;
  std::optional<std::string> KnownDetail(const Finding& finding) const;

  Language language_ = Language::kZh;
  std::vector<std::string> texts_;  // By index in kTextKeys.
  // The more literal, the earlier; empty in English.
  std::vector<Pattern> details_, lines_, help_;
};

// Both languages.
class TextCatalogue {
 public:
  // Errors: kUsage - unknown or missing key, a missing language, an empty text, placeholders other than those
  // of text_keys.h, or not the same in both languages.
  static Result<TextCatalogue> Load(const std::filesystem::path& config_dir);

  const Texts& In(Language language) const { return language == Language::kZh ? zh_ : en_; }

 private:
  Texts zh_, en_;
};

}  // namespace gradphoto::standard
