// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/roster.h"

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <set>
#include <unordered_map>
#include <utility>

#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/columns.h"
#include "lib/roster/header.h"
#include "lib/roster/mask.h"
#include "lib/roster/name.h"
#include "lib/roster/payment.h"
#include "lib/standard/codes.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

constexpr std::array<std::string_view, 3> kIdentifiers = {"candidate_number", "student_number", "id_number"};

// From this many and this share of the 18-digit numbers on, tails of 000 mean that the column went through
// Excel.
constexpr std::size_t kMinZeroTails = 3;
constexpr double kMinZeroTailShare = 0.05;

// The same for student and candidate numbers, which have no check digit: so many numbers in a row can end in
// zeros by chance once in 100,000 columns of 16 digits.
constexpr std::size_t kExcelDigits = 15;
constexpr std::size_t kMinRoundedNumbers = 5;
constexpr double kMinRoundedShare = 0.9;

// An unknown column with this share of valid ID numbers is named; one in eleven random numbers passes the
// check.
constexpr double kMinIdShare = 0.8;

constexpr std::size_t kMaxListedLines = 10;
constexpr std::string_view kReExport =
    "export it again with the column formatted as text before the numbers are pasted or imported";

Finding Reject(standard::Code code, std::string detail) {
  return standard::MakeFinding(code, Severity::kReject, std::move(detail));
}

std::string KeyOf(const Student& student, const std::string& key_column) {
  if (!key_column.empty()) return std::string(student.Field(key_column));
  const std::string_view school = student.Field("school_code"), number = student.Field("student_number");
  if (!school.empty() && !number.empty()) return std::string(school) + "-" + std::string(number);
  for (const std::string_view column : kIdentifiers) {
    if (const std::string_view value = student.Field(column); !value.empty()) return std::string(value);
  }
  return {};
}

// What Excel shows where a formula came to nothing: nobody's number.
bool IsErrorOfFormula(std::string_view cell) {
  constexpr std::array<std::string_view, 7> kErrors = {"#N/A",   "#REF!",   "#VALUE!", "#NAME?",
                                                       "#NULL!", "#DIV/0!", "#NUM!"};
  return std::ranges::find(kErrors, cell) != kErrors.end();
}

// What stands in the column of payment may be a number of a person, when cells have shifted.
std::string WordForNote(const std::string& word) {
  constexpr int kMaxDigits = 6;
  return std::ranges::count_if(word, IsDigit) > kMaxDigits ? Mask(word) : word;
}

// Turns the rows of a table into roster rows, then looks at the columns as wholes.
class RosterBuilder {
 public:
  RosterBuilder(std::chrono::year_month_day today, Roster& roster) : today_(today), roster_(roster) {}

  // The rows of one table. Errors: kInput - a row longer than the header.
  Result<void> AddTable(const table::Table& table, const Header& header, std::string_view file) {
    header_ = &header;
    columns_.assign(header.names.size(), {});
    const std::size_t first = roster_.rows.size();
    for (std::size_t i = header.first_row + header.rows; i < table.rows.size(); ++i) {
      const table::TableRow& row = table.rows[i];
      if (row.cells == table.rows[header.first_row].cells) continue;
      if (header.rows > 1 && row.cells == table.rows[header.first_row + 1].cells) continue;
      if (IsFooterRow(row, header)) {
        footers_.push_back(PlaceOf(row.line));
        continue;
      }
      TRY(CheckLength(row, table, file));
      Add(row);
    }
    NoteColumnsOfNumbers();
    JudgePayment(first);
    return {};
  }

