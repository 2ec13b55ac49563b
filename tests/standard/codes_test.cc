// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/codes.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::standard::AllCodeNames;
using gradphoto::standard::AllCodes;
using gradphoto::standard::Bound;
using gradphoto::standard::Code;
using gradphoto::standard::Codes;
using gradphoto::standard::FindFinding;
using gradphoto::standard::ImportanceOf;
using gradphoto::standard::MakeFinding;
using gradphoto::standard::Stage;
using gradphoto::standard::StageOf;

TEST_CASE("codes are unique, upper case, and found by name") {
  std::set<std::string_view> seen;
  for (const Code code : AllCodes()) {
    CAPTURE(code);
    CHECK(seen.insert(code.name()).second);
    CHECK(std::ranges::all_of(code.name(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }));
    CHECK(Code::Find(code.name()) == code);
  }
  CHECK(AllCodes().size() >= 57);  // Codes are only ever added.
  CHECK(AllCodeNames().size() == AllCodes().size());
  CHECK_FALSE(Code::Find("head_tilted").has_value());
  CHECK_FALSE(Code::Find("").has_value());
}

TEST_CASE("a code has a unit exactly when it has a number") {
  for (const Code code : AllCodes()) {
    CAPTURE(code);
    CHECK(code.unit().empty() == (code.bound() == Bound::kNone));
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

TEST_CASE("a code of the table is known at compile time, several in one literal, too") {
  constexpr Code kTilted = "HEAD_TILTED";
  static_assert(kTilted.name() == "HEAD_TILTED" && kTilted.unit() == "deg" && kTilted.bound() == Bound::kAbove);
  static_assert(!Code::Find("HEAD_TITLED"));  // That the name itself does not compile: misspelt_code.cmake.
  constexpr Codes kTwo = "EYES_CLOSED MOUTH_OPEN";
  CHECK(kTwo.text() == "EYES_CLOSED MOUTH_OPEN");
  CHECK(kTwo.All() == std::vector<Code>{"EYES_CLOSED", "MOUTH_OPEN"});
  CHECK(Codes("NO_FACE").All() == std::vector<Code>{"NO_FACE"});
}

TEST_CASE("codes of a newer version come last and are never taken back") {
  CHECK(ImportanceOf("FROM_LATER") == AllCodes().size());
  CHECK(ImportanceOf("UPLOAD_NAME") == AllCodes().size() - 1);
  CHECK(StageOf("FROM_LATER") == Stage::kRoster);
  CHECK(StageOf("FACE_MISMATCH") == Stage::kComparison);
}

TEST_CASE("a finding carries what it was made of, and the unit of its code when it has a value") {
  const Finding plain = MakeFinding("NO_FACE", Severity::kReject, "why");
  CHECK(plain.code == "NO_FACE");
  CHECK(plain.severity == Severity::kReject);
  CHECK(plain.detail == "why");
  CHECK_FALSE(plain.value.has_value());
  CHECK(plain.unit.empty());
  const Finding about_value = MakeFinding("HEAD_TILTED", Severity::kWarn, -4.5, std::nullopt, 3);
  CHECK(about_value.value == -4.5);
  CHECK(about_value.unit == "deg");
  CHECK_FALSE(about_value.limit_min.has_value());
  CHECK(about_value.limit_max == 3);
  const std::vector<Finding> both = {plain, about_value};
  CHECK(FindFinding(both, "HEAD_TILTED") == &both[1]);
  CHECK(FindFinding(both, "MOUTH_OPEN") == nullptr);
}
