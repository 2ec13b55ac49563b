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
#include "lib/deliver/html.h"
#include "lib/deliver/review_assets.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using standard::Language;
using standard::Reasons;

constexpr std::string_view kPageName = "review.html";
constexpr std::string_view kPictureFolder = "review";
constexpr std::array<std::string_view, 3> kKinds = {"photo", "reference", "standardized"};

struct Texts {
  std::string_view lang, title, progress, reviewer, save, accept, reject, retake, skip, back, undo, reason,
      note, cancel, photo, reference, output, no_picture, similarity, all_decided, no_store, not_linked, masked;
};

constexpr Texts kZh = {
    .lang = "zh-CN",
    .title = "证件照人工审核",
    .progress = "第 {at} / {all} 张，已决定 {done} 张",
    .reviewer = "审核人",
    .save = "保存结果",
    .accept = "通过",
    .reject = "退回重拍",
    .retake = "重拍",
    .skip = "跳过",
    .back = "上一张",
    .undo = "撤销",
    .reason = "退回的原因",
    .note = "备注（可不填）",
    .cancel = "取消",
    .photo = "学生照片",
    .reference = "比对照片",
    .output = "标准化结果",
    .no_picture = "无",
    .similarity = "相似度",
    .all_decided = "已到最后一张。请保存结果，并用 gradphoto-ledger 导入。",
    .no_store = "浏览器不允许保存进度，请在关闭页面前保存结果。",
    .not_linked = "（未关联学生）",
    .masked = "本页含个人信息，仅供校内审核使用。",
};

constexpr Texts kEn = {
    .lang = "en",
    .title = "Review of ID photos",
    .progress = "{at} of {all}, {done} decided",
    .reviewer = "Reviewer",
    .save = "Save decisions",
    .accept = "Accept",
    .reject = "Reject",
    .retake = "Retake",
    .skip = "Skip",
    .back = "Back",
    .undo = "Undo",
    .reason = "Reason for the rejection",
    .note = "Note (optional)",
    .cancel = "Cancel",
    .photo = "Photo",
    .reference = "Reference",
    .output = "Standardized",
    .no_picture = "none",
    .similarity = "similarity",
    .all_decided = "That was the last one. Save the decisions and import them with gradphoto-ledger.",
    .no_store = "The browser does not keep the progress; save before you close the page.",
    .not_linked = "(no student linked)",
    .masked = "This page holds personal data: for the school's review only.",
};

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

void AppendFinding(std::string& out, const Finding& finding, const Reasons& reasons, Language language) {
  const bool decides = finding.severity >= Severity::kReview;
  const standard::Reason& reason = reasons.Get(finding.code, language);
  out += decides ? "<li>" : "<li class=\"soft\">";
  out += "<b>" + EscapeHtml(reason.title.empty() ? finding.code : reason.title) + "</b>";
  out += "<span class=\"v\">" + EscapeHtml(standard::FormatValue(finding, language)) + "</span>";
  out += "<span class=\"l\">" + EscapeHtml(standard::FormatLimit(finding, language)) + "</span>";
  if (decides) out += "<p>" + EscapeHtml(reason.measured) + "</p>";
  out += "</li>";
}

std::string CaseHtml(const Record& record, std::size_t number, const Pictures& pictures, const Reasons& reasons,
                     const ReviewOptions& options, const Redactor& redactor, const Texts& texts) {
  std::string codes;
  for (const Finding& finding : record.findings) {
    if (finding.severity >= Severity::kWarn) codes += (codes.empty() ? "" : " ") + finding.code;
  }
  const std::string key = record.student ? redactor.Number(record.student->key) : std::string();
  const std::string name =
      record.student ? redactor.Text(record.student->Field("name"), &record) : std::string();
  std::string out = "<section class=\"case\" data-id=\"" + std::to_string(number) + "\" data-key=\"" +
                    EscapeHtml(key) + "\" data-sha256=\"" + EscapeHtml(record.sha256) + "\" data-codes=\"" +
                    EscapeHtml(codes) + "\">\n<p class=\"who\"><b>" +
                    EscapeHtml(name.empty() ? std::string(texts.not_linked) : name) + "</b>";
  for (const std::string& text :
       {key, redactor.Text(GroupOf(record), &record), redactor.Text(record.photo, &record)}) {
    if (!text.empty()) out += "<span>" + EscapeHtml(text) + "</span>";
  }
  out += "<span class=\"decided\" data-accept=\"" + EscapeHtml(texts.accept) + "\" data-reject=\"" +
         EscapeHtml(texts.reject) + "\" data-retake=\"" + EscapeHtml(texts.retake) + "\"></span></p>\n";
  std::string reference(texts.reference);
  if (const auto similarity = record.comparison.find("similarity");
      similarity != record.comparison.end() && similarity->is_number()) {
    reference += " · " + std::string(texts.similarity) + " " + similarity->dump();
  }
  out += "<div class=\"pictures\">";
  AppendFigure(out, texts.photo, pictures.photo, texts.no_picture);
  AppendFigure(out, reference, pictures.reference, texts.no_picture);
  AppendFigure(out, texts.output, pictures.output, texts.no_picture);
  out += "</div>\n<ul class=\"findings\">";
  for (const Finding& finding : record.findings) {
    if (finding.severity >= Severity::kWarn) AppendFinding(out, finding, reasons, options.language);
  }
  return out + "</ul></section>\n";
}

