// SPDX-License-Identifier: Apache-2.0
// Every shipped profile's version is true: whoever changes its rules, or those of a file it extends, raises it.
#include <fstream>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "lib/standard/standard.h"
#include "lib/standard/standard_json.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::standard {
namespace {

struct Known {
  int version = 0;
  std::string hash;
};

// versions.txt: "name version hash" a line.
std::map<std::string, Known> KnownVersions(const std::filesystem::path& file) {
  std::map<std::string, Known> known;
  std::ifstream in(file);
  Known entry;
  for (std::string name; in >> name >> entry.version >> entry.hash;) known[name] = entry;
  return known;
}

TEST_CASE("a profile whose rules have changed has another version") {
  const auto source = testing::SourceDir();
  const auto names = ListStandards(source / "configs");
  REQUIRE(names.has_value());
  const auto known = KnownVersions(source / "tests/standard/versions.txt");
  CHECK(known.size() == names->size());
  for (const std::string& name : *names) {
    CAPTURE(name);
    const auto standard = FindStandard(source / "configs", name);
    REQUIRE(standard.has_value());
    const std::string hash = RulesHash(*standard).substr(0, 16);
    const std::string line = name + " " + std::to_string(standard->version) + " " + hash;
    INFO("if the version was raised, or no released one had these rules, versions.txt says: " << line);
    const auto entry = known.find(name);
    REQUIRE(entry != known.end());
    CHECK(entry->second.version == standard->version);
    CHECK(entry->second.hash == hash);
  }
}

TEST_CASE("the hash of the rules knows what judges, and nothing else") {
  const auto source = testing::SourceDir();
  const Standard standard = *FindStandard(source / "configs", "chsi-2017");
  const std::string hash = RulesHash(standard);
  Standard other = standard;
  other.name = "ours";
  ++other.version;
  other.note = "ours";
  other.name_template = "{name}";
  other.background.source = "elsewhere";
  CHECK(RulesHash(other) == hash);
  other = standard;
  other.checks.begin()->second.source = "elsewhere";
  CHECK(RulesHash(other) == hash);
  other = standard;
  other.file.max_bytes -= 1;
  CHECK(RulesHash(other) != hash);
  other = standard;
  other.placement.front().max += 0.5;
  CHECK(RulesHash(other) != hash);
  other = standard;
  other.checks.at("HEAD_TILTED").reject = 7.9;
  CHECK(RulesHash(other) != hash);
  other = standard;
  other.checks.at("HEAD_TILTED").severity = Severity::kWarn;
  CHECK(RulesHash(other) != hash);
}

}  // namespace
}  // namespace gradphoto::standard