  void Finish() {
    MarkDuplicates();
    MarkSharedNumbers();
    JudgeZeroTails();
    JudgeRoundedColumns();
    AddNote(decimals_, "identifiers with a fraction of zeros such as 2023001.0, put right");
    AddNote(lost_glyphs_, "names with the mark of a lost glyph, not matched by name");
    AddNote(bad_dates_, "birth dates that are no dates, not compared with the ID number");
    AddNote(look_alikes_, "ID numbers with a look-alike of X at the end, read as X");
    NotePlaces(footers_, "totals, remarks and signatures below the list, no students: ");
    NotePlaces(repeated_, "rows equal to an earlier one in every cell, counted once: ");
    for (const auto& [word, rows] : unpaid_) {
      if (IsPlainlyUnpaid(word)) {
        roster_.notes.push_back("'" + WordForNote(word) +
                                "' in the column of payment says unpaid; held: " + LinesOf(rows));
        continue;
      }
      roster_.notes.push_back((word.empty() ? std::string("a blank") : "'" + WordForNote(word) + "'") +
                              " in the column of payment is no word for paid; held as unpaid: " +
                              LinesOf(rows) + (word.empty() ? "" : " (if it means paid, write 已缴费)"));
    }
    for (const auto& [word, rows] : owing_) {
      roster_.notes.push_back((word.empty() ? std::string("a blank") : "'" + WordForNote(word) + "'") +
                              " in the column of what is owed; held as unpaid: " + LinesOf(rows) +
                              " (if nothing is owed, write 0)");
    }
    for (RosterRow& row : roster_.rows) {
      if (row.paid) continue;
      row.findings.push_back(Reject("UNPAID", ""));
    }
  }

 private:
  void Add(const table::TableRow& row) {
    RosterRow out;
    out.line = row.line;
    out.source = roster_.sources.size() - 1;
    out.student.fields.reserve(header_->names.size());
    for (std::size_t i = 0; i < header_->names.size(); ++i) {
      std::string cell = i < row.cells.size() ? table::CleanCell(row.cells[i]) : std::string();
      // Numbers in one form; a key of the user's own choice stays as it is.
      if (IsIdentifierColumn(header_->names[i]))
        cell = IsErrorOfFormula(cell) ? std::string() : Identifier(cell);
      CountNumber(i, cell);
      out.student.fields.emplace_back(header_->names[i], std::move(cell));
    }
    out.student.key = KeyOf(out.student, header_->key_column);
    if (!out.student.key.empty() && IsRepeated(out)) {
      repeated_.push_back(PlaceOf(row.line));
      return;
    }
    bool id_is_rounded = false;
    for (std::size_t i = 0; i < header_->names.size(); ++i) {
      const std::string& name = header_->names[i];
      if (!IsIdentifierColumn(name) && name != header_->key_column) continue;
      const bool rounded = std::ranges::find(row.rounded, i) != row.rounded.end();
      if (name == "id_number") {
        id_is_rounded = rounded;
      } else {
        CheckIdentifier(out, name, out.student.fields[i].second, rounded);
      }
    }
    if (out.student.key.empty()) {
      out.student.key = out.source == 0
                            ? "line-" + std::to_string(row.line)
                            : "line-" + std::to_string(out.source + 1) + "-" + std::to_string(row.line);
      out.findings.push_back(Reject("ID_INVALID", "the row has no identifier"));
    }
    CheckName(out);
    CheckId(out, id_is_rounded);
    roster_.rows.push_back(std::move(out));
  }

  // Whether an earlier row has the same cells; running numbers do not count.
  bool IsRepeated(const RosterRow& row) {
    const auto counts = [](const std::pair<std::string, std::string>& field) {
      return field.first != "序号" && ToUpperAscii(field.first) != "NO" && ToUpperAscii(field.first) != "NO.";
    };
    std::vector<std::size_t>& earlier = by_key_[row.student.key];
    const bool repeated = std::ranges::any_of(earlier, [&](std::size_t other) {
      return std::ranges::equal(row.student.fields | std::views::filter(counts),
                                roster_.rows[other].student.fields | std::views::filter(counts));
    });
    if (!repeated) earlier.push_back(roster_.rows.size());
    return repeated;
  }

  // A longer row has shifted cells, and every value behind the shift would be someone's wrong data.
  Result<void> CheckLength(const table::TableRow& row, const table::Table& table, std::string_view file) const {
    const std::size_t columns = header_->names.size();
    for (std::size_t i = columns; i < row.cells.size(); ++i) {
      if (Trim(row.cells[i]).empty()) continue;
      return Fail(
          ErrorKind::kInput,
          std::string(file) + ":" + std::to_string(row.line) + ": the row has " +
              std::to_string(row.cells.size()) + " cells, the header " + std::to_string(columns) +
              (table.sheet.empty() ? "; put cells that contain a delimiter into quotes"
                                   : "; give every column a name in one row of its own (no merged cells in "
                                     "the header), or remove what stands to the right of the table"));
    }
    return {};
  }

  struct ColumnCount {
    std::size_t filled = 0, id_numbers = 0;
  };

