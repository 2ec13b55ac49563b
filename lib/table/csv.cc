// SPDX-License-Identifier: Apache-2.0
#include "lib/table/csv.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/text.h"

namespace gradphoto::table {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsLineEnd(char c) { return c == '\r' || c == '\n'; }
bool IsFormulaStart(char c) { return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r'; }

// LF, CR LF and a lone CR each end one line.
std::size_t CountLineEnds(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) ++count;
  }
  return count;
}

char DetectDelimiter(std::string_view text) {
  constexpr std::array<char, 3> kDelimiters = {',', '\t', ';'};
  std::array<std::size_t, 3> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (const auto found = std::ranges::find(kDelimiters, c); found != kDelimiters.end()) {
      ++counts[static_cast<std::size_t>(found - kDelimiters.begin())];
    }
    if (IsLineEnd(c) && std::ranges::max(counts) > 0) break;
  }
  return kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// That of a first line "sep=;".
std::optional<char> NamedDelimiter(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  const bool names = line.size() == 5 && line.size() < text.size() &&
                     ToLowerAscii(line.substr(0, 4)) == "sep=" && std::string_view(",;\t|").contains(line[4]);
  return names ? std::optional(line[4]) : std::nullopt;
}

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string_view name, const CsvReadOptions& options)
      : text_(text),
        name_(name),
        options_(options),
        delimiter_(options.delimiter.value_or(DetectDelimiter(text))) {
    if (const auto named = NamedDelimiter(text); named && !options.delimiter) {
      delimiter_ = *named;
      position_ = text.find_first_of("\r\n");
      SkipLineEnd();
    }
  }

  Result<CsvTable> Parse() {
    CsvTable table;
    table.delimiter = delimiter_;
    while (position_ < text_.size()) {
      TRY_ASSIGN(auto row, ParseRow());
      if (row.cells.size() == 1 && row.cells.front().empty()) continue;
      if (table.rows.size() == options_.max_rows) {
        return FailAt(row_start_, "more than " + std::to_string(options_.max_rows) + " rows; split the file");
      }
      table.rows.push_back(std::move(row));
    }
    return table;
  }

 private:
  Result<TableRow> ParseRow() {
    TableRow row;
    row.line = line_;
    row_start_ = position_;
    while (true) {
      if (row.cells.size() == options_.max_columns) {
        return FailAt(position_, "more than " + std::to_string(options_.max_columns) +
                                     " columns; remove the empty columns behind the last one");
      }
      TRY_ASSIGN(auto cell, At('"') ? ParseQuoted() : ParsePlain());
      row.cells.push_back(std::move(cell));
      if (position_ - row_start_ > options_.max_row_bytes) {
        return FailAt(row_start_, "the row is longer than " + std::to_string(options_.max_row_bytes) +
                                      " bytes; look for a quote that is never closed");
      }
      if (!At(delimiter_)) break;
      ++position_;
    }
    SkipLineEnd();
    return row;
  }

  Result<std::string> ParsePlain() {
    const std::size_t start = position_;
    while (position_ < text_.size() && text_[position_] != delimiter_ && !IsLineEnd(text_[position_])) {
      if (text_[position_] == '\0')
        return FailAt(position_, "a NUL character; save the table as \"CSV UTF-8\"");
      ++position_;
    }
    if (position_ - start > options_.max_cell_bytes) return CellTooLong(start);
    return std::string(text_.substr(start, position_ - start));
  }

  Result<std::string> ParseQuoted() {
    const std::size_t start = position_++;
    std::string cell;
    while (true) {
      if (position_ == text_.size()) {
        return FailAt(start, "the quote opened here is never closed; close it or remove it");
      }
      const char c = text_[position_];
      if (c == '\0') return FailAt(position_, "a NUL character; save the table as \"CSV UTF-8\"");
      if (c == '"') {
        if (position_ + 1 == text_.size() || text_[position_ + 1] != '"') break;
        ++position_;
      }
      cell += c;
      ++position_;
      if (cell.size() > options_.max_cell_bytes) return CellTooLong(start);
    }
    ++position_;
    if (position_ < text_.size() && !At(delimiter_) && !IsLineEnd(text_[position_])) {
      return FailAt(position_, "text behind a closing quote; write quotes inside a cell twice (\"\")");
    }
    line_ += CountLineEnds(text_.substr(start, position_ - start));
    return cell;
  }

  bool At(char c) const { return position_ < text_.size() && text_[position_] == c; }

  void SkipLineEnd() {
    const std::size_t start = position_;
    if (At('\r')) ++position_;
    if (At('\n')) ++position_;
    line_ += CountLineEnds(text_.substr(start, position_ - start));
  }

  std::unexpected<Error> CellTooLong(std::size_t start) const {
    return FailAt(start, "a cell longer than " + std::to_string(options_.max_cell_bytes) +
                             " bytes; look for a quote that is never closed");
  }

  std::unexpected<Error> FailAt(std::size_t offset, const std::string& why) const {
    const std::string_view before = text_.substr(0, offset);
    const std::size_t line_end = before.find_last_of("\r\n");
    const std::string_view in_line = line_end == std::string_view::npos ? before : before.substr(line_end + 1);
    const auto column = 1 + std::ranges::count_if(in_line, [](char c) {
                          return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                        });
    return Fail(ErrorKind::kInput, std::string(name_) + ":" + std::to_string(1 + CountLineEnds(before)) + ":" +
                                       std::to_string(column) + ": " + why);
  }

  std::string_view text_, name_;
  const CsvReadOptions& options_;
  char delimiter_;
  std::size_t position_ = 0, row_start_ = 0;
  std::size_t line_ = 1;
};

