// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/review.h"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <vector>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/version.h"
#include "lib/deliver/assets.h"
#include "lib/deliver/case_markup.h"
#include "lib/deliver/case_sheets.h"
#include "lib/deliver/files.h"
#include "lib/deliver/html.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using standard::Reasons;
using standard::Texts;

// What tells two batches apart, so that decisions of one are not shown in the other: the photos under review.
std::string BatchId(const std::vector<CaseView>& cases) {
  std::string all;
  for (const CaseView& view : cases) all.append(view.key).append(" ").append(view.sha256).append("\n");
  return Sha256Hex(std::as_bytes(std::span(all))).substr(0, 16);
}

// `whole`: with the words of the check.
void AppendFinding(std::string& out, const CaseFinding& finding, bool whole) {
  out += finding.decides ? "<li>" : "<li class=\"soft\">";
  out += Element("b", finding.title) + Element("span class=\"v\"", finding.value) +
         Element("span class=\"l\"", finding.limit);
  if (!finding.detail.empty()) out += Element("p", finding.detail);
  if (whole && finding.decides) out += Element("p", finding.measured);
  out += "</li>";
}

void AppendAttempt(std::string& out, const AttemptView& attempt, bool is_current, const Texts& texts) {
  out += is_current ? "<div class=\"attempt now\">" : "<div class=\"attempt\">";
  if (attempt.number > 0) {
    std::string heading = texts.Format("review.attempt", attempt.number);
    if (!attempt.day.empty()) heading += " · " + attempt.day;
    if (is_current) heading.append(" · ").append(texts.Get("review.to_decide"));
    out += Element("h2", heading);
  }
  out += "<div class=\"pictures\">";
  out += Figure(texts.Get("review.photo"), attempt.photo, Loading::kLazy, texts);
  out += Figure(texts.Get("review.output"), attempt.standardized, Loading::kLazy, texts);
  out += "</div>";
  if (!attempt.similarity.empty()) out += Element("p class=\"similarity\"", attempt.similarity);
  for (const std::string& said : attempt.said) out += Element("p class=\"said\"", said);
  out += "<ul class=\"findings\">";
  for (const CaseFinding& finding : attempt.findings) AppendFinding(out, finding, is_current);
  out += "</ul></div>\n";
}

std::string CaseHtml(const CaseView& view, std::size_t number, const Texts& texts) {
  std::string codes;
  for (const std::string& code : view.codes) codes.append(codes.empty() ? "" : " ").append(code);
  std::string out = "<section class=\"case\"" + Attribute("data-id", std::to_string(number)) +
                    Attribute("data-key", view.key) + Attribute("data-n", view.search) +
                    Attribute("data-sha256", view.sha256) + Attribute("data-codes", codes) +
                    Attribute("data-deliverable", view.is_deliverable ? "yes" : "no") + ">\n<p class=\"who\">" +
                    Element("b", view.name.empty() ? texts.Get("review.no_name") : view.name);
  for (const std::string& text : {view.key, view.group, view.season, view.deadline, view.photo}) {
    if (!text.empty()) out += Element("span", text);
  }
  if (!view.state.empty()) out += Element("span class=\"state\"", view.state + " · " + view.failures);
  out += "<span class=\"decided\"" + Attribute("data-accept", texts.Get("review.accept")) +
         Attribute("data-reject", texts.Get("review.reject")) +
         Attribute("data-retake", texts.Get("review.retake")) + "></span></p>\n";
  if (!view.is_deliverable) out += Element("p class=\"warn\"", texts.Get("review.not_deliverable")) + "\n";
  if (!view.strips.empty()) {
    out += "<div class=\"strips\">" + Element("h2", texts.Get("identity.in_review"));
    for (const CaseStrip& strip : view.strips) {
      out += Figure(strip.caption, strip.picture, Loading::kLazy, texts);
    }
    out += "</div>\n";
  }
  out += "<div class=\"attempts\">\n";
  AppendAttempt(out, view.Current(), /*is_current=*/true, texts);
  out += "<div class=\"attempt reference\">";
  if (view.Current().number > 0) out += Element("h2", texts.Get("review.reference"));
  out += Figure(texts.Get("review.reference"), view.reference, Loading::kLazy, texts);
  out += "</div>\n";
  for (std::size_t i = view.attempts.size() - 1; i > 0; --i) {
    AppendAttempt(out, view.attempts[i - 1], /*is_current=*/false, texts);
  }
  return out + "</div></section>\n";
}

std::string Button(std::string_view action, std::string_view key, std::string_view label,
                   std::string_view style) {
  return "<button type=\"button\"" + Attribute("class", style) + Attribute("data-key-action", action) + ">" +
         EscapeHtml(label) + Element("kbd", key) + "</button>";
}

// The reasons a person may give: what the picture shows, not the state of the file.
Json RejectionCodes(const Reasons& reasons, standard::Language language) {
  Json codes = Json::object();
  constexpr standard::Code kFirst = "NO_FACE";
  for (const standard::Code code : standard::AllCodes()) {
    if (code.stage() == standard::Stage::kRoster || code.importance() < kFirst.importance()) continue;
    codes[std::string(code)] = reasons.Get(code, language).title;
  }
  return codes;
}

