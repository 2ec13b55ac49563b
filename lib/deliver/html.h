// SPDX-License-Identifier: Apache-2.0
// The page of the report: turns texts that are ready to be shown into one self-contained HTML document. It
// knows nothing of records, masking or reasons; every text it is given counts as foreign and is escaped.
//
// The page asks for nothing over the network (its content security policy forbids it), opens from a file share,
// prints, and works without JavaScript, which only adds the filters. Rows that are not in view are not laid out
// (content-visibility), so ten thousand students stay usable.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/deliver/notice.h"
#include "lib/record/record.h"
#include "lib/standard/texts.h"

namespace gradphoto::deliver {

// For element content and for attributes in double quotes: & < > " ' become references; control characters that
// HTML forbids become U+FFFD.
std::string EscapeHtml(std::string_view text);

// The head of a page up to and with its style, without </head>. Its content security policy forbids every
// request: even if foreign text ever slipped through the escaping, it could load nothing and send nothing.
// `scripts`: sources of scripts besides, " 'self' file:" for files beside the page.
std::string PageHead(const standard::Texts& texts, std::string_view title, std::string_view version,
                     std::string_view style, std::string_view scripts = "");

// Where a measured value stands against its limit, as shares 0..1 of a small scale drawn beside the numbers.
struct Gauge {
  double allowed_from = 0, allowed_to = 1, value = 0;
};

struct PageFinding {
  std::string code;
  Severity severity = Severity::kReject;
  std::string title, value, limit;  // Value and limit with their units; may be empty.
  std::string advice;               // What to do; may be empty.
  std::string detail;               // May be empty.
  std::optional<Gauge> gauge;
};

struct PageRow {
  std::size_t position = 0;  // 1-based place of the record.
  Told told = Told::kAccepted;
  std::string word;                    // The state in words (Notice::word).
  std::vector<std::string> remarks;    // Attempt, deadline, note of the reviewer.
  std::string name, id, group, photo;  // Any may be empty.
  std::string numbers;                 // SearchNumbers; may be empty.
  std::string thumbnail;               // Path relative to the page; empty: a placeholder.
  std::vector<PageFinding> findings;   // In the order shown.
};

struct PageCount {
  std::string label, code;
  std::size_t count = 0;
};

struct PageGroup {
  std::string name;
  std::size_t total = 0, accepted = 0;
};

struct Page {
  bool ids_masked = true;
  std::string title;                 // Of the school or the job; may be empty.
  std::string date;                  // Of the run; may be empty.
  std::vector<std::string> seasons;  // One line each, with the deadline.
  std::string standards, version;
  std::size_t accepted = 0;                          // Records with that outcome.
  std::vector<std::pair<Told, std::size_t>> states;  // In the order shown; zeros allowed.
  std::vector<PageCount> reasons;                    // Most frequent first.
  std::vector<PageGroup> groups;                     // In the order shown.
  std::vector<PageRow> rows;                         // In the order shown.
};

std::string RenderHtml(const Page& page, const standard::Texts& texts);

}  // namespace gradphoto::deliver
