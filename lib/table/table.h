// SPDX-License-Identifier: Apache-2.0
// Tables of text cells, whatever file they come from: text of any usual encoding (encoding.h, csv.h) or an XLSX
// workbook (xlsx_reader.h). Which of both it is, is decided by the content; a name proves nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::table {

inline constexpr std::uint64_t kMaxTableBytes = std::uint64_t{64} << 20;  // 64 MiB for a whole file.

struct TableRow {
  std::size_t line = 0;  // 1-based: line of a text file on which the row begins, or row of a sheet.
  std::vector<std::string> cells;
  // Columns (0-based) whose cell is a number that a spreadsheet has cut to 15 digits.
  std::vector<std::size_t> rounded;
};

// No cell has anything but blanks.
bool IsBlank(const TableRow& row);

// Whether these, the first rows with text, begin the table that is wanted.
using HeaderTest = std::function<bool(std::span<const TableRow> first_rows)>;

// Whether a sheet is one more of the same kind as the first that is wanted, e.g. the list of another class.
using SameKindTest =
    std::function<bool(std::span<const TableRow> of_first, std::span<const TableRow> of_other)>;

// As TableOptions::sheet: every visible sheet that is wanted.
inline constexpr std::string_view kAllSheets = "all";

struct TableOptions {
  std::string sheet;            // Of a workbook; empty: the first visible one that `is_wanted` takes.
  HeaderTest is_wanted;         // Empty: takes every sheet.
  std::size_t title_rows = 10;  // How many rows `is_wanted` gets at most.
  // For ParseTables; empty: no other sheet is.
  SameKindTest is_same_kind{};  // NOLINT(readability-redundant-member-init): may be left unnamed
};

struct Table {
  std::string encoding;  // As in encoding.h, or "XLSX".
  bool encoding_guessed = false;
  std::string sheet;               // Of a workbook.
  std::vector<TableRow> rows;      // Without blank rows.
  std::vector<std::string> notes;  // What a person should know of the file.
};

// `name` stands for the file in errors. Errors: kInput, kUsage - see encoding.h, csv.h, xlsx_reader.h; kUsage -
// a sheet is named, but the file is no workbook.
Result<Table> ParseTable(std::string_view bytes, std::string_view name, const TableOptions& options = {});

// The same, but of a workbook every wanted sheet when `sheet` is kAllSheets (and no sheet has that name), or,
// when it is empty, the first and all of the same kind. At least one.
Result<std::vector<Table>> ParseTables(std::string_view bytes, std::string_view name,
                                       const TableOptions& options = {});

// Errors: also kInput - unreadable, larger than kMaxTableBytes.
Result<Table> ReadTable(const std::filesystem::path& path, const TableOptions& options = {});

}  // namespace gradphoto::table
