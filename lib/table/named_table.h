// SPDX-License-Identifier: Apache-2.0
// Tables whose columns are known by name: the header is found, below a title or two if need be, and cells are
// asked for by column, whatever the order in the file. Other columns are left alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/table/table.h"

namespace gradphoto::table {

// What a column may be headed; letter case does not matter. Messages name the first.
using ColumnNames = std::vector<std::string_view>;

class NamedTable {
 public:
  std::span<const TableRow> rows() const;  // Below the header.
  const std::vector<std::string>& notes() const { return table_.notes; }

  // The cell of the n-th of the columns that were asked for, as CleanCell gives it; empty where the row is
  // short.
  std::string Cell(const TableRow& row, std::size_t column) const;

  // Whether a spreadsheet has cut the number in the cell to 15 digits.
  bool IsRounded(const TableRow& row, std::size_t column) const;

 private:
  friend Result<NamedTable> ReadNamedTable(const std::filesystem::path& path,
                                           std::span<const ColumnNames> columns);

  Table table_;
  std::size_t header_ = 0;           // Among the rows of the table.
  std::vector<std::size_t> places_;  // Of the columns asked for, in the rows.
};

// Errors: as ReadTable; kUsage - no row among the first ten heads all columns, with the names that are missing
// in the row that comes nearest.
Result<NamedTable> ReadNamedTable(const std::filesystem::path& path, std::span<const ColumnNames> columns);

}  // namespace gradphoto::table
