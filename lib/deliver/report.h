// SPDX-License-Identifier: Apache-2.0
// The report directory: what came of every photo, for the clerk, and what each student has to do again, ready
// to be sent. Reads records only; it neither judges nor decodes photos (thumbnails come from a callback).
//
//   index.html     one page for people: figures, reasons, every student with state, findings and advice
//   rows.js        of more than 2,000 students their rows, which the page draws as one scrolls
//   thumbs/        thumbnails, which stay as long as the photo does; names never hold a student's number
//   rejected.csv   one row per finding of each record that is not accepted, for the school's lists
//   review.html    the cases that a person decides, with review/ for their pictures (review.h), and
//                  case-sheets.html to be printed
//   notices.csv    one polite text per student who has to be told something, for SMS or WeChat
//   notices/       the same rows, one file per group: 一班.csv
//   report.xlsx    the first two tables as sheets
//   summary.json   the counts, for scripts; also the mark by which a later run knows the directory for its own
//
// What a student is told is decided in one place for all of them (notice.h); the tables are those of lists.h.
// Numbers of persons are masked (redact.h) in every file, in printed paths too, unless told to show them in
// full. All text is in one language. The same records, thumbnails and options give the same bytes; the day
// stands on the page only.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/deliver/redact.h"
#include "lib/record/outcome_counts.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

// A JPEG, upright, about 144 x 192 px, without metadata; nothing when the record has no picture to show.
using ThumbnailSource = std::function<std::optional<std::vector<std::byte>>(const Record&)>;

struct ReportOptions {
  standard::Language language = standard::Language::kZh;
  std::string title;                       // Of the school or the job, for the page; may be empty.
  std::string date;                        // Of the run, for the page: "2021-10-25"; may be empty.
  Redactor redactor;                       // Masks numbers unless it is told not to.
  ThumbnailSource thumbnail;               // May be empty: no thumbnails.
  IfExists if_exists = IfExists::kRefuse;  // For a directory that holds files but no report of ours.
  std::function<bool()> interrupted;       // Asked before each thumbnail; may be empty.
};

struct ReportSummary {
  OutcomeCounts outcomes;
  // Records with at least one finding of the code, by code and by severity.
  std::map<std::string, std::map<Severity, std::size_t>, std::less<>> codes;
  // By the roster's group (GroupOf); "" for records without one.
  std::map<std::string, OutcomeCounts, std::less<>> groups;
  std::vector<std::string> standards;  // "name@version", as the records say; sorted, distinct.
};
ReportSummary Summarize(std::span<const Record> records);

// What summary.json holds; group names go through `redactor`.
// {"v": 1, "tool": {"name", "version"}, "standards": [...], "records": n, "outcomes": {"accepted": n, ...},
//  "codes": {"EYE_LINE": {"reject": n, ...}, ...}, "groups": [{"group": "...", "outcomes": {...}}, ...]}
Json ToJson(const ReportSummary& summary, const Redactor& redactor);

// Writes the directory (deliver/files.h has the names), readable for the owner alone. Files of our own earlier
// run are replaced; thumbnails of records and notices of groups that are gone are removed. Errors: kOutput -
// the directory holds other files and no report (unless IfExists::kOverwrite), disk, interrupted.
Result<void> WriteReport(std::span<const Record> records, const standard::Reasons& reasons,
                         const ReportOptions& options, const std::filesystem::path& directory);

// Whether WriteReport would take the directory.
// Errors: as WriteReport.
Result<void> CheckReportDirectory(const std::filesystem::path& directory, IfExists if_exists);

}  // namespace gradphoto::deliver
