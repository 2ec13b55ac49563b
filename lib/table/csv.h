// SPDX-License-Identifier: Apache-2.0
// CSV as RFC 4180 has it, read and written. The reader takes UTF-8 (encoding.h makes it) with comma, tab or
// semicolon, any line end and quoted line breaks, and gives back cells as they stand; what they mean is
// roster.h's business. The writer is the one all tools use: its files open in Excel and WPS without losing
// digits and without running formulas.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/table/table.h"

namespace gradphoto::table {

struct CsvReadOptions {
  // Absent: what a first line "sep=;" says, as Excel writes and reads it; else the one of comma, tab, semicolon
  // that is most frequent outside quotes in the first line that has any; comma for a single column.
  std::optional<char> delimiter;
  std::size_t max_cell_bytes = 64 << 10;  // 64 KiB.
  std::size_t max_row_bytes = 128 << 10;  // 128 KiB: a row must fit into one record line (record.h).
  std::size_t max_columns = 200;
  std::size_t max_rows = 1'000'000;
};

struct CsvTable {
  char delimiter = ',';
  std::vector<TableRow> rows;  // Without blank lines. Rows may differ in length.
};

// Reads `text`, UTF-8 without byte order mark. `name` stands for the file in errors. A quote that does not open
// its cell is kept literally, because ="0012" is how exports protect numbers from Excel.
// Errors: kInput, "<name>:<line>:<column>: ..." (column: 1-based character) - a quote never closed, text behind
// a closing quote, a NUL, or one of the limits passed.
Result<CsvTable> ParseCsv(std::string_view text, std::string_view name, const CsvReadOptions& options = {});

// A cell without blanks around it and without what protects numbers from Excel: a leading tab, a leading '
// before a number or formula, or ="..." around it. Gives back what CsvWriter was given.
std::string CleanCell(std::string_view cell);

enum class ByteOrderMark { kWrite, kOmit };

// Collects rows into RFC 4180 text with CRLF. Cells that begin with = + - @ tab or CR get a leading ' so that
// no spreadsheet runs them; plain negative decimals such as -3.5 stay. What a spreadsheet would alter (12
// digits or more, leading zero, 2E5, 22-1) gets a leading tab and so stays text. CleanCell undoes both.
class CsvWriter {
 public:
  // With the mark (default) Excel takes the file for UTF-8; without it for the system's code page.
  explicit CsvWriter(ByteOrderMark mark = ByteOrderMark::kWrite);
  void AddRow(std::span<const std::string> cells);
  void AddRow(std::initializer_list<std::string_view> cells);
  const std::string& text() const { return text_; }

 private:
  void AddCell(std::string_view cell, bool first);

  std::string text_;
};

std::string WriteCsv(std::span<const std::vector<std::string>> rows,
                     ByteOrderMark mark = ByteOrderMark::kWrite);

}  // namespace gradphoto::table
