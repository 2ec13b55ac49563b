// SPDX-License-Identifier: Apache-2.0
// Strict YAML: every key of a map must be asked for, no key may stand twice, and every error names the file,
// the line, the path of the key and, for a misspelled key, the nearest valid one. yaml-cpp accepts repeated and
// unknown keys silently, so this reader walks the node tree itself. Aliases and anchors are refused (they can
// blow up a small file), as are tags, tabs in the indentation and control characters. Bounds: 1 MiB, 16 levels,
// 20,000 nodes, keys of 128 bytes. The only file that sees yaml-cpp is yaml.cc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto {

// A node of a parsed document: a scalar, a list or a map in file order. A value type without yaml-cpp in it.
class YamlNode {
 public:
  using List = std::vector<YamlNode>;
  using Map = std::vector<std::pair<std::string, YamlNode>>;

  int line() const { return line_; }  // 1-based line in the file; for the value of a map, the line of its key.
  const std::string& path() const { return path_; }  // "placement.rules[2].min", empty for the root.
  bool IsScalar() const { return std::holds_alternative<std::string>(value_); }
  bool IsList() const { return std::holds_alternative<List>(value_); }
  bool IsMap() const { return std::holds_alternative<Map>(value_); }
  bool IsNull() const { return std::holds_alternative<std::monostate>(value_); }

  // Each conversion fails with kUsage: "<file>:<line>: <path>: expected <what>, got '<text>'".
  Result<std::string> AsString() const;
  Result<double> AsDouble() const;  // Finite numbers only.
  Result<int> AsInt() const;
  Result<bool> AsBool() const;  // "true" or "false" only.
  Result<const List*> AsList() const;
  Result<const Map*> AsMap() const;

  // The error text for this node, "<file>:<line>: <path>: <message>"; without the path for the root.
  Error MakeError(const std::string& message) const;

 private:
  friend class YamlReader;
  friend YamlNode MergeYaml(const YamlNode& base, const YamlNode& over);
  std::variant<std::monostate, std::string, List, Map> value_;
  std::shared_ptr<const std::string> file_;
  std::string path_;
  int line_ = 0;
};

// Errors: kUsage - absent, too large, not UTF-8, syntax error, repeated key, alias, several documents.
Result<YamlNode> ReadYamlFile(const std::filesystem::path& path);
// `name` stands for the file name in messages.
Result<YamlNode> ParseYaml(std::string_view text, const std::string& name);

// `over` laid on `base`: maps are merged key by key (keys of `base` first, in its order), everything else is
// replaced. Every node keeps the file and line it came from, so that errors point to the right file.
YamlNode MergeYaml(const YamlNode& base, const YamlNode& over);

// Reads the keys of one map and then insists that none was left unread.
//
//   YamlMap map(node);               // not a map: the error appears in Finish()
//   spec.width_px = map.Int("width_px").value_or(0);       // required key: error kept for Finish()
//   if (auto dpi = map.OptionalInt("dpi")) spec.dpi = *dpi;
//   return map.Finish();             // first error, or "unknown key 'widht_px'; did you mean 'width_px'?"
class YamlMap {
 public:
  explicit YamlMap(const YamlNode& node);

  std::optional<std::string> String(const std::string& key);
  std::optional<double> Double(const std::string& key);
  std::optional<int> Int(const std::string& key);
  std::optional<bool> Bool(const std::string& key);
  const YamlNode* Node(const std::string& key);  // Required; null when absent (the error is kept).

  std::optional<std::string> OptionalString(const std::string& key);
  std::optional<double> OptionalDouble(const std::string& key);
  std::optional<int> OptionalInt(const std::string& key);
  std::optional<bool> OptionalBool(const std::string& key);
  const YamlNode* OptionalNode(const std::string& key);

  // Keeps the first error, from here or from the caller's own checks of a value.
  // A missing key is reported last: a misspelled one is the likelier cause.
  void Fail(Error error);
  // Every key of the map, in file order (for maps whose keys are data, such as reason codes); marks all as
  // read.
  std::vector<std::string> TakeAllKeys();
  Result<void> Finish();

 private:
  const YamlNode* Find(const std::string& key, bool required);

  const YamlNode* node_;
  std::vector<std::string> asked_;
  std::optional<Error> error_;
  std::optional<Error> missing_;
  bool all_taken_ = false;
};

}  // namespace gradphoto
