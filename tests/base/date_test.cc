// SPDX-License-Identifier: Apache-2.0
#include "lib/base/date.h"

#include <doctest/doctest.h>

namespace gradphoto {
namespace {

using namespace std::chrono_literals;

TEST_CASE("dates in the usual spellings") {
  for (const char* text :
       {"20050701", "2005-07-01", "2005/7/1", "2005.7.1", "2005年7月1日", "２００５年７月１日",
        "2005-07-01 00:00:00", "2005-07-01T00:00", "2005 年 7 月 1 日"}) {
    CAPTURE(text);
    CHECK(ParseDate(text) == 2005y / 7 / 1);
  }
  for (const char* text :
       {"", "2005", "2005-13-01", "20050230", "2005年7月", "x", "05-07-01", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseDate(text).has_value());
  }
}

TEST_CASE("today is a calendar day") { CHECK(Today().ok()); }

TEST_CASE("a date is written as ISO 8601 has it") {
  CHECK(DateText(2021y / 11 / 2) == "2021-11-02");
  CHECK(DateText(805y / 1 / 31) == "0805-01-31");
}

}  // namespace
}  // namespace gradphoto
