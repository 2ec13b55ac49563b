// SPDX-License-Identifier: Apache-2.0
#include "lib/check/finished_file.h"

#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::Finding;
using gradphoto::Severity;
using gradphoto::image::FileFacts;
using gradphoto::image::Format;
using gradphoto::standard::FindStandard;
using gradphoto::standard::Standard;

namespace {

Standard Load(std::string_view name) {
  return FindStandard(gradphoto::testing::SourceDir() / "configs", name).value();
}

std::vector<Finding> CheckFinishedFile(const FileFacts& facts, const Standard& standard) {
  gradphoto::check::Sheet sheet(standard);
  gradphoto::check::CheckFinishedFile(facts, standard, sheet);
  // Every fact is told, as a finding or as passed.
  CHECK(sheet.findings().size() + sheet.passed().size() == (facts.jpeg_quality ? 6 : 5));
  return sheet.findings();
}

std::vector<Finding> CheckFileSize(std::int64_t bytes, const Standard& standard) {
  gradphoto::check::Sheet sheet(standard);
  gradphoto::check::CheckFileSize(bytes, standard, sheet);
  return sheet.findings();
}

FileFacts Good() {
  FileFacts facts;
  facts.bytes = 35'000;
  facts.stored_width_px = 480;
  facts.stored_height_px = 640;
  facts.dpi_x = facts.dpi_y = 300;
  facts.jpeg_quality = 85;
  return facts;
}

}  // namespace

TEST_CASE("a file as the standard wants it has no findings, also at the ends of what is allowed") {
  const Standard standard = Load("chsi-2017");
  CHECK(CheckFinishedFile(Good(), standard).empty());
  for (const auto& change : std::initializer_list<std::function<void(FileFacts&)>>{
           [](FileFacts& f) { f.bytes = 20'480; }, [](FileFacts& f) { f.bytes = 40'960; },
           [](FileFacts& f) { f.jpeg_quality = 60; }, [](FileFacts& f) { f.jpeg_quality = 100; },
           [](FileFacts& f) { f.dpi_x = f.dpi_y = 118 * 2.54; }}) {
    FileFacts facts = Good();
    change(facts);
    CHECK(CheckFinishedFile(facts, standard).empty());
  }
}

TEST_CASE("each fact that is wrong gives its own finding and no other") {
  const Standard standard = Load("chsi-2017");
  struct Case {
    const char* code;
    Severity severity;
    std::function<void(FileFacts&)> change;
  };
  const Case cases[] = {
      {"FORMAT", Severity::kReject, [](FileFacts& f) { f.format = Format::kPng, f.jpeg_quality.reset(); }},
      {"COLOUR_MODE", Severity::kReject, [](FileFacts& f) { f.components = 1; }},
      {"COLOUR_MODE", Severity::kReject, [](FileFacts& f) { f.components = 4; }},
      {"DIMENSIONS", Severity::kReject, [](FileFacts& f) { f.stored_width_px = 479; }},
      {"DIMENSIONS", Severity::kReject, [](FileFacts& f) { f.stored_height_px = 641; }},
      {"DIMENSIONS", Severity::kReject, [](FileFacts& f) { std::swap(f.stored_width_px, f.stored_height_px); }},
      {"DPI", Severity::kReject, [](FileFacts& f) { f.dpi_x = f.dpi_y = 72; }},
      {"DPI", Severity::kReject, [](FileFacts& f) { f.dpi_x.reset(), f.dpi_y.reset(); }},
      {"DPI", Severity::kReject, [](FileFacts& f) { f.dpi_y = 299.5; }},
      {"FILE_SIZE", Severity::kReject, [](FileFacts& f) { f.bytes = 20'479; }},
      {"FILE_SIZE", Severity::kReject, [](FileFacts& f) { f.bytes = 40'961; }},
      {"QUALITY", Severity::kReview, [](FileFacts& f) { f.jpeg_quality = 59; }},
  };
  for (const Case& c : cases) {
    FileFacts facts = Good();
    c.change(facts);
    const auto findings = CheckFinishedFile(facts, standard);
    CAPTURE(c.code);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == c.code);
    CHECK(findings[0].severity == c.severity);
  }
}

TEST_CASE("a finding about bytes carries the size and the accepted window") {
  const auto findings = CheckFileSize(50'000, Load("chsi-2017"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].value == 50'000);
  CHECK(findings[0].unit == "bytes");
  CHECK(findings[0].limit_min == 20'480);
  CHECK(findings[0].limit_max == 40'960);
}

TEST_CASE("a range of sizes allows every size of the ratio inside it") {
  const Standard cet = Load("cet");
  const auto finds_size = [&](int width, int height) {
    FileFacts facts = Good();
    facts.stored_width_px = width;
    facts.stored_height_px = height;
    for (const Finding& finding : CheckFinishedFile(facts, cet)) {
      if (finding.code == "DIMENSIONS") return true;
    }
    return false;
  };
  CHECK_FALSE(finds_size(144, 192));
  CHECK_FALSE(finds_size(180, 240));
  CHECK_FALSE(finds_size(240, 320));
  CHECK(finds_size(141, 188));
  CHECK(finds_size(243, 324));
  CHECK(finds_size(180, 239));
}

TEST_CASE("a photo of the one size of a standard is a finished one; a standard with a range tells none") {
  const Standard exact = Load("chsi-2017"), range = Load("cet");
  FileFacts facts = Good();
  CHECK(gradphoto::check::HasFinishedSize(facts, exact));
  facts.format = Format::kPng;
  facts.dpi_x.reset();
  CHECK(gradphoto::check::HasFinishedSize(facts, exact));
  facts.stored_height_px = 641;
  CHECK_FALSE(gradphoto::check::HasFinishedSize(facts, exact));
  facts.stored_width_px = 640;
  facts.stored_height_px = 480;
  CHECK_FALSE(gradphoto::check::HasFinishedSize(facts, exact));
  facts.stored_width_px = 180;
  facts.stored_height_px = 240;
  CHECK_FALSE(gradphoto::check::HasFinishedSize(facts, range));
}

TEST_CASE("the quality says whether it was read from a standard table") {
  const Standard standard = Load("chsi-2017");
  FileFacts facts = Good();
  facts.jpeg_quality = 50;
  CHECK(CheckFinishedFile(facts, standard).front().detail ==
        "no standard quantization table; the nearest quality");
  facts.jpeg_quality_exact = true;
  CHECK(CheckFinishedFile(facts, standard).front().detail.empty());
}
