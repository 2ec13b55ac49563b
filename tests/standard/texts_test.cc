// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/texts.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Finding;
using gradphoto::Outcome;
using gradphoto::Severity;
using gradphoto::standard::kTextKeys;
using gradphoto::standard::Language;
using gradphoto::standard::LanguageFromName;
using gradphoto::standard::LanguageName;
using gradphoto::standard::TextCatalogue;
using gradphoto::standard::TextKeyInfo;
using gradphoto::standard::Texts;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

namespace fs = std::filesystem;

std::string TextOf(const fs::path& path) { return *gradphoto::ReadTextFile(path, 1U << 22U); }

const Texts& Shipped(Language language) {
  static const auto catalogue = TextCatalogue::Load(SourceDir() / "configs");
  if (!catalogue) FAIL(catalogue.error().message);
  return catalogue->In(language);
}

Finding WithDetail(std::string code, std::string detail) {
  Finding finding;
  finding.code = std::move(code);
  finding.detail = std::move(detail);
  return finding;
}

std::string InChinese(std::string code, std::string detail) {
  return Shipped(Language::kZh).Detail(WithDetail(std::move(code), std::move(detail)));
}

// The error of the shipped file after one replacement.
std::string ErrorAfter(std::string_view from, std::string_view to) {
  const TempDir dir;
  std::string text = TextOf(SourceDir() / "configs" / "texts.yaml");
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  dir.Write("texts.yaml", text);
  const auto catalogue = TextCatalogue::Load(dir.path());
  REQUIRE_FALSE(catalogue.has_value());
  CHECK(catalogue.error().kind == ErrorKind::kUsage);
  return catalogue.error().message;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool HasChinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {  // First bytes of U+3000..U+9FFF.
    const auto lead = static_cast<unsigned char>(c);
    return lead >= 0xE3 && lead <= 0xE9;
  });
}

// The sources of lib and cli without the list of the keys, by path.
std::map<std::string, std::string> Sources() {
  std::map<std::string, std::string> sources;
  for (const char* top : {"lib", "cli"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(SourceDir() / top)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".cc" && path.extension() != ".h") continue;
      if (path.filename() == "text_keys.h") continue;
      sources[fs::relative(path, SourceDir()).string()] = TextOf(path);
    }
  }
  return sources;
}

// The statements of a source without its comments, each with its string literals; a message that is broken into
// lines goes with its call.
struct Statement {
  std::string code;
  std::vector<std::string> literals;
};

std::vector<Statement> StatementsOf(std::string_view text) {
  std::vector<Statement> statements(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    Statement& statement = statements.back();
    if (text.substr(at).starts_with("//")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (text[at] == '"') {
      std::string literal;
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        literal += text[at];
        if (text[at] == '\\') literal += text[++at];
      }
      statement.literals.push_back(std::move(literal));
    } else if (text[at] == '\'' && at + 2 < text.size() && text[at + 2] == '\'') {
      at += 2;  // A character: a quote, or a brace.
    } else if (text[at] == ';' || text[at] == '{' || text[at] == '}') {
      statements.emplace_back();
    } else {
      statement.code += text[at];
    }
  }
  return statements;
}

}  // namespace

TEST_CASE("every key is in both languages, and used") {
  std::string all;
  for (const auto& [path, text] : Sources()) all += text;
  for (const TextKeyInfo& info : kTextKeys) {
    CAPTURE(info.name);
    CHECK(Contains(all, "\"" + std::string(info.name) + "\""));
  }
  CHECK(Shipped(Language::kZh).Get("report.title") == "证件照审核报告");
  CHECK(Shipped(Language::kEn).Get("report.title") == "ID photo report");
}

TEST_CASE("the texts of a language are in that language") {
  const TempDir dir;
  std::string text = TextOf(SourceDir() / "configs" / "texts.yaml");
  text.resize(text.find("\ndetails:"));
  const std::size_t lines = text.find("\nlines:");
  text.erase(lines, text.find("\n# Details of findings that are not") - lines);
  // {zh: ..., en: ...} in one line or in two.
  const std::regex english("\\ben: (\"[^\"]*\"|[^,}\n]*)"), chinese("\\bzh: (\"[^\"]*\"|[^,}\n]*)");
  std::size_t texts = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), english); it != std::sregex_iterator();
       ++it, ++texts) {
    CAPTURE((*it)[1].str());
    CHECK_FALSE(HasChinese((*it)[1].str()));
  }
  CHECK(texts == kTextKeys.size());
  const std::regex word("[A-Za-z]{2,}");
  for (std::sregex_iterator it(text.begin(), text.end(), chinese); it != std::sregex_iterator(); ++it) {
    const std::string told = (*it)[1].str();
    CAPTURE(told);
    if (told == "zh-CN") continue;
    CHECK((HasChinese(told) || !std::regex_search(told, word)));
  }
}

