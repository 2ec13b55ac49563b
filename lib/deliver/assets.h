// SPDX-License-Identifier: Apache-2.0
// Head, styles and scripts of the pages: the files of lib/deliver/assets/ as they are, put in by the build
// (cmake/EmbedFiles.cmake). All are inlined, so that a page is one file. Nothing foreign ever enters them.
#pragma once

#include <string_view>

namespace gradphoto::deliver {

// Up to and with the style, without </head>; {lang}, {scripts}, {version}, {title} and {style} are filled by
// PageHead (html.h).
extern const std::string_view kPageHead;

extern const std::string_view kSearchScript;  // Before the script of a page that is searched (search.h).

extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;  // The filters. Without the script every row is there.

extern const std::string_view kReviewStyle;
extern const std::string_view kReviewScript;  // Without the script every case is listed; with it one is shown.

extern const std::string_view kSheetStyle;  // One A4 page for each case.

extern const std::string_view kLiveStyle;
extern const std::string_view kLiveScript;  // Loads state.js again and again and shows what is new (live.h).

}  // namespace gradphoto::deliver
