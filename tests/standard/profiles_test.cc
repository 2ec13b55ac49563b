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
using gradphoto::standard::Code;
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
  REQUIRE(names->size() == 17);
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
    for (const Code code : AllCodes()) {
      bool is_placement = false;
      for (const Measure measure :
           {Measure::kEyeLine, Measure::kCrown, Measure::kSkull, Measure::kChin, Measure::kFaceWidth,
            Measure::kHeadLength, Measure::kPupilDistance, Measure::kEyeMidX}) {
        is_placement = is_placement || MeasureCode(measure) == code;
      }
      CAPTURE(name);
      CAPTURE(code);
      CHECK((standard.Check(code) != nullptr) == !is_placement);
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

TEST_CASE("xinhua-2021 is chsi-2017, narrower: blue only, 30-60 KB, body a third of the height") {
  const Standard standard = Load("xinhua-2021");
  const Standard base = Load("chsi-2017");
  CHECK(standard.frame.max_width_px == 480);
  for (const Measure measure : {Measure::kEyeLine, Measure::kCrown, Measure::kFaceWidth}) {
    CHECK(Rule(standard, measure).min == Rule(base, measure).min);
    CHECK(Rule(standard, measure).max == Rule(base, measure).max);
  }
  CHECK(ToPixels(Rule(standard, Measure::kChin), 480, 640, 300).max_px <= 640.0 * 2 / 3);
  CHECK(Rule(standard, Measure::kHeadLength).min < 50);
  CHECK(Rule(standard, Measure::kHeadLength).max > 50);
  REQUIRE(standard.background.allowed.size() == 1);
  CHECK(standard.background.allowed[0].rgb == Rgb{100, 197, 255});
  CHECK(standard.file.min_bytes > 30 * 1024);
  CHECK(standard.file.max_bytes < 60 * 1024);
  CHECK(standard.file.target_max_bytes < 60'000);
  CHECK(standard.file.min_quality == 60);
}

TEST_CASE("ncre is cet without an edited background, in the folders of the exam sites") {
  const Standard standard = Load("ncre");
  CHECK(standard.frame.min_width_px == 144);
  CHECK(standard.frame.min_height_px == 192);
  CHECK(standard.background.policy == BackgroundPolicy::kNever);
  CHECK(standard.file.min_bytes == 20 * 1024);
  CHECK(standard.file.max_bytes == 200 * 1024);
  CHECK(standard.name_template == "{candidate_number}");
  CHECK(standard.folder_template == "{考次}/{省代码}/{考点代码}");
  CHECK(standard.placement.size() == Load("cet").placement.size());
}

TEST_CASE("kaoyan and visa-us forbid editing and glasses; a wall in normal light still conforms") {
  for (const char* name : {"kaoyan", "visa-us"}) {
    CAPTURE(name);
    const Standard standard = Load(name);
    CHECK(standard.background.policy == BackgroundPolicy::kNever);
    CHECK(standard.glasses == gradphoto::standard::GlassesPolicy::kForbidden);
    const auto* colour = standard.Check("BACKGROUND_COLOUR");
    REQUIRE(colour != nullptr);
    CHECK(colour->review == standard.background.tolerance_delta_e);
    CHECK(colour->reject == 20);
  }
  const Standard kaoyan = Load("kaoyan");
  CHECK(kaoyan.frame.aspect_width * 4 == kaoyan.frame.aspect_height * 3);
  CHECK(Rule(kaoyan, Measure::kEyeLine).min == 30);
  CHECK(Rule(kaoyan, Measure::kEyeLine).max == 50);
  CHECK(kaoyan.Check("HEAD_TILTED")->reject == 10);
  CHECK(kaoyan.Check("HEAD_TURNED")->reject == 10);
  CHECK(kaoyan.file.max_bytes == 10 * 1024 * 1024);
  const Standard visa = Load("visa-us");
  CHECK(visa.frame.min_width_px == 600);
  CHECK(visa.frame.max_height_px == 1200);
  CHECK(Rule(visa, Measure::kHeadLength).min == 50);
  CHECK(Rule(visa, Measure::kHeadLength).max == 69);
  CHECK(Rule(visa, Measure::kEyeLine).from == Edge::kBottom);
  CHECK(ToPixels(Rule(visa, Measure::kEyeLine), 600, 600, 300).min_px == doctest::Approx(600 * 0.31));
  CHECK(ToPixels(Rule(visa, Measure::kEyeLine), 600, 600, 300).max_px == doctest::Approx(600 * 0.44));
  CHECK(visa.file.max_bytes == 240 * 1024);
}

TEST_CASE("ntce, putonghua and guokao say little, and exactly that") {
  const Standard ntce = Load("ntce");
  CHECK(ntce.frame.max_width_px == 300);
  CHECK(ntce.frame.max_height_px == 400);
  CHECK(ntce.file.max_bytes == 200 * 1024);
  CHECK(ntce.background.allowed.size() == 1);
  const Standard putonghua = Load("putonghua");
  CHECK(putonghua.frame.max_width_px == 390);
  CHECK(putonghua.frame.max_height_px == 567);
  CHECK(putonghua.file.max_bytes == 200 * 1024);
  CHECK(putonghua.background.allowed.size() == 2);
  const Standard guokao = Load("guokao");
  CHECK(guokao.frame.min_width_px == 295);
  CHECK(guokao.frame.min_height_px == 413);
  CHECK(guokao.file.min_bytes > 30 * 1024);
  CHECK(guokao.file.max_bytes < 100'000);
  CHECK(guokao.official_tool.zh.find("PhotoProcess") != std::string::npos);
  CHECK(guokao.official_tool.en.find("PhotoProcess") != std::string::npos);
  CHECK(ntce.official_tool.zh.empty());
}

TEST_CASE("social-security is the identity card's frame with windows of its own") {
  const Standard standard = Load("social-security");
  CHECK(standard.frame.max_width_px == 358);
  CHECK(standard.frame.dpi == 350);
  CHECK(Rule(standard, Measure::kFaceWidth).min == 179);
  CHECK(Rule(standard, Measure::kFaceWidth).max == 255);
  CHECK(Rule(standard, Measure::kEyeMidX).from == Edge::kLeft);
  CHECK(Rule(standard, Measure::kEyeMidX).min == 162);
  CHECK(Rule(standard, Measure::kEyeMidX).max == 196);
  CHECK(Rule(standard, Measure::kEyeLine).min == 207);
  CHECK(Rule(standard, Measure::kEyeLine).from == Edge::kBottom);
  CHECK(Rule(standard, Measure::kCrown).max == 21);
  CHECK(standard.file.max_bytes == 40 * 1024);
  CHECK(standard.file.min_quality == 70);
}

TEST_CASE("passport-cn: pupils and head length win; visa-cn and icao measure shares") {
  const Standard passport = Load("passport-cn");
  CHECK(passport.frame.max_width_px == 390);
  CHECK(passport.frame.max_height_px == 567);
  REQUIRE(passport.placement.size() == 5);
  CHECK(passport.placement[0].measure == Measure::kPupilDistance);
  CHECK(passport.placement[0].min == 82);
  CHECK(passport.placement[0].max == 118);
  CHECK(passport.placement[1].measure == Measure::kHeadLength);
  CHECK(passport.placement[1].min == 354);
  CHECK(passport.placement[1].max == 402);
  CHECK(Rule(passport, Measure::kFaceWidth).min == 189);
  CHECK(Rule(passport, Measure::kFaceWidth).max == 283);
  CHECK(Rule(passport, Measure::kEyeLine).min == 152);
  CHECK(Rule(passport, Measure::kEyeLine).max == 246);
  CHECK(Rule(passport, Measure::kCrown).min == 25);
  CHECK(Rule(passport, Measure::kCrown).max == 45);
  CHECK(passport.file.min_quality == 85);
  CHECK(passport.file.min_bytes == 20 * 1024);
  CHECK(passport.file.max_bytes == 80 * 1024);

  const Standard visa = Load("visa-cn");
  CHECK(visa.frame.min_width_px == 354);
  CHECK(visa.frame.max_height_px == 560);
  CHECK(Rule(visa, Measure::kHeadLength).min == doctest::Approx(100.0 * 28 / 48).epsilon(0.002));
  CHECK(Rule(visa, Measure::kHeadLength).max == doctest::Approx(100.0 * 33 / 48).epsilon(0.002));
  CHECK(Rule(visa, Measure::kCrown).min == doctest::Approx(100.0 * 3 / 48).epsilon(0.01));
  CHECK(Rule(visa, Measure::kCrown).max == doctest::Approx(100.0 * 5 / 48).epsilon(0.01));
  CHECK(Rule(visa, Measure::kChin).min == doctest::Approx(100.0 * 7 / 48).epsilon(0.002));
  CHECK(visa.Check("HEAD_TILTED")->reject == 20);
  CHECK(visa.Check("HEAD_UP_DOWN")->reject == 25);
  CHECK(visa.file.min_bytes == 40 * 1024);

  const Standard icao = Load("icao");
  CHECK(icao.frame.max_width_px == 413);
  CHECK(icao.frame.max_height_px == 531);
  CHECK(Rule(icao, Measure::kHeadLength).min == 70);
  CHECK(Rule(icao, Measure::kHeadLength).max == 80);
  CHECK(Rule(icao, Measure::kEyeLine).min == 50);
  CHECK(Rule(icao, Measure::kPupilDistance).min == 90);
  CHECK(icao.background.any_plain);
  CHECK(icao.Check("HEAD_TILTED")->reject == 8);
}

TEST_CASE("k12 is one flat zip of photos for each class") {
  const Standard standard = Load("k12");
  CHECK(standard.file.max_bytes < 60 * 1024);
  CHECK(standard.zip.name_template == "{class}");
  CHECK(standard.zip.flat);
  CHECK_FALSE(standard.zip.gbk_names);
  CHECK_FALSE(standard.zip.source.empty());
  CHECK(Rule(standard, Measure::kHeadLength).min < 200.0 / 3);
  CHECK(Rule(standard, Measure::kHeadLength).max > 200.0 / 3);
  CHECK(Load("chsi-2017").zip.source.empty());
}

TEST_CASE("a profile of one's own extends a shipped one from wherever it lies, and is named by its path") {
  const gradphoto::testing::TempDir dir;
  const auto own =
      dir.Write("ours.yaml",
                "extends: chsi-2017\nname: ours\nversion: 3\ntitle: {zh: 本校, en: ours}\n"
                "naming: {file: \"{student_number}\"}\n"
                "zip: {by: \"{teaching_point}\", names: gbk, max_files: 500, source: the portal's help page}\n"
                "official_tool: {zh: 某工具, en: some tool}\n");
  const auto alone = gradphoto::standard::LoadStandard(own);
  REQUIRE_FALSE(alone.has_value());
  const auto standard = FindStandard(Configs(), own.string());
  REQUIRE_MESSAGE(standard.has_value(), (standard ? "" : standard.error().message));
  CHECK(standard->Id() == "ours@3");
  CHECK(standard->placement.size() == 5);
  CHECK(standard->checks.size() == Load("chsi-2017").checks.size());  // _checks came from there too.
  CHECK(standard->zip.gbk_names);
  CHECK(standard->zip.max_files == 500);
  CHECK(standard->official_tool.en == "some tool");

  const auto rejects = [&](const std::string& more, std::string_view message) {
    const auto file =
        dir.Write("ours.yaml", "extends: chsi-2017\nname: ours\nversion: 1\ntitle: {zh: a, en: b}\n" + more);
    const auto bad = FindStandard(Configs(), file.string());
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().kind == ErrorKind::kUsage);
    CHECK_MESSAGE(bad.error().message.find(message) != std::string::npos, bad.error().message);
  };
  rejects("zip: {by: \"{class}\"}\n", "source");
  rejects("zip: {by: \"{a}/{b}\", source: x}\n", "a zip stands in no folder");
  rejects("zip: {by: \"{a\", source: x}\n", "'{' without '}'");
  rejects("zip: {names: big5, source: x}\n", "utf-8");
  rejects("zip: {max_files: 0, source: x}\n", "must be above 0");
  rejects("zip: {flatt: true, source: x}\n", "did you mean 'flat'");
  rejects("official_tool: {zh: x}\n", "en");
  const auto far = dir.Write("far.yaml", "extends: chsi-2071\nname: far\n");
  CHECK(FindStandard(Configs(), far.string()).error().message.find("did you mean 'chsi-2017'") !=
        std::string::npos);
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