  void CountNumber(std::size_t column, std::string_view cell) {
    if (cell.empty() || IsCanonical(header_->names[column])) return;
    ++columns_[column].filled;
    const IdCheck check = CheckIdNumber(cell, today_);
    if (check.IsValid() && check.number.size() == 18) ++columns_[column].id_numbers;
  }

  static bool IsCanonical(std::string_view name) {
    return std::ranges::find(CanonicalColumns(), name) != CanonicalColumns().end();
  }

  void NoteColumnsOfNumbers() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const ColumnCount& count = columns_[i];
      if (count.id_numbers == 0 ||
          static_cast<double>(count.id_numbers) < kMinIdShare * static_cast<double>(count.filled))
        continue;
      roster_.notes.push_back("the column " + header_->names[i] +
                              " is full of valid ID numbers, but is not known as such: " +
                              (std::ranges::find(header_->names, "id_number") == header_->names.end()
                                   ? "use --column " + header_->names[i] + "=id_number"
                                   : std::string("another column is taken for the ID number")));
    }
  }

  // The column of payment as a whole, for the rows from `first` on.
  void JudgePayment(std::size_t first) {
    if (header_->payment == PaymentColumn::kNone) return;
    std::vector<std::string_view> cells;
    const bool is_owed = header_->payment == PaymentColumn::kOwed;
    for (std::size_t row = first; row < roster_.rows.size(); ++row) {
      cells.push_back(roster_.rows[row].student.Field(is_owed ? "owed" : "paid"));
    }
    const std::vector<bool> paid = ArePaid(cells, header_->payment, today_);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      roster_.rows[first + i].paid = paid[i];
      if (!paid[i]) (is_owed ? owing_ : unpaid_)[std::string(Trim(cells[i]))].push_back(first + i);
    }
  }

  std::string PlaceOf(std::size_t line) const {
    return roster_.sources.size() < 2 ? std::to_string(line)
                                      : roster_.sources.back() + ":" + std::to_string(line);
  }

  void NotePlaces(const std::vector<std::string>& places, const std::string& what) {
    if (places.empty()) return;
    std::string list;
    for (std::size_t n = 0; n < std::min(places.size(), kMaxListedLines); ++n) {
      list += (n == 0 ? "" : ", ") + places[n];
    }
    if (places.size() > kMaxListedLines)
      list += " and " + std::to_string(places.size() - kMaxListedLines) + " more";
    roster_.notes.push_back(what + (places.size() == 1 ? "line " : "lines ") + list);
  }

  // Normalized, and without the ".0" of programs that took the column for decimal numbers.
  std::string Identifier(std::string_view cell) {
    std::string id = NormalizeId(cell);
    if (EndsInLookAlikeOfX(cell)) ++look_alikes_;
    const std::size_t point = id.find('.');
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (point == std::string::npos || point == 0 || point + 1 == id.size()) return id;
    if (std::ranges::all_of(std::string_view(id).substr(0, point), is_digit) &&
        std::string_view(id).substr(point + 1).find_first_not_of('0') == std::string_view::npos) {
      id.resize(point);
      ++decimals_;
    }
    return id;
  }

  // Any identifier but the ID number.
  void CheckIdentifier(RosterRow& row, const std::string& column, std::string_view number, bool rounded) {
    if (number.empty()) return;
    if (IsMasked(number)) {
      AddMasked(row, column);
      return;
    }
    if (rounded || IsScientificNotation(number)) {
      row.findings.push_back(
          Reject("ID_EXCEL_DAMAGED", "the column " + column + ": " +
                                         std::string(IdProblemText(rounded ? IdProblem::kStoredAsNumber
                                                                           : IdProblem::kScientificNotation))));
      ++damaged_identifiers_[column];
      return;
    }
    const bool digits = std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || number.size() <= kExcelDigits) return;
    Tails& tails = tails_[column];
    ++tails.numbers;
    if (number.substr(kExcelDigits).find_first_not_of('0') == std::string_view::npos) {
      tails.zero_rows.push_back(roster_.rows.size());
    }
  }

  void CheckName(RosterRow& row) {
    const std::string_view name = row.student.Field("name");
    if (HasLostGlyph(name)) {
      ++lost_glyphs_;
    } else {
      row.name_for_matching = NameForMatching(name);
    }
  }

  static void AddMasked(RosterRow& row, const std::string& column) {
    Finding finding = Reject(
        "ID_MASKED", "the column " + column + " holds a number with hidden digits; give the whole number");
    finding.severity = Severity::kReview;
    row.findings.push_back(std::move(finding));
  }

  void CheckId(RosterRow& row, bool is_rounded) {
    const std::string_view number = row.student.Field("id_number");
    if (number.empty()) return;
    if (IsMasked(number)) {
      AddMasked(row, "id_number");
      return;
    }
    IdCheck check = CheckIdNumber(number, today_);
    if (check.number.size() == 18) ++long_numbers_;
    if (is_rounded) check.problems.insert(check.problems.begin(), IdProblem::kStoredAsNumber);
    if (check.IsExcelDamaged()) {
      const bool only_tail = check.problems.size() == 1 && check.problems.front() == IdProblem::kZeroTail;
      (only_tail ? lone_tails_ : damaged_).push_back(roster_.rows.size());
      row.findings.push_back(Reject("ID_EXCEL_DAMAGED", check.ProblemsText()));
    } else if (!check.IsValid()) {
      row.findings.push_back(Reject("ID_INVALID", check.ProblemsText()));
    }
    Compare(row, check);
  }

  void Compare(RosterRow& row, const IdCheck& check) {
    const auto sex = ParseSex(row.student.Field("sex"));
    if (sex && check.sex && *sex != *check.sex) {
      row.findings.push_back(Reject("ID_INVALID", "the number and the column sex disagree"));
    }
    const std::string_view cell = row.student.Field("birth_date");
    const auto birth_date = ParseDate(cell);
    if (!cell.empty() && !birth_date) ++bad_dates_;
    if (birth_date && check.birth_date && *birth_date != *check.birth_date) {
      row.findings.push_back(Reject("ID_INVALID", "the number and the column birth_date disagree"));
    }
  }

  // Rows, ascending, of each word that stands on several.
  using SharedWords = std::map<std::string_view, std::vector<std::size_t>>;
  template <typename WordOf>
  SharedWords RowsThatShare(WordOf word_of) const {
    std::vector<std::pair<std::string_view, std::size_t>> words;
    words.reserve(roster_.rows.size());
    for (std::size_t row = 0; row < roster_.rows.size(); ++row) {
      if (const std::string_view word = word_of(roster_.rows[row]); !word.empty())
        words.emplace_back(word, row);
    }
    std::ranges::sort(words);
    SharedWords shared;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].first != words[i - 1].first) continue;
      auto& rows = shared[words[i].first];
      if (rows.empty()) rows.push_back(words[i - 1].second);
      rows.push_back(words[i].second);
    }
    return shared;
  }

  void MarkDuplicates() {
    const auto shared = RowsThatShare([](const RosterRow& row) -> std::string_view { return row.student.key; });
    // New keys are given last: the words of `shared` lie in the rows.
    std::vector<std::pair<std::size_t, std::string>> new_keys;
    std::set<std::string_view> keys;
    if (!shared.empty()) {
      for (const RosterRow& row : roster_.rows) keys.insert(row.student.key);
    }
    for (const auto& [key, rows] : shared) {
      const std::string lines = LinesOf(rows);
      for (std::size_t n = 0; n < rows.size(); ++n) {
        roster_.rows[rows[n]].findings.push_back(Reject("ROSTER_DUPLICATE", "the same key on lines " + lines));
        if (n == 0) continue;
        // "<key>#<n>", with more # when a row of the file has that as its key.
        std::string free = std::string(key) + "#" + std::to_string(n + 1);
        while (keys.contains(free)) free += "#";
        new_keys.emplace_back(rows[n], std::move(free));
      }
    }
    for (auto& [row, key] : new_keys) roster_.rows[row].student.key = std::move(key);
    AddNote(shared.size(), "keys that occur more than once");
  }

  // One ID number on several rows is a person enrolled twice, or rows that were mixed up: the names tell.
  void MarkSharedNumbers() {
    const auto shared = RowsThatShare([](const RosterRow& row) { return row.student.Field("id_number"); });
    for (const auto& [number, rows] : shared) {
      // Rounded numbers are equal because they were rounded.
      if (number.ends_with("000") || IsScientificNotation(number) || IsMasked(number)) continue;
      const std::string& name = roster_.rows[rows.front()].name_for_matching;
      const bool same = std::ranges::all_of(rows, [&](std::size_t row) {
        const std::string& other = roster_.rows[row].name_for_matching;
        return other.empty() || name.empty() || other == name;
      });
      if (same) continue;
      const std::string lines = LinesOf(rows);
      for (const std::size_t row : rows) {
        Finding finding = Reject("ROSTER_DUPLICATE", "one ID number with different names on lines " + lines);
        finding.severity = Severity::kReview;
        roster_.rows[row].findings.push_back(std::move(finding));
      }
    }
    AddNote(shared.size(), "ID numbers on more than one row (file names made of ID numbers would collide)");
  }

  std::string LinesOf(const std::vector<std::size_t>& rows) const {
    std::string lines;
    for (std::size_t n = 0; n < rows.size(); ++n) {
      if (n == kMaxListedLines) return lines + " and " + std::to_string(rows.size() - n) + " more";
      lines += (n == 0 ? "" : ", ") + roster_.PlaceOf(rows[n]);
    }
    return lines;
  }

  // Numbers of 16 digits and more that all end in zeros from the 16th on.
  void JudgeRoundedColumns() {
    for (const auto& [column, count] : damaged_identifiers_) {
      roster_.notes.push_back(std::to_string(count) + " numbers of the column " + column +
                              " were rounded by a spreadsheet; " + std::string(kReExport));
    }
    for (const auto& [column, tails] : tails_) {
      if (tails.zero_rows.size() < kMinRoundedNumbers ||
          static_cast<double>(tails.zero_rows.size()) < kMinRoundedShare * static_cast<double>(tails.numbers)) {
        continue;
      }
      roster_.notes.push_back("the column " + column + " looks rounded by a spreadsheet: " +
                              std::to_string(tails.zero_rows.size()) + " of " + std::to_string(tails.numbers) +
                              " long numbers end in zeros from the 16th digit on; " + std::string(kReExport));
      for (const std::size_t row : tails.zero_rows) {
        Finding finding =
            Reject("ID_EXCEL_DAMAGED", "the column " + column + " looks rounded by a spreadsheet");
        finding.severity = Severity::kReview;
        roster_.rows[row].findings.push_back(std::move(finding));
      }
    }
  }

  void JudgeZeroTails() {
    const std::size_t tails = damaged_.size() + lone_tails_.size();
    const bool column = tails >= kMinZeroTails &&
                        static_cast<double>(tails) >= kMinZeroTailShare * static_cast<double>(long_numbers_);
    if (column) {
      roster_.notes.push_back(std::to_string(tails) +
                              " ID numbers were rounded by a spreadsheet: the column is damaged; " +
                              std::string(kReExport));
      return;
    }
    for (const std::size_t row : lone_tails_) {
      for (Finding& finding : roster_.rows[row].findings) {
        if (standard::Is(finding, "ID_EXCEL_DAMAGED")) finding.severity = Severity::kReview;
      }
    }
  }

  void AddNote(std::size_t count, const std::string& what) {
    if (count > 0) roster_.notes.push_back(what + ": " + std::to_string(count));
  }

  struct Tails {
    std::size_t numbers = 0;             // Of more than 15 digits.
    std::vector<std::size_t> zero_rows;  // Those that end in zeros from the 16th digit on.
  };

  const Header* header_ = nullptr;                                    // Of the table that is being added.
  std::vector<ColumnCount> columns_;                                  // Of that table.
  std::unordered_map<std::string, std::vector<std::size_t>> by_key_;  // Rows that differ in some cell.
  std::vector<std::string> footers_, repeated_;                       // Places.
  std::map<std::string, std::vector<std::size_t>> unpaid_, owing_;    // Rows by what their cell says.
  std::chrono::year_month_day today_;
  Roster& roster_;
  std::map<std::string, std::size_t> damaged_identifiers_;  // By column.
  std::map<std::string, Tails> tails_;                      // By column.
  std::vector<std::size_t> damaged_, lone_tails_;           // Rows, by index.
  std::size_t long_numbers_ = 0, lost_glyphs_ = 0, bad_dates_ = 0, decimals_ = 0, look_alikes_ = 0;
};

