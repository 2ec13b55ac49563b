// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "lib/base/text.h"
#include "lib/base/version.h"
#include "lib/deliver/files.h"
#include "lib/deliver/html.h"
#include "lib/standard/codes.h"
#include "lib/table/csv.h"
#include "lib/table/xlsx_writer.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using standard::Language;
using standard::Reasons;
using standard::Texts;

constexpr std::string_view kToolName = "gradphoto-report";
constexpr std::uint64_t kMaxSummaryBytes = 64u << 20;
constexpr std::size_t kPositionDigits = 5;

// A finding that had a say in the outcome.
bool IsDecisive(const Finding& finding) { return finding.severity >= Severity::kReview; }

bool IsNotAccepted(const Record& record) { return record.outcome != Outcome::kAccepted; }

// Worst first; among equals the order of codes.h, which is the order in which to put things right.
std::vector<const Finding*> InOrder(const Record& record) {
  const auto rank = [](const Finding* finding) {
    return std::pair(-static_cast<int>(finding->severity), standard::ImportanceOf(finding->code));
  };
  std::vector<const Finding*> findings;
  for (const Finding& finding : record.findings) findings.push_back(&finding);
  std::ranges::stable_sort(findings, {}, rank);
  return findings;
}

// Records of another version may carry codes without texts.
std::string TitleOf(const std::string& code, const Reasons& reasons, Language language) {
  const std::string& title = reasons.Get(code, language).title;
  return title.empty() ? code : title;
}

std::string NameOf(const Record& record, const Redactor& redactor) {
  return record.student ? redactor.Text(record.student->Field("name"), &record) : std::string();
}

std::string KeyOf(const Record& record, const Redactor& redactor) {
  return record.student ? redactor.Number(record.student->key) : std::string();
}

// The number people know a student by.
std::string IdOf(const Record& record, const Redactor& redactor) {
  if (!record.student) return {};
  for (const std::string_view field : {"id_number", "student_number", "candidate_number"}) {
    if (const std::string_view number = record.student->Field(field); !number.empty())
      return redactor.Number(number);
  }
  return redactor.Number(record.student->key);
}

