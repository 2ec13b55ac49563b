// SPDX-License-Identifier: Apache-2.0
// The report directory: what came of every photo, for the clerk, and what each student has to do again, ready
// to be sent. Reads records only; it neither judges nor decodes photos (thumbnails come from a callback).
//
//   index.html     one page for people: figures, reasons, every student with findings and advice; no network
//   thumbs/        00012.jpg is the thumbnail of the 12th record; names never hold a student's number
//   rejected.csv   one row per finding of each record that is not accepted, for the school's lists
//   review.html    the cases that a person decides, with review/ for their pictures (review.h), and
//                  case-sheets.html to be printed
//   notices.csv    one polite text per student who is not accepted, for SMS or WeChat
//   report.xlsx    the same two tables as sheets
//   summary.json   the counts, for scripts; also the mark by which a later run knows the directory for its own
//
// Numbers of persons are masked (redact.h) in every file, in printed paths too, unless told to show them in
// full. All text is in one language. The same records and thumbnails give the same bytes, so there is no date
// in the report.
#pragma once

#include <array>
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
  Redactor redactor;                       // Masks numbers unless it is told not to.
  ThumbnailSource thumbnail;               // May be empty: no thumbnails.
  IfExists if_exists = IfExists::kRefuse;  // For a directory that holds files but no report of ours.
  std::function<bool()> interrupted;       // Asked before each thumbnail; may be empty.
};

inline constexpr std::array kOutcomes = {Outcome::kRejected, Outcome::kReview, Outcome::kMissing,
                                         Outcome::kHeld,     Outcome::kError,  Outcome::kAccepted};

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

// Writes the directory (deliver/files.h has the names). Files of our own earlier run are replaced, thumbnails
// of records that are gone removed. The lists, with headers in the language:
// - rejected: key, name, group, photo, outcome, code, severity, title, value, limit, advice. Findings that
// change
//   nothing (info, not-assessed) are left out; a record without any other gets one row with empty finding
//   columns.
// - notices: key, name, group, phone, outcome, text. Photos without a student get none; a student with several
//   records gets one text, and none when one of the records is accepted. The text names no number.
// Errors: kOutput - the directory holds other files and no report (unless IfExists::kOverwrite), disk,
// interrupted.
Result<void> WriteReport(std::span<const Record> records, const standard::Reasons& reasons,
                         const ReportOptions& options, const std::filesystem::path& directory);

// Whether WriteReport would take the directory.
// Errors: as WriteReport.
Result<void> CheckReportDirectory(const std::filesystem::path& directory, IfExists if_exists);

}  // namespace gradphoto::deliver
