// SPDX-License-Identifier: Apache-2.0
#include "lib/check/sheet.h"

#include <doctest/doctest.h>

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::check::Sheet;
using gradphoto::standard::Standard;

namespace {

Standard TiltStandard() {
  Standard standard;
  standard.checks["HEAD_TILTED"] = {.warn = 3, .review = {}, .reject = 8, .severity = {}, .source = {}};
  standard.checks["NO_FACE"] = {
      .warn = {}, .review = {}, .reject = {}, .severity = Severity::kReject, .source = {}};
  return standard;
}

}  // namespace

TEST_CASE("every check of the standard is written down once, found or passed; others not at all") {
  const Standard standard = TiltStandard();
  Sheet sheet(standard);
  sheet.Judge("HEAD_TILTED", "roll_deg", 9.04, 1);
  sheet.PassOrFail("NO_FACE", true);
  sheet.Judge("BLURRED", "blur_px", 3.456, 2);
  REQUIRE(sheet.findings().size() == 1);
  CHECK(sheet.findings()[0].severity == Severity::kReject);
  CHECK(sheet.findings()[0].value == 9.0);  // Rounded first, so that what is shown is what was judged.
  REQUIRE(sheet.passed().size() == 1);
  CHECK(sheet.passed()[0].code == "NO_FACE");
  CHECK(sheet.measures() == gradphoto::Json{{"roll_deg", 9.0}, {"blur_px", 3.46}});
  CHECK(sheet.Find("HEAD_TILTED") == &sheet.findings()[0]);
  CHECK(sheet.Find("NO_FACE") == nullptr);
}

TEST_CASE("a passed check tells the first limit that would be broken") {
  const Standard standard = TiltStandard();
  Sheet sheet(standard);
  sheet.Judge("HEAD_TILTED", -2.5, 1);
  REQUIRE(sheet.passed().size() == 1);
  CHECK(sheet.passed()[0].value == -2.5);
  CHECK(sheet.passed()[0].limit_max == 3);
  CHECK_FALSE(sheet.passed()[0].limit_min.has_value());
}

TEST_CASE("what the roster excuses is told as info; what is mended is lowered and never raised") {
  const Standard standard = TiltStandard();
  Sheet exempt(standard, {"HEAD_TILTED"});
  exempt.Judge("HEAD_TILTED", 9, 1, "why");
  REQUIRE(exempt.findings().size() == 1);
  CHECK(exempt.findings()[0].severity == Severity::kInfo);
  CHECK(exempt.findings()[0].detail == "why; exempt by the roster");

  Sheet mended(standard);
  mended.Judge("HEAD_TILTED", 9, 1);
  mended.Soften("HEAD_TILTED", Severity::kReview, "replaced");
  CHECK(mended.findings()[0].severity == Severity::kReview);
  mended.Soften("HEAD_TILTED", Severity::kReject, "again");
  CHECK(mended.findings()[0].severity == Severity::kReview);
  CHECK(mended.findings()[0].detail == "replaced");
}

TEST_CASE("what cannot be measured is told as not assessed, under standards that ask for it") {
  const Standard standard = TiltStandard();
  Sheet sheet(standard);
  sheet.NotAssessed("HEAD_TILTED", "no eyes");
  sheet.NotAssessed("BLURRED", "too few edges");
  REQUIRE(sheet.findings().size() == 1);
  CHECK(sheet.findings()[0].severity == Severity::kNotAssessed);
  CHECK(sheet.findings()[0].detail == "no eyes");
}
