// SPDX-License-Identifier: Apache-2.0
// What all sheets of a workbook share: the list of sheets, the formats of cells and the shared strings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/table/xlsx_number.h"
#include "lib/table/xlsx_package.h"
#include "lib/table/xlsx_reader.h"

namespace gradphoto::table {

struct XlsxSheetEntry {
  std::string name, relation;
  bool hidden = false;
};

struct XlsxWorkbook {
  bool from_1904 = false;
  std::vector<XlsxSheetEntry> sheets;
  std::map<std::string, std::string> part_of;  // By sheet name.
  std::vector<NumberFormat> formats;
  std::vector<std::string> strings;
};

// Errors: kInput - no Excel workbook (a zip of something else, a document, .xlsb), no sheet, damaged, a limit
// passed.
Result<XlsxWorkbook> ReadXlsxWorkbook(XlsxPackage& package, const XlsxLimits& limits);

}  // namespace gradphoto::table
