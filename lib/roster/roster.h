// SPDX-License-Identifier: Apache-2.0
// The roster: who must have a photo. Reads a table (table.h: text of any usual encoding, or XLSX) of any usual
// header language into rows under canonical column names (columns.h), checks identifiers, and finds double
// entries. Does not look at photos; link.h does. Problems of single rows become findings of that row and never
// stop the reading.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"
#include "lib/roster/id_number.h"

namespace gradphoto::roster {

struct RosterOptions {
  // Column that identifies a row: canonical name or header as in the file. Empty: for each row school_code and
  // student_number joined by "-", else candidate_number, else student_number, else id_number. The ID number
  // comes last because one person may be enrolled twice.
  std::string key_column;
  // Headers of the file that columns.h does not know, or takes for something else, to canonical names.
  // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
  std::map<std::string, std::string> columns{};
  // Of a workbook; empty: the first visible one with a header that names an identifier.
  // "all": every visible one with such a header.
  std::string sheet{};  // NOLINT(readability-redundant-member-init): may be left unnamed
  // Birth dates behind it are wrong. Absent: the local date.
  std::optional<std::chrono::year_month_day> today;
};

struct RosterRow {
  std::size_t line = 0;    // 1-based line of the file, or row of the sheet.
  std::size_t source = 0;  // Index into Roster::sources.
  // `key` is unique: the second row of the same key gets "#2" appended, and so on; a row without any identifier
  // gets "line-<line>". Fields in the file's column order: cells without blanks around them and without Excel
  // guards; id_number, student_number and candidate_number normalized (X upper case, ASCII digits); names and
  // all else as written.
  Student student;
  std::string name_for_matching;  // See name.h; empty when a glyph of the name was lost or there is no name.
  bool paid = true;               // False when there is a column `paid` and it does not say "paid" (payment.h).
  // ID_INVALID, ID_EXCEL_DAMAGED, ROSTER_DUPLICATE (reject; review for a number whose only flaw is a tail of
  // 000 in a column that is otherwise sound, for student and candidate numbers of a column that looks rounded,
  // and for an ID number that stands beside two names), ID_MASKED (review), UNPAID.
  std::vector<Finding> findings;
};

struct Roster {
  std::string encoding;  // As in encoding.h, or "XLSX".
  bool encoding_guessed = false;
  std::string sheet;                 // Of a workbook; of several sheets all names, joined by ", ".
  std::vector<std::string> sources;  // What the rows were read from: files, or sheets of a workbook.
  std::vector<RosterRow> rows;       // In file order, empty rows left out.
  std::vector<std::string> notes;    // What a person should know of the whole file; no personal data.

  // Where a row stands: its line, "b.xlsx:5" where there are several sources.
  std::string PlaceOf(std::size_t row) const;
};

// Reads a roster. The header is the first of the first 10 rows with a known identifier column or the column
// named by `key_column`, so title rows above it are allowed. A column whose header is unknown, or whose meaning
// an earlier column has already taken, is kept under its own header. A header that stands again between the
// rows, as in printed lists, is left out; so are totals, remarks and signatures below the list, and rows equal
// to an earlier one in every cell (a running number aside), which are noted. Errors: kInput - unreadable,
// larger than 64 MiB, undecodable (encoding.h), malformed (csv.h, xlsx_reader.h), a row longer than its header.
// kUsage - no header with an identifier; unknown key column, sheet or column of the mapping (with the nearest
// name).
Result<Roster> ReadRoster(const std::filesystem::path& path, const RosterOptions& options = {});

// Several files as one roster, e.g. one of each class; headers may differ. Errors: as of the first that fails.
Result<Roster> ReadRosters(std::span<const std::filesystem::path> paths, const RosterOptions& options = {});

// The same on bytes in memory; `name` stands for the file in errors.
Result<Roster> ParseRoster(std::string_view bytes, std::string_view name, const RosterOptions& options = {});

// The record of a row that has no photo yet: the student and the findings; held when unpaid.
Record ToRecord(const RosterRow& row);

}  // namespace gradphoto::roster
