// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <zip.h>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/table/xlsx_number.h"
#include "lib/table/xml.h"

namespace gradphoto::table {
namespace {

constexpr std::string_view kRemedy = "; open it in Excel or WPS and save it as \"Excel Workbook (.xlsx)\"";
constexpr std::size_t kMaxFormats = 65'536;
constexpr std::size_t kMaxParts = 10'000;

template <typename T>
std::optional<T> Number(std::optional<std::string_view> text) {
  T value{};
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

bool IsTrue(std::optional<std::string_view> text) { return text == "1" || text == "true"; }

// ---- The zip.

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

// The parts of a workbook, by path; counts what it inflates.
class Package {
 public:
  static Result<Package> Open(std::string_view bytes, std::string_view name, const XlsxLimits& limits) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) {
      if (source != nullptr) zip_source_free(source);
      const std::string why = zip_error_strerror(&error);
      zip_error_fini(&error);
      return Fail(ErrorKind::kInput,
                  std::string(name) + ": not a whole workbook: " + why + std::string(kRemedy));
    }
    zip_error_fini(&error);
    Package package(archive, name, limits);
    if (zip_get_num_entries(archive, 0) > static_cast<zip_int64_t>(kMaxParts)) {
      return package.FailAt("", "more parts than any workbook has");
    }
    return package;
  }

  bool Has(const std::string& part) const { return zip_name_locate(archive_.get(), part.c_str(), 0) >= 0; }

  // Errors: kInput.
  Result<void> Read(const std::string& part, XmlHandler& handler) {
    const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen(archive_.get(), part.c_str(), 0));
    if (file == nullptr) return FailAt(part, std::string(zip_strerror(archive_.get())) + std::string(kRemedy));
    const ByteSource source = [&](std::span<char> buffer) -> Result<std::size_t> {
      const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
      if (got < 0) return FailAt(part, "damaged: " + std::string(zip_file_strerror(file.get())));
      inflated_ += static_cast<std::uint64_t>(got);
      if (inflated_ > limits_->max_inflated_bytes) {
        return FailAt(part, "inflates to more than " + std::to_string(limits_->max_inflated_bytes) +
                                " bytes; no roster is so large");
      }
      return static_cast<std::size_t>(got);
    };
    return ParseXml(source, name_ + ":" + part, handler);
  }

  std::unexpected<Error> FailAt(const std::string& part, const std::string& why) const {
    return Fail(ErrorKind::kInput, name_ + (part.empty() ? "" : ":" + part) + ": " + why);
  }

 private:
  Package(zip_t* archive, std::string_view name, const XlsxLimits& limits)
      : archive_(archive), name_(name), limits_(&limits) {}

  std::unique_ptr<zip_t, Discard> archive_;
  std::string name_;
  const XlsxLimits* limits_;
  std::uint64_t inflated_ = 0;
};

// ---- The small parts: relations, the workbook, formats, shared strings.

struct Relation {
  std::string kind;  // The last word of its type: "officeDocument", "worksheet", "sharedStrings", "styles"...
  std::string target;
};

class RelationsHandler : public XmlHandler {
 public:
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || relations.size() >= kMaxParts) return true;
    const std::string_view type = attributes.Find("Type").value_or("");
    relations.emplace(attributes.Find("Id").value_or(""),
                      Relation{std::string(type.substr(type.rfind('/') + 1)),
                               std::string(attributes.Find("Target").value_or(""))});
    return true;
  }
  bool End(std::string_view) override { return true; }
  bool Text(std::string_view) override { return true; }

  std::map<std::string, Relation, std::less<>> relations;  // By id.
};

struct SheetEntry {
  std::string name, relation;
  bool hidden = false;
};

class WorkbookHandler : public XmlHandler {
 public:
  explicit WorkbookHandler(std::size_t max_sheets) : max_sheets_(max_sheets) {}
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") from_1904 = IsTrue(attributes.Find("date1904"));
    if (name == "sheet" && sheets.size() < max_sheets_) {
      sheets.push_back({std::string(attributes.Find("name").value_or("")),
                        std::string(attributes.Find("id").value_or("")),
                        attributes.Find("state").value_or("visible") != "visible"});
    }
    return true;
  }
  bool End(std::string_view) override { return true; }
  bool Text(std::string_view) override { return true; }

  bool from_1904 = false;
  std::vector<SheetEntry> sheets;

 private:
  std::size_t max_sheets_;
};

