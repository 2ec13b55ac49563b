// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_sheet.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/base/text.h"
#include "lib/table/xlsx_number.h"
#include "lib/table/xlsx_text.h"
#include "lib/table/xml.h"

namespace gradphoto::table {
namespace {

struct CellPlace {
  std::size_t row = 0, column = 0;  // 0-based.
};

// "AB12"; nothing if it is no such place.
std::optional<CellPlace> ParsePlace(std::string_view text) {
  CellPlace place;
  std::size_t i = 0, column = 0;
  for (; i < text.size() && i < 3 && text[i] >= 'A' && text[i] <= 'Z'; ++i) {
    column = column * 26 + static_cast<std::size_t>(text[i] - 'A') + 1;
  }
  const auto row = XlsxNumber<std::size_t>(text.substr(i));
  if (column == 0 || !row || *row == 0) return std::nullopt;
  place.row = *row - 1;
  place.column = column - 1;
  return place;
}

struct MergedDown {
  CellPlace top;
  std::size_t last_row = 0;
};

class SheetHandler : public XmlHandler {
 public:
  // With `only_first` != 0, stops after so many rows with text.
  SheetHandler(const XlsxWorkbook& workbook, const XlsxLimits& limits, std::size_t only_first)
      : workbook_(workbook), limits_(limits), only_first_(only_first) {}

  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    rich_.Start(name);
    if (name == "row") return StartRow(attributes);
    if (name == "c") return StartCell(attributes);
    if (name == "v" || name == "t") collecting_ = in_cell_ && (name == "v" || rich_.in_text());
    if (name == "f" && in_cell_) has_formula_ = true;
    if (name == "mergeCell") AddMerged(attributes.Find("ref").value_or(""));
    return true;
  }

  bool End(std::string_view name) override {
    rich_.End(name);
    if (name == "v" || name == "t") collecting_ = false;
    if (name == "c" && in_cell_) return EndCell();
    if (name == "row") return EndRow();
    return true;
  }

  bool Text(std::string_view text) override {
    if (!collecting_) return true;
    value_ += text;
    if (value_.size() <= limits_.max_cell_bytes) return true;
    return Refuse("a cell of more than " + std::to_string(limits_.max_cell_bytes) + " bytes");
  }

  // After the last row: cells merged downwards fill the rows that they cover.
  void FillMerged() {
    for (const MergedDown& merged : merged_) {
      auto row = std::ranges::lower_bound(read.rows, merged.top.row + 1, {}, &TableRow::line);
      if (row == read.rows.end() || row->line != merged.top.row + 1 || row->cells.size() <= merged.top.column)
        continue;
      const std::string text = row->cells[merged.top.column];
      if (Trim(text).empty()) continue;
      for (++row; row != read.rows.end() && row->line <= merged.last_row + 1; ++row) {
        text_bytes_ += text.size();
        if (text_bytes_ > limits_.max_text_bytes) return;
        if (row->cells.size() <= merged.top.column) row->cells.resize(merged.top.column + 1);
        if (!row->cells[merged.top.column].empty()) continue;
        row->cells[merged.top.column] = text;
        ++read.filled;
      }
    }
  }

  XlsxRows read;
  std::string problem;  // Why the sheet cannot be read; empty: it can.

 private:
  bool Refuse(std::string why) {
    problem = std::move(why);
    return false;
  }

  bool StartRow(const XmlAttributes& attributes) {
    // Rows may leave out their number; they count on then.
    const std::size_t line = XlsxNumber<std::size_t>(attributes.Find("r")).value_or(last_line_ + 1);
    if (line <= last_line_ || line > kMaxLine) return Refuse("the rows are not in order");
    row_ = TableRow{.line = line, .cells = {}, .rounded = {}};
    last_line_ = line;
    row_hidden_ = IsXlsxTrue(attributes.Find("hidden"));
    row_bytes_ = 0;
    next_column_ = 0;
    in_row_ = true;
    return true;
  }

