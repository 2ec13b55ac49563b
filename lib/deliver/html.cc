// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/html.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/file_descriptor.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/deliver/assets.h"
#include "lib/deliver/files.h"

namespace gradphoto::deliver {
namespace {

using standard::Texts;

constexpr std::size_t kMaxChartRows = 10;
constexpr std::size_t kWriteBytes = 1U << 20U;  // At a time.
constexpr std::size_t kStampDigits = 16;

// Outcomes and the like begin with a capital where they stand alone.
std::string Capitalized(std::string_view text) {
  std::string capitalized(text);
  if (!capitalized.empty()) capitalized.replace(0, 1, ToUpperAscii(capitalized.substr(0, 1)));
  return capitalized;
}

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

// A piece of a row: one student's own, or the same for many.
struct Part {
  bool is_own = false;
  std::string markup;
};

// Appends markup (trusted) and text (escaped) to the page.
class Writer {
 public:
  // `parts`: where the pieces go, what was told by Own apart; null: all in one.
  explicit Writer(std::vector<Part>* parts = nullptr) : parts_(parts) {}

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
  // Text that hardly two students have in common.
  Writer& Own(std::string_view text) {
    if (parts_ == nullptr) return Text(text);
    EndPart();
    parts_->push_back({true, EscapeHtml(text)});
    return *this;
  }
  bool HasParts() const { return parts_ != nullptr; }
  void EndPart() {
    if (!out_.empty()) parts_->push_back({false, std::exchange(out_, {})});
  }
  std::string Take() { return std::move(out_); }

