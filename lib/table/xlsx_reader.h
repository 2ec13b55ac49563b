// SPDX-License-Identifier: Apache-2.0
// XLSX workbooks as clerks have them, read as tables of text (ECMA-376). Cells give what their owner sees, see
// xlsx_number.h; formulas give their stored result. Bounded in every direction and read as a stream: a workbook
// is a zip of XML that can inflate a thousandfold. One file pair each for the zip (xlsx_package.h), what all
// sheets share (xlsx_workbook.h) and a sheet (xlsx_sheet.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/table/table.h"

namespace gradphoto::table {

struct XlsxLimits {
  std::uint64_t max_inflated_bytes = std::uint64_t{512} << 20;  // Of all parts that are read.
  std::uint64_t max_text_bytes = std::uint64_t{256} << 20;  // Of the cells of one sheet, and of shared strings.
  std::size_t max_shared_strings = 4'000'000;
  std::size_t max_rows = 1'000'000;
  std::size_t max_cells = 16'000'000;
  std::size_t max_columns = 200;
  std::size_t max_cell_bytes = 64 << 10;
  std::size_t max_row_bytes = 128 << 10;
  std::size_t max_sheets = 1'000;
  std::size_t max_merged = 200'000;
};

struct XlsxSheet {
  std::string name;
  std::vector<TableRow> rows;  // Without blank rows.
  std::vector<std::string>
      notes;  // What a person should know: other sheets, hidden rows, formulas without result.
};

// Whether the bytes start like a zip, as XLSX does.
bool LooksLikeZip(std::string_view bytes);

// Reads one sheet: the named one, else the first visible one that `is_wanted` takes, else, when it takes none,
// the first with any text. Hidden rows are read, and noted. A cell merged downwards fills all the rows it
// covers. `name` stands for the file in errors. Errors: kInput - "<name>: ..." or "<name>:<part>:<line>: ...":
// no workbook, damaged, encrypted, a limit passed, with the remedy. kUsage - unknown sheet (with the nearest).
Result<XlsxSheet> ReadXlsx(std::string_view bytes, std::string_view name, const TableOptions& options = {},
                           const XlsxLimits& limits = {});

// Several sheets, see ParseTables (table.h).
Result<std::vector<XlsxSheet>> ReadXlsxSheets(std::string_view bytes, std::string_view name,
                                              const TableOptions& options = {}, const XlsxLimits& limits = {});

}  // namespace gradphoto::table
