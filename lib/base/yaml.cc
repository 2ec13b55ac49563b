// SPDX-License-Identifier: Apache-2.0
#include "lib/base/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <sstream>
#include <system_error>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "lib/base/file.h"
#include "lib/base/text.h"

namespace gradphoto {
namespace {

constexpr std::uint64_t kMaxBytes = 1U << 20U;
constexpr std::size_t kMaxDepth = 16;
// Every node stores its path, so nodes times key length bounds the memory that a hostile file can ask for.
constexpr std::size_t kMaxNodes = 20'000;
constexpr std::size_t kMaxKeyBytes = 128;
constexpr std::size_t kMaxExcerptBytes = 40;

// Only control flow between the event handler and ParseYaml; it never leaves this file.
struct Refused {
  Error error;
};

std::string At(std::string_view file, int line, std::string_view message) {
  return std::string(file) + ":" + std::to_string(line) + ": " + std::string(message);
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

// A value as it is quoted in a message: one line, not too long, cut between characters.
std::string Excerpt(std::string_view text) {
  std::size_t end = std::min(text.size(), kMaxExcerptBytes);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string excerpt(text.substr(0, end));
  std::ranges::replace_if(excerpt, [](char c) { return IsControl(c) || c == '\n' || c == '\t'; }, ' ');
  return end < text.size() ? excerpt + "..." : excerpt;
}

// What yaml-cpp would accept or misread: NUL bytes make it guess UTF-16, and tabs in the indentation give
// messages that nobody can act upon.
Result<void> CheckCharacters(std::string_view text, std::string_view name) {
  if (text.size() > kMaxBytes) {
    return Fail(ErrorKind::kUsage, std::string(name) + ": larger than " + std::to_string(kMaxBytes) + " bytes");
  }
  if (!IsValidUtf8(text))
    return Fail(ErrorKind::kUsage, std::string(name) + ": not UTF-8; save the file as UTF-8");
  int line = 1;
  bool in_indentation = true;
  bool tab = false;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      in_indentation = true;
      tab = false;
      continue;
    }
    if (IsControl(c) && c != '\r') return Fail(ErrorKind::kUsage, At(name, line, "control character"));
    if (!in_indentation || c == ' ' || c == '\r') continue;
    if (c == '\t') {
      tab = true;
    } else {
      if (tab) return Fail(ErrorKind::kUsage, At(name, line, "tab in the indentation; use blanks"));
      in_indentation = false;
    }
  }
  return {};
}

}  // namespace

