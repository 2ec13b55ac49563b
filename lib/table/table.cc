// SPDX-License-Identifier: Apache-2.0
#include "lib/table/table.h"

#include <algorithm>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/table/csv.h"
#include "lib/table/encoding.h"
#include "lib/table/xlsx_reader.h"

namespace gradphoto::table {

bool IsBlank(const TableRow& row) {
  return std::ranges::all_of(row.cells, [](const std::string& cell) { return Trim(cell).empty(); });
}

namespace {

Table OfSheet(XlsxSheet sheet) {
  return {.encoding = "XLSX",
          .encoding_guessed = false,
          .sheet = std::move(sheet.name),
          .rows = std::move(sheet.rows),
          .notes = std::move(sheet.notes)};
}

Result<Table> ParseText(std::string_view bytes, std::string_view name, const TableOptions& options) {
  if (!options.sheet.empty() && options.sheet != kAllSheets) {
    return Fail(ErrorKind::kUsage, std::string(name) + ": no XLSX workbook, so it has no sheet to name");
  }
  TRY_ASSIGN(auto decoded, DecodeText(bytes, name));
  TRY_ASSIGN(auto csv, ParseCsv(decoded.text, name));
  std::erase_if(csv.rows, IsBlank);
  return Table{.encoding = std::move(decoded.encoding),
               .encoding_guessed = decoded.guessed,
               .sheet = {},
               .rows = std::move(csv.rows),
               .notes = {}};
}

}  // namespace

Result<Table> ParseTable(std::string_view bytes, std::string_view name, const TableOptions& options) {
  if (!LooksLikeZip(bytes)) return ParseText(bytes, name, options);
  TRY_ASSIGN(auto sheet, ReadXlsx(bytes, name, options));
  return OfSheet(std::move(sheet));
}

Result<std::vector<Table>> ParseTables(std::string_view bytes, std::string_view name,
                                       const TableOptions& options) {
  std::vector<Table> tables;
  if (!LooksLikeZip(bytes)) {
    TRY_ASSIGN(auto table, ParseText(bytes, name, options));
    tables.push_back(std::move(table));
    return tables;
  }
  TRY_ASSIGN(auto sheets, ReadXlsxSheets(bytes, name, options));
  for (XlsxSheet& sheet : sheets) tables.push_back(OfSheet(std::move(sheet)));
  return tables;
}

Result<Table> ReadTable(const std::filesystem::path& path, const TableOptions& options) {
  TRY_ASSIGN(const auto bytes, ReadTextFile(path, kMaxTableBytes));
  return ParseTable(bytes, path.string(), options);
}

}  // namespace gradphoto::table
