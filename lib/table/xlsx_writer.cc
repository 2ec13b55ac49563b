// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_writer.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

#include <xlsxwriter.h>

#include "lib/base/temporary_file.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace gradphoto::table {
namespace {

constexpr time_t kMade = 315'532'800;  // 1980-01-01, like the entries of our zips.
constexpr double kMinWidth = 6, kMaxWidth = 60;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;

std::string ValidUtf8(const std::string& text) {
  if (IsValidUtf8(text)) return text;
  std::string valid;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, i);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    AppendUtf8(surrogate || c > 0x10FFFF ? 0xFFFD : c, valid);
  }
  return valid;
}

// A text that looks like the format's escape of a character (_x000D_) has its first character escaped itself,
// ECMA-376 22.9.2.19; the library escapes control characters only.
std::string Escaped(std::string text) {
  const auto is_hex = [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 2)) {
    if (at + 7 > text.size() || text[at + 6] != '_') continue;
    if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                     text.begin() + static_cast<std::ptrdiff_t>(at) + 6, is_hex)) {
      continue;
    }
    text.insert(at, "_x005F");
    at += 6;
  }
  return text;
}

// In widths of a digit; ideographs take two.
double WidthOf(const std::string& text) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += NextCodePoint(text, i) < 0x80 ? 1 : 2;
  return width;
}

Error NotWritten(const std::string& where, lxw_error error) {
  return {ErrorKind::kUsage, where + ": " + lxw_strerror(error)};
}

// On A4 across, as wide as the page and as many pages long as need be, with page numbers.
void SetUpPrint(lxw_worksheet* sheet) {
  constexpr std::uint8_t kA4 = 9;
  worksheet_set_paper(sheet, kA4);
  worksheet_set_landscape(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
  worksheet_set_footer(sheet, "&L&A&R&P / &N");
}

Result<void> Fill(lxw_worksheet* sheet, const XlsxTable& table, lxw_format* plain, lxw_format* header) {
  std::vector<double> widths;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const auto& cells = table.rows[r];
    widths.resize(std::max(widths.size(), cells.size()), kMinWidth);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (cells[c].empty()) continue;
      const std::string text = Escaped(ValidUtf8(cells[c]));
      const auto error = worksheet_write_string(sheet, static_cast<lxw_row_t>(r), static_cast<lxw_col_t>(c),
                                                text.c_str(), r == 0 ? header : plain);
      if (error != LXW_NO_ERROR) {
        return Fail(NotWritten("sheet " + table.name + ", row " + std::to_string(r + 1), error));
      }
      widths[c] = std::clamp(WidthOf(text) + 2, widths[c], kMaxWidth);
    }
  }
  for (std::size_t c = 0; c < widths.size(); ++c) {
    const auto column = static_cast<lxw_col_t>(c);
    worksheet_set_column(sheet, column, column, widths[c], plain);
  }
  SetUpPrint(sheet);
  if (table.rows.empty() || widths.empty()) return {};
  worksheet_repeat_rows(sheet, 0, 0);
  worksheet_freeze_panes(sheet, 1, 0);
  worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(table.rows.size() - 1),
                       static_cast<lxw_col_t>(widths.size() - 1));
  return {};
}

// What the library would print about on stderr is found before it is called.
Result<void> Check(const std::vector<XlsxTable>& tables) {
  if (tables.empty()) return Fail(ErrorKind::kUsage, "a workbook needs a sheet");
  for (const XlsxTable& table : tables) {
    if (table.rows.size() > LXW_ROW_MAX)
      return Fail(ErrorKind::kUsage, table.name + ": too many rows for a sheet");
    for (const auto& row : table.rows) {
      if (row.size() > LXW_COL_MAX)
        return Fail(ErrorKind::kUsage, table.name + ": too many columns for a sheet");
    }
  }
  return {};
}

// Closes the workbook in every case.
Result<void> WriteTo(const std::string& path, const std::vector<XlsxTable>& tables) {
  lxw_workbook* book = workbook_new(path.c_str());
  if (book == nullptr) return Fail(ErrorKind::kInternal, "libxlsxwriter: no workbook");
  lxw_doc_properties properties{};
  properties.created = kMade;
  workbook_set_properties(book, &properties);
  lxw_format* plain = workbook_add_format(book);
  format_set_num_format(plain, "@");
  format_set_text_wrap(plain);
  format_set_align(plain, LXW_ALIGN_VERTICAL_TOP);
  lxw_format* header = workbook_add_format(book);
  format_set_num_format(header, "@");
  format_set_bold(header);
  Result<void> filled;
  for (const XlsxTable& table : tables) {
    if (const auto error = workbook_validate_sheet_name(book, table.name.c_str()); error != LXW_NO_ERROR) {
      filled = Fail(NotWritten("sheet name '" + table.name + "'", error));
      break;
    }
    filled = Fill(workbook_add_worksheet(book, table.name.c_str()), table, plain, header);
    if (!filled) break;
  }
  const lxw_error closed = workbook_close(book);
  if (!filled) return filled;
  if (closed != LXW_NO_ERROR)
    return Fail(ErrorKind::kOutput, std::string("cannot be written: ") + lxw_strerror(closed));
  return {};
}

}  // namespace

namespace {

// The workbook's bytes, which the library wants to write to a file: a short-lived one beside `beside`. Errors
// are those of `path`.
Result<std::vector<std::byte>> Make(const std::filesystem::path& path, const std::filesystem::path& beside,
                                    const std::vector<XlsxTable>& tables) {
  TRY(Check(tables));
  TRY_ASSIGN(const auto temporary, TemporaryFile::For(beside));
  if (auto written = WriteTo(temporary.path(), tables); !written) {
    return Fail(written.error().kind, path.string() + ": " + written.error().message);
  }
  auto bytes = ReadFile(temporary.path(), kMaxBytes);
  if (!bytes) return Fail(ErrorKind::kOutput, path.string() + ": cannot be written: " + bytes.error().message);
  return bytes;
}

}  // namespace

Result<void> WriteXlsx(const std::filesystem::path& path, const std::vector<XlsxTable>& tables,
                       IfExists if_exists) {
  TRY(MakePrivateDirectories(path.parent_path()));
  TRY_ASSIGN(const auto bytes, Make(path, path, tables));
  return WriteFileAtomic(path, bytes, if_exists);
}

Result<void> CheckXlsx(const std::filesystem::path& path, const std::vector<XlsxTable>& tables,
                       IfExists if_exists) {
  std::error_code error;
  const auto elsewhere = std::filesystem::temp_directory_path(error);
  if (error) return Fail(ErrorKind::kOutput, "no directory for temporary files: " + error.message());
  TRY_ASSIGN(const auto bytes, Make(path, elsewhere / path.filename(), tables));
  return CheckWriteFile(path, bytes, if_exists);
}

}  // namespace gradphoto::table
