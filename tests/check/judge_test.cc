// SPDX-License-Identifier: Apache-2.0
#include "lib/check/judge.h"

#include <string>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::check::Failed;
using gradphoto::check::Judge;
using gradphoto::check::OutsideWindow;
using gradphoto::standard::AllCodes;
using gradphoto::standard::Bound;
using gradphoto::standard::CheckRule;
using gradphoto::standard::Code;
using gradphoto::standard::Standard;

namespace {

Standard WithRule(Code code, CheckRule rule) {
  Standard standard;
  standard.checks.emplace(code, std::move(rule));
  return standard;
}

}  // namespace

TEST_CASE("every numeric code: limits are inclusive, the worst broken one is told, on the side of the code") {
  int above = 0, below = 0;
  for (const Code code : AllCodes()) {
    if (code.bound() != Bound::kAbove && code.bound() != Bound::kBelow) continue;
    CAPTURE(code);
    const bool is_above = code.bound() == Bound::kAbove;
    (is_above ? above : below) += 1;
    const double sign = is_above ? 1 : -1;
    // 10, 20, 30 for a limit from above, 30, 20, 10 from below.
    const Standard standard = WithRule(
        code, {.warn = 20 - sign * 10, .review = 20, .reject = 20 + sign * 10, .severity = {}, .source = {}});
    CHECK_FALSE(Judge(standard, code, 20 - sign * 10).has_value());
    CHECK_FALSE(Judge(standard, code, 20 - sign * 15).has_value());
    const std::pair<double, Severity> cases[] = {
        {20 - sign * 9.99, Severity::kWarn},    {20, Severity::kWarn},
        {20 + sign * 0.01, Severity::kReview},  {20 + sign * 10, Severity::kReview},
        {20 + sign * 10.01, Severity::kReject}, {20 + sign * 19, Severity::kReject}};
    for (const auto& [value, severity] : cases) {
      CAPTURE(value);
      const auto finding = Judge(standard, code, value, "why");
      REQUIRE(finding.has_value());
      CHECK(finding->code == code.name());
      CHECK(finding->severity == severity);
      CHECK(finding->value == value);
      CHECK(finding->unit == code.unit());
      CHECK(finding->detail == "why");
      const double limit = severity == Severity::kWarn     ? 20 - sign * 10
                           : severity == Severity::kReview ? 20
                                                           : 20 + sign * 10;
      CHECK((is_above ? finding->limit_max : finding->limit_min) == limit);
      CHECK_FALSE((is_above ? finding->limit_min : finding->limit_max).has_value());
    }
  }
  CHECK(above > 5);
  CHECK(below >= 2);
}

TEST_CASE("angles are compared by their absolute value and told with their sign") {
  const Standard standard =
      WithRule("HEAD_TILTED", {.warn = 3, .review = {}, .reject = 8, .severity = {}, .source = {}});
  CHECK_FALSE(Judge(standard, "HEAD_TILTED", -3).has_value());
  CHECK(Judge(standard, "HEAD_TILTED", -3.1)->severity == Severity::kWarn);
  CHECK(Judge(standard, "HEAD_TILTED", -8.1)->severity == Severity::kReject);
  CHECK(Judge(standard, "HEAD_TILTED", -8.1)->value == -8.1);
}

TEST_CASE("limits that a profile does not give do not bind; what it does not check is never found") {
  const Standard standard =
      WithRule("HEAD_TILTED", {.warn = {}, .review = {}, .reject = 8, .severity = {}, .source = {}});
  CHECK_FALSE(Judge(standard, "HEAD_TILTED", 7.9).has_value());
  CHECK(Judge(standard, "HEAD_TILTED", 8.1)->severity == Severity::kReject);
  CHECK_FALSE(Judge(standard, "HEAD_TURNED", 90).has_value());
  CHECK_FALSE(Failed(standard, "NO_FACE").has_value());
  CHECK_FALSE(OutsideWindow(standard, "DPI", 1, 2, 3).has_value());
}

TEST_CASE("a check that has failed gets the profile's severity") {
  const Standard standard = WithRule(
      "NO_FACE", {.warn = {}, .review = {}, .reject = {}, .severity = Severity::kReview, .source = {}});
  const auto finding = Failed(standard, "NO_FACE", "why");
  REQUIRE(finding.has_value());
  CHECK(finding->severity == Severity::kReview);
  CHECK(finding->detail == "why");
  CHECK_FALSE(finding->value.has_value());
  CHECK_FALSE(finding->limit_max.has_value());
}

TEST_CASE("a value outside a window carries the window and the unit") {
  const Standard standard = WithRule(
      "FILE_SIZE", {.warn = {}, .review = {}, .reject = {}, .severity = Severity::kReject, .source = {}});
  const auto finding = OutsideWindow(standard, "FILE_SIZE", 5, 10, std::nullopt, "why");
  REQUIRE(finding.has_value());
  CHECK(finding->severity == Severity::kReject);
  CHECK(finding->value == 5);
  CHECK(finding->unit == "bytes");
  CHECK(finding->limit_min == 10);
  CHECK_FALSE(finding->limit_max.has_value());
}
