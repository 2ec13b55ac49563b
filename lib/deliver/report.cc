// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "lib/base/sha256.h"
#include "lib/base/temporary_file.h"
#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/deliver/files.h"
#include "lib/deliver/html.h"
#include "lib/deliver/lists.h"
#include "lib/deliver/naming.h"
#include "lib/deliver/notice.h"
#include "lib/deliver/search.h"
#include "lib/deliver/thumbnails.h"
#include "lib/standard/codes.h"
#include "lib/table/table_file.h"
#include "lib/table/xlsx_writer.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using standard::Language;
using standard::Reasons;
using standard::Texts;

constexpr std::size_t kMostRowsInPage = 2000;  // A few megabytes.
constexpr std::string_view kToolName = "gradphoto-report";
constexpr std::uint64_t kMaxSummaryBytes = 64u << 20;

// A finding that had a say in the outcome.
bool IsDecisive(const Finding& finding) { return finding.severity >= Severity::kReview; }

bool IsNotAccepted(const Record& record) { return record.outcome != Outcome::kAccepted; }

std::optional<Gauge> GaugeOf(const Finding& finding) {
  if (!finding.value || (!finding.limit_min && !finding.limit_max) || IsSimilarity(finding))
    return std::nullopt;
  double value = *finding.value;
  if (!finding.limit_min && finding.unit == "deg") value = std::abs(value);  // Angles count by how far.
  const double from = finding.limit_min.value_or(std::min(0.0, value));
  const double span = finding.limit_max ? *finding.limit_max - from : std::abs(from) * 0.6;
  const double to = finding.limit_max.value_or(from + span);
  if (!std::isfinite(value) || !(span > 0)) return std::nullopt;
  // The scale shows the window and as much beyond it as the value needs, up to twice the window; a value still
  // farther off stands at the edge.
  double low =
      finding.limit_min ? std::max(std::min(from - 0.3 * span, value - 0.15 * span), from - 2 * span) : from;
  if (from >= 0) low = std::max(low, 0.0);
  const double high =
      finding.limit_max ? std::min(std::max(to + 0.3 * span, value + 0.15 * span), to + 2 * span) : to;
  const auto share = [&](double at) { return std::clamp((at - low) / (high - low), 0.0, 1.0); };
  return Gauge{.allowed_from = share(from), .allowed_to = share(to), .value = share(value)};
}

