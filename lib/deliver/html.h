// SPDX-License-Identifier: Apache-2.0
// The page of the report: turns texts that are ready to be shown into one self-contained HTML document. It
// knows nothing of records, masking or reasons; every text it is given counts as foreign and is escaped.
//
// The page asks for nothing over the network (its content security policy forbids it), opens from a file share,
// prints, and works without JavaScript, which only adds the filters. Rows that are not in view are not laid out
// (content-visibility), so ten thousand students stay usable.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/temporary_file.h"
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
  std::vector<PageRow> rows;                         // In the order shown; or they stand beside the page:
  std::string rows_stamp;  // Of the PageRowFile from which the page draws what is looked at; empty: none.
};

std::string RenderHtml(const Page& page, const standard::Texts& texts);

// Which group a row is of.
class GroupPlaces {
 public:
  explicit GroupPlaces(const std::vector<PageGroup>& groups);  // They outlive it.
  std::size_t Of(const PageRow& row) const;                    // 0 where none has its name.

 private:
  std::map<std::string_view, std::size_t> by_name_;
};

// The rows of a page that would be too large with all of them in it: a script, because a page that is opened
// from a folder can read nothing else. It says
//   const reportRows = JSON.parse(String.raw`[[state, group, codes, numbers, words, [part, ...]], ...]`);
//   const reportParts = JSON.parse(String.raw`["markup", ...]`);
//   const reportStamp = "3f0c...";
// in JSON, which browsers read in a third of the time of lists in the script's own language. A part of a row is
// its own markup, or the place of a piece in reportParts that rows share; joined they are the row. The first
// four are what a row in the page has as data-o, -g, -c and -n; words are what a search looks through. Written
// row by row: memory grows with the shared pieces alone.
class PageRowFile {
 public:
  // Errors of all three: kOutput.
  static Result<PageRowFile> Open(const std::filesystem::path& file);
  // `group`: place of the row's group in Page::groups.
  Result<void> Add(const PageRow& row, std::size_t group, const standard::Texts& texts);
  Result<std::string> Close();  // From now on the file has its name. Returns what tells its rows from others.

 private:
  explicit PageRowFile(TemporaryFile file) : file_(std::move(file)) {}
  Result<void> Flush();

  TemporaryFile file_;
  std::string unwritten_;
  bool is_first_ = true;
  std::string stamp_;
  std::map<std::string, std::size_t> shared_;  // Markup to its place.
  std::vector<const std::string*> parts_;      // The same by place.
};

}  // namespace gradphoto::deliver
