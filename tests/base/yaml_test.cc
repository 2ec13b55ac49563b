// SPDX-License-Identifier: Apache-2.0
#include "lib/base/yaml.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::MergeYaml;
using gradphoto::ParseYaml;
using gradphoto::ReadYamlFile;
using gradphoto::YamlMap;
using gradphoto::YamlNode;
using gradphoto::testing::TempDir;

namespace {

// The message of the error that the text must give.
std::string ErrorOf(std::string_view text) {
  const auto root = ParseYaml(text, "a.yaml");
  REQUIRE_FALSE(root.has_value());
  CHECK(root.error().kind == ErrorKind::kUsage);
  return root.error().message;
}

YamlNode Parse(std::string_view text, std::string name = "a.yaml") {
  auto root = ParseYaml(text, std::move(name));
  if (!root) FAIL(root.error().message);
  return std::move(*root);
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a document becomes scalars, lists and maps in file order, each with its line and path") {
  const YamlNode root = Parse("b: 1\na:\n  - x: 2.5\n  - [true, '']\nc: ~\n");
  const auto& map = **root.AsMap();
  REQUIRE(map.size() == 3);
  CHECK(map[0].first == "b");
  CHECK(map[0].second.AsInt() == 1);
  CHECK(map[1].first == "a");
  CHECK(map[1].second.line() == 2);
  const auto& list = **map[1].second.AsList();
  const YamlNode& x = (**list[0].AsMap())[0].second;
  CHECK(x.AsDouble() == 2.5);
  CHECK(x.path() == "a[0].x");
  CHECK(x.line() == 3);
  const auto& inner = **list[1].AsList();
  CHECK(inner[0].AsBool() == true);
  CHECK(inner[1].AsString() == "");
  CHECK(inner[1].path() == "a[1][1]");
  CHECK(map[2].second.IsNull());
  CHECK(root.path().empty());
}

TEST_CASE("an empty document is null, and a map is then expected with its file and line") {
  const YamlNode root = Parse("# only a comment\n");
  CHECK(root.IsNull());
  YamlMap map(root);
  map.Int("x");
  CHECK(map.Finish().error().message == "a.yaml:1: expected a map, got nothing");
}

TEST_CASE("conversions take whole texts only and say what they got") {
  const YamlNode root = Parse("a: [12, 12px, 1e400, nan, 1.5, yes, 99999999999, x]");
  const auto& list = **(**root.AsMap())[0].second.AsList();
  CHECK(list[0].AsInt() == 12);
  CHECK(list[0].AsString() == "12");
  CHECK(list[1].AsInt().error().message == "a.yaml:1: a[1]: expected a whole number, got '12px'");
  CHECK_FALSE(list[2].AsDouble().has_value());
  CHECK_FALSE(list[3].AsDouble().has_value());
  CHECK_FALSE(list[4].AsInt().has_value());
  CHECK(list[5].AsBool().error().message == "a.yaml:1: a[5]: expected true or false, got 'yes'");
  CHECK_FALSE(list[6].AsInt().has_value());
  CHECK(list[7].AsMap().error().message == "a.yaml:1: a[7]: expected a map, got 'x'");
  CHECK(root.AsList().error().message == "a.yaml:1: expected a list, got a map");
}

TEST_CASE("a repeated key is an error with both lines") {
  CHECK(ErrorOf("a:\n  x: 1\n  y: 2\n  x: 3\n") ==
        "a.yaml:4: a.x: repeated key 'x'; it stands in line 2 already");
  CHECK(Contains(ErrorOf("{x: 1, 'x': 2}"), "repeated key 'x'"));
}

TEST_CASE("anchors, aliases, tags, second documents and odd keys are refused") {
  CHECK(ErrorOf("a: &x 1\nb: *x\n") == "a.yaml:1: anchors (&name) are not allowed");
  CHECK(Contains(ErrorOf("b: *x\n"), "a.yaml:1: "));
  CHECK(ErrorOf("a: !!str 1\n") == "a.yaml:1: tags (!name) are not allowed");
  CHECK(ErrorOf("a: !list [1]\n") == "a.yaml:1: tags (!name) are not allowed");
  CHECK(Contains(ErrorOf("a: 1\n---\nb: 2\n"), "second document"));
  CHECK(ErrorOf("? [a, b]\n: 1\n") == "a.yaml:1: a key must be text, not a list or a map");
  CHECK(Contains(ErrorOf("'': 1\n"), "empty key"));
  CHECK(Contains(ErrorOf("~: 1\n"), "empty key"));
  CHECK(Contains(ErrorOf("\"a\\nb\": 1\n"), "line break or tab in a key"));
  CHECK(Contains(ErrorOf(std::string(129, 'k') + ": 1\n"), "too long"));
  CHECK(ParseYaml(std::string(128, 'k') + ": 1\n", "a.yaml").has_value());
}

TEST_CASE("syntax errors name the line") {
  CHECK(Contains(ErrorOf("a: 1\nb: [1, 2\n"), "a.yaml:3: not valid YAML: "));
  CHECK(Contains(ErrorOf("a: b: c\n"), "a.yaml:1: not valid YAML: "));
}

TEST_CASE("tabs in the indentation are refused, elsewhere they are blanks") {
  CHECK(ErrorOf("a:\n\tb: 1\n") == "a.yaml:2: tab in the indentation; use blanks");
  CHECK(ErrorOf("a:\n  \tb: 1\n") == "a.yaml:2: tab in the indentation; use blanks");
  CHECK(ParseYaml("a: 1\t# comment\n\t\nb: 2\n", "a.yaml").has_value());
}

TEST_CASE("bytes that are not UTF-8, and control characters, are refused") {
  CHECK(ErrorOf("a: \xC4\xE3\n") == "a.yaml: not UTF-8; save the file as UTF-8");
  CHECK(Contains(ErrorOf("\xFF\xFE"
                         "a"),
                 "not UTF-8"));
  CHECK(ErrorOf(std::string_view("a: 1\nb\0: 1\n", 12)) == "a.yaml:2: control character");
  CHECK(Contains(ErrorOf("a: \"\\0\"\n"), "control character in a text"));
  const YamlNode marked = Parse(
      "\xEF\xBB\xBF"
      "a: 你\r\nb: 2\r\n");
  CHECK((**marked.AsMap())[0].first == "a");
  CHECK((**marked.AsMap())[0].second.AsString() == "你");
  CHECK((**marked.AsMap())[1].second.AsInt() == 2);
}

TEST_CASE("16 levels are read, more are refused without growing the tree") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(ParseYaml(nested(16), "a.yaml").has_value());
  CHECK(ErrorOf(nested(17)) == "a.yaml:1: nested deeper than 16 levels");
  CHECK(Contains(ErrorOf(nested(500'000)), "nested deeper"));
  CHECK_FALSE(ParseYaml(std::string(500'000, '['), "a.yaml").has_value());
  CHECK_FALSE(ParseYaml(std::string(500'000, '{'), "a.yaml").has_value());
  std::string blocks;
  for (int i = 0; i < 200'000; ++i) blocks += "- ";
  CHECK(Contains(ErrorOf(blocks), "nested deeper"));
  std::string maps;
  for (int i = 0; i < 20; ++i) maps += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(Contains(ErrorOf(maps), "nested deeper"));
}

TEST_CASE("size and number of values are bounded") {
  CHECK(ErrorOf("a: " + std::string(1U << 20U, 'x')) == "a.yaml: larger than 1048576 bytes");
  std::string many = "a: [";
  for (int i = 0; i < 20'001; ++i) many += "1,";
  CHECK(Contains(ErrorOf(many + "]"), "more than 20000 values"));
}

TEST_CASE("a long or many-line value is quoted short and on one line") {
  const YamlNode root = Parse("a: \"" + std::string(39, 'x') + "你好\"\nb: \"1\\n2\"\n");
  const auto& map = **root.AsMap();
  CHECK(map[0].second.AsInt().error().message ==
        "a.yaml:1: a: expected a whole number, got '" + std::string(39, 'x') + "...'");
  CHECK(map[1].second.AsInt().error().message == "a.yaml:2: b: expected a whole number, got '1 2'");
}

TEST_CASE("an unknown key is told with its line, its path and the nearest valid key") {
  const YamlNode root = Parse("frame:\n  widht_px: 480\n");
  YamlMap map((**root.AsMap())[0].second);
  map.Int("width_px");
  map.OptionalInt("dpi");
  // The misspelled key is told although the right one is missing too.
  CHECK(map.Finish().error().message ==
        "a.yaml:2: frame.widht_px: unknown key 'widht_px'; did you mean 'width_px'? valid: width_px, dpi");
}

TEST_CASE("a missing key is told with the map it is missing from") {
  const YamlNode root = Parse("frame:\n  dpi: 300\n");
  YamlMap map((**root.AsMap())[0].second);
  CHECK(map.Int("dpi") == 300);
  CHECK_FALSE(map.Int("width_px").has_value());
  CHECK_FALSE(map.OptionalInt("height_px").has_value());
  CHECK(map.Finish().error().message == "a.yaml:1: frame: missing key 'width_px'");
}

TEST_CASE("the first bad value is told") {
  const YamlNode root = Parse("a: x\nb: y\n");
  YamlMap map(root);
  CHECK_FALSE(map.Int("a").has_value());
  CHECK_FALSE(map.OptionalBool("b").has_value());
  CHECK(map.Finish().error().message == "a.yaml:1: a: expected a whole number, got 'x'");
}

TEST_CASE("a caller's own error counts like a bad value") {
  const YamlNode root = Parse("a: 7\n");
  YamlMap map(root);
  map.Int("a");
  map.Fail(map.Node("a")->MakeError("must be even"));
  map.Fail(map.Node("a")->MakeError("second"));
  CHECK(map.Finish().error().message == "a.yaml:1: a: must be even");
}

TEST_CASE("a map whose keys are data gives all of them, and none is unknown") {
  const YamlNode root = Parse("b: 1\na: 2\n");
  YamlMap map(root);
  CHECK(map.TakeAllKeys() == std::vector<std::string>{"b", "a"});
  CHECK(map.Finish().has_value());
}

TEST_CASE("a null where text is needed is an error, an absent optional key is not") {
  const YamlNode root = Parse("a:\n");
  YamlMap map(root);
  CHECK_FALSE(map.OptionalString("a").has_value());
  CHECK(map.Finish().error().message == "a.yaml:1: a: expected text, got nothing");
}

TEST_CASE("merging goes key by key through maps and replaces everything else") {
  const YamlNode base = Parse("a: {x: 1, y: 2}\nb: [1, 2]\nc: {z: 1}\n", "base.yaml");
  const YamlNode over = Parse("b: [3]\n\na:\n  y: five\nc: off\nd: 4\n", "over.yaml");
  const YamlNode merged = MergeYaml(base, over);
  const auto& map = **merged.AsMap();
  REQUIRE(map.size() == 4);
  CHECK(map[0].first == "a");
  const auto& a = **map[0].second.AsMap();
  REQUIRE(a.size() == 2);
  CHECK(a[0].second.AsInt() == 1);
  CHECK(a[0].second.MakeError("m").message == "base.yaml:1: a.x: m");
  CHECK(a[1].second.MakeError("m").message == "over.yaml:4: a.y: m");
  CHECK((**map[1].second.AsList()).size() == 1);
  CHECK(map[2].second.AsString() == "off");
  CHECK(map[3].first == "d");
}

TEST_CASE("files: read whole, absent ones and directories are usage errors") {
  const TempDir dir;
  const auto file = dir.Write("good.yaml", "a: 1\n");
  CHECK(ReadYamlFile(file).has_value());
  for (const auto& bad : {dir.path() / "absent.yaml", dir.path()}) {
    const auto root = ReadYamlFile(bad);
    REQUIRE_FALSE(root.has_value());
    CHECK(root.error().kind == ErrorKind::kUsage);
    CHECK(Contains(root.error().message, bad.string()));
  }
}
