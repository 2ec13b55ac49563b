// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/table.h"

#include <algorithm>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/roster/csv.h"
#include "lib/roster/encoding.h"
#include "lib/roster/xlsx.h"

namespace gradphoto::roster {

bool IsBlank(const TableRow& row) {
  return std::ranges::all_of(row.cells, [](const std::string& cell) { return Trim(cell).empty(); });
}

Result<Table> ParseTable(std::string_view bytes, std::string_view name, const TableOptions& options) {
  if (LooksLikeZip(bytes)) {
    auto sheet = ReadXlsx(bytes, name, options);
    if (!sheet) return std::unexpected(sheet.error());
    return Table{.encoding = "XLSX",
                 .encoding_guessed = false,
                 .sheet = std::move(sheet->name),
                 .rows = std::move(sheet->rows),
                 .notes = std::move(sheet->notes)};
  }
  if (!options.sheet.empty()) {
    return Fail(ErrorKind::kUsage, std::string(name) + ": no XLSX workbook, so it has no sheet to name");
  }
  auto decoded = DecodeText(bytes, name);
  if (!decoded) return std::unexpected(decoded.error());
  auto csv = ParseCsv(decoded->text, name);
  if (!csv) return std::unexpected(csv.error());
  std::erase_if(csv->rows, IsBlank);
  return Table{.encoding = std::move(decoded->encoding),
               .encoding_guessed = decoded->guessed,
               .sheet = {},
               .rows = std::move(csv->rows),
               .notes = {}};
}

Result<Table> ReadTable(const std::filesystem::path& path, const TableOptions& options) {
  const auto bytes = ReadTextFile(path, kMaxTableBytes);
  if (!bytes) return std::unexpected(bytes.error());
  return ParseTable(*bytes, path.string(), options);
}

}  // namespace gradphoto::roster
