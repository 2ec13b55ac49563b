// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/name.h"

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

TEST_CASE("blanks inside names of ideographs vanish") {
  for (const char* name : {"张三", "张 三", "张　三", " 张\u00A0三 ", "张  三"})
    CHECK(NameForMatching(name) == "张三");
}

TEST_CASE("every look-alike of the separator becomes U+00B7") {
  for (const char* dot : {"·", "•", "・", "‧", "．", ".", "･", "∙", "⋅"}) {
    CAPTURE(dot);
    CHECK(NameForMatching(std::string("艾力") + dot + "买买提") == "艾力\u00B7买买提");
  }
}

TEST_CASE("Latin names keep one blank and lose their case") {
  CHECK(NameForMatching("Anna  SMITH") == "anna smith");
  CHECK(NameForMatching("Ａｎｎａ　Smith") == "anna smith");
  CHECK(NameForMatching("J. Smith") == "j. smith");
}

TEST_CASE("rare characters and variants stay different") {
  CHECK(NameForMatching("王𬱖") == "王𬱖");
  CHECK(NameForMatching("王頔") != NameForMatching("王𬱖"));
}

TEST_CASE("marks of lost glyphs are seen") {
  for (const char* name : {"王??", "王〓", "王？", "王□", "王\uFFFD", "王\xFF"}) CHECK(HasLostGlyph(name));
  CHECK_FALSE(HasLostGlyph("王𬱖"));
  CHECK_FALSE(HasLostGlyph(""));
}

}  // namespace
}  // namespace gradphoto::roster