class StylesHandler : public XmlHandler {
 public:
  bool Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "cellXfs") in_cell_formats_ = true;
    const auto id = Number<int>(attributes.Find("numFmtId"));
    if (name == "numFmt" && id && own_.size() < kMaxFormats) {
      own_[*id] = ParseFormat(attributes.Find("formatCode").value_or(""));
    }
    if (name == "xf" && in_cell_formats_ && formats.size() < kMaxFormats) {
      const auto own = own_.find(id.value_or(0));
      formats.push_back(own == own_.end() ? BuiltInFormat(id.value_or(0)) : own->second);
    }
    return true;
  }
  bool End(std::string_view name) override {
    if (name == "cellXfs") in_cell_formats_ = false;
    return true;
  }
  bool Text(std::string_view) override { return true; }

  std::vector<NumberFormat> formats;  // By the style number of a cell.

 private:
  bool in_cell_formats_ = false;
  std::map<int, NumberFormat> own_;
};

// _x000D_ stands for a character that XML cannot hold, ECMA-376 22.9.2.19.
std::string Unescaped(std::string text) {
  for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
    if (at + 7 > text.size() || text[at + 6] != '_') continue;
    unsigned code = 0;
    const char* end = text.data() + at + 6;
    if (std::from_chars(text.data() + at + 2, end, code, 16).ptr != end) continue;
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string character;
    AppendUtf8(code, character);
    text.replace(at, 7, character);
  }
  return text;
}

// Text of <t> elements, without the phonetic guides (<rPh>) that stand beside it.
class RichText {
 public:
  void Start(std::string_view name) {
    if (name == "rPh") ++phonetic_;
    if (name == "t") in_text_ = phonetic_ == 0;
  }
  void End(std::string_view name) {
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name == "t") in_text_ = false;
  }
  bool in_text() const { return in_text_; }

 private:
  int phonetic_ = 0;
  bool in_text_ = false;
};

class StringsHandler : public XmlHandler {
 public:
  explicit StringsHandler(const XlsxLimits& limits) : limits_(limits) {}
  bool Start(std::string_view name, const XmlAttributes&) override {
    if (name == "si") current_.clear();
    rich_.Start(name);
    return true;
  }
  bool End(std::string_view name) override {
    rich_.End(name);
    if (name != "si") return true;
    bytes_ += current_.size();
    if (strings.size() == limits_.max_shared_strings || bytes_ > limits_.max_text_bytes) {
      problem = "more text than any roster has";
      return false;
    }
    strings.push_back(Unescaped(std::exchange(current_, {})));
    return true;
  }
  bool Text(std::string_view text) override {
    if (!rich_.in_text()) return true;
    current_ += text;
    if (current_.size() <= limits_.max_cell_bytes) return true;
    problem = "a cell of more than " + std::to_string(limits_.max_cell_bytes) + " bytes";
    return false;
  }

  std::vector<std::string> strings;
  std::string problem;

 private:
  const XlsxLimits& limits_;
  RichText rich_;
  std::string current_;
  std::uint64_t bytes_ = 0;
};

// ---- A sheet.

// What all sheets share.
struct Workbook {
  bool from_1904 = false;
  std::vector<SheetEntry> sheets;
  std::map<std::string, std::string> part_of;  // By sheet name.
  std::vector<NumberFormat> formats;
  std::vector<std::string> strings;
};

struct Place {
  std::size_t row = 0, column = 0;  // 0-based.
};

// "AB12"; nothing if it is no such place.
std::optional<Place> ParsePlace(std::string_view text) {
  Place place;
  std::size_t i = 0, column = 0;
  for (; i < text.size() && i < 3 && text[i] >= 'A' && text[i] <= 'Z'; ++i) {
    column = column * 26 + static_cast<std::size_t>(text[i] - 'A') + 1;
  }
  const auto row = Number<std::size_t>(text.substr(i));
  if (column == 0 || !row || *row == 0) return std::nullopt;
  place.row = *row - 1;
  place.column = column - 1;
  return place;
}

