// SPDX-License-Identifier: Apache-2.0
// The rows of one sheet of a workbook.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/base/error.h"
#include "lib/table/table.h"
#include "lib/table/xlsx_package.h"
#include "lib/table/xlsx_reader.h"
#include "lib/table/xlsx_workbook.h"

namespace gradphoto::table {

struct XlsxRows {
  std::vector<TableRow> rows;  // Without blank rows.
  // What a person should know of: hidden rows (read like the others), formulas without a stored result, cells
  // that show an error, cells filled from one merged downwards.
  std::size_t hidden_rows = 0, formulas_without_result = 0, errors = 0, filled = 0;
};

// The rows of `sheet`. With `only_first` != 0 the first rows with text, at most so many, and no cell filled.
// Errors: kInput - damaged, out of order, a limit passed.
Result<XlsxRows> ReadXlsxRows(XlsxPackage& package, const XlsxWorkbook& workbook, const XlsxSheetEntry& sheet,
                              const XlsxLimits& limits, std::size_t only_first);

}  // namespace gradphoto::table