Result<void> CheckColumns(const RosterOptions& options) {
  for (const auto& [header, canonical] : options.columns) {
    const auto known = CanonicalColumns();
    if (std::ranges::find(known, canonical) != known.end()) continue;
    const std::vector<std::string> valid(known.begin(), known.end());
    return Fail(ErrorKind::kUsage, UnknownNameMessage("column", canonical, valid));
  }
  return {};
}

Result<std::vector<table::Table>> TablesOf(std::string_view bytes, std::string_view name,
                                           const RosterOptions& options) {
  const auto is_header = [&](const table::TableRow& row) { return IsHeaderRow(row, options); };
  // Lists of several classes have one header; a sheet with another is something else.
  const auto header_of = [&](std::span<const table::TableRow> rows) {
    std::vector<std::string> cells;
    const auto header = std::ranges::find_if(rows, is_header);
    if (header == rows.end()) return cells;
    for (const std::string& cell : header->cells) {
      if (std::string clean = table::CleanCell(cell); !clean.empty()) cells.push_back(std::move(clean));
    }
    std::ranges::sort(cells);
    return cells;
  };
  const table::TableOptions wanted{
      .sheet = options.sheet,
      .is_wanted = [&](std::span<const table::TableRow> rows) { return std::ranges::any_of(rows, is_header); },
      .title_rows = kMaxTitleRows,
      .is_same_kind =
          [&](std::span<const table::TableRow> first, std::span<const table::TableRow> other) {
            return header_of(first) == header_of(other);
          }};
  return table::ParseTables(bytes, name, wanted);
}