 private:
  std::vector<Part>* parts_;
  std::string out_;
};

std::size_t RowCount(const Page& page) {
  std::size_t count = 0;
  for (const auto& [told, rows] : page.states) count += rows;
  return count;
}

void WriteHead(const Page& page, const Texts& texts, Writer& out) {
  const std::string title = page.title.empty()
                                ? std::string(texts.Get("report.title"))
                                : page.title + texts.Format("report.title_behind", texts.Get("report.title"));
  out.Raw(PageHead(texts, title, page.version, kReportStyle, page.rows_stamp.empty() ? "" : " 'self' file:"))
      .Raw("</head>\n<body>\n<header class=\"head\"><h1>");
  out.Text(title).Raw("</h1>\n");
  if (!page.date.empty())
    out.Raw("<p class=\"date\">").Text(texts.Format("report.date", page.date)).Raw("</p>\n");
  for (const std::string& season : page.seasons) out.Raw("<p class=\"season\">").Text(season).Raw("</p>");
  out.Raw("<p>").Text(texts.Format("report.records", RowCount(page)));
  if (!page.standards.empty()) out.Raw(" · ").Text(texts.Format("report.standard", page.standards));
  out.Raw("</p></header>\n<main>\n");
}

void WriteFigures(const Page& page, const Texts& texts, Writer& out) {
  out.Raw("<section class=\"card figures\"><div class=\"share\">")
      .Raw(Percent(Share(page.accepted, RowCount(page))));
  out.Raw("<small>")
      .Text(texts.Get("report.accepted_share"))
      .Raw("</small></div><div><div class=\"bar\" role=\"img\" aria-label=\"");
  out.Text(texts.Get("report.outcome_bar")).Raw("\">");
  for (const auto& [told, count] : page.states) {
    if (count == 0) continue;
    out.Raw("<i class=\"").Raw(ToldName(told)).Raw("\" style=\"flex:").Number(count).Raw("\"></i>");
  }
  out.Raw("</div><ul class=\"legend\">");
  for (const auto& [told, count] : page.states) {
    if (count == 0) continue;
    out.Raw("<li class=\"").Raw(ToldName(told)).Raw("\">").Text(Capitalized(ToldTitle(told, texts)));
    out.Raw(" <b>").Number(count).Raw("</b></li>");
  }
  out.Raw("</ul></div></section>\n");
}

// Horizontal bars; lengths in percent, so that the chart fits any width without shrinking its letters.
void WriteChart(const Page& page, const Texts& texts, Writer& out) {
  out.Raw("<section class=\"card\"><h2>").Text(texts.Get("report.reasons")).Raw("</h2>");
  if (page.reasons.empty()) {
    out.Raw("<p class=\"fine\">").Text(texts.Get("report.no_reasons")).Raw("</p></section>\n");
    return;
  }
  constexpr std::size_t kRowHeight = 36;
  const std::size_t rows = std::min(page.reasons.size(), kMaxChartRows);
  const std::size_t largest = page.reasons.front().count;
  out.Raw("<svg class=\"chart\" role=\"img\" height=\"").Number(rows * kRowHeight).Raw("\" aria-label=\"");
  out.Text(texts.Get("report.reasons")).Raw("\">");
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
    out.Raw("<p class=\"fine\">").Raw(texts.Format("report.more_reasons", page.reasons.size() - rows));
    out.Raw("</p>");
  }
  out.Raw("</section>\n");
}

void WriteGroups(const Page& page, const Texts& texts, Writer& out) {
  if (page.groups.size() < 2) return;
  out.Raw("<section class=\"card\"><h2>")
      .Text(texts.Get("report.groups"))
      .Raw("</h2><div class=\"scroll\"><table class=\"groups\">");
  out.Raw("<thead><tr><th>")
      .Text(texts.Get("report.group"))
      .Raw("</th><th>")
      .Text(texts.Get("report.group_accepted"))
      .Raw("</th><th>");
  out.Text(texts.Get("report.group_open"))
      .Raw("</th><th>")
      .Text(texts.Get("report.group_total"))
      .Raw("</th></tr></thead><tbody>");
  for (const PageGroup& group : page.groups) {
    out.Raw("<tr><td>")
        .Text(group.name.empty() ? texts.Get("report.no_group") : group.name)
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

void WriteTools(const Page& page, const Texts& texts, Writer& out) {
  out.Raw("<div class=\"tools\" role=\"search\" aria-label=\"")
      .Text(texts.Get("report.filters"))
      .Raw("\" hidden>");
  out.Raw("<div class=\"chips\"><button type=\"button\" value=\"\" aria-pressed=\"true\">")
      .Text(texts.Get("report.all"));
  out.Raw("<b>").Number(RowCount(page)).Raw("</b></button>");
  for (const auto& [told, count] : page.states) {
    if (count == 0) continue;
    out.Raw("<button type=\"button\" aria-pressed=\"false\" value=\"").Raw(ToldName(told)).Raw("\">");
    out.Text(Capitalized(ToldTitle(told, texts))).Raw("<b>").Number(count).Raw("</b></button>");
  }
  out.Raw("</div><span class=\"shown\" role=\"status\" data-text=\"")
      .Text(texts.Format("report.shown", "{n}", "{all}"));
  out.Raw("\"></span><div class=\"fields\"><select aria-label=\"")
      .Text(texts.Get("report.group"))
      .Raw("\"")
      .Raw(page.groups.size() < 2 ? " hidden" : "");
  out.Raw("><option value=\"\">").Text(texts.Get("report.all_groups")).Raw("</option>");
  for (std::size_t i = 0; i < page.groups.size(); ++i) {
    out.Raw("<option value=\"").Number(i).Raw("\">");
    out.Text(page.groups[i].name.empty() ? texts.Get("report.no_group") : page.groups[i].name).Raw("</option>");
  }
  out.Raw("</select><select aria-label=\"")
      .Text(texts.Get("report.reasons"))
      .Raw("\"><option value=\"\">")
      .Text(texts.Get("report.all_reasons"));
  out.Raw("</option>");
  for (const PageCount& reason : page.reasons) {
    out.Raw("<option value=\"").Text(reason.code).Raw("\">").Text(reason.label).Raw(" (").Number(reason.count);
    out.Raw(")</option>");
  }
  out.Raw("</select><input type=\"search\" placeholder=\"")
      .Text(texts.Get("report.search"))
      .Raw("\" aria-label=\"");
  out.Text(texts.Get("report.search")).Raw("\"></div></div>\n");
}

void WriteFinding(const PageFinding& finding, const Texts& texts, Writer& out) {
  out.Raw("<li class=\"")
      .Raw(SeverityName(finding.severity))
      .Raw("\"><div class=\"fh\"><b>")
      .Text(finding.title);
  out.Raw("</b>");
  if (!finding.value.empty()) out.Raw("<span class=\"v\">").Own(finding.value).Raw("</span>");
  if (!finding.limit.empty()) {
    out.Raw("<span class=\"l\">").Text(texts.Format("report.limit", finding.limit)).Raw("</span>");
  }
  if (finding.gauge) {
    out.Raw("<i class=\"g\" aria-hidden=\"true\" style=\"--a:").Raw(Percent(finding.gauge->allowed_from));
    out.Raw(";--b:")
        .Raw(Percent(1 - finding.gauge->allowed_to))
        .Raw(";--v:")
        .Own(Percent(finding.gauge->value));
    out.Raw("\"></i>");
  }
  // A rejection says so in the outcome column; the others would be misread without their name.
  if (finding.severity != Severity::kReject) {
    out.Raw("<span class=\"sev\">").Text(texts.Title(finding.severity)).Raw("</span>");
  }
  out.Raw("</div>");
  if (!finding.advice.empty()) out.Raw("<p>").Text(finding.advice).Raw("</p>");
  if (!finding.detail.empty()) out.Raw("<p class=\"fine\">").Own(finding.detail).Raw("</p>");
  out.Raw("</li>");
}

std::string_view NameIn(const PageRow& row, const Texts& texts) {
  return row.name.empty() ? texts.Get("report.no_name") : row.name;
}

// What the reason filter finds; advice that rejected nobody is no reason.
std::string CodesOf(const PageRow& row) {
  std::string codes;
  for (const PageFinding& finding : row.findings) {
    if (finding.severity >= Severity::kReview) codes += (codes.empty() ? "" : " ") + finding.code;
  }
  return codes;
}

void WriteRow(const PageRow& row, std::size_t group, const Texts& texts, Writer& out) {
  const std::string_view told = ToldName(row.told);
  out.Raw("<article class=\"r\" role=\"row\" id=\"r").Own(std::to_string(row.position)).Raw("\"");
  if (!out.HasParts()) {
    out.Raw(" data-o=\"").Raw(told);
    if (!row.numbers.empty()) out.Raw("\" data-n=\"").Text(row.numbers);
    out.Raw("\" data-g=\"").Number(group).Raw("\" data-c=\"").Text(CodesOf(row)).Raw("\"");
  }
  out.Raw("><div class=\"t\" role=\"cell\">");
  if (row.thumbnail.empty()) {
    out.Raw("<svg viewBox=\"0 0 72 96\" role=\"img\" aria-label=\"").Text(texts.Get("report.no_photo"));
    out.Raw("\"><use href=\"#nobody\"/></svg>");
  } else {
    out.Raw("<img loading=\"lazy\" width=\"72\" height=\"96\" alt=\"\" src=\"").Own(row.thumbnail);
    out.Raw("\">");
  }
  out.Raw("</div><div class=\"w\" role=\"cell\"><b>").Own(NameIn(row, texts)).Raw("</b>");
  if (!row.id.empty()) out.Raw("<span class=\"id\">").Own(row.id).Raw("</span>");
  if (!row.group.empty()) out.Raw("<span>").Text(row.group).Raw("</span>");
  if (!row.photo.empty()) out.Raw("<span class=\"f\">").Own(row.photo).Raw("</span>");
  out.Raw("</div><div class=\"o\" role=\"cell\"><span class=\"badge ").Raw(told).Raw("\">");
  out.Text(Capitalized(row.word)).Raw("</span></div><div class=\"d\" role=\"cell\">");
  for (const std::string& remark : row.remarks) out.Raw("<p class=\"remark\">").Own(remark).Raw("</p>");
  if (row.findings.empty()) {
    if (row.told == Told::kAccepted || row.told == Told::kLocked)
      out.Raw("<p class=\"fine\">").Text(texts.Get("report.no_findings")).Raw("</p>");
  } else {
    out.Raw("<ul class=\"fs\">");
    for (const PageFinding& finding : row.findings) WriteFinding(finding, texts, out);
    out.Raw("</ul>");
  }
  out.Raw("</div></article>\n");
}

// JSON that stands between the backquotes of String.raw.
std::string InTemplate(const Json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '`') {
      text += "\\u0060";
    } else if (c == '$') {
      text += "\\u0024";
    } else {
      text += c;
    }
  }
  return text;
}

void WriteRows(const Page& page, const Texts& texts, Writer& out) {
  // One silhouette for all rows without a picture.
  out.Raw(
      "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><symbol id=\"nobody\" "
      "viewBox=\"0 0 72 96\"><circle cx=\"36\" cy=\"40\" r=\"15\"/><path d=\"M8 96c0-22 12-32 28-32s28 10 28 "
      "32z\"/>"
      "</symbol></svg>\n");
  out.Raw(
      "<div class=\"rows\" role=\"table\"><div class=\"cols\" role=\"row\"><span "
      "role=\"columnheader\"></span>");
  for (const std::string_view column : {texts.Get("report.column_student"), texts.Get("report.column_outcome"),
                                        texts.Get("report.column_findings")}) {
    out.Raw("<span role=\"columnheader\">").Text(column).Raw("</span>");
  }
  out.Raw("</div>\n");
  const GroupPlaces groups(page.groups);
  for (const PageRow& row : page.rows) WriteRow(row, groups.Of(row), texts, out);
  out.Raw("</div><p class=\"none\" hidden>").Text(texts.Get("report.none")).Raw("</p>\n");
  if (page.rows_stamp.empty()) return;
  // Stands there until the script has the rows.
  out.Raw("<p class=\"none beside\" data-stamp=\"")
      .Text(page.rows_stamp)
      .Raw("\">")
      .Text(texts.Format("report.beside", kReportRowsName))
      .Raw("</p>\n");
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

std::string PageHead(const Texts& texts, std::string_view title, std::string_view version,
                     std::string_view style, std::string_view scripts) {
  // The first line's end is what the licence comment leaves.
  std::string head = Fill(kPageHead.substr(1), "{lang}", EscapeHtml(texts.Get("report.lang")));
  head = Fill(head, "{scripts}", scripts);
  head = Fill(head, "{version}", EscapeHtml(version));
  head = Fill(head, "{title}", EscapeHtml(title));
  return Fill(head, "{style}", style);
}

GroupPlaces::GroupPlaces(const std::vector<PageGroup>& groups) {
  for (std::size_t i = 0; i < groups.size(); ++i) by_name_[groups[i].name] = i;
}

std::size_t GroupPlaces::Of(const PageRow& row) const {
  const auto found = by_name_.find(row.group);
  return found == by_name_.end() ? 0 : found->second;
}

std::string RenderHtml(const Page& page, const Texts& texts) {
  Writer out;
  WriteHead(page, texts, out);
  WriteFigures(page, texts, out);
  out.Raw("<div class=\"two\">\n");
  WriteChart(page, texts, out);
  WriteGroups(page, texts, out);
  out.Raw("</div>\n");
  WriteTools(page, texts, out);
  WriteRows(page, texts, out);
  out.Raw("</main>\n<footer>")
      .Text(page.ids_masked ? texts.Get("report.masked") : texts.Get("report.full"))
      .Raw(" ");
  out.Text(texts.Format("report.made_by", page.version))
      .Raw("</footer>\n<script>")
      .Raw(kSearchScript)
      .Raw("</script>\n");
  if (!page.rows_stamp.empty()) out.Raw("<script src=\"").Raw(kReportRowsName).Raw("\"></script>\n");
  out.Raw("<script>").Raw(kReportScript);
  out.Raw("</script>\n</body>\n</html>\n");
  return out.Take();
}

Result<PageRowFile> PageRowFile::Open(const std::filesystem::path& file) {
  TRY_ASSIGN(auto temporary, TemporaryFile::For(file));
  PageRowFile rows(std::move(temporary));
  rows.unwritten_ = "const reportRows=JSON.parse(String.raw`[";
  return rows;
}

Result<void> PageRowFile::Add(const PageRow& row, std::size_t group, const Texts& texts) {
  std::vector<Part> parts;
  Writer out(&parts);
  WriteRow(row, group, texts, out);
  out.EndPart();
  Json line = {ToldName(row.told),
               group,
               CodesOf(row),
               row.numbers,
               std::string(NameIn(row, texts)) + "\n" + row.id + "\n" + row.group + "\n" + row.photo,
               Json::array()};
  for (const Part& part : parts) {
    if (part.is_own) {
      line.back().push_back(part.markup);
      continue;
    }
    const auto [shared, is_new] = shared_.emplace(part.markup, parts_.size());
    if (is_new) parts_.push_back(&shared->first);
    line.back().push_back(shared->second);
  }
  const std::string text = InTemplate(line);
  stamp_ = Sha256Hex(stamp_ + text).substr(0, kStampDigits);
  unwritten_ += (std::exchange(is_first_, false) ? "\n" : ",\n") + text;
  return unwritten_.size() < kWriteBytes ? Result<void>() : Flush();
}

Result<void> PageRowFile::Flush() {
  if (!WriteAll(file_.fd(), std::as_bytes(std::span(unwritten_)))) {
    return Fail(ErrorKind::kOutput, std::string(kReportRowsName) + ": " + ErrnoText());
  }
  unwritten_.clear();
  return {};
}

Result<std::string> PageRowFile::Close() {
  Json parts = Json::array();
  for (const std::string* part : parts_) parts.push_back(*part);
  unwritten_ += "\n]`);\nconst reportParts=JSON.parse(String.raw`" + InTemplate(parts) + "`);\n";
  unwritten_ += "const reportStamp=\"" + stamp_ + "\";\n";
  TRY(Flush());
  TRY(file_.MoveToTarget(TemporaryFile::Replace::kYes));
  return stamp_;
}

}  // namespace gradphoto::deliver
