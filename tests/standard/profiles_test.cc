// SPDX-License-Identifier: Apache-2.0
// The shipped profiles, against the numbers of their documents.
#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "lib/standard/standard.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Severity;
using gradphoto::standard::AllCodes;
using gradphoto::standard::BackgroundPolicy;
using gradphoto::standard::Bound;
using gradphoto::standard::CodeInfo;
using gradphoto::standard::Edge;
using gradphoto::standard::FindStandard;
using gradphoto::standard::ListStandards;
using gradphoto::standard::Measure;
using gradphoto::standard::MeasureCode;
using gradphoto::standard::PixelWindow;
using gradphoto::standard::PlacementRule;
using gradphoto::standard::Standard;
using gradphoto::standard::ToPixels;

namespace {

std::filesystem::path Configs() { return gradphoto::testing::SourceDir() / "configs"; }

Standard Load(std::string_view name) {
  auto standard = FindStandard(Configs(), name);
  if (!standard) FAIL(standard.error().message);
  return std::move(*standard);
}

const PlacementRule& Rule(const Standard& standard, Measure measure) {
  for (const PlacementRule& rule : standard.placement) {
    if (rule.measure == measure) return rule;
  }
  FAIL("no such rule");
  return standard.placement.front();
}

using Rgb = std::array<int, 3>;

}  // namespace

TEST_CASE("every shipped profile loads, has windows for its largest frame and a source for every number") {
  const auto names = ListStandards(Configs());
  REQUIRE(names.has_value());
  REQUIRE(names->size() >= 5);
  for (const std::string& name : *names) {
    CAPTURE(name);
    const Standard standard = Load(name);
    CHECK(standard.name == name);
    CHECK(standard.Id() == name + "@" + std::to_string(standard.version));
    CHECK_FALSE(standard.frame.source.empty());
    CHECK_FALSE(standard.background.source.empty());
    CHECK_FALSE(standard.file.source.empty());
    CHECK_FALSE(standard.allow_upscale);
    REQUIRE_FALSE(standard.placement.empty());
    for (const PlacementRule& rule : standard.placement) {
      CHECK_FALSE(rule.source.empty());
      const PixelWindow window =
          ToPixels(rule, standard.frame.max_width_px, standard.frame.max_height_px, standard.frame.dpi);
      CHECK(window.min_px <= window.target_min_px);
      CHECK(window.target_min_px <= window.target_max_px);
      CHECK(window.target_max_px <= window.max_px);
    }
    for (const auto& [code, rule] : standard.checks) CHECK_FALSE(rule.source.empty());
  }
}

TEST_CASE("every shipped profile rules on every code") {
  const auto names = ListStandards(Configs());
  REQUIRE(names.has_value());
  for (const std::string& name : *names) {
    const Standard standard = Load(name);
    for (const CodeInfo& info : AllCodes()) {
      bool is_placement = false;
      for (const Measure measure :
           {Measure::kEyeLine, Measure::kCrown, Measure::kSkull, Measure::kChin, Measure::kFaceWidth,
            Measure::kHeadLength, Measure::kPupilDistance, Measure::kEyeMidX}) {
        is_placement = is_placement || MeasureCode(measure) == info.code;
      }
      CAPTURE(name);
      CAPTURE(info.code);
      CHECK((standard.Check(info.code) != nullptr) == !is_placement);
    }
  }
}

TEST_CASE("chsi-2017 says what 教毕指〔2017〕99号 says") {
  const Standard standard = Load("chsi-2017");
  CHECK(standard.date == "2017");
  CHECK(standard.frame.IsExact());
  CHECK(standard.frame.max_width_px == 480);
  CHECK(standard.frame.max_height_px == 640);
  CHECK(standard.frame.aspect_width == 3);
  CHECK(standard.frame.aspect_height == 4);
  CHECK(standard.frame.dpi == 300);

  // Eyes before crown before width: the order in which the windows win.
  REQUIRE(standard.placement.size() == 5);
  CHECK(standard.placement[0].measure == Measure::kEyeLine);
  CHECK(standard.placement[1].measure == Measure::kCrown);
  CHECK(standard.placement[2].measure == Measure::kFaceWidth);
  CHECK(standard.placement[3].measure == Measure::kSkull);
  CHECK(standard.placement[3].severity == Severity::kWarn);  // Pulls, never rejects.
  CHECK(standard.placement[4].measure == Measure::kChin);

  const PlacementRule& eyes = standard.placement[0];
  CHECK(eyes.from == Edge::kTop);
  CHECK(eyes.min == 200);
  CHECK(eyes.max == 300);
  CHECK(eyes.target_min == 250);
  CHECK(eyes.target_max == 260);
  CHECK(eyes.severity == Severity::kReject);
  const PlacementRule& crown = standard.placement[1];
  CHECK(crown.min == 50);
  CHECK(crown.max == 110);
  CHECK(crown.target_min == 62);
  CHECK(crown.target_max == 80);
  const PlacementRule& width = standard.placement[2];
  CHECK(width.min == 180);
  CHECK(width.max == 300);
  CHECK(width.target_min == 195);
  CHECK(width.target_max == 205);
  const PlacementRule& chin = standard.placement[4];
  CHECK_FALSE(chin.has_min);
  CHECK(chin.max == 425);
  CHECK(chin.severity == Severity::kInfo);

  CHECK(standard.background.policy == BackgroundPolicy::kIfNeeded);
  CHECK(standard.background.tolerance_delta_e == 6);
  REQUIRE(standard.background.allowed.size() == 3);
  CHECK(standard.background.allowed[0].rgb == Rgb{100, 197, 255});
  CHECK(standard.background.allowed[1].rgb == Rgb{255, 255, 255});
  CHECK(standard.background.allowed[2].rgb == Rgb{240, 240, 240});

  CHECK(standard.file.min_bytes == 20480);
  CHECK(standard.file.max_bytes == 40960);
  CHECK(standard.file.target_min_bytes == 30721);
  CHECK(standard.file.target_max_bytes == 40000);
  CHECK(standard.file.min_quality == 60);
}