struct SourceFile {
  std::string bytes, name;
};

Result<Roster> ReadSources(std::span<const SourceFile> files, const RosterOptions& options) {
  TRY(CheckColumns(options));
  Roster roster;
  RosterBuilder builder(options.today.value_or(Today()), roster);
  for (const SourceFile& file : files) {
    TRY_ASSIGN(const auto tables, TablesOf(file.bytes, file.name, options));
    for (const table::Table& table : tables) {
      if (table.rows.empty()) return Fail(ErrorKind::kUsage, file.name + ": the roster is empty");
      const bool first = roster.sources.empty();
      if (first) roster.encoding = table.encoding;
      roster.encoding_guessed |= table.encoding_guessed;
      if (!table.sheet.empty()) roster.sheet += (roster.sheet.empty() ? "" : ", ") + table.sheet;
      const std::string file_name = std::filesystem::path(file.name).filename().string();
      roster.sources.push_back(files.size() < 2    ? (tables.size() < 2 ? file_name : table.sheet)
                               : tables.size() < 2 ? file_name
                                                   : file_name + " " + table.sheet);
      std::vector<std::string> notes = table.notes;
      TRY_ASSIGN(const auto header, ReadHeader(table, options, file.name, notes));
      for (const std::string& note : notes) {
        roster.notes.push_back(files.size() + tables.size() > 2 ? roster.sources.back() + ": " + note : note);
      }
      TRY(builder.AddTable(table, header, file.name));
    }
  }
  builder.Finish();
  return roster;
}

}  // namespace

