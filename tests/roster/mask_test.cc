// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/mask.h"

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

TEST_CASE("the default mask keeps 3 + 2 and covers the birth date") {
  CHECK(Mask("11010519491231002X") == "110*************2X");
  CHECK(Mask("320106900315123") == "320**********23");
  CHECK(Mask("2023010001") == "202*****01");
}

TEST_CASE("short identifiers show less") {
  CHECK(Mask("H12345678") == "H*******8");
  CHECK(Mask("123456") == "1****6");
  CHECK(Mask("12345") == "*****");
  CHECK(Mask("") == "");
}

TEST_CASE("characters are counted, not bytes") { CHECK(Mask("临时一二三") == "*****"); }

}  // namespace
}  // namespace gradphoto::roster
