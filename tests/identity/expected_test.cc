// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/expected.h"

#include <random>
#include <string>

#include <doctest/doctest.h>

#include "lib/identity/dates.h"
#include "tests/identity/lattices.h"

using gradphoto::ToUtf32;
using gradphoto::ToUtf8;
using gradphoto::identity::FieldReading;
using gradphoto::identity::Fit;
using gradphoto::identity::NameCheck;
using gradphoto::identity::NameDoubt;
using gradphoto::testing::FieldOf;
using gradphoto::testing::LatticeOf;
using gradphoto::testing::Letters;
using gradphoto::testing::Opinion;
using gradphoto::testing::Sure;

namespace {

NameCheck Check(const FieldReading& field, std::string_view name) {
  return gradphoto::identity::CheckName(field, name, Letters());
}

}  // namespace

TEST_CASE("a name that is read surely matches, in the roster's spellings, and another one does not") {
  const FieldReading field = FieldOf(Sure("王小明"));
  CHECK(Check(field, "王小明").fit == Fit::kMatch);
  CHECK(Check(field, "王 小　明").fit == Fit::kMatch);
  CHECK(Check(field, "张伟").fit == Fit::kMismatch);
  CHECK(Check(field, "欧阳依").fit == Fit::kMismatch);
}

TEST_CASE("one differing character is always a review: another one, one more, one less") {
  const std::u32string pool = ToUtf32("王小明张伟李末未古丽米热艾力阿依努尔肃天欧阳垚尧");
  std::mt19937 random(2);
  const auto draw = [&] {
    return pool[std::uniform_int_distribution<std::size_t>(0, pool.size() - 1)(random)];
  };
  for (int i = 0; i < 200; ++i) {
    std::u32string name;
    for (int length = 2 + i % 3; length > 0; --length) name += draw();
    std::u32string other = name;
    const std::size_t place = static_cast<std::size_t>(i) % name.size();
    if (i % 4 == 0) {
      other.insert(other.begin() + static_cast<std::ptrdiff_t>(place), draw());
    } else if (i % 4 == 1) {
      other.erase(place, 1);
    } else {
      other[place] = draw();
    }
    if (other == name) continue;
    CAPTURE(ToUtf8(name));
    CAPTURE(ToUtf8(other));
    CHECK(Check(FieldOf(Sure(ToUtf8(name))), ToUtf8(other)).fit == Fit::kReview);
  }
}

TEST_CASE("a character that the recogniser dropped, or took for one that looks alike, is none that differs") {
  // 王垚明 is printed, and the roster says 王垚天 or 李垚明.
  CHECK(Check(FieldOf(Sure("王明")), "王垚天").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王明")), "李垚明").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王小")), "王天垚").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王明")), "李垚天").fit == Fit::kMismatch);
  // 尧 was read for 垚, and another one differs; two others differ.
  CHECK(Check(FieldOf(Sure("王尧明")), "王垚天").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王尧明")), "李垚天").fit == Fit::kMismatch);
  // One that is there and not in the roster was printed.
  CHECK(Check(FieldOf(Sure("王小明")), "王天").fit == Fit::kMismatch);
}

TEST_CASE("a name is no mismatch unless the field is visible and all readings agree") {
  FieldReading field = FieldOf(Sure("王小明"));
  CHECK(Check(field, "张伟").fit == Fit::kMismatch);
  field.visible = false;
  CHECK(Check(field, "张伟").fit == Fit::kReview);
  field.visible = true;
  field.strips[1] = LatticeOf(Sure("王李明"));
  CHECK(Check(field, "张伟").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王小明", 0.7)), "张伟").fit == Fit::kReview);  // Not sure of itself.
}

TEST_CASE("the separator of minority names never decides") {
  for (const char* printed : {"古丽米热·艾力", "古丽米热艾力", "古丽米热.艾力", "古丽米热，艾力"}) {
    CAPTURE(printed);
    const FieldReading field = FieldOf(Sure(printed));
    for (const char* roster : {"古丽米热·艾力", "古丽米热•艾力", "古丽米热艾力"}) {
      CAPTURE(roster);
      CHECK(Check(field, roster).fit == Fit::kMatch);
    }
    CHECK(Check(field, "古丽米热·阿依努尔").fit == Fit::kMismatch);
    CHECK(Check(field, "古丽米热·艾依").fit == Fit::kReview);
  }
}

TEST_CASE("a character outside the alphabet is a review, and it is said whether the rest fits") {
  // The net says another character for it, and surely.
  const auto fits = Check(FieldOf(Sure("王小明")), "王㛃明");
  CHECK(fits.fit == Fit::kReview);
  CHECK(fits.doubt == NameDoubt::kRare);
  CHECK(fits.rest_fits);
  CHECK_FALSE(Check(FieldOf(Sure("张小明")), "王㛃明").rest_fits);
  CHECK_FALSE(Check(FieldOf(Sure("王明")), "王㛃明").rest_fits);  // It says nothing for it.
  CHECK(Check(FieldOf(Sure("张小伟")), "王㛃明").fit == Fit::kReview);
}

TEST_CASE("a look-alike must be clearly less likely, others need not") {
  const auto of = [](char32_t likely, char32_t other) {
    return FieldOf({{{U'李', 0.99}}, {{likely, 0.6}, {other, 0.35}}});
  };
  const auto doubt = Check(of(U'未', U'末'), "李未");
  CHECK(doubt.fit == Fit::kReview);
  CHECK(doubt.doubt == NameDoubt::kLookAlike);
  CHECK(Check(of(U'丽', U'小'), "李丽").fit == Fit::kMatch);
  CHECK(Check(FieldOf(Sure("李未", 0.95)), "李未").fit == Fit::kMatch);
  CHECK(Check(FieldOf(Sure("李末", 0.95)), "李未").fit == Fit::kReview);
}

TEST_CASE("a weak or an empty line is a review") {
  const auto weak = Check(FieldOf({{{U'王', 0.99}}, {{U'明', 0.4}}}), "王明");
  CHECK(weak.fit == Fit::kReview);
  const auto nothing = Check(FieldOf({}), "王明");
  CHECK(nothing.fit == Fit::kReview);
  CHECK(nothing.doubt == NameDoubt::kNothingRead);
  CHECK(Check({}, "王明").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王明")), "").fit == Fit::kReview);
  CHECK(Check(FieldOf(Sure("王明")), "·").fit == Fit::kReview);
}
