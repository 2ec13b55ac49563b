// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/exemptions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/base/yaml.h"

namespace gradphoto::roster {
namespace {

// Half-width, lower case, without blanks at the ends.
std::string Fold(std::string_view text) { return ToLowerAscii(Trim(ToHalfWidth(text))); }

// A cell as parts between separators, each part as its blank-separated words.
using Part = std::vector<std::string>;
std::vector<Part> SplitCell(std::string_view cell) {
  constexpr std::u32string_view kSeparators = U",;:/|+&()\n\r、。和及与";
  std::vector<Part> parts(1);
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) parts.back().push_back(std::exchange(word, {}));
  };
  const std::string folded = Fold(cell);
  for (std::size_t position = 0; position < folded.size();) {
    const char32_t code_point = NextCodePoint(folded, position);
    if (kSeparators.find(code_point) != kSeparators.npos) {
      end_word();
      parts.emplace_back();
    } else if (IsBlankOrInvisible(code_point)) {
      end_word();
    } else {
      AppendUtf8(code_point, word);
    }
  }
  end_word();
  return parts;
}

std::size_t WordsIn(std::string_view text) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text, ' '));
}

// The texts of a list, folded; false when the caller should give up, the error is with `map`.
std::vector<std::string> FoldedList(YamlMap& map, const std::string& key) {
  std::vector<std::string> texts;
  const YamlNode* node = map.Node(key);
  if (node == nullptr) return texts;
  const auto list = node->AsList();
  if (!list) {
    map.Fail(list.error());
    return texts;
  }
  for (const YamlNode& item : **list) {
    const auto text = item.AsString();
    if (!text) {
      map.Fail(text.error());
    } else {
      texts.push_back(Fold(*text));
    }
  }
  return texts;
}

}  // namespace

Result<ExemptionTable> ExemptionTable::Load(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "exemptions.yaml"));
  ExemptionTable table;
  YamlMap map(root);
  std::set<std::string, std::less<>> seen;
  const auto once = [&](const std::string& word, const YamlNode& where) {
    if (!seen.insert(word).second) map.Fail(where.MakeError("'" + word + "' stands twice"));
    table.longest_words_ = std::max(table.longest_words_, WordsIn(word));
  };
  for (const std::string& word : FoldedList(map, "reasons")) {
    once(word, root);
    table.reasons_.insert(word);
  }
  for (const std::string& word : FoldedList(map, "none")) {
    once(word, root);
    table.none_.insert(word);
  }
  if (const YamlNode* entries = map.Node("exemptions")) {
    TRY_ASSIGN(const auto list, entries->AsList());
    for (const YamlNode& node : *list) {
      YamlMap entry(node);
      std::set<standard::Code> codes;
      for (const std::string& folded : FoldedList(entry, "codes")) {
        const std::string name = ToUpperAscii(folded);
        const auto code = standard::Code::Find(name);
        if (!code) {
          entry.Fail(node.MakeError(UnknownNameMessage("code", name, standard::AllCodeNames())));
          continue;
        }
        codes.insert(*code);
        table.words_[folded] = {*code};
      }
      entry.String("source");
      for (const std::string& word : FoldedList(entry, "words")) {
        once(word, node);
        table.words_[word] = codes;
      }
      TRY(entry.Finish());
    }
  }
  TRY(map.Finish());
  return table;
}

Exemptions ExemptionTable::Parse(std::string_view cell) const {
  Exemptions exemptions;
  int place = 0;
  bool reason = false;
  for (const Part& part : SplitCell(cell)) {
    // The longest entry that the words from here on begin with: "dark glasses" before "glasses".
    for (std::size_t first = 0; first < part.size();) {
      ++place;
      std::size_t taken = 0;
      for (std::size_t count = std::min(longest_words_, part.size() - first); count > 0 && taken == 0;
           --count) {
        std::string text = part[first];
        for (std::size_t i = 1; i < count; ++i) text += " " + part[first + i];
        if (const auto found = words_.find(text); found != words_.end()) {
          exemptions.codes.insert(found->second.begin(), found->second.end());
          taken = count;
        } else if (none_.contains(text)) {
          taken = count;
        } else if (reasons_.contains(text) || text == "and") {
          reason = true;
          taken = count;
        }
      }
      if (taken == 0) {
        exemptions.unknown.push_back(place);
        taken = 1;
      }
      first += taken;
    }
  }
  if (reason && exemptions.codes.empty() && exemptions.unknown.empty()) exemptions.unknown.push_back(0);
  return exemptions;
}

}  // namespace gradphoto::roster