TEST_CASE("placeholders take values, which are not looked at again") {
  CHECK(Shipped(Language::kEn).Format("report.more_reasons", 3) == "and 3 more reasons");
  CHECK(Shipped(Language::kZh).Format("report.shown", "{n}", "{all}") == "显示 {n} / {all}");
}

TEST_CASE("outcomes and severities have one word each") {
  for (const Language language : {Language::kZh, Language::kEn}) {
    const Texts& texts = Shipped(language);
    CHECK(LanguageFromName(LanguageName(language)) == language);
    std::vector<std::string> titles;
    for (const Outcome outcome : {Outcome::kAccepted, Outcome::kReview, Outcome::kRejected, Outcome::kError,
                                  Outcome::kMissing, Outcome::kHeld}) {
      titles.emplace_back(texts.Title(outcome));
    }
    std::ranges::sort(titles);
    CHECK(std::ranges::adjacent_find(titles) == titles.end());
  }
  CHECK(Shipped(Language::kZh).Title(Outcome::kRejected) == "驳回重拍");
  CHECK(Shipped(Language::kZh).Title(Severity::kReject) == "驳回");
  CHECK(Shipped(Language::kEn).Title(Severity::kNotAssessed) == "not-assessed");
  CHECK_FALSE(LanguageFromName("auto").has_value());
}

TEST_CASE("mistakes in the file are told with file, line and key") {
  CHECK(Contains(ErrorAfter("  no_photo: {", "  no_foto: {"), "did you mean 'no_photo'?"));
  CHECK(Contains(ErrorAfter("\nreport:\n", "\nreports:\n"), "did you mean 'report'?"));
  CHECK(Contains(ErrorAfter("{zh: 姓名, en: name}", "{zh: 姓名}"), "table.name: missing key 'en'"));
  CHECK(Contains(ErrorAfter("{zh: 姓名, en: name}", "{zh: '', en: name}"), "table.name.zh: must not be empty"));
  CHECK(Contains(ErrorAfter("{zh: 姓名, en: name}", "{zh: 姓名, en: name, de: Name}"), "unknown key 'de'"));
  CHECK(Contains(ErrorAfter("另有 {0} 种原因", "另有 {1} 种原因"),
                 "more_reasons.zh: must have the placeholders {0} to {0}"));
  CHECK(Contains(ErrorAfter("另有 {0} 种原因", "另有几种原因"), "must have the placeholders {0} to {0}"));
  CHECK(Contains(ErrorAfter("另有 {0} 种原因", "另有 {0 种原因"), "must have the placeholders {0} to {0}"));
  CHECK(Contains(ErrorAfter("zh: 姓名,", "zh: '姓名{0}',"), "must have no braces"));
  CHECK(Contains(ErrorAfter("en: \"listed for {0}\"", "en: \"listed for {1}\""), "{0}, {1}..."));
  CHECK(Contains(ErrorAfter("zh: \"转入 {0}\"", "zh: 转入"), "details["));
  const TempDir empty;
  const auto absent = TextCatalogue::Load(empty.path());
  REQUIRE_FALSE(absent.has_value());
  CHECK(Contains(absent.error().message, "texts.yaml"));
}

TEST_CASE("details are told in Chinese: whole, joined, with values, and with details as values") {
  CHECK(InChinese("MATTE_UNCERTAIN", "original kept") == "保留原背景");
  CHECK(InChinese("HEADGEAR", "the photo ends close above the brows; exempt by the roster") ==
        "照片上缘紧贴眉毛；名册注明免检");
  CHECK(InChinese("COMPRESSED", "was a JPEG of quality 61 before") == "此前曾以质量 61 存为 JPEG");
  CHECK(InChinese("DIMENSIONS", "640 x 480 instead of 480 x 640; exempt by the roster") ==
        "640 x 480，应为 480 x 640；名册注明免检");
  CHECK(InChinese("REFERENCE_UNUSABLE", "the face on the reference is blurred") == "比对照片上的人脸模糊");
  CHECK(InChinese("ID_EXCEL_DAMAGED",
                  "the column student_number: a spreadsheet has turned the number into scientific notation") ==
        "列 student_number：号码被电子表格软件变成了科学计数法");
  CHECK(InChinese("LINK_AMBIGUOUS", "fits the roster lines 2, 3 and 4 more: by name") ==
        "与名册第 2, 3 等，另有 4 项 行都相符：按姓名");
  CHECK(InChinese("LOCKED", "the photo of attempt 2 is approved") == "第 2 次提交的照片：审核通过");
  CHECK(InChinese("LINK_DUPLICATE", "a/张三.jpg; b/{1} z.jpg") == "a/张三.jpg; b/{1} z.jpg");
  CHECK(InChinese("LINK_DUPLICATE", "references: chosen by the mapping, passed over: a.jpg; b.jpg") ==
        "比对照片：按对应表选定，未采用：a.jpg; b.jpg");
  CHECK(InChinese("ORIENTATION_GUESSED", "90") == "顺时针转正 90°");
  CHECK(InChinese("UNREADABLE", "Unsupported marker type 0x11") == "程序提示：Unsupported marker type 0x11");
  CHECK(InChinese("NO_FACE", "").empty());
  const Finding kept = WithDetail("MATTE_UNCERTAIN", "original kept");
  CHECK(Shipped(Language::kEn).Detail(kept) == "original kept");
}

