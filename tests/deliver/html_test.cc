// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/html.h"

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

using gradphoto::Outcome;
using gradphoto::Severity;
using gradphoto::deliver::EscapeHtml;
using gradphoto::deliver::Page;
using gradphoto::deliver::PageFinding;
using gradphoto::deliver::PageRow;
using gradphoto::deliver::RenderHtml;
using gradphoto::standard::Language;
using gradphoto::standard::TextCatalogue;
using gradphoto::standard::Texts;
using gradphoto::testing::SourceDir;

namespace {

const Texts& TextsIn(Language language) {
  static const auto catalogue = TextCatalogue::Load(SourceDir() / "configs");
  REQUIRE(catalogue.has_value());
  return catalogue->In(language);
}

PageRow Row(std::size_t position, Outcome outcome) {
  PageRow row;
  row.position = position;
  row.outcome = outcome;
  return row;
}

}  // namespace

TEST_CASE("markup in text is shown, not run") {
  CHECK(EscapeHtml("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  CHECK(EscapeHtml("张三·𬱖") == "张三·𬱖");
  CHECK(EscapeHtml(std::string("a\0b\x1B\u0085", 6)) == "a\uFFFDb\uFFFD\uFFFD");
  CHECK(EscapeHtml("a\xFF\tb\n") == "a\uFFFD\tb\n");
}

TEST_CASE("no foreign text reaches the page unescaped") {
  const std::string evil = "\"><script>alert(1)</script><img src=x onerror='y'>";
  Page page;
  page.standards = page.version = evil;
  page.outcomes = {{Outcome::kRejected, 1}};
  page.reasons = {{.label = evil, .code = evil, .count = 1}};
  page.groups = {{.name = evil, .total = 1, .accepted = 0}, {.name = "b", .total = 1, .accepted = 1}};
  PageRow row;
  row.outcome = Outcome::kRejected;
  row.name = row.id = row.group = row.photo = row.thumbnail = evil;
  row.findings = {PageFinding{.code = evil,
                              .severity = Severity::kReject,
                              .title = evil,
                              .value = evil,
                              .limit = evil,
                              .advice = evil,
                              .detail = evil,
                              .gauge = {}}};
  page.rows = {row};
  for (const Language language : {Language::kZh, Language::kEn}) {
    const std::string html = RenderHtml(page, TextsIn(language));
    CHECK(html.find("<script>alert") == std::string::npos);
    CHECK(html.find("<img src=x") == std::string::npos);
    CHECK(html.find("onerror='") == std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(1)") != std::string::npos);
  }
}

TEST_CASE("the page is one file that asks for nothing from elsewhere") {
  Page page;
  page.rows = {PageRow{}};
  const std::string html = RenderHtml(page, TextsIn(Language::kZh));
  CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (const char* forbidden :
       {"http:", "https:", "src=\"//", "<link", "@import", "url(", "fetch(", "XMLHttp"}) {
    CAPTURE(forbidden);
    CHECK(html.find(forbidden) == std::string::npos);
  }
  CHECK(RenderHtml(page, TextsIn(Language::kEn)).find("<html lang=\"en\">") != std::string::npos);
}

TEST_CASE("without JavaScript every row is there and the filter bar is not") {
  Page page;
  page.outcomes = {{Outcome::kRejected, 1}, {Outcome::kAccepted, 1}};
  page.rows = {Row(1, Outcome::kRejected), Row(2, Outcome::kAccepted)};
  const std::string html = RenderHtml(page, TextsIn(Language::kZh));
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r1\" data-o=\"rejected\"") != std::string::npos);
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r2\" data-o=\"accepted\"") != std::string::npos);
  CHECK(html.find("aria-label=\"筛选\" hidden>") != std::string::npos);
}

TEST_CASE("an English page has no Chinese in it") {
  Page page;
  page.outcomes = {{Outcome::kRejected, 1}, {Outcome::kHeld, 1}};
  page.groups = {{.name = "A", .total = 1, .accepted = 0}, {.name = "B", .total = 1, .accepted = 1}};
  page.rows = {PageRow{}, Row(2, Outcome::kMissing)};
  for (const char c : RenderHtml(page, TextsIn(Language::kEn))) {
    const auto lead = static_cast<unsigned char>(c);
    CHECK_FALSE((lead >= 0xE4 && lead <= 0xE9));  // First bytes of U+4000..U+9FFF.
  }
}
