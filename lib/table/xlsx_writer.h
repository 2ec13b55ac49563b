// SPDX-License-Identifier: Apache-2.0
// XLSX workbooks with the same tables as our CSV files, for clerks who open them in Excel or WPS: every cell is
// text, so no number loses digits and no formula runs. The only file that sees libxlsxwriter is xlsx_writer.cc.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file.h"

namespace gradphoto::table {

struct XlsxTable {
  std::string name;  // Of the sheet: 1 to 31 characters without [ ] : * ? / and backslash.
  std::vector<std::vector<std::string>> rows;  // The first is the header; it stays in sight when one scrolls.
};

// Writes a workbook with these sheets as WriteFileAtomic does. The same tables give the same bytes: the
// workbook says that it was made on 1980-01-01. Column widths follow the contents, long texts are
// wrapped. Sheets print on A4 across, fitted to the width of the page, with the header on every page. Bytes
// that are no UTF-8 become U+FFFD. Errors: kUsage - a sheet's name is not allowed or occurs twice (case is
// ignored), no sheet, a cell of more than 32,767 characters, more than 1,048,576 rows or 16,384 columns;
// kOutput - refused, disk full, no permission.
Result<void> WriteXlsx(const std::filesystem::path& path, const std::vector<XlsxTable>& tables,
                       IfExists if_exists);

// What WriteXlsx would say, as CheckWriteFile knows it; for dry runs. Nothing stays on the disk.
Result<void> CheckXlsx(const std::filesystem::path& path, const std::vector<XlsxTable>& tables,
                       IfExists if_exists);

}  // namespace gradphoto::table
