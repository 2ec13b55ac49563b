// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/portal.h"

#include <algorithm>
#include <set>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/base/yaml.h"
#include "lib/standard/codes.h"

namespace gradphoto::ledger {
namespace {

// Without blanks and invisible marks, half-width, ASCII letters in upper case.
std::string Plain(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = ToHalfWidth(NextCodePoint(text, i));
    if (!IsBlankOrInvisible(c)) AppendUtf8(c, plain);
  }
  return ToUpperAscii(plain);
}

std::string WithoutStop(std::string plain) {
  for (const std::string_view stop : {"。", "!", ".", ";"}) {
    if (plain.ends_with(stop)) plain.resize(plain.size() - stop.size());
  }
  return plain;
}

Result<std::vector<std::string>> Strings(const YamlNode& node) {
  TRY_ASSIGN(const auto list, node.AsList());
  std::vector<std::string> strings;
  for (const YamlNode& item : *list) {
    TRY_ASSIGN(auto text, item.AsString());
    if (Trim(text).empty()) return Fail(item.MakeError("must not be empty"));
    strings.push_back(std::move(text));
  }
  return strings;
}

enum class With { kCode, kNoCode };

Result<std::pair<Reply, std::vector<std::string>>> ReadRule(const YamlNode& node, With with,
                                                            std::span<const std::string> meanings) {
  YamlMap map(node);
  Reply reply;
  const std::string meaning = map.String("meaning").value_or("");
  if (std::ranges::find(meanings, meaning) != meanings.end()) {
    reply.meaning = *EventFromName(meaning);
  } else if (!meaning.empty()) {
    map.Fail(node.MakeError(UnknownNameMessage("meaning", meaning, meanings)));
  }
  if (with == With::kCode) {
    reply.code = map.String("code").value_or("");
    if (!reply.code.empty() && !standard::Code::Find(reply.code)) {
      map.Fail(node.MakeError(UnknownNameMessage("code", reply.code, standard::AllCodeNames())));
    }
  }
  std::vector<std::string> texts;
  if (const YamlNode* list = map.Node("texts")) {
    TRY_ASSIGN(auto strings, Strings(*list));
    for (const std::string& text : strings) texts.push_back(Plain(text));
  }
  TRY(map.Finish());
  return std::pair(std::move(reply), std::move(texts));
}

}  // namespace

Result<PortalRules> PortalRules::Load(const std::filesystem::path& config_dir) {
  TRY_ASSIGN(const auto root, ReadYamlFile(config_dir / "portal.yaml"));
  YamlMap map(root);
  PortalRules rules;
  for (const auto& [key, into] :
       {std::pair("columns", &rules.columns_), std::pair("negations", &rules.negations_)}) {
    const YamlNode* node = map.Node(key);
    if (node == nullptr) continue;
    TRY_ASSIGN(auto strings, Strings(*node));
    *into = std::move(strings);
  }
  const std::vector<std::string> whole = {"approved", "pending"}, part = {"refused", "disputed"};
  std::set<std::string> seen;
  for (const auto& [key, into, with] : {std::tuple("exact", &rules.exact_, With::kNoCode),
                                        std::tuple("contains", &rules.contains_, With::kCode)}) {
    const YamlNode* node = map.Node(key);
    if (node == nullptr) continue;
    TRY_ASSIGN(const auto list, node->AsList());
    for (const YamlNode& item : *list) {
      TRY_ASSIGN(auto rule, ReadRule(item, with, with == With::kCode ? part : whole));
      for (const std::string& text : rule.second) {
        if (!seen.insert(text).second) return Fail(item.MakeError("'" + text + "' stands twice"));
      }
      into->push_back({std::move(rule.first), std::move(rule.second)});
    }
  }
  TRY(map.Finish());
  return rules;
}

Reply PortalRules::Classify(std::string_view text) const {
  const std::string plain = Plain(text), whole = WithoutStop(plain);
  for (const Rule& rule : exact_) {
    if (std::ranges::find(rule.texts, whole) != rule.texts.end()) return rule.reply;
  }
  const auto occurs = [&](const std::string& part) { return plain.find(part) != std::string::npos; };
  if (std::ranges::any_of(negations_, occurs)) return {};
  for (const Rule& rule : contains_) {
    if (std::ranges::any_of(rule.texts, occurs)) return rule.reply;
  }
  return {};
}

}  // namespace gradphoto::ledger