  bool StartCell(const XmlAttributes& attributes) {
    if (!in_row_ || in_cell_) return Refuse("a cell outside of a row");
    std::size_t column = next_column_;
    if (const auto reference = attributes.Find("r")) {
      const auto place = ParsePlace(*reference);
      if (!place || place->column < next_column_) return Refuse("the cells are not in order");
      column = place->column;
    }
    column_ = column;
    next_column_ = column + 1;
    type_ = attributes.Find("t").value_or("n");
    style_ = XlsxNumber<std::size_t>(attributes.Find("s")).value_or(0);
    value_.clear();
    in_cell_ = true;
    has_formula_ = false;
    return true;
  }

  bool EndCell() {
    in_cell_ = false;
    if (has_formula_ && value_.empty() && type_ != "str") ++read.formulas_without_result;
    bool rounded = false;
    std::string text;
    if (type_ == "s") {
      const auto index = XlsxNumber<std::size_t>(std::string_view(value_));
      if (!value_.empty() && (!index || *index >= workbook_.strings.size())) {
        return Refuse("a cell names a text that the workbook does not have");
      }
      if (index) text = workbook_.strings[*index];
    } else if (type_ == "n" && !value_.empty()) {
      const NumberFormat format =
          style_ < workbook_.formats.size() ? workbook_.formats[style_] : NumberFormat();
      NumberText number = ToText(value_, format, workbook_.from_1904);
      text = std::move(number.text);
      rounded = number.rounded;
    } else if (type_ == "b") {
      text = value_.empty() ? "" : value_ == "1" ? "TRUE" : "FALSE";
    } else {
      if (type_ == "e") ++read.errors;
      text = UnescapeXlsx(std::move(value_));
    }
    if (text.empty()) return true;  // Only formatted.
    if (column_ >= limits_.max_columns) {
      return Refuse("text beyond column " + std::to_string(limits_.max_columns) +
                    "; remove what stands far to the right");
    }
    row_bytes_ += text.size();
    if (row_bytes_ > limits_.max_row_bytes) {
      return Refuse("a row of more than " + std::to_string(limits_.max_row_bytes) + " bytes");
    }
    row_.cells.resize(column_ + 1);
    if (rounded) row_.rounded.push_back(column_);
    row_.cells.back() = std::move(text);
    return true;
  }

  bool EndRow() {
    in_row_ = false;
    if (IsBlank(row_)) return true;
    text_bytes_ += row_bytes_;
    cells_ += row_.cells.size();
    if (read.rows.size() == limits_.max_rows || text_bytes_ > limits_.max_text_bytes ||
        cells_ > limits_.max_cells) {
      return Refuse("more rows or text than any roster has; split the file");
    }
    if (row_hidden_) ++read.hidden_rows;
    read.rows.push_back(std::move(row_));
    return read.rows.size() != only_first_;
  }

  void AddMerged(std::string_view range) {
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos || merged_.size() == limits_.max_merged) return;
    const auto top = ParsePlace(range.substr(0, colon)), bottom = ParsePlace(range.substr(colon + 1));
    // Titles are merged sideways; they stay where they are.
    if (top && bottom && bottom->row > top->row && bottom->column == top->column) {
      merged_.push_back({*top, bottom->row});
    }
  }

  static constexpr std::size_t kMaxLine = 1'048'576;  // Of the format.

  const XlsxWorkbook& workbook_;
  const XlsxLimits& limits_;
  std::size_t only_first_;
  RichText rich_;
  TableRow row_;
  std::string type_, value_;
  std::size_t style_ = 0, column_ = 0, next_column_ = 0, last_line_ = 0;
  std::size_t cells_ = 0;
  std::uint64_t row_bytes_ = 0, text_bytes_ = 0;
  bool in_row_ = false, in_cell_ = false, collecting_ = false, has_formula_ = false, row_hidden_ = false;
  std::vector<MergedDown> merged_;
};

}  // namespace

Result<XlsxRows> ReadXlsxRows(XlsxPackage& package, const XlsxWorkbook& workbook, const XlsxSheetEntry& sheet,
                              const XlsxLimits& limits, std::size_t only_first) {
  SheetHandler handler(workbook, limits, only_first);
  const std::string& part = workbook.part_of.at(sheet.name);
  TRY(package.Read(part, handler));
  if (!handler.problem.empty()) return package.FailAt(part, handler.problem);
  if (only_first == 0) handler.FillMerged();
  return std::move(handler.read);
}

}  // namespace gradphoto::table
