// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/pinyin.h"

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

TEST_CASE("names come as syllables, family names by their own reading, rare characters too") {
  const auto reader = PinyinReader::Create();
  REQUIRE(reader.has_value());
  using Syllables = std::vector<std::string>;
  CHECK(reader->Syllables("单雄信") == Syllables{"shan", "xiong", "xin"});
  CHECK(reader->Syllables("曾国藩") == Syllables{"zeng", "guo", "fan"});
  CHECK(reader->Syllables("吕布") == Syllables{"lu", "bu"});
  CHECK(reader->Syllables("艾力·买买提") == Syllables{"ai", "li", "mai", "mai", "ti"});
  CHECK(reader->Syllables("Anna Smith") == Syllables{"anna", "smith"});
  CHECK(reader->Syllables("").empty());
  CHECK(reader->Syllables("\xFF\xFE 123").empty());
}

}  // namespace
}  // namespace gradphoto::roster