std::optional<Gauge> GaugeOf(const Finding& finding) {
  if (!finding.value || (!finding.limit_min && !finding.limit_max)) return std::nullopt;
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

PageFinding ToPage(const Finding& finding, const Record& record, const Reasons& reasons,
                   const ReportOptions& options, const Redactor& redactor) {
  const Language language = options.language;
  const Texts& texts = reasons.texts(language);
  const bool changes_nothing = finding.severity < Severity::kWarn;
  PageFinding shown;
  shown.code = finding.code;
  shown.severity = finding.severity;
  shown.title = TitleOf(finding.code, reasons, language);
  shown.value = standard::FormatValue(finding, texts);
  shown.limit = standard::FormatLimit(finding, texts);
  shown.gauge = GaugeOf(finding);
  if (!changes_nothing) shown.advice = reasons.Get(finding.code, language).advice;
  shown.detail = redactor.Text(texts.Detail(finding), &record);
  if (const std::string others = OthersOf(finding, record, redactor); !others.empty()) shown.detail = others;
  return shown;
}

PageRow ToPage(const Record& record, std::size_t position, const Reasons& reasons, const ReportOptions& options,
               const Redactor& redactor) {
  PageRow row;
  row.position = position;
  row.outcome = record.outcome;
  row.name = NameOf(record, redactor);
  row.id = IdOf(record, redactor);
  row.group = redactor.Text(GroupOf(record), &record);
  row.photo = redactor.Text(record.photo, &record);
  for (const Finding* finding : InOrder(record)) {
    if (finding->severity < Severity::kWarn) continue;  // The records have what asks nothing of anybody.
    row.findings.push_back(ToPage(*finding, record, reasons, options, redactor));
  }
  return row;
}

// How many records each code kept from being accepted, most frequent first.
std::vector<PageCount> CountReasons(std::span<const Record> records, const Reasons& reasons,
                                    Language language) {
  std::map<std::string, std::size_t> counts;
  for (const Record& record : records) {
    if (!IsNotAccepted(record)) continue;
    std::set<std::string> codes;
    for (const Finding& finding : record.findings) {
      if (IsDecisive(finding)) codes.insert(finding.code);
    }
    for (const std::string& code : codes) ++counts[code];
  }
  std::vector<PageCount> sorted;
  for (const auto& [code, count] : counts) {
    sorted.push_back({.label = TitleOf(code, reasons, language), .code = code, .count = count});
  }
  std::ranges::stable_sort(sorted, std::ranges::greater(), &PageCount::count);
  return sorted;
}

Page MakePage(std::span<const Record> records, const ReportSummary& summary, const Reasons& reasons,
              const ReportOptions& options, const Redactor& redactor) {
  Page page;
  page.ids_masked = redactor.display() == IdDisplay::kMasked;
  page.version = Version();
  for (const std::string& name : summary.standards)
    page.standards += (page.standards.empty() ? "" : ", ") + name;
  for (const Outcome outcome : kOutcomes) page.outcomes.emplace_back(outcome, summary.outcomes[outcome]);
  page.reasons = CountReasons(records, reasons, options.language);
  for (const auto& [group, counts] : summary.groups) {
    page.groups.push_back({.name = redactor.Text(group, nullptr),
                           .total = counts.Total(),
                           .accepted = counts[Outcome::kAccepted]});
  }
  // Photos without a student or group come last, not first as the empty name would.
  std::ranges::stable_partition(page.groups, [](const PageGroup& group) { return !group.name.empty(); });
  for (std::size_t i = 0; i < records.size(); ++i) {
    page.rows.push_back(ToPage(records[i], i + 1, reasons, options, redactor));
  }
  // Who has to act comes first; within an outcome the order of the records stays.
  std::ranges::stable_sort(page.rows, {}, [](const PageRow& row) {
    return std::ranges::find(kOutcomes, row.outcome) - kOutcomes.begin();
  });
  return page;
}

// The sentence of a notice that says how things stand.
std::string_view Opening(Outcome outcome, const Texts& texts) {
  switch (outcome) {
    case Outcome::kRejected:
      return texts.Get("notice.rejected");
    case Outcome::kError:
      return texts.Get("notice.error");
    case Outcome::kMissing:
      return texts.Get("notice.missing");
    case Outcome::kHeld:
      return texts.Get("notice.held");
    case Outcome::kReview:
      return texts.Get("notice.review");
    case Outcome::kAccepted:
      break;
  }
  return "";
}

std::string AsSentence(std::string_view text, const Texts& texts) {
  std::string sentence(Trim(text));
  const bool ended = std::ranges::any_of(std::array<std::string_view, 6>{"。", "！", "？", ".", "!", "?"},
                                         [&](std::string_view mark) { return sentence.ends_with(mark); });
  if (!sentence.empty() && !ended) sentence += texts.Get("notice.stop");
  return sentence;
}

std::string NoticeText(const Record& record, const Reasons& reasons, Language language,
                       const Redactor& redactor) {
  const Texts& texts = reasons.texts(language);
  // What is wrong and what to do, each sentence once: several placement findings share one advice.
  std::vector<std::string> points;
  std::set<std::string> said;
  for (const Finding* finding : InOrder(record)) {
    if (!IsDecisive(*finding) || record.outcome == Outcome::kReview) continue;
    std::string text = AsSentence(reasons.Text(*finding, language), texts);
    if (standard::Is(*finding, "PHOTO_MISSING") && record.outcome == Outcome::kMissing)
      text.clear();  // Said by the opening.
    std::string point;
    for (const std::string& sentence : {text, AsSentence(reasons.Get(finding->code, language).advice, texts)}) {
      if (sentence.empty() || !said.insert(sentence).second) continue;
      point = point.empty() ? sentence : texts.Format("notice.join", point, sentence);
    }
    if (!point.empty()) points.push_back(std::move(point));
  }
  const std::string name = NameOf(record, redactor);
  std::string text = name.empty() ? std::string(texts.Get("notice.greeting_without_name"))
                                  : texts.Format("notice.greeting", name);
  text += Opening(record.outcome, texts);
  for (std::size_t i = 0; i < points.size(); ++i) {
    text = texts.Format("notice.join", text,
                        points.size() > 1 ? texts.Format("notice.point", i + 1, points[i]) : points[i]);
  }
  return texts.Format("notice.join", text, texts.Get("notice.thanks"));
}

// The files that CheckReportDirectory has to recognize after a crash as well, hence written first.
Result<void> WriteSummary(const ReportSummary& summary, const Redactor& redactor, const fs::path& directory) {
  return WriteFileAtomic(directory / kReportSummaryName, ToJson(summary, redactor).dump(2) + "\n",
                         IfExists::kOverwrite);
}

std::string ThumbnailName(std::size_t position) {
  std::string digits = std::to_string(position);
  digits.insert(0, digits.size() < kPositionDigits ? kPositionDigits - digits.size() : 0, '0');
  return digits + ".jpg";
}

// Whether ThumbnailName could have made it, or WriteFileAtomic on the way to it.
bool IsThumbnailName(const std::string& name) {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return (digits >= kPositionDigits && name.substr(digits) == ".jpg") || IsTemporaryName(name);
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

using Table = std::vector<std::vector<std::string>>;

Table RejectedTable(std::span<const Record> records, const Reasons& reasons, Language language,
                    const Redactor& redactor) {
  const Texts& texts = reasons.texts(language);
  Table table{texts.Row({"table.key", "table.name", "table.group", "table.photo", "table.outcome", "table.code",
                         "table.severity", "table.title", "table.value", "table.limit", "table.advice"})};
  for (const Record& record : records) {
    if (!IsNotAccepted(record)) continue;
    const std::string key = KeyOf(record, redactor), name = NameOf(record, redactor);
    const std::string group = redactor.Text(GroupOf(record), &record),
                      photo = redactor.Text(record.photo, &record);
    const std::string outcome(texts.Title(record.outcome));
    bool any = false;
    for (const Finding* finding : InOrder(record)) {
      if (finding->severity < Severity::kWarn) continue;
      any = true;
      table.push_back({key, name, group, photo, outcome, finding->code,
                       std::string(texts.Title(finding->severity)), TitleOf(finding->code, reasons, language),
                       standard::FormatValue(*finding, texts), standard::FormatLimit(*finding, texts),
                       reasons.Get(finding->code, language).advice});
    }
    if (!any) table.push_back({key, name, group, photo, outcome, "", "", "", "", "", ""});
  }
  return table;
}

Table NoticesTable(std::span<const Record> records, const Reasons& reasons, Language language,
                   const Redactor& redactor) {
  // By student, in order of first appearance: the records that speak of the same person.
  std::vector<std::vector<const Record*>> students;
  std::map<std::string_view, std::size_t> index;
  for (const Record& record : records) {
    if (!record.student) continue;
    const auto [found, added] = index.emplace(record.student->key, students.size());
    if (added || record.student->key.empty()) {
      found->second = students.size();
      students.emplace_back();
    }
    students[found->second].push_back(&record);
  }
  const Texts& texts = reasons.texts(language);
  Table table{
      texts.Row({"table.key", "table.name", "table.group", "table.phone", "table.outcome", "table.notice"})};
  for (const std::vector<const Record*>& own : students) {
    if (std::ranges::any_of(own, [](const Record* record) { return !IsNotAccepted(*record); })) continue;
    // One story for all records of the student: the last one's outcome with everybody's findings.
    Record record = *own.back();
    for (std::size_t i = 0; i + 1 < own.size(); ++i) {
      record.findings.insert(record.findings.end(), own[i]->findings.begin(), own[i]->findings.end());
    }
    table.push_back({KeyOf(record, redactor), NameOf(record, redactor), redactor.Text(GroupOf(record), &record),
                     redactor.Number(record.student->Field("phone")), std::string(texts.Title(record.outcome)),
                     NoticeText(record, reasons, language, redactor)});
  }
  return table;
}

std::string CsvOf(const Table& table) {
  table::CsvWriter csv;
  for (const std::vector<std::string>& row : table) csv.AddRow(row);
  return csv.text();
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
  if (const auto text = ReadTextFile(directory / kReportSummaryName, kMaxSummaryBytes)) {
    const Json summary = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    const bool ours = summary.is_object() && summary.contains("tool") && summary["tool"].is_object() &&
                      summary["tool"].contains("name") && summary["tool"]["name"] == kToolName;
    if (ours) return {};
  }
  return Fail(
      ErrorKind::kOutput,
      directory.string() + ": holds files, but no report of gradphoto; use --overwrite or another directory");
}

Result<void> WriteReport(std::span<const Record> records, const Reasons& reasons, const ReportOptions& options,
                         const fs::path& directory) {
  TRY(CheckReportDirectory(directory, options.if_exists));
  const Redactor& redactor = options.redactor;
  const ReportSummary summary = Summarize(records);
  TRY(WriteSummary(summary, redactor, directory));
  Page page = MakePage(records, summary, reasons, options, redactor);
  std::set<std::string> thumbnails;
  for (PageRow& row : page.rows) {
    if (!options.thumbnail) break;
    if (options.interrupted && options.interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    const auto jpeg = options.thumbnail(records[row.position - 1]);
    if (!jpeg) continue;
    const std::string name = ThumbnailName(row.position);
    row.thumbnail = std::string(kReportThumbnailFolder) + "/" + name;
    TRY(WriteFileAtomic(directory / row.thumbnail, *jpeg, IfExists::kOverwrite));
    thumbnails.insert(name);
  }
  TRY(RemoveOtherThumbnails(directory / kReportThumbnailFolder, thumbnails));
  const Table rejected = RejectedTable(records, reasons, options.language, redactor);
  const Table notices = NoticesTable(records, reasons, options.language, redactor);
  const Texts& texts = reasons.texts(options.language);
  if (auto written = table::WriteXlsx(directory / kReportWorkbookName,
                                      {{std::string(texts.Get("table.rejected_sheet")), rejected},
                                       {std::string(texts.Get("table.notices_sheet")), notices}},
                                      IfExists::kOverwrite);
      !written) {
    return written;
  }
  const std::array<std::pair<std::string_view, std::string>, 3> files = {{
      {kReportRejectedName, CsvOf(rejected)},
      {kReportNoticesName, CsvOf(notices)},
      {kReportPageName, RenderHtml(page, texts)},
  }};
  for (const auto& [name, text] : files) {
    TRY(WriteFileAtomic(directory / name, text, IfExists::kOverwrite));
  }
  return {};
}

}  // namespace gradphoto::deliver
