// SPDX-License-Identifier: Apache-2.0
#include "lib/base/text.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using gradphoto::ConvertFromUtf8;
using gradphoto::ConvertToUtf8;
using gradphoto::ErrorKind;
using gradphoto::IsValidUtf8;
using gradphoto::NearestName;
using gradphoto::ToLowerAscii;
using gradphoto::Trim;
using gradphoto::UnknownNameMessage;

TEST_CASE("the nearest name is within a third of the word, whatever the case; the first of equals wins") {
  const std::vector<std::string> names = {"width_px", "height_px", "dpi", "DPI_X"};
  CHECK(NearestName("widht_px", names) == "width_px");
  CHECK(NearestName("WIDTH_PX", names) == "width_px");
  CHECK(NearestName("dpx", names) == "dpi");
  CHECK(NearestName("dpi_", names) == "dpi");
  CHECK_FALSE(NearestName("dxx", names).has_value());
  // Nine letters allow three changes, not four.
  CHECK(NearestName("heighXXXx", names) == "height_px");
  CHECK_FALSE(NearestName("heigXXXXx", names).has_value());
  const std::vector<std::string> equals = {"abd", "abe"};
  CHECK(NearestName("abc", equals) == "abd");
  CHECK_FALSE(NearestName("abc", {}).has_value());
  // One change is always forgiven, even in short words.
  CHECK(NearestName("x", std::vector<std::string>{"y"}) == "y");
}

TEST_CASE("the text of every unknown-name error") {
  const std::vector<std::string> valid = {"cet", "ncre"};
  CHECK(UnknownNameMessage("standard", "cte", std::vector<std::string>{"ncre"}) ==
        "unknown standard 'cte'; valid: ncre");
  CHECK(UnknownNameMessage("standard", "ce", valid) ==
        "unknown standard 'ce'; did you mean 'cet'? valid: cet, ncre");
}

TEST_CASE("UTF-8: the borders of every length") {
  for (const char* good : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "张三𠀀é"}) {
    CAPTURE(good);
    CHECK(IsValidUtf8(good));
  }
  CHECK(IsValidUtf8(std::string_view("\0", 1)));
}

TEST_CASE("UTF-8: overlong forms, surrogates, what is beyond U+10FFFF, stray and missing bytes") {
  const std::vector<std::string> bad = {"\x80",         "\xBF",
                                        "\xC0\x80",     "\xC1\xBF",
                                        "\xC2",         "\xC2\x41",
                                        "\xE0\x9F\xBF", "\xE4\xBD",
                                        "\xE4\xBD\x41", "\xED\xA0\x80",
                                        "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF",
                                        "\xF0\x90\x80", "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80", "\xFE",
                                        "\xFF",         "\xD5\xC5\xC8\xFD"};
  for (const std::string& text : bad) {
    CAPTURE(text);
    CHECK_FALSE(IsValidUtf8(text));
    CHECK_FALSE(IsValidUtf8("abc" + text));
    CHECK_FALSE(IsValidUtf8(text + "abc"));
  }
}

TEST_CASE("GB18030 both ways: two and four bytes, also across the converter's own blocks") {
  CHECK(ConvertToUtf8("\xD5\xC5\xC8\xFD", "GB18030") == "张三");
  CHECK(ConvertFromUtf8("张三", "GB18030") == "\xD5\xC5\xC8\xFD");
  CHECK(ConvertToUtf8("\x95\x32\x82\x36", "GB18030") == "𠀀");
  CHECK(ConvertFromUtf8("𠀀", "GB18030") == "\x95\x32\x82\x36");
  CHECK(ConvertToUtf8("", "GB18030") == "");
  std::string utf8;
  for (int i = 0; i < 5000; ++i) utf8 += i % 7 == 0 ? "a" : i % 5 == 0 ? "𠀀" : "张";
  const auto bytes = ConvertFromUtf8(utf8, "GB18030");
  REQUIRE(bytes.has_value());
  CHECK(bytes->size() < utf8.size());
  CHECK(ConvertToUtf8(*bytes, "GB18030") == utf8);
}

TEST_CASE("a bad byte is told with its offset") {
  const auto offset_of = [](const gradphoto::Result<std::string>& result) {
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::kInput);
    CHECK(result.error().message.starts_with("byte "));
    return std::stoi(result.error().message.substr(5));
  };
  CHECK(offset_of(ConvertToUtf8("\xD5\xC5\xFF\x41", "GB18030")) == 2);
  CHECK(offset_of(ConvertToUtf8("ab\xD5", "GB18030")) == 2);  // Half a character at the end.
  CHECK(offset_of(ConvertToUtf8(std::string(10'000, 'a') + "\xFF", "GB18030")) == 10'000);
  CHECK(offset_of(ConvertFromUtf8("é三", "ISO-8859-1")) == 2);
  CHECK(offset_of(ConvertFromUtf8("ab\xC3", "GB18030")) == 2);
}

TEST_CASE("an unknown encoding is our own mistake") {
  const auto result = ConvertToUtf8("a", "NO-SUCH-CODE");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::kInternal);
  CHECK(result.error().message.find("NO-SUCH-CODE") != std::string::npos);
}

TEST_CASE("trimming takes ASCII blanks, U+3000 and U+00A0 from both ends, in any mixture, and nothing else") {
  CHECK(Trim(" \t\u3000 \u00A0\r\n张 三\u3000\v\f \u3000") == "张 三");
  CHECK(Trim("\u3000\u00A0 ").empty());
  CHECK(Trim("").empty());
  CHECK(Trim("a") == "a");
  CHECK(Trim("\u3001a\u2003") == "\u3001a\u2003");
}

TEST_CASE("only the ASCII letters are lowered") { CHECK(ToLowerAscii("AZaz09_É张") == "azaz09_É张"); }
