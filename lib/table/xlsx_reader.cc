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

  // One sheet, or with `several` all that are wanted.
  Result<std::vector<XlsxSheet>> Read(bool several) {
    TRY_ASSIGN(const auto chosen, Choose(several));
    std::vector<XlsxSheet> sheets;
    for (const XlsxSheetEntry& entry : chosen) {
      TRY_ASSIGN(auto sheet, ReadSheet(entry));
      if (sheets.empty()) sheet.notes.insert(sheet.notes.begin(), notes_.begin(), notes_.end());
      sheets.push_back(std::move(sheet));
    }
    return sheets;
  }

 private:
  Result<XlsxSheet> ReadSheet(const XlsxSheetEntry& entry) {
    TRY_ASSIGN(auto rows, ReadXlsxRows(package_, workbook_, entry, limits_, 0));
    XlsxSheet sheet{.name = entry.name, .rows = std::move(rows.rows), .notes = {}};
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

  // The sheet that is named; nothing when all are asked for.
  Result<const XlsxSheetEntry*> Named(bool several) const {
    std::vector<std::string> names;
    for (const XlsxSheetEntry& sheet : workbook_.sheets) {
      if (sheet.name == options_.sheet) return &sheet;
      names.push_back(sheet.name);
    }
    if (options_.sheet.empty() || (several && options_.sheet == kAllSheets)) return nullptr;
    return Fail(ErrorKind::kUsage, UnknownNameMessage("sheet", options_.sheet, names));
  }

  Result<std::vector<XlsxSheetEntry>> Choose(bool several) {
    TRY_ASSIGN(const XlsxSheetEntry* const named, Named(several));
    if (named != nullptr) return std::vector{*named};
    std::vector<XlsxSheetEntry> chosen;
    std::vector<TableRow> first_rows;  // Of the first that is chosen.
    const XlsxSheetEntry* first_with_text = nullptr;
    std::string read, others;
    std::size_t hidden = 0;
    for (const XlsxSheetEntry& sheet : workbook_.sheets) {
      if (sheet.hidden) {
        ++hidden;
        continue;
      }
      TRY_ASSIGN(auto first, ReadXlsxRows(package_, workbook_, sheet, limits_, options_.title_rows));
      if (first.rows.empty()) continue;
      if (first_with_text == nullptr) first_with_text = &sheet;
      if (options_.is_wanted && !options_.is_wanted(first.rows)) continue;
      const bool too = several && (!options_.sheet.empty() ||
                                   (options_.is_same_kind && options_.is_same_kind(first_rows, first.rows)));
      if (!chosen.empty() && !too) {
        others += (others.empty() ? "" : ", ") + sheet.name;
        continue;
      }
      if (chosen.empty()) first_rows = std::move(first.rows);
      chosen.push_back(sheet);
      read += (read.empty() ? "" : ", ") + sheet.name;
    }
    if (hidden > 0) notes_.push_back("hidden sheets, not read: " + std::to_string(hidden));
    if (chosen.size() > 1) {
      notes_.push_back("these sheets were read as one table: " + read +
                       " (name one with --sheet to read it alone)");
    }
    if (!others.empty()) {
      notes_.push_back("only the sheet " + read + " was read; these hold such a table too: " + others +
                       (several ? " (read all with --sheet all, or name one with --sheet)"
                                : " (put them into one sheet, or name one with --sheet)"));
    }
    if (chosen.empty())
      chosen.push_back(first_with_text == nullptr ? workbook_.sheets.front() : *first_with_text);
    return chosen;
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
  TRY_ASSIGN(auto sheets, Reader(package, workbook, options, limits).Read(false));
  return std::move(sheets.front());
}

Result<std::vector<XlsxSheet>> ReadXlsxSheets(std::string_view bytes, std::string_view name,
                                              const TableOptions& options, const XlsxLimits& limits) {
  TRY_ASSIGN(auto package, XlsxPackage::Open(bytes, name, limits));
  TRY_ASSIGN(const auto workbook, ReadXlsxWorkbook(package, limits));
  return Reader(package, workbook, options, limits).Read(true);
}

}  // namespace gradphoto::table