// The other students, or photos, of a DUPLICATE_... finding; empty for other findings.
std::string OthersOf(const Finding& finding, const Record& record, const Redactor& redactor) {
  const auto list = record.comparison.find("duplicates");
  if (list == record.comparison.end() || !list->is_array()) return {};
  const auto text = [](const Json& item, const char* key) {
    const auto value = item.find(key);
    return value != item.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  std::string others;
  for (const Json& item : *list) {
    if (!item.is_object() || text(item, "code") != finding.code) continue;
    std::string other = redactor.Text(text(item, "name"), nullptr);
    if (const std::string key = text(item, "student"); !key.empty()) {
      other += (other.empty() ? "" : " ") + redactor.Number(key);
    }
    if (other.empty()) other = redactor.Text(text(item, "photo"), nullptr);
    others += (others.empty() ? "= " : " = ") + other;
  }
  return others;
}

PageFinding ToPage(const Finding& finding, const Record& record, Told told, const Reasons& reasons,
                   const ReportOptions& options, const Redactor& redactor) {
  const Language language = options.language;
  const Texts& texts = reasons.texts(language);
  const bool changes_nothing = finding.severity < Severity::kWarn;
  PageFinding shown;
  shown.code = ReasonOf(finding);
  shown.severity = finding.severity;
  shown.title = TitleOf(finding, reasons, language);
  if (!IsSimilarity(finding)) {
    shown.value = standard::FormatValue(finding, texts);
    shown.limit = standard::FormatLimit(finding, texts);
  }
  shown.gauge = GaugeOf(finding);
  if (!changes_nothing) shown.advice = AdviceOf(finding, told, reasons, language);
  shown.detail = redactor.Text(texts.Detail(finding), &record);
  if (const std::string others = OthersOf(finding, record, redactor); !others.empty()) shown.detail = others;
  return shown;
}

// "第 2 次，共 3 次 · 截止 2021-11-01", and what the reviewer wrote.
std::vector<std::string> RemarksOf(const Notice& notice, const Texts& texts) {
  std::vector<std::string> remarks;
  std::string terms = notice.attempt;
  if (!notice.deadline.empty()) {
    terms += (terms.empty() ? "" : " · ") + texts.Format("report.until", notice.deadline);
  }
  for (const std::string& remark : {terms, notice.note}) {
    if (!remark.empty()) remarks.push_back(remark);
  }
  return remarks;
}

// The seasons of the students, with what the ledger knows of their deadlines.
std::vector<std::string> SeasonsOf(std::span<const Record> records, const Texts& texts) {
  std::map<std::string, std::string> deadlines;
  const auto text = [](const Json& facts, const char* key) {
    const auto value = facts.find(key);
    return value != facts.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  for (const Record& record : records) {
    if (!record.student) continue;
    const auto facts = record.extra.find("ledger");
    const bool known = facts != record.extra.end() && facts->is_object() && facts->contains("season");
    std::string& deadline =
        deadlines[known ? text(*facts, "season") : std::string(record.student->Field("season"))];
    if (known && deadline.empty()) deadline = text(*facts, "deadline");
  }
  std::vector<std::string> seasons;
  for (const auto& [season, deadline] : deadlines) {
    if (season.empty()) continue;
    seasons.push_back(deadline.empty() ? texts.Format("ledger.season", season)
                                       : texts.Format("ledger.season_until", season, deadline));
  }
  return seasons;
}

PageRow ToPage(const Record& record, std::size_t position, const Reasons& reasons, const ReportOptions& options,
               const Redactor& redactor) {
  PageRow row;
  row.position = position;
  const Notice notice = NoticeOf(record, reasons, options.language, redactor);
  row.told = notice.told;
  row.word = notice.word;
  row.remarks = RemarksOf(notice, reasons.texts(options.language));
  row.numbers = SearchNumbers(record, redactor);
  row.name = StudentName(record, redactor);
  row.id = KnownNumber(record, redactor);
  row.group = redactor.Text(GroupOf(record), &record);
  row.photo = redactor.Text(record.photo, &record);
  for (const Finding* finding : WorstFirst(record)) {
    if (finding->severity < Severity::kWarn) continue;  // The records have what asks nothing of anybody.
    row.findings.push_back(ToPage(*finding, record, notice.told, reasons, options, redactor));
  }
  return row;
}

// How many records each reason kept from being accepted, most frequent first.
std::vector<PageCount> CountReasons(std::span<const Record> records, const Reasons& reasons,
                                    Language language) {
  std::map<std::string_view, PageCount> counts;
  for (const Record& record : records) {
    if (!IsNotAccepted(record)) continue;
    std::set<std::string_view> counted;
    for (const Finding& finding : record.findings) {
      const std::string_view reason = ReasonOf(finding);
      if (!IsDecisive(finding) || !counted.insert(reason).second) continue;
      PageCount& count = counts[reason];
      ++count.count;
      if (count.code.empty()) count = {TitleOf(finding, reasons, language), std::string(reason), 1};
    }
  }
  std::vector<PageCount> sorted;
  for (auto& [reason, count] : counts) sorted.push_back(std::move(count));
  std::ranges::stable_sort(sorted, std::ranges::greater(), &PageCount::count);
  return sorted;
}

// Without its rows.
Page MakePage(std::span<const Record> records, const ReportSummary& summary, const Reasons& reasons,
              const ReportOptions& options, const Redactor& redactor) {
  Page page;
  page.ids_masked = redactor.display() == IdDisplay::kMasked;
  page.version = Version();
  page.title = options.title;
  page.date = options.date;
  page.seasons = SeasonsOf(records, reasons.texts(options.language));
  for (const std::string& name : summary.standards)
    page.standards += (page.standards.empty() ? "" : ", ") + name;
  page.accepted = summary.outcomes[Outcome::kAccepted];
  page.reasons = CountReasons(records, reasons, options.language);
  for (const auto& [group, counts] : summary.groups) {
    page.groups.push_back({.name = redactor.Text(group, nullptr),
                           .total = counts.Total(),
                           .accepted = counts[Outcome::kAccepted]});
  }
  // Photos without a student or group come last, not first as the empty name would.
  std::ranges::stable_partition(page.groups, [](const PageGroup& group) { return !group.name.empty(); });
  return page;
}

// Places of the records in the order shown: who has to act first; within a state the order of the records.
std::vector<std::size_t> OrderOf(std::span<const Record> records, Page& page) {
  std::vector<Told> told;
  for (const Record& record : records) told.push_back(ToldOf(record));
  std::vector<std::size_t> places;
  for (const Told state : kAllTold) {
    const std::size_t before = places.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (told[i] == state) places.push_back(i);
    }
    page.states.emplace_back(state, places.size() - before);
  }
  return places;
}

// What CheckReportDirectory has to recognize after a crash as well, hence written first. It names the notices
// of the groups, by which a later run finds those that are no longer wanted.
Result<void> WriteSummary(const ReportSummary& summary, const Redactor& redactor,
                          const std::set<std::string>& notices, const fs::path& directory) {
  Json json = ToJson(summary, redactor);
  json["notices"] = notices;
  return WriteFileAtomic(directory / kReportSummaryName,
                         json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", IfExists::kOverwrite);
}

// The summary of an earlier run; null when there is none of ours.
Json SummaryIn(const fs::path& directory) {
  const auto text = ReadTextFile(directory / kReportSummaryName, kMaxSummaryBytes);
  if (!text) return nullptr;
  Json summary = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  const bool ours = summary.is_object() && summary.contains("tool") && summary["tool"].is_object() &&
                    summary["tool"].contains("name") && summary["tool"]["name"] == kToolName;
  return ours ? summary : Json(nullptr);
}

// The notices of groups that an earlier run wrote. Names that could not have been ours are passed over: the
// file may have been changed.
std::set<std::string> NoticesOfEarlier(const fs::path& directory) {
  std::set<std::string> names;
  const Json summary = SummaryIn(directory);
  if (!summary.is_object() || !summary.contains("notices") || !summary["notices"].is_array()) return names;
  for (const Json& item : summary["notices"]) {
    const std::string name = item.is_string() ? item.get<std::string>() : std::string();
    if (name.ends_with(".csv") && SafeComponent(name) == name) names.insert(name);
  }
  return names;
}

// notices.csv and notices/<group>.csv; those of groups that are gone are removed.
Result<void> WriteNotices(const NoticeLists& lists, const ReportSummary& summary, const Redactor& redactor,
                          const fs::path& directory) {
  std::set<std::string> names, stale = NoticesOfEarlier(directory);
  for (const auto& [name, table] : lists.groups) names.insert(name);
  // A run that is cut short leaves the names of all that may lie there.
  stale.insert(names.begin(), names.end());
  TRY(WriteSummary(summary, redactor, stale, directory));
  TRY(table::WriteTableFile(directory / kReportNoticesName, {"", lists.all}, IfExists::kOverwrite));
  const fs::path folder = directory / kReportNoticeFolder;
  for (const auto& [name, table] : lists.groups) {
    TRY(table::WriteTableFile(folder / name, {"", table}, IfExists::kOverwrite));
    stale.erase(name);
  }
  std::error_code error;
  for (const std::string& name : stale) {
    fs::remove(folder / name, error);
    if (error) {
      return Fail(ErrorKind::kOutput, (folder / name).string() +
                                          ": the list of an earlier run cannot be removed: " + error.message());
    }
  }
  if (lists.groups.empty()) fs::remove(folder, error);  // Fails when something else is in it.
  return WriteSummary(summary, redactor, names, directory);
}

// Whether ThumbnailName could have made it, or WriteFileAtomic on the way to it.
bool IsThumbnailName(const std::string& name) {
  const std::string_view text = name;
  return (text.ends_with(".jpg") && IsHashText(text.substr(0, text.size() - 4), kThumbnailDigits)) ||
         IsTemporaryName(name);
}

// Pictures of students who are no longer in the records must not stay behind.
Result<void> RemoveOtherThumbnails(const fs::path& directory, const std::set<std::string>& keep) {
  std::error_code error;
  if (!fs::exists(directory, error)) return {};
  std::vector<fs::path> stale;
  for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (IsThumbnailName(name) && !keep.contains(name)) stale.push_back(it->path());
  }
  for (const fs::path& path : stale) {
    if (!error) fs::remove(path, error);
  }
  if (error)
    return Fail(ErrorKind::kOutput,
                directory.string() + ": old thumbnails cannot be removed: " + error.message());
  return {};
}

// The record's thumbnail, made where there is none; empty: it has no picture to show.
Result<std::string> KeepThumbnail(const Record& record, const ReportOptions& options,
                                  const fs::path& directory) {
  if (!options.thumbnail) return std::string();
  std::string file = std::string(kReportThumbnailFolder) + "/" + ThumbnailName(record);
  // Without a hash nobody knows whether it is still the same photo.
  if (!record.sha256.empty() && IsWholePicture(directory / file)) return file;
  const auto jpeg = options.thumbnail(record);
  if (!jpeg) return std::string();
  TRY(WriteFileAtomic(directory / file, *jpeg, IfExists::kOverwrite, Sync::kNothing));
  return file;
}

// Rows and thumbnails. Returns the file of the rows, if they are to stand beside the page.
Result<std::optional<PageRowFile>> MakeRows(std::span<const Record> records, const Reasons& reasons,
                                            const ReportOptions& options, const fs::path& directory,
                                            Page& page) {
  const Texts& texts = reasons.texts(options.language);
  const GroupPlaces groups(page.groups);
  std::optional<PageRowFile> file;
  if (records.size() > kMostRowsInPage) {
    TRY_ASSIGN(auto opened, PageRowFile::Open(directory / kReportRowsName));
    file.emplace(std::move(opened));
  }
  std::set<std::string> thumbnails;
  for (const std::size_t place : OrderOf(records, page)) {
    if (options.interrupted && options.interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    PageRow row = ToPage(records[place], place + 1, reasons, options, options.redactor);
    TRY_ASSIGN(row.thumbnail, KeepThumbnail(records[place], options, directory));
    if (!row.thumbnail.empty()) thumbnails.insert(fs::path(row.thumbnail).filename().string());
    if (file) {
      TRY(file->Add(row, groups.Of(row), texts));
    } else {
      page.rows.push_back(std::move(row));
    }
  }
  TRY(RemoveOtherThumbnails(directory / kReportThumbnailFolder, thumbnails));
  return file;
}

// report.xlsx and rejected.csv.
Result<void> WriteTables(std::span<const Record> records, const Reasons& reasons, const ReportOptions& options,
                         Table notices, const fs::path& directory) {
  const Texts& texts = reasons.texts(options.language);
  std::vector<table::XlsxTable> sheets;
  sheets.emplace_back(std::string(texts.Get("table.rejected_sheet")),
                      RejectedTable(records, reasons, options.language, options.redactor));
  sheets.emplace_back(std::string(texts.Get("table.notices_sheet")), std::move(notices));
  TRY(table::WriteXlsx(directory / kReportWorkbookName, sheets, IfExists::kOverwrite));
  return table::WriteTableFile(directory / kReportRejectedName, sheets.front(), IfExists::kOverwrite);
}

// The page and its rows, one directly after the other: a page draws no rows of another run.
Result<void> WritePage(Page& page, std::optional<PageRowFile> rows, const Texts& texts,
                       const fs::path& directory) {
  if (rows) {
    TRY_ASSIGN(page.rows_stamp, rows->Close());
  }
  TRY(WriteFileAtomic(directory / kReportPageName, RenderHtml(page, texts), IfExists::kOverwrite));
  const fs::path beside = directory / kReportRowsName;
  std::error_code error;
  if (!rows) fs::remove(beside, error);  // Of a larger report.
  if (error) {
    return Fail(ErrorKind::kOutput,
                beside.string() + ": rows of an earlier run cannot be removed: " + error.message());
  }
  return {};
}

}  // namespace

ReportSummary Summarize(std::span<const Record> records) {
  ReportSummary summary;
  std::set<std::string> standards;
  for (const Record& record : records) {
    summary.outcomes.Add(record.outcome);
    summary.groups[std::string(GroupOf(record))].Add(record.outcome);
    std::set<std::pair<std::string, Severity>> seen;
    for (const Finding& finding : record.findings) {
      if (seen.emplace(finding.code, finding.severity).second) ++summary.codes[finding.code][finding.severity];
    }
    const auto standard = record.tool.find("standard");
    if (standard != record.tool.end() && standard->is_string()) standards.insert(standard->get<std::string>());
  }
  summary.standards.assign(standards.begin(), standards.end());
  return summary;
}

Json ToJson(const ReportSummary& summary, const Redactor& redactor) {
  const auto outcomes = [](const OutcomeCounts& counts) {
    Json json = Json::object();
    for (const Outcome outcome : {Outcome::kAccepted, Outcome::kRejected, Outcome::kReview, Outcome::kMissing,
                                  Outcome::kHeld, Outcome::kError}) {
      json[std::string(OutcomeName(outcome))] = counts[outcome];
    }
    return json;
  };
  Json json;
  json["v"] = 1;
  json["tool"] = {{"name", kToolName}, {"version", Version()}};
  json["standards"] = summary.standards;
  json["records"] = summary.outcomes.Total();
  json["outcomes"] = outcomes(summary.outcomes);
  json["codes"] = Json::object();
  for (const auto& [code, severities] : summary.codes) {
    for (const auto& [severity, count] : severities)
      json["codes"][code][std::string(SeverityName(severity))] = count;
  }
  json["groups"] = Json::array();
  for (const auto& [group, counts] : summary.groups) {
    json["groups"].push_back({{"group", redactor.Text(group, nullptr)}, {"outcomes", outcomes(counts)}});
  }
  return json;
}

Result<void> CheckReportDirectory(const fs::path& directory, IfExists if_exists) {
  std::error_code error;
  TRY(CheckWriteFile(directory / "summary.json", std::string_view(), IfExists::kOverwrite));
  if (!fs::exists(directory, error)) return {};
  if (if_exists == IfExists::kOverwrite || fs::is_empty(directory, error)) return {};
  if (SummaryIn(directory).is_object()) return {};
  return Fail(
      ErrorKind::kOutput,
      directory.string() + ": holds files, but no report of gradphoto; use --overwrite or another directory");
}

Result<void> WriteReport(std::span<const Record> records, const Reasons& reasons, const ReportOptions& options,
                         const fs::path& directory) {
  TRY(CheckReportDirectory(directory, options.if_exists));
  const Redactor& redactor = options.redactor;
  const ReportSummary summary = Summarize(records);
  NoticeLists notices = NoticesOf(records, reasons, options.language, redactor);
  TRY(WriteNotices(notices, summary, redactor, directory));
  notices.groups = {};  // As large as all the others together.
  const Texts& texts = reasons.texts(options.language);
  TRY(WriteTables(records, reasons, options, std::move(notices.all), directory));
  Page page = MakePage(records, summary, reasons, options, redactor);
  TRY_ASSIGN(auto rows, MakeRows(records, reasons, options, directory, page));
  return WritePage(page, std::move(rows), texts, directory);
}

}  // namespace gradphoto::deliver
