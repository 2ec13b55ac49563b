// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/html.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "lib/base/unicode.h"
#include "lib/deliver/assets.h"

namespace gradphoto::deliver {
namespace {

using standard::Language;

constexpr std::size_t kMaxChartRows = 10;

// Everything the page says by itself.
struct PageTexts {
  std::string_view lang, title, records, standard, accepted_share, reasons, no_reasons, groups, group,
      group_total, group_accepted, group_open, no_group, all, all_groups, all_reasons, search, shown, none,
      no_photo, col_student, col_outcome, col_findings, no_findings, no_name, masked, full, made_by, filters,
      more_reasons, outcome_bar, limit;
};

constexpr PageTexts kZhTexts = {
    .lang = "zh-CN",
    .title = "证件照审核报告",
    .records = "条记录",
    .standard = "标准",
    .accepted_share = "通过率",
    .reasons = "未通过的原因",
    .no_reasons = "没有未通过的照片。",
    .groups = "各班情况",
    .group = "班级",
    .group_total = "总数",
    .group_accepted = "通过",
    .group_open = "待处理",
    .no_group = "（未分班）",
    .all = "全部",
    .all_groups = "所有班级",
    .all_reasons = "所有原因",
    .search = "姓名、号码",
    .shown = "显示 {n} / {all}",
    .none = "没有符合条件的记录。",
    .no_photo = "无照片",
    .col_student = "学生",
    .col_outcome = "结果",
    .col_findings = "问题：实测、要求、怎么做",
    .no_findings = "没有问题。",
    .no_name = "（未关联学生）",
    .masked = "证件号码、学号已隐去部分数字。报告含个人信息，仅供校内使用，请勿公开张贴。",
    .full = "报告含完整的证件号码，仅供校内使用，请勿公开张贴或转发。",
    .made_by = "由 gradphoto {version} 在本机生成，未联网。",
    .filters = "筛选",
    .more_reasons = "另有 {n} 种原因",
    .outcome_bar = "各结果所占比例",
    .limit = "要求 ",
};

constexpr PageTexts kEnTexts = {
    .lang = "en",
    .title = "ID photo report",
    .records = "records",
    .standard = "standard",
    .accepted_share = "accepted",
    .reasons = "Why photos were not accepted",
    .no_reasons = "Every photo was accepted.",
    .groups = "By group",
    .group = "Group",
    .group_total = "All",
    .group_accepted = "Accepted",
    .group_open = "Open",
    .no_group = "(no group)",
    .all = "All",
    .all_groups = "All groups",
    .all_reasons = "All reasons",
    .search = "Name or number",
    .shown = "{n} of {all} shown",
    .none = "Nothing matches these filters.",
    .no_photo = "No photo",
    .col_student = "Student",
    .col_outcome = "Outcome",
    .col_findings = "Findings: measured, allowed, and what to do",
    .no_findings = "Nothing to mend.",
    .no_name = "(no student linked)",
    .masked = "Numbers are partly hidden. This report holds personal data: for use inside the school only.",
    .full = "This report holds full identity numbers: for use inside the school only, do not pass it on.",
    .made_by = "Made on this machine by gradphoto {version}, without any network.",
    .filters = "Filters",
    .more_reasons = "and {n} more reasons",
    .outcome_bar = "Shares of the outcomes",
    .limit = "allowed ",
};

const PageTexts& Texts(Language language) { return language == Language::kZh ? kZhTexts : kEnTexts; }

std::string Fill(std::string_view text, std::string_view placeholder, std::string_view value) {
  std::string filled(text);
  if (const auto at = filled.find(placeholder); at != std::string::npos)
    filled.replace(at, placeholder.size(), value);
  return filled;
}

// A share 0..1 as "12.3%", without depending on the locale of the process.
std::string Percent(double share) {
  const long tenths = std::lround(std::clamp(share, 0.0, 1.0) * 1000);
  const std::string fraction = tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10);
  return std::to_string(tenths / 10) + fraction + "%";
}

double Share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// Appends markup (trusted) and text (escaped) to the page.
class Writer {
 public:
  Writer& Raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Writer& Text(std::string_view text) {
    out_ += EscapeHtml(text);
    return *this;
  }
  Writer& Number(std::size_t number) {
    out_ += std::to_string(number);
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

std::size_t CountOf(const Page& page, Outcome outcome) {
  for (const auto& [o, count] : page.outcomes) {
    if (o == outcome) return count;
  }
  return 0;
}

void WriteHead(const Page& page, const PageTexts& texts, Writer& out) {
  out.Raw(PageHead(texts.lang, texts.title, page.version, kReportStyle)).Raw("</head>\n<body>\n");
  out.Raw("<header class=\"head\"><h1>").Raw(texts.title).Raw("</h1><p>");
  out.Number(page.rows.size()).Raw(" ").Raw(texts.records);
  if (!page.standards.empty()) out.Raw(" · ").Raw(texts.standard).Raw(" ").Text(page.standards);
  out.Raw("</p></header>\n<main>\n");
}

void WriteFigures(const Page& page, const PageTexts& texts, Writer& out) {
  const std::size_t accepted = CountOf(page, Outcome::kAccepted);
  out.Raw("<section class=\"card figures\"><div class=\"share\">")
      .Raw(Percent(Share(accepted, page.rows.size())));
  out.Raw("<small>")
      .Raw(texts.accepted_share)
      .Raw("</small></div><div><div class=\"bar\" role=\"img\" aria-label=\"");
  out.Raw(texts.outcome_bar).Raw("\">");
  for (const auto& [outcome, count] : page.outcomes) {
    if (count == 0) continue;
    out.Raw("<i class=\"").Raw(OutcomeName(outcome)).Raw("\" style=\"flex:").Number(count).Raw("\"></i>");
  }
  out.Raw("</div><ul class=\"legend\">");
  for (const auto& [outcome, count] : page.outcomes) {
    if (count == 0) continue;
    out.Raw("<li class=\"").Raw(OutcomeName(outcome)).Raw("\">").Raw(OutcomeLabel(outcome, page.language));
    out.Raw(" <b>").Number(count).Raw("</b></li>");
  }
  out.Raw("</ul></div></section>\n");
}

// Horizontal bars; lengths in percent, so that the chart fits any width without shrinking its letters.
void WriteChart(const Page& page, const PageTexts& texts, Writer& out) {
  out.Raw("<section class=\"card\"><h2>").Raw(texts.reasons).Raw("</h2>");
  if (page.reasons.empty()) {
    out.Raw("<p class=\"fine\">").Raw(texts.no_reasons).Raw("</p></section>\n");
    return;
  }
  constexpr std::size_t kRowHeight = 36;
  const std::size_t rows = std::min(page.reasons.size(), kMaxChartRows);
  const std::size_t largest = page.reasons.front().count;
  out.Raw("<svg class=\"chart\" role=\"img\" height=\"").Number(rows * kRowHeight).Raw("\" aria-label=\"");
  out.Raw(texts.reasons).Raw("\">");
  for (std::size_t i = 0; i < rows; ++i) {
    const PageCount& reason = page.reasons[i];
    const std::string top = std::to_string(i * kRowHeight + 13), below = std::to_string(i * kRowHeight + 19);
    out.Raw("<text x=\"0\" y=\"").Raw(top).Raw("\">").Text(reason.label).Raw("</text>");
    out.Raw("<text class=\"n\" x=\"100%\" text-anchor=\"end\" y=\"").Raw(top).Raw("\">").Number(reason.count);
    out.Raw("</text><rect class=\"track\" rx=\"3.5\" width=\"100%\" height=\"7\" y=\"").Raw(below);
    out.Raw("\"/><rect class=\"fill\" rx=\"3.5\" height=\"7\" width=\"")
        .Raw(Percent(Share(reason.count, largest)));
    out.Raw("\" y=\"").Raw(below).Raw("\"/>");
  }
  out.Raw("</svg>");
  if (page.reasons.size() > rows) {
    out.Raw("<p class=\"fine\">")
        .Raw(Fill(texts.more_reasons, "{n}", std::to_string(page.reasons.size() - rows)));
    out.Raw("</p>");
  }
  out.Raw("</section>\n");
}

void WriteGroups(const Page& page, const PageTexts& texts, Writer& out) {
  if (page.groups.size() < 2) return;
  out.Raw("<section class=\"card\"><h2>")
      .Raw(texts.groups)
      .Raw("</h2><div class=\"scroll\"><table class=\"groups\">");
  out.Raw("<thead><tr><th>").Raw(texts.group).Raw("</th><th>").Raw(texts.group_accepted).Raw("</th><th>");
  out.Raw(texts.group_open).Raw("</th><th>").Raw(texts.group_total).Raw("</th></tr></thead><tbody>");
  for (const PageGroup& group : page.groups) {
    out.Raw("<tr><td>")
        .Text(group.name.empty() ? texts.no_group : group.name)
        .Raw("</td><td>")
        .Number(group.accepted);
    out.Raw("</td><td>")
        .Number(group.total - group.accepted)
        .Raw("</td><td>")
        .Number(group.total)
        .Raw("</td></tr>");
  }
  out.Raw("</tbody></table></div></section>\n");
}

void WriteTools(const Page& page, const PageTexts& texts, Writer& out) {
  out.Raw("<div class=\"tools\" role=\"search\" aria-label=\"").Raw(texts.filters).Raw("\" hidden>");
  out.Raw("<div class=\"chips\"><button type=\"button\" value=\"\" aria-pressed=\"true\">").Raw(texts.all);
  out.Raw("<b>").Number(page.rows.size()).Raw("</b></button>");
  for (const auto& [outcome, count] : page.outcomes) {
    if (count == 0) continue;
    out.Raw("<button type=\"button\" aria-pressed=\"false\" value=\"").Raw(OutcomeName(outcome)).Raw("\">");
    out.Raw(OutcomeLabel(outcome, page.language)).Raw("<b>").Number(count).Raw("</b></button>");
  }
  out.Raw("</div><span class=\"shown\" role=\"status\" data-text=\"").Raw(texts.shown);
  out.Raw("\"></span><div class=\"fields\"><select aria-label=\"")
      .Raw(texts.group)
      .Raw("\"")
      .Raw(page.groups.size() < 2 ? " hidden" : "");
  out.Raw("><option value=\"\">").Raw(texts.all_groups).Raw("</option>");
  for (std::size_t i = 0; i < page.groups.size(); ++i) {
    out.Raw("<option value=\"").Number(i).Raw("\">");
    out.Text(page.groups[i].name.empty() ? texts.no_group : page.groups[i].name).Raw("</option>");
  }
  out.Raw("</select><select aria-label=\"")
      .Raw(texts.reasons)
      .Raw("\"><option value=\"\">")
      .Raw(texts.all_reasons);
  out.Raw("</option>");
  for (const PageCount& reason : page.reasons) {
    out.Raw("<option value=\"").Text(reason.code).Raw("\">").Text(reason.label).Raw(" (").Number(reason.count);
    out.Raw(")</option>");
  }
  out.Raw("</select><input type=\"search\" placeholder=\"").Raw(texts.search).Raw("\" aria-label=\"");
  out.Raw(texts.search).Raw("\"></div></div>\n");
}

void WriteFinding(const PageFinding& finding, const Page& page, const PageTexts& texts, Writer& out) {
  out.Raw("<li class=\"")
      .Raw(SeverityName(finding.severity))
      .Raw("\"><div class=\"fh\"><b>")
      .Text(finding.title);
  out.Raw("</b>");
  if (!finding.value.empty()) out.Raw("<span class=\"v\">").Text(finding.value).Raw("</span>");
  if (!finding.limit.empty()) {
    out.Raw("<span class=\"l\">").Raw(texts.limit).Text(finding.limit).Raw("</span>");
  }
  if (finding.gauge) {
    out.Raw("<i class=\"g\" aria-hidden=\"true\" style=\"--a:").Raw(Percent(finding.gauge->allowed_from));
    out.Raw(";--b:")
        .Raw(Percent(1 - finding.gauge->allowed_to))
        .Raw(";--v:")
        .Raw(Percent(finding.gauge->value));
    out.Raw("\"></i>");
  }
  // A rejection says so in the outcome column; the others would be misread without their name.
  if (finding.severity != Severity::kReject) {
    out.Raw("<span class=\"sev\">").Raw(SeverityLabel(finding.severity, page.language)).Raw("</span>");
  }
  out.Raw("</div>");
  if (!finding.advice.empty()) out.Raw("<p>").Text(finding.advice).Raw("</p>");
  if (!finding.detail.empty()) out.Raw("<p class=\"fine\">").Text(finding.detail).Raw("</p>");
  out.Raw("</li>");
}

void WriteRow(const PageRow& row, const Page& page, std::size_t group, const PageTexts& texts, Writer& out) {
  std::string codes;
  for (const PageFinding& finding : row.findings) {
    // What the reason filter finds; advice that rejected nobody is no reason.
    if (finding.severity >= Severity::kReview) codes += (codes.empty() ? "" : " ") + finding.code;
  }
  const std::string_view outcome = OutcomeName(row.outcome);
  out.Raw("<article class=\"r\" role=\"row\" id=\"r").Number(row.position).Raw("\" data-o=\"").Raw(outcome);
  out.Raw("\" data-g=\"")
      .Number(group)
      .Raw("\" data-c=\"")
      .Text(codes)
      .Raw("\"><div class=\"t\" role=\"cell\">");
  if (row.thumbnail.empty()) {
    out.Raw("<svg viewBox=\"0 0 72 96\" role=\"img\" aria-label=\"").Raw(texts.no_photo);
    out.Raw("\"><use href=\"#nobody\"/></svg>");
  } else {
    out.Raw("<img loading=\"lazy\" width=\"72\" height=\"96\" alt=\"\" src=\"").Text(row.thumbnail);
    out.Raw("\">");
  }
  out.Raw("</div><div class=\"w\" role=\"cell\"><b>")
      .Text(row.name.empty() ? texts.no_name : row.name)
      .Raw("</b>");
  if (!row.id.empty()) out.Raw("<span class=\"id\">").Text(row.id).Raw("</span>");
  if (!row.group.empty()) out.Raw("<span>").Text(row.group).Raw("</span>");
  if (!row.photo.empty()) out.Raw("<span class=\"f\">").Text(row.photo).Raw("</span>");
  out.Raw("</div><div class=\"o\" role=\"cell\"><span class=\"badge ").Raw(outcome).Raw("\">");
  out.Raw(OutcomeLabel(row.outcome, page.language)).Raw("</span></div><div class=\"d\" role=\"cell\">");
  if (row.findings.empty()) {
    if (row.outcome == Outcome::kAccepted) out.Raw("<p class=\"fine\">").Raw(texts.no_findings).Raw("</p>");
  } else {
    out.Raw("<ul class=\"fs\">");
    for (const PageFinding& finding : row.findings) WriteFinding(finding, page, texts, out);
    out.Raw("</ul>");
  }
  out.Raw("</div></article>\n");
}

void WriteRows(const Page& page, const PageTexts& texts, Writer& out) {
  std::map<std::string_view, std::size_t> group_index;
  for (std::size_t i = 0; i < page.groups.size(); ++i) group_index[page.groups[i].name] = i;
  // One silhouette for all rows without a picture.
  out.Raw(
      "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><symbol id=\"nobody\" "
      "viewBox=\"0 0 72 96\"><circle cx=\"36\" cy=\"40\" r=\"15\"/><path d=\"M8 96c0-22 12-32 28-32s28 10 28 "
      "32z\"/>"
      "</symbol></svg>\n");
  out.Raw(
      "<div class=\"rows\" role=\"table\"><div class=\"cols\" role=\"row\"><span "
      "role=\"columnheader\"></span>");
  for (const std::string_view column : {texts.col_student, texts.col_outcome, texts.col_findings}) {
    out.Raw("<span role=\"columnheader\">").Raw(column).Raw("</span>");
  }
  out.Raw("</div>\n");
  for (const PageRow& row : page.rows) {
    const auto found = group_index.find(row.group);
    WriteRow(row, page, found == group_index.end() ? 0 : found->second, texts, out);
  }
  out.Raw("</div><p class=\"none\" hidden>").Raw(texts.none).Raw("</p>\n");
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const char32_t code = NextCodePoint(text, position);  // Invalid bytes become U+FFFD.
    switch (code) {
      case U'&':
        escaped += "&amp;";
        break;
      case U'<':
        escaped += "&lt;";
        break;
      case U'>':
        escaped += "&gt;";
        break;
      case U'"':
        escaped += "&quot;";
        break;
      case U'\'':
        escaped += "&#39;";
        break;
      default: {
        const bool blank = code == U'\t' || code == U'\n' || code == U'\r';
        const bool control = (code < 0x20 && !blank) || (code >= 0x7F && code < 0xA0);
        AppendUtf8(control ? U'\uFFFD' : code, escaped);
      }
    }
  }
  return escaped;
}

std::string PageHead(std::string_view lang, std::string_view title, std::string_view version,
                     std::string_view style) {
  // The first line's end is what the licence comment leaves.
  std::string head = Fill(kPageHead.substr(1), "{lang}", EscapeHtml(lang));
  head = Fill(head, "{version}", EscapeHtml(version));
  head = Fill(head, "{title}", EscapeHtml(title));
  return Fill(head, "{style}", style);
}

std::string_view OutcomeLabel(Outcome outcome, Language language) {
  const bool zh = language == Language::kZh;
  switch (outcome) {
    case Outcome::kAccepted:
      return zh ? "通过" : "Accepted";
    case Outcome::kReview:
      return zh ? "人工审核" : "In review";
    case Outcome::kRejected:
      return zh ? "驳回重拍" : "Rejected";
    case Outcome::kError:
      return zh ? "无法处理" : "Unreadable";
    case Outcome::kMissing:
      return zh ? "未交照片" : "Missing";
    case Outcome::kHeld:
      return zh ? "暂缓" : "On hold";
  }
  return "";
}

std::string_view SeverityLabel(Severity severity, Language language) {
  const bool zh = language == Language::kZh;
  switch (severity) {
    case Severity::kInfo:
      return zh ? "说明" : "note";
    case Severity::kNotAssessed:
      return zh ? "未能检查" : "not assessed";
    case Severity::kWarn:
      return zh ? "提醒，不影响通过" : "advice only";
    case Severity::kReview:
      return zh ? "待人工确认" : "a person decides";
    case Severity::kReject:
      return zh ? "须重拍" : "to do again";
    case Severity::kError:
      return zh ? "技术错误" : "technical";
  }
  return "";
}

std::string RenderHtml(const Page& page) {
  const PageTexts& texts = Texts(page.language);
  Writer out;
  WriteHead(page, texts, out);
  WriteFigures(page, texts, out);
  out.Raw("<div class=\"two\">\n");
  WriteChart(page, texts, out);
  WriteGroups(page, texts, out);
  out.Raw("</div>\n");
  WriteTools(page, texts, out);
  WriteRows(page, texts, out);
  out.Raw("</main>\n<footer>").Raw(page.ids_masked ? texts.masked : texts.full).Raw(" ");
  out.Text(Fill(texts.made_by, "{version}", page.version)).Raw("</footer>\n<script>").Raw(kReportScript);
  out.Raw("</script>\n</body>\n</html>\n");
  return out.Take();
}

}  // namespace gradphoto::deliver