TEST_CASE("chsi-2017 in white and in blue differ from it in the colour only") {
  const Standard base = Load("chsi-2017");
  for (const auto& [name, rgb] :
       {std::pair("chsi-2017-white", Rgb{255, 255, 255}), std::pair("chsi-2017-blue", Rgb{100, 197, 255})}) {
    CAPTURE(name);
    const Standard standard = Load(name);
    REQUIRE(standard.background.allowed.size() == 1);
    CHECK(standard.background.allowed[0].rgb == rgb);
    CHECK(standard.background.policy == base.background.policy);
    CHECK(standard.title.zh != base.title.zh);
    CHECK(standard.source == base.source);
    CHECK(standard.placement.size() == base.placement.size());
    CHECK(standard.file.max_bytes == base.file.max_bytes);
    CHECK(standard.checks.size() == base.checks.size());
  }
}

TEST_CASE("id-card says what GA 461-2004 says; eyes are measured from the bottom and win") {
  const Standard standard = Load("id-card");
  CHECK(standard.frame.max_width_px == 358);
  CHECK(standard.frame.max_height_px == 441);
  CHECK(standard.frame.dpi == 350);
  CHECK(standard.file.min_quality == 70);
  CHECK(standard.file.min_bytes == 14336);
  CHECK(standard.file.max_bytes == 20480);
  REQUIRE(standard.background.allowed.size() == 1);
  CHECK(standard.background.allowed[0].rgb == Rgb{255, 255, 255});

  REQUIRE(standard.placement.size() == 3);
  CHECK(standard.placement[0].measure == Measure::kEyeLine);
  CHECK(standard.placement[0].from == Edge::kBottom);
  const PixelWindow eyes = ToPixels(standard.placement[0], 358, 441, 350);
  CHECK(eyes.max_px == 441 - 207);
  CHECK(eyes.has_max);
  CHECK(eyes.min_px == 0);
  CHECK_FALSE(eyes.has_min);
  CHECK(eyes.target_min_px == 441 - 240);
  CHECK(eyes.target_max_px == 441 - 215);

  CHECK(Rule(standard, Measure::kFaceWidth).min == 207 - 14);
  CHECK(Rule(standard, Measure::kFaceWidth).max == 207 + 14);
  const PlacementRule& crown = standard.placement.back();
  CHECK(crown.measure == Measure::kCrown);
  CHECK(crown.min == 7);
  CHECK(crown.max == 21);
  CHECK(crown.severity == Severity::kWarn);
}

TEST_CASE("cet is a range of sizes with windows in percent") {
  const Standard standard = Load("cet");
  CHECK_FALSE(standard.frame.IsExact());
  CHECK(standard.frame.min_width_px == 144);
  CHECK(standard.frame.min_height_px == 192);
  CHECK(standard.frame.max_width_px == 240);
  CHECK(standard.frame.max_height_px == 320);
  CHECK(standard.file.max_bytes == 204800);
  const PixelWindow crown = ToPixels(Rule(standard, Measure::kCrown), 180, 240, 300);
  CHECK(crown.min_px == doctest::Approx(12));
  CHECK(crown.max_px == doctest::Approx(36));
  const PixelWindow head = ToPixels(Rule(standard, Measure::kHeadLength), 240, 320, 300);
  CHECK(head.min_px == doctest::Approx(192));
  CHECK(head.max_px == doctest::Approx(240));
}

TEST_CASE("an unknown standard is told with the nearest and all valid names; bases are no standards") {
  const auto unknown = FindStandard(Configs(), "chsi-2071");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().kind == ErrorKind::kUsage);
  CHECK(unknown.error().message.find("did you mean 'chsi-2017'?") != std::string::npos);
  CHECK(unknown.error().message.find("id-card") != std::string::npos);
  CHECK_FALSE(FindStandard(Configs(), "_checks").has_value());
  CHECK_FALSE(FindStandard(Configs(), "../standards/cet").has_value());
}
