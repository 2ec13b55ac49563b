// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/html.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"

using gradphoto::Severity;
using gradphoto::deliver::EscapeHtml;
using gradphoto::deliver::Page;
using gradphoto::deliver::PageFinding;
using gradphoto::deliver::PageRow;
using gradphoto::deliver::RenderHtml;
using gradphoto::deliver::Told;
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

PageRow Row(std::size_t position, Told told) {
  PageRow row;
  row.position = position;
  row.told = told;
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
  page.standards = page.version = page.title = page.date = evil;
  page.seasons = {evil};
  page.states = {{Told::kRejected, 1}};
  page.reasons = {{.label = evil, .code = evil, .count = 1}};
  page.groups = {{.name = evil, .total = 1, .accepted = 0}, {.name = "b", .total = 1, .accepted = 1}};
  PageRow row;
  row.told = Told::kRejected;
  row.word = row.numbers = evil;
  row.remarks = {evil};
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

TEST_CASE("no foreign text leaves its string in the file of the rows") {
  const std::string evil = "`;alert(1);`${alert(2)}\\` \xE2\x80\xA8</script><img src=x onerror='y'>\"]";
  PageRow row = Row(1, Told::kRejected);
  row.name = row.id = row.group = row.photo = row.thumbnail = row.numbers = evil;
  row.remarks = {evil};
  const gradphoto::testing::TempDir dir;
  const auto file = dir.path() / "rows.js";
  auto rows = gradphoto::deliver::PageRowFile::Open(file);
  REQUIRE(rows.has_value());
  REQUIRE(rows->Add(row, 0, TextsIn(Language::kZh)).has_value());
  const auto stamp = rows->Close();
  REQUIRE(stamp.has_value());
  const std::string script = *gradphoto::ReadTextFile(file, 100'000);
  CHECK(std::ranges::count(script, '`') == 4);
  CHECK(script.find('$') == std::string::npos);
  CHECK(script.ends_with("const reportStamp=\"" + *stamp + "\";\n"));
  const std::size_t begin = script.find('`') + 1;
  const auto list = gradphoto::Json::parse(script.substr(begin, script.find('`', begin) - begin));
  CHECK(list[0][3] == evil);
  CHECK(list[0][4] == evil + "\n" + evil + "\n" + evil + "\n" + evil);
  for (const auto& part : list[0][5]) {
    if (part.is_string()) CHECK(part.get<std::string>().find('<') == std::string::npos);
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
  page.states = {{Told::kRejected, 1}, {Told::kAccepted, 1}};
  page.rows = {Row(1, Told::kRejected), Row(2, Told::kAccepted)};
  const std::string html = RenderHtml(page, TextsIn(Language::kZh));
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r1\" data-o=\"rejected\"") != std::string::npos);
  CHECK(html.find("<article class=\"r\" role=\"row\" id=\"r2\" data-o=\"accepted\"") != std::string::npos);
  CHECK(html.find("aria-label=\"筛选\" hidden>") != std::string::npos);
}

TEST_CASE("an English page has no Chinese in it") {
  Page page;
  for (const Told told : gradphoto::deliver::kAllTold) page.states.emplace_back(told, 1);
  page.groups = {{.name = "A", .total = 1, .accepted = 0}, {.name = "B", .total = 1, .accepted = 1}};
  page.rows = {PageRow{}, Row(2, Told::kMissing)};
  for (const char c : RenderHtml(page, TextsIn(Language::kEn))) {
    const auto lead = static_cast<unsigned char>(c);
    CHECK_FALSE((lead >= 0xE4 && lead <= 0xE9));  // First bytes of U+4000..U+9FFF.
  }
}

TEST_CASE("the head says whose page it is, of which day, and until when") {
  Page page;
  page.title = "某某大学 2026 届";
  page.date = "2026-02-03";
  page.seasons = {"毕业季 2026年夏季（截止 2026-03-01）"};
  const std::string html = RenderHtml(page, TextsIn(Language::kZh));
  CHECK(html.find("<h1>某某大学 2026 届 · 证件照审核报告</h1>") != std::string::npos);
  CHECK(html.find("<title>某某大学 2026 届 · 证件照审核报告</title>") != std::string::npos);
  CHECK(html.find("<p class=\"date\">生成日期 2026-02-03</p>\n") != std::string::npos);
  CHECK(html.find("<p class=\"season\">毕业季 2026年夏季（截止 2026-03-01）</p>") != std::string::npos);
  CHECK(RenderHtml(Page{}, TextsIn(Language::kZh)).find("class=\"date\"") == std::string::npos);
}
