// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/exemptions.h"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::roster::Exemptions;
using gradphoto::roster::ExemptionTable;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

const ExemptionTable& Shipped() {
  static const auto table = ExemptionTable::Load(SourceDir() / "configs");
  if (!table) FAIL(table.error().message);
  return *table;
}

using Codes = std::set<gradphoto::standard::Code>;
Codes CodesOf(std::string_view cell) { return Shipped().Parse(cell).codes; }
std::vector<int> UnknownOf(std::string_view cell) { return Shipped().Parse(cell).unknown; }

std::string LoadError(const std::string& text) {
  const TempDir dir;
  dir.Write("exemptions.yaml", text);
  const auto table = ExemptionTable::Load(dir.path());
  REQUIRE_FALSE(table.has_value());
  CHECK(table.error().kind == ErrorKind::kUsage);
  return table.error().message;
}

}  // namespace

TEST_CASE("what clerks write is read as codes, in Chinese, in English and as codes") {
  CHECK(CodesOf("宗教头饰") == Codes{"HEADGEAR"});
  CHECK(CodesOf("头巾") == Codes{"HEADGEAR"});
  CHECK(CodesOf("眼镜 医疗") == Codes{"GLASSES"});
  CHECK(CodesOf("headgear;glasses") == Codes{"GLASSES", "HEADGEAR"});
  CHECK(CodesOf("HEADGEAR") == Codes{"HEADGEAR"});
  CHECK(CodesOf("EYES_CLOSED, dark_glasses") == Codes{"DARK_GLASSES", "EYES_CLOSED"});
  CHECK(CodesOf("头巾（宗教）、眼镜") == Codes{"GLASSES", "HEADGEAR"});
  CHECK(CodesOf("头巾和墨镜") == Codes{"DARK_GLASSES", "GLASSES", "HEADGEAR"});
  CHECK(CodesOf(" Head Covering (religious) ") == Codes{"HEADGEAR"});
  CHECK(CodesOf("ＨＥＡＤＧＥＡＲ　") == Codes{"HEADGEAR"});
  CHECK(CodesOf("hat and glasses") == Codes{"GLASSES", "HEADGEAR"});
  for (const char* cell :
       {"宗教头饰", "眼镜 医疗", "headgear;glasses", "头巾（宗教）、眼镜", "hat and glasses"}) {
    CAPTURE(cell);
    CHECK(UnknownOf(cell).empty());
  }
}

TEST_CASE("the longest entry wins: dark glasses are more than glasses") {
  CHECK(CodesOf("dark glasses") == Codes{"DARK_GLASSES", "GLASSES"});
  CHECK(CodesOf("glasses") == Codes{"GLASSES"});
  CHECK(UnknownOf("dark").size() == 1);
}

TEST_CASE("an empty cell and a plain no excuse nothing and are understood") {
  for (const char* cell : {"", "  ", "无", "否", "none", "No", "-", "/", "、"}) {
    CAPTURE(cell);
    CHECK(CodesOf(cell).empty());
    CHECK(UnknownOf(cell).empty());
  }
}

TEST_CASE("what is not in the table excuses nothing and is told by its place, never guessed") {
  CHECK(CodesOf("头上有东西").empty());
  CHECK(UnknownOf("头上有东西") == std::vector{1});
  CHECK(CodesOf("头巾 紫色头发") == Codes{"HEADGEAR"});
  CHECK(UnknownOf("头巾 紫色头发") == std::vector{2});
  CHECK(CodesOf("不戴头巾").empty());  // No search for parts of words.
  CHECK(UnknownOf("不戴头巾") == std::vector{1});
  CHECK(UnknownOf("医疗") == std::vector{0});  // A reason for what?
}

TEST_CASE("a covered face, a wrong person and a missing face cannot be excused") {
  for (const char* cell : {"FACE_COVERED", "FACE_MISMATCH", "NO_FACE", "口罩", "DIMENSIONS"}) {
    CAPTURE(cell);
    CHECK(CodesOf(cell).empty());
    CHECK(UnknownOf(cell) == std::vector{1});
  }
}

TEST_CASE("a long or broken cell is read to its end") {
  std::string cell;
  for (int i = 0; i < 20'000; ++i) cell += "x ";
  CHECK(UnknownOf(cell).size() == 20'000);
  CHECK(UnknownOf("\xff\xfe\xc3").size() == 1);
}

TEST_CASE("a wrong table is refused with its place") {
  const std::string good =
      "exemptions:\n  - codes: [HEADGEAR]\n    source: s\n    words: [hat]\nreasons: [why]\nnone: [no]\n";
  const TempDir dir;
  dir.Write("exemptions.yaml", good);
  CHECK(ExemptionTable::Load(dir.path()).has_value());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  CHECK(LoadError(with("HEADGEAR", "HEADGAER")).contains("did you mean 'HEADGEAR'"));
  CHECK(LoadError(with("[hat]", "[hat, hat]")).contains("'hat' stands twice"));
  CHECK(LoadError(with("[why]", "[Hat]")).contains("'hat' stands twice"));
  CHECK(LoadError(with("source: s", "sourec: s")).contains("sourec"));
  CHECK(LoadError(with("none: [no]\n", "")).contains("none"));
}
