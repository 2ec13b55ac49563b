// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/review.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/version.h"
#include "lib/deliver/assets.h"
#include "lib/deliver/files.h"
#include "lib/deliver/html.h"
#include "lib/deliver/search.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using standard::Reasons;
using standard::Texts;

constexpr std::array<std::string_view, 3> kKinds = {"photo", "reference", "standardized"};

struct Pictures {
  std::string photo, reference, output;  // Relative to the page; empty when there is none.
};

std::string ReferenceOf(const Record& record) {
  const auto found = record.comparison.find("reference");
  return found != record.comparison.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// What tells two batches apart, so that decisions of one are not shown in the other: the photos under review.
std::string BatchId(const std::vector<const Record*>& cases) {
  std::string all;
  for (const Record* record : cases) all += record->sha256 + "\n";
  return Sha256Hex(std::as_bytes(std::span(all))).substr(0, 16);
}

void AppendFigure(std::string& out, std::string_view caption, const std::string& source,
                  std::string_view no_picture) {
  out += "<figure>";
  out += source.empty() ? "<p>" + EscapeHtml(no_picture) + "</p>"
                        : "<img loading=\"lazy\" alt=\"\" src=\"" + EscapeHtml(source) + "\">";
  out += "<figcaption>" + EscapeHtml(caption) + "</figcaption></figure>";
}

void AppendFinding(std::string& out, const Finding& finding, const Record& record, const Reasons& reasons,
                   const Texts& texts, const Redactor& redactor) {
  const bool decides = finding.severity >= Severity::kReview;
  const standard::Reason& reason = reasons.Get(finding.code, texts.language());
  out += decides ? "<li>" : "<li class=\"soft\">";
  out += "<b>" + EscapeHtml(reason.title.empty() ? finding.code : reason.title) + "</b>";
  out += "<span class=\"v\">" + EscapeHtml(standard::FormatValue(finding, texts)) + "</span>";
  out += "<span class=\"l\">" + EscapeHtml(standard::FormatLimit(finding, texts)) + "</span>";
  if (const std::string detail = redactor.Text(texts.Detail(finding), &record); !detail.empty()) {
    out += "<p>" + EscapeHtml(detail) + "</p>";
  }
  if (decides) out += "<p>" + EscapeHtml(reason.measured) + "</p>";
  out += "</li>";
}

std::string CaseHtml(const Record& record, std::size_t number, const Pictures& pictures, const Reasons& reasons,
                     const Redactor& redactor, const Texts& texts) {
  std::string codes;
  for (const Finding& finding : record.findings) {
    if (finding.severity >= Severity::kWarn) codes += (codes.empty() ? "" : " ") + finding.code;
  }
  const std::string key = record.student ? redactor.Number(record.student->key) : std::string();
  const std::string name =
      record.student ? redactor.Text(record.student->Field("name"), &record) : std::string();
  std::string out = "<section class=\"case\" data-id=\"" + std::to_string(number) + "\" data-n=\"" +
                    EscapeHtml(SearchNumbers(record, redactor)) + "\" data-key=\"" + EscapeHtml(key) +
                    "\" data-sha256=\"" + EscapeHtml(record.sha256) + "\" data-codes=\"" + EscapeHtml(codes) +
                    "\">\n<p class=\"who\"><b>" +
                    EscapeHtml(name.empty() ? std::string(texts.Get("review.no_name")) : name) + "</b>";
  for (const std::string& text :
       {key, redactor.Text(GroupOf(record), &record), redactor.Text(record.photo, &record)}) {
    if (!text.empty()) out += "<span>" + EscapeHtml(text) + "</span>";
  }
  out += "<span class=\"decided\" data-accept=\"" + EscapeHtml(texts.Get("review.accept")) +
         "\" data-reject=\"" + EscapeHtml(texts.Get("review.reject")) + "\" data-retake=\"" +
         EscapeHtml(texts.Get("review.retake")) + "\"></span></p>\n";
  std::string reference(texts.Get("review.reference"));
  if (const auto similarity = record.comparison.find("similarity");
      similarity != record.comparison.end() && similarity->is_number()) {
    reference = texts.Format("review.reference_similarity", similarity->dump());
  }
  out += "<div class=\"pictures\">";
  AppendFigure(out, texts.Get("review.photo"), pictures.photo, texts.Get("review.no_picture"));
  AppendFigure(out, reference, pictures.reference, texts.Get("review.no_picture"));
  AppendFigure(out, texts.Get("review.output"), pictures.output, texts.Get("review.no_picture"));
  out += "</div>\n<ul class=\"findings\">";
  for (const Finding& finding : record.findings) {
    if (finding.severity >= Severity::kWarn) AppendFinding(out, finding, record, reasons, texts, redactor);
  }
  return out + "</ul></section>\n";
}

std::string Button(std::string_view action, std::string_view key, std::string_view label,
                   std::string_view style) {
  return "<button type=\"button\" class=\"" + std::string(style) + "\" data-key-action=\"" +
         std::string(action) + "\">" + EscapeHtml(label) + "<kbd>" + EscapeHtml(key) + "</kbd></button>";
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

std::string PageHtml(const std::string& cases_html, const std::string& batch, const Reasons& reasons,
                     const Texts& texts) {
  std::string out = PageHead(texts, texts.Get("review.title"), Version(), kReviewStyle) +
                    "<noscript><style>.case{display:block}.keys{display:none}</style></noscript>\n</head>\n"
                    "<body data-batch=\"" +
                    batch + "\">\n";
  out += "<header><h1>" + EscapeHtml(texts.Get("review.title")) +
         "</h1><span class=\"progress\" role=\"status\" data-text=\"" +
         EscapeHtml(texts.Format("review.progress", "{at}", "{all}", "{done}")) +
         "\"></span><span class=\"nostore\" hidden>" + EscapeHtml(texts.Get("review.no_store")) +
         "</span><span class=\"space\"></span><input type=\"search\" data-jump=\".case\" placeholder=\"" +
         EscapeHtml(texts.Get("report.search")) + "\" aria-label=\"" + EscapeHtml(texts.Get("report.search")) +
         "\"><input id=\"reviewer\" placeholder=\"" + EscapeHtml(texts.Get("review.reviewer")) +
         "\" aria-label=\"" + EscapeHtml(texts.Get("review.reviewer")) +
         "\"><button type=\"button\" id=\"save\" class=\"main\" data-key-action=\"w\">" +
         EscapeHtml(texts.Get("review.save")) + "<kbd>W</kbd></button></header>\n<main>\n" + cases_html +
         "<p class=\"done\" hidden>" + EscapeHtml(texts.Get("review.all_decided")) +
         "</p>\n<p class=\"progress\">" + EscapeHtml(texts.Get("review.masked")) + "</p>\n</main>\n";
  out +=
      "<div class=\"keys\">" + Button("ArrowLeft", "←", texts.Get("review.back"), "") +
      Button("a", "A", texts.Get("review.accept"), "accept") +
      Button("r", "R", texts.Get("review.reject"), "reject") + Button("s", "S", texts.Get("review.skip"), "") +
      Button("u", "U", texts.Get("review.undo"), "") + "</div>\n<dialog><h2>" +
      EscapeHtml(texts.Get("review.reason")) + "</h2><ol></ol><input id=\"note\" placeholder=\"" +
      EscapeHtml(texts.Get("review.note")) + "\" aria-label=\"" + EscapeHtml(texts.Get("review.note")) +
      "\"><div class=\"row\"><button type=\"button\" id=\"cancel\">" + EscapeHtml(texts.Get("review.cancel")) +
      "</button></div></dialog>\n<script type=\"application/json\" id=\"codes\">";
  // A title never holds "</script": the texts are our own, and '<' is written as an escape all the same.
  for (const char c : RejectionCodes(reasons, texts.language()).dump())
    out += c == '<' ? "\\u003c" : std::string(1, c);
  return out + "</script>\n<script>" + std::string(kSearchScript) + "</script>\n<script>" +
         std::string(kReviewScript) + "</script>\n</body>\n</html>\n";
}

Result<std::string> WritePicture(const fs::path& photo, std::size_t number, std::string_view kind,
                                 const ReviewOptions& options, const fs::path& directory,
                                 std::set<std::string>& written) {
  if (photo.empty() || !options.picture) return std::string();
  const auto jpeg = options.picture(photo);
  if (!jpeg) return std::string();
  const std::string name = std::to_string(number) + "-" + std::string(kind) + ".jpg";
  std::string path = std::string(kReviewPictureFolder) + "/" + name;
  TRY(WriteFileAtomic(directory / path, *jpeg, IfExists::kOverwrite));
  written.insert(name);
  return path;
}

// Whether WritePicture could have made it.
bool IsPictureName(const std::string& name) {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string_view rest = std::string_view(name).substr(digits);
  return digits > 0 && std::ranges::any_of(kKinds, [&](std::string_view kind) {
           return rest == "-" + std::string(kind) + ".jpg";
         });
}

// Pictures of cases that are decided must not stay behind.
Result<void> RemoveOthers(const fs::path& folder, const std::set<std::string>& keep) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  std::vector<fs::path> stale;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (IsPictureName(name) && !keep.contains(name)) stale.push_back(it->path());
  }
  for (const fs::path& path : stale) {
    if (!error) fs::remove(path, error);
  }
  if (!error && fs::is_empty(folder, error)) fs::remove(folder, error);
  if (error)
    return Fail(ErrorKind::kOutput, folder.string() + ": old pictures cannot be removed: " + error.message());
  return {};
}

}  // namespace

