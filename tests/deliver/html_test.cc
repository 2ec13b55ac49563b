// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/html.h"

#include <doctest/doctest.h>

using gradphoto::Outcome;
using gradphoto::Severity;
using gradphoto::deliver::EscapeHtml;
using gradphoto::deliver::OutcomeLabel;
using gradphoto::deliver::Page;
using gradphoto::deliver::PageFinding;
using gradphoto::deliver::PageRow;
using gradphoto::deliver::RenderHtml;
using gradphoto::standard::Language;

namespace {

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
    page.language = language;
    const std::string html = RenderHtml(page);
    CHECK(html.find("<script>alert") == std::string::npos);
    CHECK(html.find("<img src=x") == std::string::npos);
    CHECK(html.find("onerror='") == std::string::npos);
    CHECK(html.find("&lt;script&gt;alert(1)") != std::string::npos);
  }
}

TEST_CASE("the page is one file that asks for nothing from elsewhere") {
  Page page;
  page.rows = {PageRow{}};
  const std::string html = RenderHtml(page);
  CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (const char* forbidden :
       {"http:", "https:", "src=\"//", "<link", "@import", "url(", "fetch(", "XMLHttp"}) {
    CAPTURE(forbidden);
    CHECK(html.find(forbidden) == std::string::npos);
  }
  page.language = Language::kEn;
  CHECK(RenderHtml(page).find("<html lang=\"en\">") != std::string::npos);
}

TEST_CASE("without JavaScript every row is there and the filter bar is not") {
  Page page;
  page.outcomes = {{Outcome::kRejected, 1}, {Outcome::kAccepted, 1}};
  page.rows = {Row(1, Outcome::kRejected), Row(2, Outcome::kAccepted)};
  const std::string html = RenderHtml(page);
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r1\" data-o=\"rejected\"") != std::string::npos);
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r2\" data-o=\"accepted\"") != std::string::npos);
  CHECK(html.find("aria-label=\"筛选\" hidden>") != std::string::npos);
}

TEST_CASE("an English page has no Chinese in it, and labels exist in both languages") {
  Page page;
  page.language = Language::kEn;
  page.outcomes = {{Outcome::kRejected, 1}, {Outcome::kHeld, 1}};
  page.groups = {{.name = "A", .total = 1, .accepted = 0}, {.name = "B", .total = 1, .accepted = 1}};
  page.rows = {PageRow{}, Row(2, Outcome::kMissing)};
  for (const char c : RenderHtml(page)) {
    const auto lead = static_cast<unsigned char>(c);
    CHECK_FALSE((lead >= 0xE4 && lead <= 0xE9));  // First bytes of U+4000..U+9FFF.
  }
  for (const Outcome outcome : {Outcome::kAccepted, Outcome::kReview, Outcome::kRejected, Outcome::kError,
                                Outcome::kMissing, Outcome::kHeld}) {
    CHECK(OutcomeLabel(outcome, Language::kZh) != OutcomeLabel(outcome, Language::kEn));
    CHECK_FALSE(OutcomeLabel(outcome, Language::kZh).empty());
  }
}
