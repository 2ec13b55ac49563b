// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/keys.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "lib/base/text.h"
#include "lib/roster/columns.h"
#include "lib/roster/id_number.h"
#include "lib/table/csv.h"
#include "lib/table/table.h"

namespace gradphoto::ledger {
namespace {

constexpr std::size_t kMaxListed = 20;

// The columns that name a student, the key first; none: no header.
std::vector<std::size_t> KeyColumns(const table::TableRow& header) {
  std::vector<std::size_t> keys, identifiers;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    if (roster::IsKeyHeader(header.cells[i])) keys.push_back(i);
    if (roster::IsIdentifierHeader(header.cells[i])) identifiers.push_back(i);
  }
  keys.insert(keys.end(), identifiers.begin(), identifiers.end());
  return keys;
}

bool IsHeader(const table::TableRow& row) { return !KeyColumns(row).empty(); }

bool IsFilled(const table::TableRow& row, std::size_t column) {
  return column < row.cells.size() && !table::CleanCell(row.cells[column]).empty();
}

// What is wrong with a row; empty: its key went to `keys`.
std::string TakeKey(const table::TableRow& row, const std::vector<std::size_t>& columns,
                    std::vector<std::string>& keys) {
  const auto column =
      std::ranges::find_if(columns, [&](std::size_t candidate) { return IsFilled(row, candidate); });
  if (column == columns.end()) return "no key; fill in the cell or delete the row";
  std::string key = table::CleanCell(row.cells[*column]);
  if (roster::IsScientificNotation(key) || std::ranges::find(row.rounded, *column) != row.rounded.end()) {
    return "a spreadsheet has rounded the number in column " + std::to_string(*column + 1) +
           "; format the column as text and enter it again";
  }
  keys.push_back(std::move(key));
  return {};
}

}  // namespace

Result<std::vector<std::string>> ReadKeys(std::istream& in, std::string_view name) {
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  table::TableOptions options;
  options.is_wanted = [](std::span<const table::TableRow> rows) { return std::ranges::any_of(rows, IsHeader); };
  TRY_ASSIGN(const auto table, table::ParseTable(bytes, name, options));
  const auto first = std::span(table.rows).first(std::min(table.rows.size(), options.title_rows));
  const auto header = std::ranges::find_if(first, IsHeader);
  const bool has_header = header != first.end();
  const std::vector<std::size_t> columns = has_header ? KeyColumns(*header) : std::vector<std::size_t>{0};
  std::vector<std::string> keys;
  std::string problems;
  std::size_t bad_rows = 0;
  const auto begin = has_header ? static_cast<std::size_t>(header - first.begin()) + 1 : 0;
  for (const table::TableRow& row : std::span(table.rows).subspan(begin)) {
    if (!has_header && std::ranges::any_of(row.cells.begin() + 1, row.cells.end(),
                                           [](const std::string& cell) { return !Trim(cell).empty(); })) {
      return Fail(ErrorKind::kUsage,
                  std::string(name) + ":" + std::to_string(row.line) +
                      ": several columns, and no header says which names the student; head it "
                      "key (编号), 学号, 考生号 or 身份证号, or give one key a line");
    }
    const std::string problem = TakeKey(row, columns, keys);
    if (problem.empty() || ++bad_rows > kMaxListed) continue;
    problems += "\n" + std::string(name) + ":" + std::to_string(row.line) + ": " + problem;
  }
  if (bad_rows == 0) return keys;
  return Fail(ErrorKind::kUsage,
              std::string(name) + ": " + std::to_string(bad_rows) + " rows name no student" + problems);
}

}  // namespace gradphoto::ledger