Result<std::size_t> WriteReview(std::span<const Record> records, const Reasons& reasons,
                                const ReviewOptions& options, const fs::path& directory) {
  const Redactor& redactor = options.redactor;
  const Texts& texts = reasons.texts(options.language);
  std::vector<const Record*> cases;
  for (const Record& record : records) {
    if (record.outcome == Outcome::kReview) cases.push_back(&record);
  }
  std::set<std::string> pictures;
  std::string html;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (options.interrupted && options.interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    const Record& record = *cases[i];
    Pictures shown;
    const std::array<std::pair<std::string*, fs::path>, 3> wanted = {{{&shown.photo, record.photo},
                                                                      {&shown.reference, ReferenceOf(record)},
                                                                      {&shown.output, record.output}}};
    for (std::size_t kind = 0; kind < wanted.size(); ++kind) {
      TRY_ASSIGN(auto written,
                 WritePicture(wanted[kind].second, i + 1, kKinds[kind], options, directory, pictures));
      *wanted[kind].first = std::move(written);
    }
    html += CaseHtml(record, i + 1, shown, reasons, redactor, texts);
  }
  TRY(RemoveOthers(directory / kReviewPictureFolder, pictures));
  if (cases.empty()) {
    std::error_code error;
    fs::remove(directory / kReviewPageName, error);
    if (error) return Fail(ErrorKind::kOutput, (directory / kReviewPageName).string() + ": " + error.message());
    return std::size_t{0};
  }
  const std::string page = PageHtml(html, BatchId(cases), reasons, texts);
  TRY(WriteFileAtomic(directory / kReviewPageName, page, IfExists::kOverwrite));
  return cases.size();
}

}  // namespace gradphoto::deliver
