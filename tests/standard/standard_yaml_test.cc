// SPDX-License-Identifier: Apache-2.0
// What the reader of profiles accepts and refuses.
#include <string>

#include <doctest/doctest.h>

#include "lib/standard/standard.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Severity;
using gradphoto::standard::BackgroundPolicy;
using gradphoto::standard::Edge;
using gradphoto::standard::GlassesPolicy;
using gradphoto::standard::LengthUnit;
using gradphoto::standard::LoadStandard;
using gradphoto::standard::Measure;
using gradphoto::standard::Standard;
using gradphoto::testing::TempDir;

namespace {

constexpr std::string_view kProfile = R"(name: mine
version: 2
title: {zh: 标准, en: Standard}
source: a document
date: 2020-05
frame:
  width_px: 300
  height_px: 400
  dpi: 300
  source: s
placement:
  - measure: eye_line
    from: top
    unit: px
    min: 100
    max: 200
    target: [140, 160]
    severity: reject
    source: s
background:
  policy: never
  tolerance_delta_e: 5
  colours:
    - {name: white, rgb: [255, 255, 255]}
  source: s
file:
  min_bytes: 1000
  max_bytes: 2000
  target_bytes: [1200, 1800]
  min_quality: 60
  source: s
allow_upscale: false
glasses: forbidden
naming: {file: "{id_number}", folder: "{group}/{class}"}
checks:
  HEAD_TILTED: {warn_deg: 3, reject_deg: 8, source: s}
  EYES_CLOSED: {review_ratio: 0.2, reject_ratio: 0.1, source: s}
  NO_FACE: {severity: reject, source: s}
  FILE_SIZE: {severity: warn, source: s}
)";