// [-]digits[.digits]: a number that a spreadsheet may keep as one.
bool IsNegativeDecimal(std::string_view cell) {
  if (!cell.starts_with('-')) return false;
  cell.remove_prefix(1);
  const std::size_t point = cell.find('.');
  const std::string_view whole = cell.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : cell.substr(point + 1);
  return !whole.empty() && !fraction.empty() && std::ranges::all_of(whole, IsDigit) &&
         std::ranges::all_of(fraction, IsDigit) && whole.size() + fraction.size() <= 15;
}

// Excel shows 12 digits and more as 1.23457E+11 and saves what it shows; it keeps at most 15 digits, drops
// leading zeros, takes 2E5 for a number and 22-1 for a date.
bool WouldBeAltered(std::string_view cell) {
  const std::size_t digits = static_cast<std::size_t>(std::ranges::find_if_not(cell, IsDigit) - cell.begin());
  if (digits == 0) return false;
  if (digits == cell.size()) return digits >= 12 || (digits >= 2 && cell.front() == '0');
  const bool joint = std::string_view("Ee-/").find(cell[digits]) != std::string_view::npos;
  return joint && digits + 1 < cell.size() && std::ranges::all_of(cell.substr(digits + 1), IsDigit);
}

}  // namespace

Result<CsvTable> ParseCsv(std::string_view text, std::string_view name, const CsvReadOptions& options) {
  return CsvParser(text, name, options).Parse();
}

std::string CleanCell(std::string_view cell) {
  cell = Trim(cell);
  if (cell.size() >= 3 && cell.starts_with("=\"") && cell.ends_with('"')) {
    return std::string(Trim(cell.substr(2, cell.size() - 3)));
  }
  if (cell.starts_with('\'')) {
    const std::string_view rest = cell.substr(1);
    const bool formula = !rest.empty() && IsFormulaStart(rest.front());
    // A name may really begin with an apostrophe; a number never does.
    const bool number = std::ranges::any_of(rest, IsDigit) &&
                        std::ranges::all_of(rest, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (formula || number) return std::string(rest);
  }
  return std::string(cell);
}

CsvWriter::CsvWriter(ByteOrderMark mark) {
  if (mark == ByteOrderMark::kWrite) text_ = kByteOrderMark;
}

void CsvWriter::AddRow(std::span<const std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) AddCell(cells[i], i == 0);
  text_ += "\r\n";
}

void CsvWriter::AddRow(std::initializer_list<std::string_view> cells) {
  for (const std::string_view& cell : cells) AddCell(cell, &cell == cells.begin());
  text_ += "\r\n";
}

void CsvWriter::AddCell(std::string_view cell, bool first) {
  if (!first) text_ += ',';
  std::string guarded;
  if (!cell.empty() && IsFormulaStart(cell.front()) && !IsNegativeDecimal(cell)) guarded = '\'';
  if (WouldBeAltered(cell)) guarded = '\t';
  guarded += cell;
  if (guarded.find_first_of(",\"\r\n\t;") == std::string::npos) {
    text_ += guarded;
    return;
  }
  text_ += '"';
  for (const char c : guarded) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
}

std::string WriteCsv(std::span<const std::vector<std::string>> rows, ByteOrderMark mark) {
  CsvWriter writer(mark);
  for (const std::vector<std::string>& row : rows) writer.AddRow(row);
  return writer.text();
}

}  // namespace gradphoto::table