// The bar below: reasons while one is asked for, then buttons and note.
std::string BarHtml(const Texts& texts) {
  const auto labelled = [&](std::string_view id, std::string_view label) {
    return Attribute("id", id) + Attribute("placeholder", label) + Attribute("aria-label", label);
  };
  return "<div class=\"bar\">\n<div class=\"reasons\" hidden><h2" +
         Attribute("data-reject", texts.Get("review.reject_reason")) +
         Attribute("data-retake", texts.Get("review.retake_reason")) + "></h2>" +
         Button("Escape", "Esc", texts.Get("review.cancel"), "cancel") + "<div class=\"own\">" +
         Element("h3", texts.Get("review.own_reasons")) + "<ol></ol></div><div class=\"other\">" +
         Element("h3", texts.Get("review.other_reasons")) + "<ol></ol></div></div>\n<div class=\"keys\">" +
         Button("ArrowLeft", "←", texts.Get("review.back"), "") +
         Button("a", "A", texts.Get("review.accept"), "accept") +
         Button("r", "R", texts.Get("review.reject"), "reject") +
         Button("t", "T", texts.Get("review.retake"), "retake") + "<label class=\"note\"><input" +
         labelled("note", texts.Get("review.note")) + "><kbd>N</kbd></label>" +
         Button("s", "S", texts.Get("review.skip"), "") + Button("u", "U", texts.Get("review.undo"), "") +
         "</div></div>\n";
}

std::string PageHtml(const std::string& cases_html, const std::string& batch, const Reasons& reasons,
                     const Texts& texts) {
  std::string out =
      PageHead(texts, texts.Get("review.title"), Version(), kReviewStyle) +
      "<noscript><style>.case{display:block}.bar{display:none}</style></noscript>\n</head>\n<body" +
      Attribute("data-batch", batch) + ">\n<header>" + Element("h1", texts.Get("review.title"));
  out += "<span class=\"progress\" role=\"status\"" +
         Attribute("data-text", texts.Format("review.progress", "{at}", "{all}", "{done}")) + "></span>" +
         Element("span class=\"nostore\" hidden", texts.Get("review.no_store")) +
         "<span class=\"space\"></span><input type=\"search\" data-jump=\".case\"" +
         Attribute("placeholder", texts.Get("report.search")) +
         Attribute("aria-label", texts.Get("report.search")) + ">" +
         Element("span class=\"nobody warn\" role=\"status\" id=\"nobody\"",
                 texts.Get("review.reviewer_missing")) +
         "<input id=\"reviewer\" required aria-describedby=\"nobody\"" +
         Attribute("placeholder", texts.Get("review.reviewer")) +
         Attribute("aria-label", texts.Get("review.reviewer")) +
         "><button type=\"button\" id=\"save\" class=\"main\" data-key-action=\"w\" disabled>" +
         EscapeHtml(texts.Get("review.save")) + "<kbd>W</kbd></button></header>\n<main>\n" + cases_html +
         Element("p class=\"done\" hidden", texts.Get("review.all_decided")) + "\n" +
         Element("p class=\"progress\"", texts.Get("review.masked")) + "\n</main>\n" + BarHtml(texts) +
         "<script type=\"application/json\" id=\"codes\">";
  // A title never holds "</script": the texts are our own, and '<' is written as an escape all the same.
  for (const char c : RejectionCodes(reasons, texts.language()).dump())
    out += c == '<' ? "\\u003c" : std::string(1, c);
  return out + "</script>\n<script>" + std::string(kSearchScript) + "</script>\n<script>" +
         std::string(kReviewScript) + "</script>\n</body>\n</html>\n";
}

// An empty text: there shall be no such page.
Result<void> WriteOrRemove(const fs::path& file, const std::string& text) {
  if (!text.empty()) return WriteFileAtomic(file, text, IfExists::kOverwrite);
  std::error_code error;
  fs::remove(file, error);
  if (error) return Fail(ErrorKind::kOutput, file.string() + ": cannot be removed: " + error.message());
  return {};
}

}  // namespace

Result<ReviewCounts> WriteReview(std::span<const ledger::PersonCase> cases, const Reasons& reasons,
                                 const ReviewOptions& options, const fs::path& directory) {
  const Texts& texts = reasons.texts(options.cases.language);
  TRY_ASSIGN(const auto views, ViewCases(cases, reasons, options.cases, directory));
  std::string html;
  for (std::size_t i = 0; i < views.size(); ++i) html += CaseHtml(views[i], i + 1, texts);
  TRY(WriteOrRemove(directory / kReviewPageName,
                    views.empty() ? std::string() : PageHtml(html, BatchId(views), reasons, texts)));
  TRY(WriteOrRemove(directory / kCaseSheetsName, CaseSheetsHtml(views, options.school, texts)));
  return ReviewCounts{views.size(),
                      static_cast<std::size_t>(std::ranges::count_if(views, &CaseView::is_manual_review))};
}

}  // namespace gradphoto::deliver
