// SPDX-License-Identifier: Apache-2.0
#include "lib/base/unicode.h"

#include <doctest/doctest.h>

namespace gradphoto {
namespace {

TEST_CASE("code points go through UTF-8 and back") {
  for (const char32_t c : {U'a', U'é', U'·', U'张', U'\U0002CC56', U'\U0010FFFF'}) {
    std::string text;
    AppendUtf8(c, text);
    std::size_t position = 0;
    CHECK(NextCodePoint(text, position) == c);
    CHECK(position == text.size());
  }
  CHECK(ToUtf32("a·张𬱖") == U"a·张𬱖");
  CHECK(ToUtf8(U"a·张𬱖") == "a·张𬱖");
  CHECK(ToUtf32("\xFF").size() == 1);
}

TEST_CASE("every invalid byte gives one replacement character and the walk ends") {
  const std::string text =
      "a\xE5\xBC"
      "b\xFF";
  std::u32string seen;
  for (std::size_t i = 0; i < text.size();) seen += NextCodePoint(text, i);
  CHECK(seen ==
        U"a\uFFFD\uFFFD"
        U"b\uFFFD");
}

TEST_CASE("full-width forms become ASCII") {
  CHECK(ToHalfWidth("１２３Ｘ　（张）") == "123X (张)");
  CHECK(ToHalfWidth("·〓") == "·〓");
}

TEST_CASE("ideographs of all planes are Han, punctuation is not") {
  CHECK(IsHan(U'张'));
  CHECK(IsHan(U'〇'));
  CHECK(IsHan(U'\U0002CC56'));
  CHECK_FALSE(IsHan(U'·'));
  CHECK_FALSE(IsHan(U'A'));
  CHECK_FALSE(IsHan(U'。'));
}

}  // namespace
}  // namespace gradphoto