TEST_CASE("lines of the log are told in Chinese, part by part; what is unknown stays") {
  const TempDir dir;
  std::string yaml = TextOf(SourceDir() / "configs" / "texts.yaml");
  const std::size_t lines = yaml.find("\nlines:\n") + 8,
                    details = yaml.find("\n# Details of findings that are not");
  yaml.replace(lines, details - lines,
               "  - {en: \"{0} of {1} rows\", zh: \"{1} 行中的 {0} 行\"}\n"
               "  - {en: no such file, zh: 没有这个文件}\n"
               "  - {en: roster, zh: 名册}\n"
               "help:\n"
               "  - {en: \"{0}: zh or en\", zh: \"{0}：zh 或 en\"}\n"
               "  - {en: Language, zh: 语言}\n");
  dir.Write("texts.yaml", yaml);
  const auto catalogue = TextCatalogue::Load(dir.path());
  REQUIRE(catalogue.has_value());
  CHECK(catalogue->In(Language::kZh).Help("Language: zh or en") == "语言：zh 或 en");
  CHECK(catalogue->In(Language::kZh).Help("no such file") == "no such file");
  CHECK(catalogue->In(Language::kEn).Help("Language") == "Language");
  const Texts& chinese = catalogue->In(Language::kZh);
  CHECK(chinese.Line("3 of 10 rows") == "10 行中的 3 行");
  CHECK(chinese.Line("roster: 3 of 10 rows") == "名册：10 行中的 3 行");
  CHECK(chinese.Line("a b/张三 {0}.jpg: no such file; look for it") ==
        "a b/张三 {0}.jpg：没有这个文件；look for it");
  CHECK(chinese.Line("what nobody knows: at all; never") == "what nobody knows: at all; never");
  CHECK(chinese.Line("original kept") == "保留原背景");
  CHECK(chinese.Line("").empty());
  CHECK(catalogue->In(Language::kEn).Line("roster: no such file") == "roster: no such file");
}

// Whatever the tools may say on stderr, notes as well as errors: each literal of more than one word, part by
// part.
TEST_CASE("every line of the log that the code can write is in the catalogue") {
  const std::string yaml = TextOf(SourceDir() / "configs" / "texts.yaml");
  const std::regex placeholder("\\{[^{}]*\\}");
  std::string known;
  const std::regex english("\\ben: (\"((?:[^\"\\\\]|\\\\.)*)\"|([^,}\n]*))");
  for (std::sregex_iterator it(yaml.begin() + static_cast<std::ptrdiff_t>(yaml.find("\nlines:")), yaml.end(),
                               english);
       it != std::sregex_iterator(); ++it) {
    known += std::regex_replace((*it)[2].matched ? (*it)[2].str() : (*it)[3].str(), placeholder, "{}") + "\n";
  }
  const std::regex says(
      "Fail\\(|MakeError|AddNote|NotePlaces|notes\\.push_back|notes_?\\.(Info|Warn)|spdlog::|Say\\(");
  const std::regex two_words("[a-z]+ [a-zA-Z]*[a-z]"), separators("; |: ");
  std::size_t checked = 0;
  for (const auto& [path, text] : Sources()) {
    for (const Statement& statement : StatementsOf(text)) {
      if (!std::regex_search(statement.code, says)) continue;
      for (const std::string& literal : statement.literals) {
        if (Contains(literal, "{{")) continue;  // Braces of a message, not placeholders.
        const std::string told = std::regex_replace(literal, placeholder, "{}");
        for (std::sregex_token_iterator part(told.begin(), told.end(), separators, -1), end; part != end;
             ++part) {
          const std::string words = part->str();
          if (!std::regex_search(words, two_words)) continue;
          const std::size_t first = words.find_first_not_of(" ,;:'()"),
                            last = words.find_last_not_of(" ,;:'()");
          CAPTURE(path);
          CAPTURE(words);
          ++checked;
          CHECK(Contains(known, std::string_view(words).substr(first, last - first + 1)));
        }
      }
    }
  }
  CHECK(checked > 300);
}

