// SPDX-License-Identifier: Apache-2.0
#include "lib/table/named_table.h"

#include <algorithm>
#include <utility>

#include "lib/base/text.h"
#include "lib/table/csv.h"

namespace gradphoto::table {
namespace {

// Where the columns stand in a header row; nothing for one that it does not have.
std::vector<std::optional<std::size_t>> PlacesIn(const TableRow& header, std::span<const ColumnNames> columns) {
  std::vector<std::optional<std::size_t>> places(columns.size());
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string cell = ToLowerAscii(CleanCell(header.cells[i]));
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool is_it =
          std::ranges::any_of(columns[c], [&](std::string_view name) { return ToLowerAscii(name) == cell; });
      if (is_it && !places[c]) places[c] = i;
    }
  }
  return places;
}

std::size_t Found(const std::vector<std::optional<std::size_t>>& places) {
  return static_cast<std::size_t>(
      std::ranges::count_if(places, [](const auto& place) { return place.has_value(); }));
}

std::unexpected<Error> FailWithoutHeader(const std::string& file, const Table& table,
                                         std::span<const ColumnNames> columns) {
  if (table.rows.empty()) return Fail(ErrorKind::kUsage, file + ": the table is empty");
  std::string all, missing;
  std::vector<std::optional<std::size_t>> nearest(columns.size());
  std::size_t line = table.rows.front().line;
  for (const TableRow& row :
       std::span(table.rows).first(std::min(table.rows.size(), TableOptions{}.title_rows))) {
    auto places = PlacesIn(row, columns);
    if (Found(places) <= Found(nearest)) continue;
    nearest = std::move(places);
    line = row.line;
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    all += (all.empty() ? "" : ", ") + std::string(columns[c].front());
    if (!nearest[c]) missing += (missing.empty() ? "" : ", ") + std::string(columns[c].front());
  }
  return Fail(ErrorKind::kUsage, file + ":" + std::to_string(line) + ": the header lacks " + missing +
                                     "; the columns are " + all + ", in any order");
}

}  // namespace

std::span<const TableRow> NamedTable::rows() const { return std::span(table_.rows).subspan(header_ + 1); }

std::string NamedTable::Cell(const TableRow& row, std::size_t column) const {
  const std::size_t place = places_[column];
  return place < row.cells.size() ? CleanCell(row.cells[place]) : std::string();
}

bool NamedTable::IsRounded(const TableRow& row, std::size_t column) const {
  return std::ranges::find(row.rounded, places_[column]) != row.rounded.end();
}

Result<NamedTable> ReadNamedTable(const std::filesystem::path& path, std::span<const ColumnNames> columns) {
  const auto is_header = [&](const TableRow& row) { return Found(PlacesIn(row, columns)) == columns.size(); };
  TableOptions options;
  options.is_wanted = [&](std::span<const TableRow> first) { return std::ranges::any_of(first, is_header); };
  NamedTable named;
  TRY_ASSIGN(named.table_, ReadTable(path, options));
  const std::vector<TableRow>& rows = named.table_.rows;
  const auto first = std::span(rows).first(std::min(rows.size(), options.title_rows));
  const auto header = std::ranges::find_if(first, is_header);
  if (header == first.end()) return FailWithoutHeader(path.string(), named.table_, columns);
  named.header_ = static_cast<std::size_t>(header - first.begin());
  for (const auto& place : PlacesIn(*header, columns)) named.places_.push_back(*place);
  return named;
}

}  // namespace gradphoto::table