std::string Replaced(std::string_view from, std::string_view to) {
  std::string text(kProfile);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Standard Good(const std::string& text) {
  const TempDir dir;
  auto standard = LoadStandard(dir.Write("mine.yaml", text));
  if (!standard) FAIL(standard.error().message);
  return std::move(*standard);
}

// The error without the directory: "mine.yaml:7: frame.widht_px: ...".
std::string ErrorOf(const TempDir& dir, const std::filesystem::path& file) {
  const auto standard = LoadStandard(file);
  REQUIRE_FALSE(standard.has_value());
  CHECK(standard.error().kind == ErrorKind::kUsage);
  const std::string prefix = dir.path().string() + "/";
  const std::string& message = standard.error().message;
  REQUIRE(message.starts_with(prefix));
  return message.substr(prefix.size());
}

std::string ErrorAfter(std::string_view from, std::string_view to) {
  const TempDir dir;
  return ErrorOf(dir, dir.Write("mine.yaml", Replaced(from, to)));
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("a whole profile is read") {
  const Standard standard = Good(std::string(kProfile));
  CHECK(standard.Id() == "mine@2");
  CHECK(standard.title.zh == "标准");
  CHECK(standard.date == "2020-05");
  CHECK(standard.note.empty());
  CHECK(standard.frame.aspect_width == 3);
  CHECK(standard.frame.aspect_height == 4);
  REQUIRE(standard.placement.size() == 1);
  CHECK(standard.placement[0].has_min);
  CHECK(standard.placement[0].target_min == 140);
  CHECK(standard.background.policy == BackgroundPolicy::kNever);
  CHECK(standard.file.target_max_bytes == 1800);
  CHECK(standard.glasses == GlassesPolicy::kForbidden);
  CHECK(standard.name_template == "{id_number}");
  CHECK(standard.folder_template == "{group}/{class}");
  REQUIRE(standard.Check("HEAD_TILTED") != nullptr);
  CHECK(standard.Check("HEAD_TILTED")->warn == 3);
  CHECK_FALSE(standard.Check("HEAD_TILTED")->review.has_value());
  CHECK_FALSE(standard.Check("HEAD_TILTED")->severity.has_value());
  CHECK(standard.Check("NO_FACE")->severity == Severity::kReject);
  CHECK(standard.Check("FILE_SIZE")->severity == Severity::kWarn);
  CHECK(standard.Check("BLURRED") == nullptr);
}

TEST_CASE("every edge, unit and open end of a placement rule can be said") {
  const Standard standard = Good(Replaced("placement:\n", R"(placement:
  - {measure: crown, from: bottom, unit: percent, min: 80, severity: warn, source: s}
  - {measure: face_width, unit: mm, max: 20, target: [10, 12], severity: review, source: s}
  - {measure: eye_x, from: left, unit: px, min: 140, max: 160, severity: info, source: s}
)"));
  REQUIRE(standard.placement.size() == 4);
  const auto& crown = standard.placement[0];
  CHECK(crown.from == Edge::kBottom);
  CHECK(crown.unit == LengthUnit::kPercent);
  CHECK_FALSE(crown.has_max);
  CHECK(crown.max == 100);
  CHECK(crown.target_min == 80);
  CHECK(crown.target_max == 100);
  const auto& width = standard.placement[1];
  CHECK(width.unit == LengthUnit::kMillimetre);
  CHECK_FALSE(width.has_min);
  CHECK(width.min == 0);
  CHECK(width.severity == Severity::kReview);
  CHECK(standard.placement[2].measure == Measure::kEyeMidX);
  CHECK(standard.placement[2].from == Edge::kLeft);
}

TEST_CASE("plain backgrounds, sizes in a range and files without a limit can be said") {
  CHECK(Good(Replaced("  colours:\n    - {name: white, rgb: [255, 255, 255]}\n", "  any_plain: true\n"))
            .background.any_plain);
  const Standard ranged = Good(Replaced("width_px: 300\n  height_px: 400",
                                        "min_px: [150, 200]\n  max_px: [300, 400]\n  aspect: [3, 4]"));
  CHECK_FALSE(ranged.frame.IsExact());
  CHECK(ranged.frame.min_height_px == 200);
  CHECK(Good(Replaced("max_bytes: 2000", "max_bytes: 0")).file.max_bytes == 0);
}

TEST_CASE("unknown keys are told with line, path and nearest name, at every depth") {
  CHECK(Contains(ErrorAfter("width_px", "widht_px"),
                 "mine.yaml:7: frame.widht_px: unknown key 'widht_px'; did you mean 'width_px'?"));
  CHECK(Contains(ErrorAfter("glasses:", "glases:"),
                 "mine.yaml:33: glases: unknown key 'glases'; did you mean 'glasses'?"));
  CHECK(Contains(ErrorAfter("    unit: px", "    units: px"), "placement[0].units: unknown key"));
  CHECK(Contains(ErrorAfter("HEAD_TILTED", "HEAD_TITLED"),
                 "unknown code 'HEAD_TITLED'; did you mean 'HEAD_TILTED'?"));
  CHECK(Contains(ErrorAfter("warn_deg", "warn_px"), "checks.HEAD_TILTED.warn_px: unknown key 'warn_px'"));
  CHECK(
      Contains(ErrorAfter("NO_FACE: {severity: reject", "NO_FACE: {reject_px: 3"), "unknown key 'reject_px'"));
  CHECK(Contains(ErrorAfter("name: mine", "names: mine"), "unknown key 'names'; did you mean 'name'?"));
}

TEST_CASE("repeated keys are errors") {
  CHECK(Contains(ErrorAfter("  height_px: 400\n", "  height_px: 400\n  width_px: 300\n"),
                 "mine.yaml:9: frame.width_px: repeated key 'width_px'; it stands in line 7 already"));
}

TEST_CASE("missing keys are errors") {
  CHECK(ErrorAfter("  dpi: 300\n", "") == "mine.yaml:6: frame: missing key 'dpi'");
  CHECK(ErrorAfter("name: mine\n", "") == "mine.yaml:1: missing key 'name'");
  CHECK(Contains(ErrorAfter("    source: s\n", ""), "missing key 'source'"));
  CHECK(Contains(ErrorAfter("    from: top\n", ""), "missing key 'from'"));
  CHECK(Contains(
      ErrorAfter(
          kProfile.substr(kProfile.find("frame:"), kProfile.find("placement:") - kProfile.find("frame:")), ""),
      "missing key 'frame'"));
}

TEST_CASE("what becomes of uncertain mattes: the original is kept unless the profile asks for a plain wall") {
  using gradphoto::standard::WhenUncertain;
  CHECK(Good(Replaced("policy: never", "policy: if-needed")).background.when_uncertain ==
        WhenUncertain::kKeepOriginal);
  CHECK(Good(Replaced("policy: never", "policy: if-needed\n  when_uncertain: ask-plain-wall"))
            .background.when_uncertain == WhenUncertain::kAskPlainWall);
}

TEST_CASE("wrong names for choices are told with the valid ones") {
  CHECK(Contains(ErrorAfter("eye_line", "eyeline"), "unknown measure 'eyeline'; did you mean 'eye_line'?"));
  CHECK(Contains(ErrorAfter("from: top", "from: topp"), "unknown edge 'topp'; did you mean 'top'?"));
  CHECK(Contains(ErrorAfter("unit: px", "unit: inch"), "unknown unit 'inch'; valid: px, percent, mm"));
  CHECK(Contains(ErrorAfter("policy: never", "policy: nevr"), "unknown policy 'nevr'"));
  CHECK(Contains(ErrorAfter("policy: never", "policy: never\n  when_uncertain: keep"),
                 "unknown way with uncertain mattes 'keep'; valid: keep-original, ask-plain-wall"));
  CHECK(Contains(ErrorAfter("severity: reject", "severity: not-assessed"), "unknown severity 'not-assessed'"));
  CHECK(Contains(ErrorAfter("glasses: forbidden", "glasses: no"), "unknown glasses policy 'no'"));
}

TEST_CASE("windows with swapped ends, targets outside and windows outside the frame are errors") {
  CHECK(ErrorAfter("min: 100\n    max: 200", "min: 200\n    max: 100") ==
        "mine.yaml:12: placement[0]: min is larger than max");
  CHECK(Contains(ErrorAfter("[140, 160]", "[160, 140]"), "placement[0]: the ends of target are swapped"));
  CHECK(Contains(ErrorAfter("[140, 160]", "[140, 201]"), "placement[0]: target lies outside min and max"));
  CHECK(Contains(ErrorAfter("[140, 160]", "[140]"), "placement[0].target: expected a list of 2 numbers"));
  CHECK(Contains(ErrorAfter("max: 200", "max: 401"), "placement[0]: max lies outside the frame"));
  CHECK(Contains(ErrorAfter("min: 100", "min: -1"), "placement[0]: min is below 0"));
  CHECK(Contains(ErrorAfter("    min: 100\n    max: 200\n", ""), "placement[0]: needs min or max"));
}

TEST_CASE("rules that make no sense are errors") {
  CHECK(Contains(ErrorAfter("from: top", "from: left"), "'left' is for eye_x and nothing else"));
  CHECK(Contains(ErrorAfter("measure: eye_line", "measure: eye_x"), "'left' is for eye_x and nothing else"));
  CHECK(Contains(ErrorAfter("measure: eye_line", "measure: face_width"),
                 "a length is not measured from an edge"));
  CHECK(Contains(
      ErrorAfter(
          "placement:\n",
          "placement:\n  - {measure: eye_line, from: top, unit: px, min: 1, severity: warn, source: s}\n"),
      "second rule for 'eye_line'"));
}

TEST_CASE("frames must be one size or a range with one ratio") {
  CHECK(Contains(ErrorAfter("width_px: 300", "width_px: 0"), "frame: sizes must be 1 to 10000 px"));
  CHECK(Contains(ErrorAfter("width_px: 300", "width_px: wide"),
                 "frame.width_px: expected a whole number, got 'wide'"));
  CHECK(Contains(ErrorAfter("dpi: 300", "dpi: 0"), "frame.dpi: must be 1 to 2400, got 0"));
  CHECK(Contains(ErrorAfter("  dpi:", "  aspect: [3, 4]\n  dpi:"), "give either width_px and height_px or"));
  const auto range = [](std::string_view keys) { return ErrorAfter("width_px: 300\n  height_px: 400", keys); };
  CHECK(Contains(range("min_px: [300, 400]\n  max_px: [150, 200]\n  aspect: [3, 4]"),
                 "min_px is larger than max_px"));
  CHECK(Contains(range("min_px: [150, 210]\n  max_px: [300, 400]\n  aspect: [3, 4]"),
                 "min_px does not have the aspect"));
  CHECK(Contains(range("min_px: [150, 200]\n  max_px: [300, 410]\n  aspect: [3, 4]"),
                 "max_px does not have the aspect"));
  CHECK(Contains(range("min_px: [150, 200]\n  max_px: [300, 400]\n  aspect: [0, 4]"),
                 "aspect must be two numbers"));
  CHECK(Contains(range("min_px: [150, 200]\n  max_px: [300, 400]"), "missing key 'aspect'"));
}

TEST_CASE("backgrounds need colours that exist") {
  CHECK(Contains(ErrorAfter("255, 255, 255", "255, 256, 255"),
                 "background.colours[0].rgb: each must be 0 to 255"));
  CHECK(Contains(ErrorAfter("255, 255, 255", "255, 255"), "expected a list of 3 numbers"));
  CHECK(
      Contains(ErrorAfter("\n    - {name: white, rgb: [255, 255, 255]}", " []"), "needs at least one colour"));
  CHECK(Contains(ErrorAfter("tolerance_delta_e: 5", "tolerance_delta_e: -5"), "must not be below 0"));
  std::string text = Replaced("  colours:\n    - {name: white, rgb: [255, 255, 255]}\n", "  any_plain: true\n");
  text.replace(text.find("policy: never"), 13, "policy: always");
  const TempDir dir;
  CHECK(Contains(ErrorOf(dir, dir.Write("mine.yaml", text)), "needs a colour to replace with"));
}

TEST_CASE("byte windows must not be swapped, and targets lie inside") {
  CHECK(Contains(ErrorAfter("min_bytes: 1000", "min_bytes: 3000"), "file: min_bytes is larger than max_bytes"));
  CHECK(Contains(ErrorAfter("[1200, 1800]", "[1800, 1200]"), "file: the ends of target_bytes are swapped"));
  CHECK(Contains(ErrorAfter("[1200, 1800]", "[1200, 2001]"), "file: target_bytes lies outside"));
  CHECK(Contains(ErrorAfter("min_quality: 60", "min_quality: 101"),
                 "file.min_quality: must be 1 to 100, got 101"));
}

TEST_CASE("thresholds must grow stricter from warn to reject, on the side of the code") {
  CHECK(Contains(ErrorAfter("warn_deg: 3, reject_deg: 8", "warn_deg: 8, reject_deg: 3"),
                 "checks.HEAD_TILTED: thresholds must rise from warn over review to reject"));
  CHECK(Contains(ErrorAfter("warn_deg: 3, reject_deg: 8", "warn_deg: 8, reject_deg: 8"), "must rise"));
  CHECK(Contains(ErrorAfter("review_ratio: 0.2, reject_ratio: 0.1", "review_ratio: 0.1, reject_ratio: 0.2"),
                 "checks.EYES_CLOSED: thresholds must fall from warn over review to reject"));
  CHECK(Contains(ErrorAfter("warn_deg: 3, reject_deg: 8", "reject_deg: -8"), "must not be below 0"));
  CHECK(Contains(ErrorAfter("warn_deg: 3, reject_deg: 8, ", ""), "needs at least one threshold"));
  CHECK(Contains(ErrorAfter("NO_FACE: {severity: reject, ", "NO_FACE: {"), "missing key 'severity'"));
}

TEST_CASE("placement codes and contradicting colour limits do not stand under checks") {
  CHECK(Contains(ErrorAfter("  NO_FACE:", "  EYE_LINE: {severity: reject, source: s}\n  NO_FACE:"),
                 "checks.EYE_LINE: belongs under 'placement'"));
  CHECK(Contains(ErrorAfter("  NO_FACE:", "  BACKGROUND_COLOUR: {reject_delta_e: 4, source: s}\n  NO_FACE:"),
                 "reject_delta_e is below background.tolerance_delta_e"));
}

TEST_CASE("dates, templates and titles must have their form") {
  for (const char* good : {"2020", "2020-05-01", "\"\""}) {
    CHECK_NOTHROW(Good(Replaced("date: 2020-05", "date: " + std::string(good))));
  }
  for (const char* bad : {"20-05-01", "May", "2020/05", "2020-5-1"}) {
    CHECK(Contains(ErrorAfter("date: 2020-05", "date: " + std::string(bad)), "date: expected a date like"));
  }
  CHECK(Contains(ErrorAfter("\"{id_number}\"", "\"{id_number\""), "naming.file: '{' without '}'"));
  CHECK(Contains(ErrorAfter("\"{id_number}\"", "\"id_number}\""), "naming.file: '}' without '{'"));
  CHECK(Contains(ErrorAfter("\"{id_number}\"", "\"{}\""), "naming.file: empty braces"));
  CHECK(Contains(ErrorAfter("\"{id_number}\"", "\"{group}/{id_number}\""),
                 "naming.file: folders belong under 'folder'"));
  CHECK(Contains(ErrorAfter("\"{group}/{class}\"", "\"{{group}}\""), "naming.folder: '{' within braces"));
  CHECK(Contains(ErrorAfter("en: Standard", "en: ' '"), "title.en: must not be empty"));
}

TEST_CASE("the name must be the file's, and bases are no standards") {
  const TempDir dir;
  CHECK(ErrorOf(dir, dir.Write("yours.yaml", kProfile)) ==
        "yours.yaml:1: name: must equal the file's name, 'yours'");
  CHECK(Contains(ErrorOf(dir, dir.Write("_mine.yaml", kProfile)), "not a standard"));
  CHECK(Contains(ErrorOf(dir, dir.Write("list.yaml", "- 1\n")), "expected a map"));
}

TEST_CASE("a profile changes single keys of the one it extends, replaces lists and takes checks away") {
  const TempDir dir;
  dir.Write("mine.yaml", kProfile);
  const auto child = LoadStandard(dir.Write("child.yaml", R"(extends: mine
name: child
version: 1
title: {zh: 子, en: Child}
background:
  colours: [{name: blue, rgb: [0, 0, 255]}]
checks:
  HEAD_TILTED: {reject_deg: 10}
  NO_FACE: off
)"));
  REQUIRE(child.has_value());
  CHECK(child->Id() == "child@1");
  CHECK(child->source == "a document");
  REQUIRE(child->background.allowed.size() == 1);
  CHECK(child->background.allowed[0].name == "blue");
  CHECK(child->background.tolerance_delta_e == 5);
  CHECK(child->Check("HEAD_TILTED")->warn == 3);
  CHECK(child->Check("HEAD_TILTED")->reject == 10);
  CHECK(child->Check("NO_FACE") == nullptr);
  CHECK(child->Check("EYES_CLOSED") != nullptr);
}

TEST_CASE("name, version and title are never inherited") {
  const TempDir dir;
  dir.Write("mine.yaml", kProfile);
  CHECK(ErrorOf(dir, dir.Write("child.yaml", "extends: mine\nversion: 1\ntitle: {zh: a, en: b}\n")) ==
        "child.yaml:1: missing key 'name'; it is never inherited");
  CHECK(Contains(ErrorOf(dir, dir.Write("child.yaml", "extends: mine\nname: child\ntitle: {zh: a, en: b}\n")),
                 "missing key 'version'"));
}

TEST_CASE("an error in the base names the base's file and line") {
  const TempDir dir;
  dir.Write("mine.yaml", Replaced("dpi: 300", "dpi: many"));
  const auto child = dir.Write("child.yaml", "extends: mine\nname: child\nversion: 1\ntitle: {zh: a, en: b}\n");
  CHECK(ErrorOf(dir, child) == "mine.yaml:9: frame.dpi: expected a whole number, got 'many'");
}

TEST_CASE("bases may be three in a row, not four, and not in a circle") {
  const TempDir dir;
  const std::string head = "version: 1\ntitle: {zh: a, en: b}\n";
  dir.Write("mine.yaml", kProfile);
  dir.Write("b1.yaml", "extends: mine\nname: b1\n" + head);
  dir.Write("b2.yaml", "extends: b1\nname: b2\n" + head);
  CHECK(LoadStandard(dir.Write("b3.yaml", "extends: b2\nname: b3\n" + head)).has_value());
  CHECK(Contains(ErrorOf(dir, dir.Write("b4.yaml", "extends: b3\nname: b4\n" + head)),
                 "b1.yaml:1: extends: more than 3 files extend one another"));

  dir.Write("x.yaml", "extends: y\nname: x\n" + head);
  dir.Write("y.yaml", "extends: x\nname: y\n" + head);
  CHECK(ErrorOf(dir, dir.path() / "x.yaml") ==
        "y.yaml:1: extends: profiles extend each other in a cycle: x -> y -> x");
  CHECK(Contains(ErrorOf(dir, dir.Write("z.yaml", "extends: z\nname: z\n" + head)), "cycle: z -> z"));
}

TEST_CASE("a base that is not there is told with the nearest name, and no path leads out of the directory") {
  const TempDir dir;
  dir.Write("mine.yaml", kProfile);
  CHECK(Contains(ErrorOf(dir, dir.Write("child.yaml", "extends: mien\n")),
                 "child.yaml:1: extends: unknown standard 'mien'"));
  CHECK(Contains(ErrorOf(dir, dir.Write("child.yaml", "extends: ../mine\n")), "unknown standard '../mine'"));
}
