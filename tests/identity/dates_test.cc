// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/dates.h"

#include <doctest/doctest.h>

#include "tests/identity/lattices.h"

using gradphoto::identity::FieldReading;
using gradphoto::identity::Fit;
using gradphoto::roster::Sex;
using gradphoto::testing::FieldOf;
using gradphoto::testing::Letters;
using gradphoto::testing::Opinion;
using gradphoto::testing::Sure;
using namespace std::chrono_literals;

namespace {

auto Validity(std::string_view text, bool ends_right = true) {
  return gradphoto::identity::ReadValidity(FieldOf(Sure(text)), Letters(), ends_right);
}

}  // namespace

TEST_CASE("both days of the validity, with the dashes and dots that the net says") {
  for (const char* text :
       {"2015.03.02-2035.03.02", "2015.03.02一2035.03.02", "20150302-20350302", "2015.03.022035.03.02"}) {
    CAPTURE(text);
    const auto validity = Validity(text);
    REQUIRE(validity.has_value());
    CHECK(validity->from == 2015y / 3 / 2);
    CHECK(validity->until == 2035y / 3 / 2);
    CHECK(validity->clear);
  }
  const auto long_term = Validity("2019.05.06-长期");
  REQUIRE(long_term.has_value());
  CHECK_FALSE(long_term->until.has_value());
  CHECK(long_term->clear);
}

TEST_CASE("a term that no card has is in doubt, a day that is none is not read") {
  CHECK_FALSE(Validity("2015.03.02-2036.03.02")->clear);
  CHECK_FALSE(Validity("2015.03.02-2035.03.12")->clear);
  CHECK(Validity("2016.02.29-2026.02.28")->clear);
  CHECK_FALSE(Validity("2015.13.02-2035.13.02").has_value());
  CHECK_FALSE(Validity("").has_value());
}

TEST_CASE("the end alone counts only where the end stands") {
  const auto end = Validity("2-2035.03.02");
  REQUIRE(end.has_value());
  CHECK_FALSE(end->from.has_value());
  CHECK(end->until == 2035y / 3 / 2);
  CHECK_FALSE(end->clear);
  CHECK_FALSE(Validity("2015.03.02", false).has_value());
}

TEST_CASE("the printed birth date is held against that of the number") {
  const FieldReading field = FieldOf(Sure("2001年3月2日"));
  const auto check = [&](std::chrono::year_month_day day) {
    return gradphoto::identity::CheckBirthDate(field, day, Letters());
  };
  CHECK(check(2001y / 3 / 2) == Fit::kMatch);
  CHECK(check(2002y / 3 / 2) == Fit::kMismatch);
  CHECK(check(2001y / 3 / 22) == Fit::kMismatch);
  CHECK(gradphoto::identity::ReadBirthDate(field, Letters())->day == 2001y / 3 / 2);
  FieldReading cut = field;
  cut.visible = false;
  CHECK(gradphoto::identity::CheckBirthDate(cut, 2002y / 3 / 2, Letters()) == Fit::kReview);
  CHECK(gradphoto::identity::CheckBirthDate(FieldOf(Sure("2001年3月2日", 0.7)), 2002y / 3 / 2, Letters()) ==
        Fit::kReview);
  CHECK(gradphoto::identity::CheckBirthDate({}, 2001y / 3 / 2, Letters()) == Fit::kReview);
}

TEST_CASE("the sex is read only when it is clear") {
  const auto sex = [](const std::vector<Opinion>& glyphs) {
    return gradphoto::identity::ReadSex(FieldOf(glyphs), Letters());
  };
  CHECK(sex(Sure("男")) == Sex::kMale);
  CHECK(sex(Sure("女")) == Sex::kFemale);
  CHECK_FALSE(sex({{{U'男', 0.5}, {U'女', 0.4}}}).has_value());
  CHECK_FALSE(sex(Sure("明")).has_value());
  CHECK_FALSE(gradphoto::identity::ReadSex({}, Letters()).has_value());
}
