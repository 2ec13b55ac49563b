// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_reader.h"

#include <cstddef>
#include <utility>

#include "lib/base/text.h"
#include "lib/table/xlsx_package.h"
#include "lib/table/xlsx_sheet.h"
#include "lib/table/xlsx_workbook.h"

namespace gradphoto::table {
namespace {

class Reader {
 public:
  Reader(XlsxPackage& package, const XlsxWorkbook& workbook, const TableOptions& options,
         const XlsxLimits& limits)
      : package_(package), workbook_(workbook), options_(options), limits_(limits) {}

  Result<XlsxSheet> Read() {
    TRY_ASSIGN(auto chosen, Choose());
    TRY_ASSIGN(auto rows, ReadXlsxRows(package_, workbook_, chosen, limits_, 0));
    XlsxSheet sheet{.name = chosen.name, .rows = std::move(rows.rows), .notes = std::move(notes_)};
    const auto note = [&](std::size_t count, const std::string& what) {
      if (count > 0) sheet.notes.push_back(what + ": " + std::to_string(count));
    };
    note(rows.hidden_rows, "hidden rows, read like the others");
    note(rows.filled, "cells filled from a cell merged downwards");
    note(rows.errors, "cells that show an error such as #N/A");
    note(rows.formulas_without_result,
         "formulas without a stored result, read as empty (open the workbook in Excel or WPS and save it)");
    return sheet;
  }

 private:
  Result<XlsxSheetEntry> Choose() {
    if (!options_.sheet.empty()) {
      std::vector<std::string> names;
      for (const XlsxSheetEntry& sheet : workbook_.sheets) {
        if (sheet.name == options_.sheet) return sheet;
        names.push_back(sheet.name);
      }
      return Fail(ErrorKind::kUsage, UnknownNameMessage("sheet", options_.sheet, names));
    }
    const XlsxSheetEntry* chosen = nullptr;
    const XlsxSheetEntry* first_with_text = nullptr;
    std::string others;
    std::size_t hidden = 0;
    for (const XlsxSheetEntry& sheet : workbook_.sheets) {
      if (sheet.hidden) {
        ++hidden;
        continue;
      }
      TRY_ASSIGN(const auto first, ReadXlsxRows(package_, workbook_, sheet, limits_, options_.title_rows));
      if (first.rows.empty()) continue;
      if (first_with_text == nullptr) first_with_text = &sheet;
      if (options_.is_wanted && !options_.is_wanted(first.rows)) continue;
      if (chosen == nullptr) {
        chosen = &sheet;
      } else {
        others += (others.empty() ? "" : ", ") + sheet.name;
      }
    }
    if (hidden > 0) notes_.push_back("hidden sheets, not read: " + std::to_string(hidden));
    if (!others.empty()) {
      notes_.push_back("only the sheet " + chosen->name + " was read; these hold such a table too: " + others +
                       " (put them into one sheet, or name one with --sheet)");
    }
    if (chosen == nullptr) chosen = first_with_text;
    return chosen == nullptr ? workbook_.sheets.front() : *chosen;
  }

  XlsxPackage& package_;
  const XlsxWorkbook& workbook_;
  const TableOptions& options_;
  const XlsxLimits& limits_;
  std::vector<std::string> notes_;
};

}  // namespace

bool LooksLikeZip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

Result<XlsxSheet> ReadXlsx(std::string_view bytes, std::string_view name, const TableOptions& options,
                           const XlsxLimits& limits) {
  TRY_ASSIGN(auto package, XlsxPackage::Open(bytes, name, limits));
  TRY_ASSIGN(const auto workbook, ReadXlsxWorkbook(package, limits));
  return Reader(package, workbook, options, limits).Read();
}

}  // namespace gradphoto::table
