// SPDX-License-Identifier: Apache-2.0
// Names of the files that packs and reports consist of. Those who write them and those who take students out of
// them use the same names.
#pragma once

#include <string_view>

namespace gradphoto::deliver {

// A pack: photos in a folder, zips beside it, and these two.
inline constexpr std::string_view kPackPhotoFolder = "photos/";
inline constexpr std::string_view kPackIndexName = "index.csv";
inline constexpr std::string_view kPackSumsName = "SHA256SUMS";  // Written last.

// A report.
inline constexpr std::string_view kReportSummaryName = "summary.json";  // Written first.
inline constexpr std::string_view kReportPageName = "index.html";
inline constexpr std::string_view kReportRowsName = "rows.js";  // Of a large one.
inline constexpr std::string_view kReportRejectedName = "rejected.csv";
inline constexpr std::string_view kReportNoticesName = "notices.csv";
inline constexpr std::string_view kReportNoticeFolder = "notices";  // One CSV for each group.
inline constexpr std::string_view kReportWorkbookName = "report.xlsx";
inline constexpr std::string_view kReportThumbnailFolder = "thumbs";

// The page for the cases that a person decides, beside a report.
inline constexpr std::string_view kReviewPageName = "review.html";
inline constexpr std::string_view kReviewPictureFolder = "review";
inline constexpr std::string_view kCaseSheetsName = "case-sheets.html";  // Of manual review, to be printed.

// The page of a watcher, and what it shows, which is written again and again.
inline constexpr std::string_view kLivePageName = "index.html";
inline constexpr std::string_view kLiveStateName = "state.js";

}  // namespace gradphoto::deliver