// Whatever a finding may say: each literal of more than one word in the code that makes findings, and each word
// that stands alone. A new detail without its Chinese fails here.
TEST_CASE("every detail that the code can write is in the catalogue") {
  std::string known;
  const std::string yaml = TextOf(SourceDir() / "configs" / "texts.yaml");
  const std::regex english("\\ben: (\"((?:[^\"\\\\]|\\\\.)*)\"|([^,}\n]*(?:, [^,}\nz][^,}\n]*)*))");
  const std::string details = yaml.substr(yaml.find("\ndetails:"));
  for (std::sregex_iterator it(details.begin(), details.end(), english); it != std::sregex_iterator(); ++it) {
    known += ((*it)[2].matched ? (*it)[2].str() : (*it)[3].str()) + "\n";
  }
  const std::regex makes_findings(
      "^lib/(check/|identity/verdict\\.cc|pipeline/(photo|frame|comparison|duplicates)\\.cc|roster/"
      "(garbled|roster|link|match|id_number)\\.cc|"
      "ledger/(keeper|ledger)\\.cc|image/(decode|heif|jpeg|metadata|png|webp)\\.cc)");
  // What is no detail: errors and notes for the log, SQL, and the reasons of open files, which nobody prints.
  const std::regex other(
      "#include|Fail\\(|Damaged\\(|problem = |MakeError|AddNote|NotePlaces|notes\\.push_back|kReExport|message "
      "(\\+)?= "
      "|static_assert|throw |"
      "\\.reason = $");
  const std::regex sql("SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|WHERE|FROM ");
  const std::regex two_words("[a-z]+ [a-zA-Z]*[a-z]");
  std::size_t checked = 0;
  for (const auto& [path, text] : Sources()) {
    if (!std::regex_search(path, makes_findings)) continue;
    for (const Statement& statement : StatementsOf(text)) {
      if (std::regex_search(statement.code, other)) continue;
      for (std::string told : statement.literals) {
        if (!std::regex_search(told, two_words) || std::regex_search(told, sql)) continue;
        if (told.starts_with("one of several")) continue;
        told = std::regex_replace(std::regex_replace(told, std::regex("%d"), "{0}"), std::regex("%s"), "");
        CAPTURE(path);
        CAPTURE(told);
        ++checked;
        // "; rename it" is a detail of its own.
        for (std::size_t cut = 0; cut < told.size();) {
          const std::size_t end = std::min(told.find("; ", cut), told.size());
          const std::string_view part = std::string_view(told).substr(cut, end - cut);
          const std::size_t first = part.find_first_not_of(" ,;:"), last = part.find_last_not_of(" ,;:");
          CHECK((first == std::string_view::npos || Contains(known, part.substr(first, last - first + 1))));
          cut = end + 2;
        }
      }
    }
  }
  CHECK(checked > 60);
  // Words that stand alone, where they are no units, sizes or keys of measures.
  const std::regex one_word("[a-z]+");
  for (const auto& [path, text] : Sources()) {
    if (!path.starts_with("lib/check/") || path == "lib/check/checks.cc") continue;
    for (const Statement& statement : StatementsOf(text)) {
      for (const std::string& word : statement.literals) {
        if (!std::regex_match(word, one_word) || word == "deg" || word == "x" || word == "chroma") continue;
        CAPTURE(path);
        CAPTURE(word);
        CHECK(Shipped(Language::kZh).KnowsDetail(WithDetail("GAZE_OFF", word)));
      }
    }
  }
  for (const auto& [code, word] :
       std::vector<std::pair<std::string, std::string>>{{"HEAD_CUT", "top"},
                                                        {"HEAD_CUT", "left"},
                                                        {"HEAD_CUT", "right"},
                                                        {"NO_SHOULDERS", "bottom"},
                                                        {"BACKGROUND_SHADOW", "replaced"},
                                                        {"EXEMPTION_UNKNOWN", "word 1, 3"},
                                                        {"DUPLICATE_FACE", "1 other"},
                                                        {"DUPLICATE_FACE", "12 others"},
                                                        {"TOO_LARGE", "123 bytes"}}) {
    CAPTURE(word);
    CHECK(Shipped(Language::kZh).KnowsDetail(WithDetail(code, word)));
  }
}
