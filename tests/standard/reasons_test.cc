// SPDX-License-Identifier: Apache-2.0
#include "lib/standard/reasons.h"

#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/standard/codes.h"
#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::standard::AllCodes;
using gradphoto::standard::Bound;
using gradphoto::standard::Code;
using gradphoto::standard::Language;
using gradphoto::standard::Reason;
using gradphoto::standard::Reasons;
using gradphoto::testing::SourceDir;
using gradphoto::testing::TempDir;

namespace {

Reasons Shipped() {
  auto reasons = Reasons::Load(SourceDir() / "configs");
  if (!reasons) FAIL(reasons.error().message);
  return std::move(*reasons);
}

const gradphoto::standard::Texts& ShippedTexts(Language language) {
  static const Reasons reasons = Shipped();
  return reasons.texts(language);
}

std::string FormatLimit(const Finding& finding, Language language = Language::kEn) {
  return gradphoto::standard::FormatLimit(finding, ShippedTexts(language));
}

std::string FormatValue(const Finding& finding, Language language = Language::kEn) {
  return gradphoto::standard::FormatValue(finding, ShippedTexts(language));
}

std::string ShippedText() {
  return *gradphoto::ReadTextFile(SourceDir() / "configs" / "reasons.yaml", 1U << 20U);
}

Finding Make(std::string code, std::optional<double> value, std::string unit, std::optional<double> min,
             std::optional<double> max) {
  return {.code = std::move(code),
          .severity = Severity::kReject,
          .value = value,
          .unit = std::move(unit),
          .limit_min = min,
          .limit_max = max,
          .detail = ""};
}

// The error of the shipped file after one replacement.
std::string ErrorAfter(std::string_view from, std::string_view to) {
  const TempDir dir;
  std::string text = ShippedText();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  dir.Write("reasons.yaml", text);
  const auto reasons = Reasons::Load(dir.path());
  REQUIRE_FALSE(reasons.has_value());
  CHECK(reasons.error().kind == ErrorKind::kUsage);
  return reasons.error().message;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("what was not assessed is never told as a fault, whatever the code") {
  const Reasons reasons = Shipped();
  for (const Code code : AllCodes()) {
    for (const Language language : {Language::kZh, Language::kEn}) {
      CAPTURE(std::string(code.name()));
      Finding finding = Make(std::string(code.name()), 9.0, "deg", std::nullopt, 8.0);
      const std::string fault = reasons.Text(finding, language);
      finding.severity = Severity::kNotAssessed;
      finding.detail = "no face found";
      const std::string text = reasons.Text(finding, language);
      CHECK(text ==
            (language == Language::kZh ? "未能判断：未检测到人脸" : "Could not be judged: no face found"));
      CHECK(text.find(fault) == std::string::npos);
      finding.detail.clear();
      CHECK(reasons.Text(finding, language).find(reasons.Get(finding.code, language).title) ==
            std::string::npos);
    }
  }
}

TEST_CASE("every code has texts in both languages, and none is left with a brace") {
  const Reasons reasons = Shipped();
  for (const Code code : AllCodes()) {
    for (const Language language : {Language::kZh, Language::kEn}) {
      CAPTURE(code);
      const Reason& reason = reasons.Get(code, language);
      CHECK_FALSE(reason.title.empty());
      CHECK_FALSE(reason.advice.empty());
      CHECK_FALSE(reason.measured.empty());
      // With all numbers, and with none: something sensible is left, and no placeholder.
      const Finding full = Make(std::string(code), 123.4, std::string(code.unit()), 1, 2);
      const Finding bare = Make(std::string(code), {}, "", {}, {});
      for (const Finding& finding : {full, bare}) {
        const std::string text = reasons.Text(finding, language);
        CHECK_FALSE(text.empty());
        CHECK(text.find_first_of("{}") == std::string::npos);
      }
      CHECK(reasons.Text(bare, language) != reason.title);
    }
  }
}

TEST_CASE("the text of every code with a number tells it") {
  const Reasons reasons = Shipped();
  for (const Code code : AllCodes()) {
    if (code.bound() == Bound::kNone) continue;
    CAPTURE(code);
    const Finding finding = Make(std::string(code), 77, std::string(code.unit()), 1, 2);
    CHECK(Contains(reasons.Text(finding, Language::kZh), FormatValue(finding, Language::kZh)));
    CHECK(Contains(reasons.Text(finding, Language::kEn), FormatValue(finding, Language::kEn)));
  }
}

TEST_CASE("numbers are put in, with a bare limit for one side and both ends for a window") {
  const Reasons reasons = Shipped();
  const Finding tilted = Make("HEAD_TILTED", -9.23, "deg", {}, 8);
  CHECK(reasons.Text(tilted, Language::kEn) ==
        "Your head is tilted to one side, so that the eyes are not level. It is tilted by 9.2°; at most 8° is "
        "allowed.");
  CHECK(reasons.Text(tilted, Language::kZh) ==
        "头部歪斜，两眼不在同一水平线上。倾斜角度为 9.2°，要求不超过 8°。");
  const Finding eyes = Make("EYE_LINE", 312.44, "px", 200, 300);
  CHECK(reasons.Text(eyes, Language::kZh) ==
        "眼睛在照片中的高度不符合规定。眼睛中心距离照片顶部 312.4 像素，要求 200-300 像素。");
  CHECK(Contains(reasons.Text(eyes, Language::kEn), "312.4 px below the top edge; required is 200-300 px."));
  const Finding chin = Make("CHIN", 430, "px", {}, 425);
  CHECK(Contains(reasons.Text(chin, Language::kZh), "要求 ≤ 425 像素。"));
}

TEST_CASE("a sentence without its number is left out") {
  const Reasons reasons = Shipped();
  CHECK(reasons.Text(Make("HEAD_TILTED", {}, "", {}, {}), Language::kZh) == "头部歪斜，两眼不在同一水平线上。");
  CHECK(reasons.Text(Make("HEAD_TILTED", 9, "deg", {}, {}), Language::kEn) ==
        "Your head is tilted to one side, so that the eyes are not level.");
}

TEST_CASE("a code of another version has empty texts") {
  const Reasons reasons = Shipped();
  CHECK(reasons.Get("NEW_CODE", Language::kEn).title.empty());
  CHECK(reasons.Text(Make("NEW_CODE", 1, "px", {}, {}), Language::kEn).empty());
}

TEST_CASE("mistakes in the file are told with file, line and key") {
  CHECK(Contains(ErrorAfter("UNREADABLE:", "UNREADABEL:"),
                 "unknown key 'UNREADABEL'; did you mean 'UNREADABLE'?"));
  CHECK(Contains(ErrorAfter("主要人脸的 {value} 倍", "主要人脸的 {vlaue} 倍"),
                 "only {value}, {limit} and {unit} may stand in braces"));
  CHECK(Contains(ErrorAfter("title: 照片中有多人", "title: 照片中有 {value} 人"),
                 "placeholders may stand in 'text' only"));
  CHECK(Contains(ErrorAfter("    title: No face found\n", ""), "NO_FACE.en: missing key 'title'"));
  CHECK(Contains(ErrorAfter("title: No face found", "title: ''"), "NO_FACE.en.title: must not be empty"));
  CHECK(Contains(ErrorAfter("title: No face found", "titles: No face found"), "did you mean 'title'?"));
  CHECK(Contains(ErrorAfter("\nNO_FACE:\n  zh:", "\nNO_FACE:\n  cn:"), "unknown key 'cn'"));
  CHECK(Contains(ErrorAfter("照片中没有找到正面人脸。", "没有{人脸"), "may stand in braces"));
}

TEST_CASE("a missing code and a missing file are usage errors") {
  const TempDir dir;
  dir.Write("reasons.yaml",
            "NO_FACE: {zh: {title: a, text: a, advice: a, measured: a}, "
            "en: {title: a, text: a, advice: a, measured: a}}\n");
  const auto partial = Reasons::Load(dir.path());
  REQUIRE_FALSE(partial.has_value());
  CHECK(Contains(partial.error().message, "missing key 'UNREADABLE'"));
  const auto absent = Reasons::Load(dir.path() / "nowhere");
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().kind == ErrorKind::kUsage);
}

TEST_CASE("limits are told as windows, one-sided limits and exact values") {
  CHECK(FormatLimit(Make("EYE_LINE", 1, "px", 200, 300)) == "200-300 px");
  CHECK(FormatLimit(Make("EYE_LINE", 1, "px", 200, 300), Language::kZh) == "200-300 像素");
  CHECK(FormatLimit(Make("HEAD_TILTED", 1, "deg", {}, 8)) == "≤ 8°");
  CHECK(FormatLimit(Make("HEAD_TILTED", 1, "deg", -8, 8)) == "±8°");
  CHECK(FormatLimit(Make("QUALITY", 1, "quality", 60, {})) == "≥ 60");
  CHECK(FormatLimit(Make("DIMENSIONS", 1, "px", 640, 640)) == "640 px");
  CHECK(FormatLimit(Make("FILE_SIZE", 1, "bytes", 20480, 40960)) == "20-40 KB");
  CHECK(FormatLimit(Make("EYES_CLOSED", 1, "ratio", 0.1, {})) == "≥ 0.1");
  CHECK(FormatLimit(Make("CROWN", 1, "px", 20.5, 33.25)) == "20.5-33.25 px");
  CHECK(FormatLimit(Make("NO_FACE", {}, "", {}, {})).empty());
}

TEST_CASE("values are told with their unit and no needless zeros") {
  CHECK(FormatValue(Make("EYE_LINE", 312.44, "px", 200, 300)) == "312.4 px");
  CHECK(FormatValue(Make("EYE_LINE", 312.0, "px", 200, 300), Language::kZh) == "312 像素");
  CHECK(FormatValue(Make("HEAD_TILTED", -9.2, "deg", {}, 8)) == "9.2°");
  CHECK(FormatValue(Make("OVEREXPOSED", 12.34, "percent", {}, 8)) == "12.3%");
  CHECK(FormatValue(Make("FILE_SIZE", 51200, "bytes", 20480, 40960)) == "50 KB");
  CHECK(FormatValue(Make("EYES_CLOSED", 0.0912, "ratio", 0.1, {})) == "0.09");
  CHECK(FormatValue(Make("BACKGROUND_COLOUR", 7.12, "delta_e", {}, 6)) == "7.1 ΔE");
  CHECK(FormatValue(Make("QUALITY", 57.0, "quality", 60, {})) == "57");
  CHECK(FormatValue(Make("FACE_MISMATCH", 0.3123, "", {}, {})) == "0.31");
  CHECK(FormatValue(Make("CENTERING", -0.001, "px", {}, {})) == "0 px");
  CHECK(FormatValue(Make("NO_FACE", {}, "", {}, {})).empty());
}

TEST_CASE("a value beyond its limit never looks like the limit") {
  CHECK(FormatValue(Make("HEAD_TILTED", 8.04, "deg", {}, 8)) == "8.04°");
  CHECK(FormatValue(Make("FILE_SIZE", 40961, "bytes", 20480, 40960)) == "40.001 KB");
  CHECK(FormatValue(Make("EYE_LINE", 199.996, "px", 200, 300)) == "199.996 px");
  CHECK(FormatValue(Make("EYE_LINE", 200.04, "px", 200, 300)) == "200 px");
}
