// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/case_sheets.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "lib/base/version.h"
#include "lib/deliver/assets.h"
#include "lib/deliver/case_markup.h"
#include "lib/deliver/html.h"

namespace gradphoto::deliver {
namespace {

using standard::Texts;

// What fits on a page; the rest is counted on it.
constexpr std::size_t kMaxAttempts = 6, kAttemptsInRow = 3;
constexpr std::size_t kMaxFindings = 5, kMaxFindingsInTwoRows = 3, kMaxSaid = 2;

void AppendFact(std::string& out, std::string_view label, std::string_view value) {
  out += Element("dt", label) + Element("dd", value);
}

void AppendFindings(std::string& out, const AttemptView& attempt, std::size_t limit, const Texts& texts) {
  std::size_t shown = 0, decisive = 0;
  out += "<ul>";
  for (const CaseFinding& finding : attempt.findings) {
    if (!finding.decides) continue;
    if (++decisive > limit) continue;
    ++shown;
    std::string text = finding.title;
    if (!finding.value.empty()) text += " " + finding.value;
    if (!finding.limit.empty()) text += " (" + finding.limit + ")";
    out += Element("li", text);
  }
  if (decisive == 0) out += Element("li", texts.Get("sheet.no_findings"));
  if (decisive > shown) out += Element("li", texts.Format("sheet.more_findings", decisive - shown));
  out += "</ul>";
  const std::size_t first = attempt.said.size() - std::min(attempt.said.size(), kMaxSaid);
  for (std::size_t i = first; i < attempt.said.size(); ++i) out += Element("p class=\"said\"", attempt.said[i]);
}

void AppendAttempts(std::string& out, const CaseView& view, const Texts& texts) {
  const std::size_t shown = std::min(view.attempts.size(), kMaxAttempts);
  const std::size_t earlier = view.attempts.size() - shown;
  const bool two_rows = shown > kAttemptsInRow;
  std::string heading(texts.Get("sheet.attempts"));
  if (earlier > 0) heading += " · " + texts.Format("sheet.earlier", earlier);
  out += Element("h2", heading);
  out += two_rows ? "<div class=\"attempts two\">" : "<div class=\"attempts\">";
  out += "<div class=\"attempt\">";
  out += Figure(texts.Get("review.reference"), view.reference, Loading::kEager, texts);
  out += Figure(texts.Get("review.output"), view.Current().standardized, Loading::kEager, texts);
  out += "</div>";
  for (std::size_t i = earlier; i < view.attempts.size(); ++i) {
    const AttemptView& attempt = view.attempts[i];
    std::string caption = texts.Format("review.attempt", attempt.number);
    if (!attempt.day.empty()) caption += " · " + attempt.day;
    out += "<div class=\"attempt\">";
    out += Figure(caption, attempt.photo, Loading::kEager, texts);
    AppendFindings(out, attempt, two_rows ? kMaxFindingsInTwoRows : kMaxFindings, texts);
    out += "</div>";
  }
  out += "</div>";
}

std::string SheetHtml(const CaseView& view, std::string_view school, std::size_t page, std::size_t pages,
                      const Texts& texts) {
  std::string out = "<section class=\"sheet\"><header>";
  out += Element("p", view.school.empty() ? school : view.school) + Element("h1", texts.Get("sheet.title")) +
         "</header>\n<dl>";
  AppendFact(out, texts.Get("sheet.name"), view.name);
  AppendFact(out, texts.Get("sheet.id_number"), view.id_number);
  AppendFact(out, texts.Get("sheet.student_number"),
             view.student_number.empty() ? view.key : view.student_number);
  AppendFact(out, texts.Get("sheet.group"), view.group);
  AppendFact(out, texts.Get("sheet.season"),
             view.deadline.empty() ? view.season : view.season + " · " + view.deadline);
  AppendFact(out, texts.Get("sheet.state"), view.state + " · " + view.failures);
  out += "</dl>\n";
  AppendAttempts(out, view, texts);
  out += "\n<div class=\"words\"><div>" + Element("h2", texts.Get("sheet.remark")) + Element("p", view.remark) +
         "<footer>" + Element("span", texts.Get("sheet.signature")) + Element("span", texts.Get("sheet.date")) +
         "</footer></div><div>" + Element("h2", texts.Get("sheet.verdict")) + "<p class=\"boxes\">" +
         Element("span", texts.Get("sheet.accept")) + Element("span", texts.Get("sheet.retake")) +
         "</p><footer>" + Element("span", texts.Get("sheet.stamp")) + Element("span", texts.Get("sheet.date")) +
         "</footer></div></div>\n<footer class=\"foot\">" + Element("span", texts.Get("sheet.masked")) +
         Element("span", texts.Format("sheet.page", page, pages)) + "</footer></section>\n";
  return out;
}

}  // namespace

std::string CaseSheetsHtml(std::span<const CaseView> cases, std::string_view school, const Texts& texts) {
  const auto pages = static_cast<std::size_t>(std::ranges::count_if(cases, &CaseView::is_manual_review));
  if (pages == 0) return {};
  std::string out = PageHead(texts, texts.Get("sheet.title"), Version(), kSheetStyle) + "</head>\n<body>\n";
  std::size_t page = 0;
  for (const CaseView& view : cases) {
    if (view.is_manual_review) out += SheetHtml(view, school, ++page, pages, texts);
  }
  return out + "</body>\n</html>\n";
}

}  // namespace gradphoto::deliver