Result<Roster> ReadRoster(const std::filesystem::path& path, const RosterOptions& options) {
  return ReadRosters(std::span(&path, 1), options);
}

Result<Roster> ReadRosters(std::span<const std::filesystem::path> paths, const RosterOptions& options) {
  std::vector<SourceFile> files;
  for (const std::filesystem::path& path : paths) {
    TRY_ASSIGN(auto bytes, ReadTextFile(path, table::kMaxTableBytes));
    files.push_back({.bytes = std::move(bytes), .name = path.string()});
  }
  return ReadSources(files, options);
}

Result<Roster> ParseRoster(std::string_view bytes, std::string_view name, const RosterOptions& options) {
  const SourceFile file{.bytes = std::string(bytes), .name = std::string(name)};
  return ReadSources(std::span(&file, 1), options);
}

std::string Roster::PlaceOf(std::size_t row) const {
  const std::string line = std::to_string(rows[row].line);
  return sources.size() < 2 ? line : sources[rows[row].source] + ":" + line;
}

Record ToRecord(const RosterRow& row) {
  Record record;
  record.student = row.student;
  for (const Finding& finding : row.findings) record.Add(finding);
  if (!row.paid) record.outcome = Outcome::kHeld;
  return record;
}

}  // namespace gradphoto::roster