// Builds the tree from yaml-cpp's events. The bounds are checked while it grows, before yaml-cpp recurses
// deeper.
class YamlReader final : public YAML::EventHandler {
 public:
  explicit YamlReader(std::string name) : file_(std::make_shared<const std::string>(std::move(name))) {
    root_.file_ = file_;
    root_.line_ = 1;
  }

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) Refuse(Line(mark), "a second document starts here; only one is allowed");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (ExpectsKey()) Refuse(Line(mark), "empty key");
    Attach(NewNode(mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    Refuse(Line(mark), "aliases (*name) are not allowed");
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
    Refuse(Line(mark), "anchors (&name) are not allowed");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    RefuseTag(mark, tag);
    if (std::ranges::any_of(value, IsControl)) Refuse(Line(mark), "control character in a text");
    if (ExpectsKey()) {
      TakeKey(Line(mark), value);
      return;
    }
    YamlNode node = NewNode(mark);
    node.value_ = value;
    Attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(mark, tag, YamlNode::List{});
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(mark, tag, YamlNode::Map{});
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or map whose end has not been seen yet.
  struct Container {
    YamlNode node;
    std::optional<std::string> key;  // Of a map: read, its value still to come.
    int key_line = 0;
    std::map<std::string, int> seen;  // Keys of a map and their lines.
  };

  static int Line(const YAML::Mark& mark) { return mark.line + 1; }

  [[noreturn]] void Refuse(int line, std::string_view message) const {
    throw Refused{Error{ErrorKind::kUsage, At(*file_, line, message)}};
  }

  // yaml-cpp hands "?" for plain and "!" for quoted scalars and nothing for containers without a tag.
  void RefuseTag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") Refuse(Line(mark), "tags (!name) are not allowed");
  }

  bool ExpectsKey() const { return !open_.empty() && open_.back().node.IsMap() && !open_.back().key; }

  void TakeKey(int line, const std::string& key) {
    Container& map = open_.back();
    if (key.empty()) Refuse(line, "empty key");
    if (key.find_first_of("\n\t") != std::string::npos) Refuse(line, "line break or tab in a key");
    if (key.size() > kMaxKeyBytes) Refuse(line, "key '" + Excerpt(key) + "' is too long");
    const auto [first, is_new] = map.seen.emplace(key, line);
    if (!is_new) {
      const std::string path = map.node.path_.empty() ? key : map.node.path_ + "." + key;
      Refuse(line, path + ": repeated key '" + key + "'; it stands in line " + std::to_string(first->second) +
                       " already");
    }
    map.key = key;
    map.key_line = line;
  }

  YamlNode NewNode(const YAML::Mark& mark) {
    if (++nodes_ > kMaxNodes) Refuse(Line(mark), "more than " + std::to_string(kMaxNodes) + " values");
    YamlNode node;
    node.file_ = file_;
    node.line_ = Line(mark);
    if (open_.empty()) return node;
    const Container& parent = open_.back();
    if (parent.key) {
      node.line_ = parent.key_line;
      node.path_ = parent.node.path_.empty() ? *parent.key : parent.node.path_ + "." + *parent.key;
    } else {
      const std::size_t index = std::get<YamlNode::List>(parent.node.value_).size();
      node.path_ = parent.node.path_ + "[" + std::to_string(index) + "]";
    }
    return node;
  }

  void Attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Container& parent = open_.back();
    if (parent.node.IsMap()) {
      std::get<YamlNode::Map>(parent.node.value_).emplace_back(std::move(*parent.key), std::move(node));
      parent.key.reset();
    } else {
      std::get<YamlNode::List>(parent.node.value_).push_back(std::move(node));
    }
  }

  template <typename Value>
  void Open(const YAML::Mark& mark, const std::string& tag, Value value) {
    RefuseTag(mark, tag);
    if (ExpectsKey()) Refuse(Line(mark), "a key must be text, not a list or a map");
    if (open_.size() == kMaxDepth) {
      Refuse(Line(mark), "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    Container container;
    container.node = NewNode(mark);
    container.node.value_ = std::move(value);
    open_.push_back(std::move(container));
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Attach(std::move(node));
  }

  std::shared_ptr<const std::string> file_;
  std::vector<Container> open_;
  YamlNode root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

namespace {

// A node as messages name it when something else was expected.
std::string Describe(const YamlNode& node) {
  if (node.IsNull()) return "nothing";
  if (node.IsList()) return "a list";
  if (node.IsMap()) return "a map";
  return "'" + Excerpt(node.AsString().value_or("")) + "'";
}

std::unexpected<Error> Expected(const YamlNode& node, std::string_view what) {
  return Fail(node.MakeError("expected " + std::string(what) + ", got " + Describe(node)));
}

// The whole text as a number; nothing when anything is left over.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Error YamlNode::MakeError(const std::string& message) const {
  const std::string prefix = path_.empty() ? "" : path_ + ": ";
  return Error{ErrorKind::kUsage, At(file_ ? *file_ : "", line_, prefix + message)};
}

Result<std::string> YamlNode::AsString() const {
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  return Expected(*this, "text");
}

Result<double> YamlNode::AsDouble() const {
  if (const auto* text = std::get_if<std::string>(&value_)) {
    if (const auto number = ParseNumber<double>(*text); number && std::isfinite(*number)) return *number;
  }
  return Expected(*this, "a number");
}

Result<int> YamlNode::AsInt() const {
  if (const auto* text = std::get_if<std::string>(&value_)) {
    if (const auto number = ParseNumber<int>(*text)) return *number;
  }
  return Expected(*this, "a whole number");
}

Result<bool> YamlNode::AsBool() const {
  if (const auto* text = std::get_if<std::string>(&value_)) {
    if (*text == "true") return true;
    if (*text == "false") return false;
  }
  return Expected(*this, "true or false");
}

Result<const YamlNode::List*> YamlNode::AsList() const {
  if (const auto* list = std::get_if<List>(&value_)) return list;
  return Expected(*this, "a list");
}

Result<const YamlNode::Map*> YamlNode::AsMap() const {
  if (const auto* map = std::get_if<Map>(&value_)) return map;
  return Expected(*this, "a map");
}

Result<YamlNode> ParseYaml(std::string_view text, const std::string& name) {
  TRY(CheckCharacters(text, name));
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    YamlReader reader(name);
    // The second call refuses a second document; without one it does nothing.
    if (parser.HandleNextDocument(reader)) parser.HandleNextDocument(reader);
    return reader.TakeRoot();
  } catch (const Refused& refused) {
    return Fail(refused.error);
  } catch (const YAML::Exception& error) {
    return Fail(ErrorKind::kUsage, At(name, error.mark.line + 1, "not valid YAML: " + error.msg));
  }
}

Result<YamlNode> ReadYamlFile(const std::filesystem::path& path) {
  auto text = ReadTextFile(path, kMaxBytes);
  if (!text) return Fail(ErrorKind::kUsage, text.error().message);
  return ParseYaml(*text, path.string());
}

YamlNode MergeYaml(const YamlNode& base, const YamlNode& over) {
  const auto* base_map = std::get_if<YamlNode::Map>(&base.value_);
  const auto* over_map = std::get_if<YamlNode::Map>(&over.value_);
  if (base_map == nullptr || over_map == nullptr) return over;
  YamlNode merged = over;
  YamlNode::Map map = *base_map;
  for (const auto& [key, node] : *over_map) {
    const auto same = std::ranges::find(map, key, &YamlNode::Map::value_type::first);
    if (same == map.end()) {
      map.emplace_back(key, node);
    } else {
      same->second = MergeYaml(same->second, node);
    }
  }
  merged.value_ = std::move(map);
  return merged;
}

YamlMap::YamlMap(const YamlNode& node) : node_(&node) {
  if (auto map = node.AsMap(); !map) error_ = map.error();
}

const YamlNode* YamlMap::Find(const std::string& key, bool required) {
  asked_.push_back(key);
  const auto map = node_->AsMap();
  if (!map) return nullptr;
  const auto found = std::ranges::find(**map, key, &YamlNode::Map::value_type::first);
  if (found != (*map)->end()) return &found->second;
  if (required && !missing_) missing_ = node_->MakeError("missing key '" + key + "'");
  return nullptr;
}

namespace {

// The value of `node` through one of the As... functions; a failed conversion is kept in `map`.
template <typename T>
std::optional<T> Convert(YamlMap& map, const YamlNode* node, Result<T> (YamlNode::*as)() const) {
  if (node == nullptr) return std::nullopt;
  auto value = (node->*as)();
  if (value) return std::move(*value);
  map.Fail(std::move(value.error()));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> YamlMap::String(const std::string& key) {
  return Convert(*this, Find(key, true), &YamlNode::AsString);
}
std::optional<double> YamlMap::Double(const std::string& key) {
  return Convert(*this, Find(key, true), &YamlNode::AsDouble);
}
std::optional<int> YamlMap::Int(const std::string& key) {
  return Convert(*this, Find(key, true), &YamlNode::AsInt);
}
std::optional<bool> YamlMap::Bool(const std::string& key) {
  return Convert(*this, Find(key, true), &YamlNode::AsBool);
}
const YamlNode* YamlMap::Node(const std::string& key) { return Find(key, true); }

std::optional<std::string> YamlMap::OptionalString(const std::string& key) {
  return Convert(*this, Find(key, false), &YamlNode::AsString);
}
std::optional<double> YamlMap::OptionalDouble(const std::string& key) {
  return Convert(*this, Find(key, false), &YamlNode::AsDouble);
}
std::optional<int> YamlMap::OptionalInt(const std::string& key) {
  return Convert(*this, Find(key, false), &YamlNode::AsInt);
}
std::optional<bool> YamlMap::OptionalBool(const std::string& key) {
  return Convert(*this, Find(key, false), &YamlNode::AsBool);
}
const YamlNode* YamlMap::OptionalNode(const std::string& key) { return Find(key, false); }

void YamlMap::Fail(Error error) {
  if (!error_) error_ = std::move(error);
}

std::vector<std::string> YamlMap::TakeAllKeys() {
  all_taken_ = true;
  std::vector<std::string> keys;
  if (const auto map = node_->AsMap()) {
    for (const auto& [key, node] : **map) keys.push_back(key);
  }
  return keys;
}

Result<void> YamlMap::Finish() {
  if (error_) return gradphoto::Fail(*error_);
  if (!all_taken_) {
    for (const auto& [key, node] : **node_->AsMap()) {
      if (std::ranges::find(asked_, key) == asked_.end()) {
        return gradphoto::Fail(node.MakeError(UnknownNameMessage("key", key, asked_)));
      }
    }
  }
  if (missing_) return gradphoto::Fail(*missing_);
  return {};
}

}  // namespace gradphoto
