// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/standard.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::standard::Edge;
using gradphoto::standard::LengthUnit;
using gradphoto::standard::ListStandards;
using gradphoto::standard::Measure;
using gradphoto::standard::MeasureCode;
using gradphoto::standard::MeasureName;
using gradphoto::standard::PixelWindow;
using gradphoto::standard::PlacementRule;
using gradphoto::standard::Standard;
using gradphoto::standard::ToPixels;
using gradphoto::testing::TempDir;

namespace {

PlacementRule Rule(Measure measure, Edge from, LengthUnit unit) {
  return {.measure = measure,
          .from = from,
          .unit = unit,
          .min = 10,
          .max = 40,
          .target_min = 20,
          .target_max = 25,
          .source = "s"};
}

void CheckWindow(const PixelWindow& window, double min, double max, double target_min, double target_max) {
  CHECK(window.min_px == doctest::Approx(min));
  CHECK(window.max_px == doctest::Approx(max));
  CHECK(window.target_min_px == doctest::Approx(target_min));
  CHECK(window.target_max_px == doctest::Approx(target_max));
}

}  // namespace

TEST_CASE("pixels from the top stay as they are") {
  CheckWindow(ToPixels(Rule(Measure::kEyeLine, Edge::kTop, LengthUnit::kPixel), 300, 400, 300), 10, 40, 20, 25);
}

TEST_CASE("positions from the bottom are mirrored with their ends swapped") {
  CheckWindow(ToPixels(Rule(Measure::kEyeLine, Edge::kBottom, LengthUnit::kPixel), 300, 400, 300), 360, 390,
              375, 380);
}

TEST_CASE("percentages are of the height, for horizontal measures of the width") {
  CheckWindow(ToPixels(Rule(Measure::kCrown, Edge::kTop, LengthUnit::kPercent), 300, 400, 300), 40, 160, 80,
              100);
  CheckWindow(ToPixels(Rule(Measure::kHeadLength, Edge::kTop, LengthUnit::kPercent), 300, 400, 300), 40, 160,
              80, 100);
  for (const Measure measure : {Measure::kFaceWidth, Measure::kPupilDistance, Measure::kEyeMidX}) {
    CheckWindow(ToPixels(Rule(measure, Edge::kLeft, LengthUnit::kPercent), 300, 400, 300), 30, 120, 60, 75);
  }
}

TEST_CASE("millimetres follow the density") {
  CheckWindow(ToPixels(Rule(Measure::kChin, Edge::kTop, LengthUnit::kMillimetre), 300, 600, 254), 100, 400, 200,
              250);
  CheckWindow(ToPixels(Rule(Measure::kChin, Edge::kBottom, LengthUnit::kMillimetre), 300, 600, 254), 200, 500,
              350, 400);
}

TEST_CASE("a length has no edge to be measured from") {
  CheckWindow(ToPixels(Rule(Measure::kFaceWidth, Edge::kBottom, LengthUnit::kPixel), 300, 400, 300), 10, 40, 20,
              25);
}

TEST_CASE("open ends are the edges of the frame at hand and are marked") {
  PlacementRule rule = Rule(Measure::kChin, Edge::kTop, LengthUnit::kPixel);
  rule.has_max = false;
  rule.max = rule.target_max = 400;
  // A smaller frame of a range than the one the profile was read with.
  const PixelWindow top = ToPixels(rule, 150, 200, 300);
  CheckWindow(top, 10, 200, 20, 200);
  CHECK(top.has_min);
  CHECK_FALSE(top.has_max);
  rule.from = Edge::kBottom;
  const PixelWindow bottom = ToPixels(rule, 150, 200, 300);
  CheckWindow(bottom, 0, 190, 0, 180);
  CHECK_FALSE(bottom.has_min);
  CHECK(bottom.has_max);
}

TEST_CASE("every measure has a name and a code of its own for its window") {
  std::set<std::string_view> codes;
  for (const Measure measure :
       {Measure::kEyeLine, Measure::kCrown, Measure::kSkull, Measure::kChin, Measure::kFaceWidth,
        Measure::kHeadLength, Measure::kPupilDistance, Measure::kEyeMidX}) {
    CAPTURE(MeasureName(measure));
    CHECK_FALSE(MeasureName(measure).empty());
    CHECK(MeasureCode(measure).unit() == "px");
    CHECK(codes.insert(MeasureCode(measure).name()).second);
  }
}

TEST_CASE("a standard without the check has no rule for it") {
  Standard standard;
  CHECK(standard.Check("HEAD_TILTED") == nullptr);
  standard.checks["HEAD_TILTED"].reject = 8;
  REQUIRE(standard.Check("HEAD_TILTED") != nullptr);
  CHECK(standard.Check("HEAD_TILTED")->reject == 8);
}

TEST_CASE("profiles are listed sorted, without bases, hidden files and other files") {
  const TempDir dir;
  for (const char* name : {"b.yaml", "a.yaml", "_base.yaml", ".hidden.yaml", "notes.txt", "c.yaml~"}) {
    dir.Write(std::filesystem::path("standards") / name, "");
  }
  CHECK(ListStandards(dir.path()) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a configuration without standards is a usage error that names the directory") {
  const TempDir dir;
  const auto names = ListStandards(dir.path());
  REQUIRE_FALSE(names.has_value());
  CHECK(names.error().kind == ErrorKind::kUsage);
  CHECK(names.error().message.find((dir.path() / "standards").string()) != std::string::npos);
}
