// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/codes.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

using gradphoto::standard::AllCodeNames;
using gradphoto::standard::AllCodes;
using gradphoto::standard::Bound;
using gradphoto::standard::CodeInfo;
using gradphoto::standard::FindCode;

TEST_CASE("codes are unique, upper case, and found by name") {
  std::set<std::string_view> seen;
  for (const CodeInfo& info : AllCodes()) {
    CAPTURE(info.code);
    CHECK(seen.insert(info.code).second);
    CHECK(std::ranges::all_of(info.code, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }));
    REQUIRE(FindCode(info.code) != nullptr);
    CHECK(FindCode(info.code)->code == info.code);
  }
  CHECK(AllCodes().size() >= 57);  // Codes are only ever added.
  CHECK(AllCodeNames().size() == AllCodes().size());
  CHECK(FindCode("head_tilted") == nullptr);
  CHECK(FindCode("") == nullptr);
}

TEST_CASE("a code has a unit exactly when it has a number") {
  for (const CodeInfo& info : AllCodes()) {
    CAPTURE(info.code);
    CHECK(info.unit.empty() == (info.bound == Bound::kNone));
  }
}

TEST_CASE("a file that cannot be judged comes before what it shows, the roster comes last") {
  const auto names = AllCodeNames();
  CHECK(names.front() == "UNREADABLE");
  CHECK(names.back() == "UPLOAD_NAME");
  const auto place = [&](std::string_view code) { return std::ranges::find(names, code) - names.begin(); };
  CHECK(place("NO_FACE") < place("HEAD_TILTED"));
  CHECK(place("HEAD_TILTED") < place("EYE_LINE"));
  CHECK(place("EYE_LINE") < place("FILE_SIZE"));
}