struct MergedDown {
  Place top;
  std::size_t last_row = 0;
};

class SheetHandler : public XmlHandler {
 public:
  // With `only_first` != 0, stops after so many rows with text.
  SheetHandler(const Workbook& workbook, const XlsxLimits& limits, std::size_t only_first)
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
      auto row = std::ranges::lower_bound(rows, merged.top.row + 1, {}, &TableRow::line);
      if (row == rows.end() || row->line != merged.top.row + 1 || row->cells.size() <= merged.top.column)
        continue;
      const std::string text = row->cells[merged.top.column];
      if (Trim(text).empty()) continue;
      for (++row; row != rows.end() && row->line <= merged.last_row + 1; ++row) {
        text_bytes_ += text.size();
        if (text_bytes_ > limits_.max_text_bytes) return;
        if (row->cells.size() <= merged.top.column) row->cells.resize(merged.top.column + 1);
        if (!row->cells[merged.top.column].empty()) continue;
        row->cells[merged.top.column] = text;
        ++filled;
      }
    }
  }

  std::vector<TableRow> rows;
  std::string problem;  // Why the sheet cannot be read; empty: it can.
  std::size_t hidden_rows = 0, formulas_without_result = 0, errors = 0, filled = 0;

 private:
  bool Refuse(std::string why) {
    problem = std::move(why);
    return false;
  }

  bool StartRow(const XmlAttributes& attributes) {
    // Rows may leave out their number; they count on then.
    const std::size_t line = Number<std::size_t>(attributes.Find("r")).value_or(last_line_ + 1);
    if (line <= last_line_ || line > kMaxLine) return Refuse("the rows are not in order");
    row_ = TableRow{.line = line, .cells = {}, .rounded = {}};
    last_line_ = line;
    row_hidden_ = IsTrue(attributes.Find("hidden"));
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
    style_ = Number<std::size_t>(attributes.Find("s")).value_or(0);
    value_.clear();
    in_cell_ = true;
    has_formula_ = false;
    return true;
  }

  bool EndCell() {
    in_cell_ = false;
    if (has_formula_ && value_.empty() && type_ != "str") ++formulas_without_result;
    bool rounded = false;
    std::string text;
    if (type_ == "s") {
      const auto index = Number<std::size_t>(std::string_view(value_));
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
      if (type_ == "e") ++errors;
      text = Unescaped(std::move(value_));
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
    if (rows.size() == limits_.max_rows || text_bytes_ > limits_.max_text_bytes || cells_ > limits_.max_cells) {
      return Refuse("more rows or text than any roster has; split the file");
    }
    if (row_hidden_) ++hidden_rows;
    rows.push_back(std::move(row_));
    return rows.size() != only_first_;
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

  const Workbook& workbook_;
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

// ---- The whole.

// "xl/workbook.xml" -> "xl/_rels/workbook.xml.rels".
std::string RelationsOf(const std::string& part) {
  const std::size_t slash = part.rfind('/') + 1;  // npos + 1 == 0.
  return part.substr(0, slash) + "_rels/" + part.substr(slash) + ".rels";
}

// A target is relative to the folder of the part that names it, or absolute.
std::string Resolve(const std::string& part, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::string folder = part.substr(0, part.rfind('/') + 1);
  while (target.starts_with("../")) {
    target.remove_prefix(3);
    if (!folder.empty()) folder.pop_back();
    folder = folder.substr(0, folder.rfind('/') + 1);
  }
  return folder + std::string(target);
}

Result<Workbook> ReadWorkbook(Package& package, const XlsxLimits& limits) {
  if (!package.Has("_rels/.rels")) {
    return package.FailAt("", "a zip, but no Excel workbook" + std::string(kRemedy));
  }
  RelationsHandler top;
  TRY(package.Read("_rels/.rels", top));
  const auto document = std::ranges::find_if(
      top.relations, [](const auto& item) { return item.second.kind == "officeDocument"; });
  const std::string part = document == top.relations.end() ? "" : Resolve("", document->second.target);
  if (part.ends_with(".bin")) {
    return package.FailAt("", "an Excel binary workbook (.xlsb)" + std::string(kRemedy));
  }
  if (!part.ends_with(".xml") || !package.Has(RelationsOf(part))) {
    return package.FailAt("", "an office document, but no Excel workbook" + std::string(kRemedy));
  }
  WorkbookHandler handler(limits.max_sheets);
  TRY(package.Read(part, handler));
  RelationsHandler own;
  TRY(package.Read(RelationsOf(part), own));

  Workbook workbook{.from_1904 = handler.from_1904, .sheets = {}, .part_of = {}, .formats = {}, .strings = {}};
  for (SheetEntry& sheet : handler.sheets) {
    const auto relation = own.relations.find(sheet.relation);
    // Charts and macros are sheets too.
    if (relation == own.relations.end() || relation->second.kind != "worksheet") continue;
    workbook.part_of.emplace(sheet.name, Resolve(part, relation->second.target));
    workbook.sheets.push_back(std::move(sheet));
  }
  if (workbook.sheets.empty()) return package.FailAt("", "the workbook has no sheet" + std::string(kRemedy));
  for (const auto& [id, relation] : own.relations) {
    const std::string target = Resolve(part, relation.target);
    if (relation.kind == "styles" && package.Has(target)) {
      StylesHandler styles;
      TRY(package.Read(target, styles));
      workbook.formats = std::move(styles.formats);
    } else if (relation.kind == "sharedStrings" && package.Has(target)) {
      StringsHandler strings(limits);
      TRY(package.Read(target, strings));
      if (!strings.problem.empty()) return package.FailAt(target, strings.problem);
      workbook.strings = std::move(strings.strings);
    }
  }
  return workbook;
}

class Reader {
 public:
  Reader(Package& package, const Workbook& workbook, const TableOptions& options, const XlsxLimits& limits)
      : package_(package), workbook_(workbook), options_(options), limits_(limits) {}

  Result<XlsxSheet> Read() {
    TRY_ASSIGN(auto chosen, Choose());
    TRY_ASSIGN(auto rows, ReadRows(chosen, 0));
    rows.FillMerged();
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
  Result<SheetHandler> ReadRows(const SheetEntry& sheet, std::size_t only_first) {
    SheetHandler handler(workbook_, limits_, only_first);
    const std::string& part = workbook_.part_of.at(sheet.name);
    TRY(package_.Read(part, handler));
    if (!handler.problem.empty()) return package_.FailAt(part, handler.problem);
    return handler;
  }

  Result<SheetEntry> Choose() {
    if (!options_.sheet.empty()) {
      std::vector<std::string> names;
      for (const SheetEntry& sheet : workbook_.sheets) {
        if (sheet.name == options_.sheet) return sheet;
        names.push_back(sheet.name);
      }
      return Fail(ErrorKind::kUsage, UnknownNameMessage("sheet", options_.sheet, names));
    }
    const SheetEntry* chosen = nullptr;
    const SheetEntry* first_with_text = nullptr;
    std::string others;
    std::size_t hidden = 0;
    for (const SheetEntry& sheet : workbook_.sheets) {
      if (sheet.hidden) {
        ++hidden;
        continue;
      }
      TRY_ASSIGN(const auto first, ReadRows(sheet, options_.title_rows));
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

  Package& package_;
  const Workbook& workbook_;
  const TableOptions& options_;
  const XlsxLimits& limits_;
  std::vector<std::string> notes_;
};

}  // namespace

bool LooksLikeZip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

bool LooksLikeOldExcel(std::string_view bytes) { return bytes.starts_with("\xD0\xCF\x11\xE0"); }

Result<XlsxSheet> ReadXlsx(std::string_view bytes, std::string_view name, const TableOptions& options,
                           const XlsxLimits& limits) {
  TRY_ASSIGN(auto package, Package::Open(bytes, name, limits));
  TRY_ASSIGN(const auto workbook, ReadWorkbook(package, limits));
  return Reader(package, workbook, options, limits).Read();
}

}  // namespace gradphoto::table