std::string Button(std::string_view action, std::string_view key, std::string_view label,
                   std::string_view style) {
  return "<button type=\"button\" class=\"" + std::string(style) + "\" data-key-action=\"" +
         std::string(action) + "\">" + EscapeHtml(label) + "<kbd>" + EscapeHtml(key) + "</kbd></button>";
}

// The reasons a person may give: what the picture shows, not the state of the file.
Json RejectionCodes(const Reasons& reasons, Language language) {
  Json codes = Json::object();
  constexpr standard::Code kFirst = "NO_FACE";
  for (const standard::Code code : standard::AllCodes()) {
    if (code.stage() == standard::Stage::kRoster || code.importance() < kFirst.importance()) continue;
    codes[std::string(code)] = reasons.Get(code, language).title;
  }
  return codes;
}

std::string PageHtml(const std::string& cases_html, const std::string& batch, const Reasons& reasons,
                     const ReviewOptions& options, const Texts& texts) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"" + std::string(texts.lang) +
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
      "<meta name=\"generator\" content=\"gradphoto " +
      EscapeHtml(Version()) + "\">\n<title>" + EscapeHtml(texts.title) + "</title>\n<style>" +
      std::string(kReviewStyle) + "</style>\n<noscript><style>.case{display:block}.keys{display:none}</style>" +
      "</noscript>\n</head>\n<body data-batch=\"" + batch + "\">\n";
  out += "<header><h1>" + EscapeHtml(texts.title) +
         "</h1><span class=\"progress\" role=\"status\" data-text=\"" + EscapeHtml(texts.progress) +
         "\"></span><span class=\"nostore\" hidden>" + EscapeHtml(texts.no_store) +
         "</span><span class=\"space\"></span><input id=\"reviewer\" placeholder=\"" +
         EscapeHtml(texts.reviewer) + "\" aria-label=\"" + EscapeHtml(texts.reviewer) +
         "\"><button type=\"button\" id=\"save\" class=\"main\" data-key-action=\"w\">" +
         EscapeHtml(texts.save) + "<kbd>W</kbd></button></header>\n<main>\n" + cases_html +
         "<p class=\"done\" hidden>" + EscapeHtml(texts.all_decided) + "</p>\n<p class=\"progress\">" +
         EscapeHtml(texts.masked) + "</p>\n</main>\n";
  out += "<div class=\"keys\">" + Button("ArrowLeft", "←", texts.back, "") +
         Button("a", "A", texts.accept, "accept") + Button("r", "R", texts.reject, "reject") +
         Button("s", "S", texts.skip, "") + Button("u", "U", texts.undo, "") + "</div>\n<dialog><h2>" +
         EscapeHtml(texts.reason) + "</h2><ol></ol><input id=\"note\" placeholder=\"" + EscapeHtml(texts.note) +
         "\" aria-label=\"" + EscapeHtml(texts.note) +
         "\"><div class=\"row\"><button type=\"button\" id=\"cancel\">" + EscapeHtml(texts.cancel) +
         "</button></div></dialog>\n<script type=\"application/json\" id=\"codes\">";
  // A title never holds "</script": the texts are our own, and '<' is written as an escape all the same.
  for (const char c : RejectionCodes(reasons, options.language).dump())
    out += c == '<' ? "\\u003c" : std::string(1, c);
  return out + "</script>\n<script>" + std::string(kReviewScript) + "</script>\n</body>\n</html>\n";
}

Result<std::string> WritePicture(const fs::path& photo, std::size_t number, std::string_view kind,
                                 const ReviewOptions& options, const fs::path& directory,
                                 std::set<std::string>& written) {
  if (photo.empty() || !options.picture) return std::string();
  const auto jpeg = options.picture(photo);
  if (!jpeg) return std::string();
  const std::string name = std::to_string(number) + "-" + std::string(kind) + ".jpg";
  std::string path = std::string(kPictureFolder) + "/" + name;
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
  const Texts& texts = options.language == Language::kZh ? kZh : kEn;
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
    html += CaseHtml(record, i + 1, shown, reasons, options, redactor, texts);
  }
  TRY(RemoveOthers(directory / kPictureFolder, pictures));
  if (cases.empty()) {
    std::error_code error;
    fs::remove(directory / kPageName, error);
    if (error) return Fail(ErrorKind::kOutput, (directory / kPageName).string() + ": " + error.message());
    return std::size_t{0};
  }
  const std::string page = PageHtml(html, BatchId(cases), reasons, options, texts);
  TRY(WriteFileAtomic(directory / kPageName, page, IfExists::kOverwrite));
  return cases.size();
}

}  // namespace gradphoto::deliver
