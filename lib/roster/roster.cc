// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/roster.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "lib/base/date.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/columns.h"
#include "lib/roster/name.h"
#include "lib/standard/codes.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

constexpr std::size_t kMaxTitleRows = 10;
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

constexpr std::size_t kMaxListedLines = 10;
constexpr std::string_view kReExport =
    "export it again with the column formatted as text before the numbers are pasted or imported";

bool IsIdentifier(std::string_view column) {
  return std::ranges::find(kIdentifiers, column) != kIdentifiers.end();
}

// Equal headers as a person sees them.
bool SameHeader(std::string_view a, std::string_view b) {
  return ToLowerAscii(ToHalfWidth(table::CleanCell(a))) == ToLowerAscii(ToHalfWidth(table::CleanCell(b)));
}

struct Header {
  std::vector<std::string> names;  // One per column, all different.
  std::string key_column;          // Among `names`; empty: default rule.
};

// The canonical name of a header, as the mapping says or else as columns.h knows it.
std::optional<std::string> ColumnOf(std::string_view header, const RosterOptions& options) {
  for (const auto& [own, canonical] : options.columns) {
    if (SameHeader(own, header)) return canonical;
  }
  const auto known = CanonicalColumn(header);
  // A column that the mapping takes from another header must not be taken twice.
  const bool mapped =
      known && std::ranges::any_of(options.columns, [&](const auto& pair) { return pair.second == *known; });
  return known && !mapped ? std::optional<std::string>(*known) : std::nullopt;
}

bool IsHeaderRow(const table::TableRow& row, const RosterOptions& options) {
  return std::ranges::any_of(row.cells, [&](const std::string& cell) {
    const auto column = ColumnOf(cell, options);
    return (column && (IsIdentifier(*column) || *column == options.key_column)) ||
           (!options.key_column.empty() && SameHeader(cell, options.key_column));
  });
}

// Unique names for the columns of a header row.
std::vector<std::string> ColumnNames(const std::vector<std::string>& cells, const RosterOptions& options,
                                     std::vector<std::string>& notes) {
  std::vector<std::string> names;
  const auto taken = [&](const std::string& name) {
    return name == "key" || std::ranges::count(names, name) > 0;
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string own = table::CleanCell(cells[i]);
    const auto canonical = ColumnOf(own, options);
    std::string name = canonical ? *canonical : own.empty() ? "column_" + std::to_string(i + 1) : own;
    if (canonical && taken(name)) {
      notes.push_back(std::string("two columns mean ").append(name).append("; only passed on: ").append(own));
      name = own;
    }
    const std::string base = name;
    // "key" is the record's own word for the row.
    for (int n = 2; taken(name); ++n) {
      name = std::string(base).append(" (").append(std::to_string(n)).append(")");
    }
    names.push_back(std::move(name));
  }
  return names;
}

Result<Header> ReadHeader(const table::TableRow& row, const RosterOptions& options, std::string_view file,
                          std::vector<std::string>& notes) {
  Header header{.names = ColumnNames(row.cells, options, notes), .key_column = {}};
  for (const auto& [own, canonical] : options.columns) {
    const auto is_own = [&](const std::string& cell) { return SameHeader(cell, own); };
    if (std::ranges::any_of(row.cells, is_own)) continue;
    return Fail(ErrorKind::kUsage, std::string(file) + ": " + UnknownNameMessage("column", own, row.cells));
  }
  const std::string& key_column = options.key_column;
  if (key_column.empty()) return header;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (header.names[i] == key_column || SameHeader(row.cells[i], key_column)) {
      header.key_column = header.names[i];
      return header;
    }
  }
  return Fail(ErrorKind::kUsage,
              std::string(file) + ": " + UnknownNameMessage("key column", key_column, header.names));
}

std::unexpected<Error> NoHeader(const table::Table& table, const std::string& key_column,
                                std::string_view file) {
  // The row that looks most like a header: a title above it fills one cell only.
  const auto filled = [](const table::TableRow& row) {
    return std::ranges::count_if(row.cells, [](const std::string& cell) { return !Trim(cell).empty(); });
  };
  const auto several =
      std::ranges::find_if(table.rows, [&](const table::TableRow& row) { return filled(row) > 1; });
  std::string seen;
  for (const std::string& cell : (several == table.rows.end() ? table.rows.front() : *several).cells) {
    // Without a header this is a student's row, whose numbers must not be printed.
    if (std::ranges::any_of(cell, [](char c) { return c >= '0' && c <= '9'; })) continue;
    seen += (seen.empty() ? "" : ", ") + table::CleanCell(cell);
    if (seen.size() > 200) break;
  }
  std::string message = std::string(file) + ": no column that identifies a student among the first " +
                        std::to_string(kMaxTitleRows) + " rows; expected ";
  message += key_column.empty() ? "学号 (XH), 考生号 (KSH) or 身份证号 (SFZH)" : "'" + key_column + "'";
  message += ", found: " + seen + "; rename a column or name one with --key";
  if (table.encoding_guessed) message += "; the encoding was guessed as " + table.encoding;
  return Fail(ErrorKind::kUsage, message);
}

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

bool SaysUnpaid(std::string_view paid) {
  constexpr std::array<std::string_view, 12> kNo = {"否",   "no",     "n",      "0",    "false", "未",
                                                    "未缴", "未缴费", "未支付", "欠费", "×",     "待支付"};
  return std::ranges::find(kNo, ToLowerAscii(ToHalfWidth(Trim(paid)))) != kNo.end();
}

// Turns the rows of a table into roster rows, then looks at the columns as wholes.
class RosterBuilder {
 public:
  RosterBuilder(const Header& header, std::chrono::year_month_day today, Roster& roster)
      : header_(header), today_(today), roster_(roster) {
    for (const std::string& name : header.names) {
      is_identifier_.push_back(IsIdentifier(name) || name == header.key_column);
    }
  }

  void Add(const table::TableRow& row) {
    RosterRow out;
    out.line = row.line;
    out.student.fields.reserve(header_.names.size());
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
      std::string cell = i < row.cells.size() ? table::CleanCell(row.cells[i]) : std::string();
      if (is_identifier_[i]) {
        // Numbers in one form; a key of the user's own choice stays as it is.
        if (IsIdentifier(header_.names[i])) cell = Identifier(cell);
        const bool rounded = std::ranges::find(row.rounded, i) != row.rounded.end();
        if (header_.names[i] == "id_number") {
          id_is_rounded_ = rounded;
        } else {
          CheckIdentifier(out, header_.names[i], cell, rounded);
        }
      }
      out.student.fields.emplace_back(header_.names[i], std::move(cell));
    }
    out.student.key = KeyOf(out.student, header_.key_column);
    if (out.student.key.empty()) {
      out.student.key = "line-" + std::to_string(row.line);
      out.findings.push_back(Reject("ID_INVALID", "the row has no identifier"));
    }
    CheckName(out);
    CheckId(out);
    out.paid = !SaysUnpaid(out.student.Field("paid"));
    roster_.rows.push_back(std::move(out));
  }

  void Finish() {
    MarkDuplicates();
    MarkSharedNumbers();
    JudgeZeroTails();
    JudgeRoundedColumns();
    AddNote(decimals_, "identifiers with a fraction of zeros such as 2023001.0, put right");
    AddNote(lost_glyphs_, "names with the mark of a lost glyph, not matched by name");
    AddNote(bad_dates_, "birth dates that are no dates, not compared with the ID number");
    for (RosterRow& row : roster_.rows) {
      if (row.paid) continue;
      row.findings.push_back(Reject("UNPAID", ""));
    }
  }

 private:
  // Normalized, and without the ".0" of programs that took the column for decimal numbers.
  std::string Identifier(std::string_view cell) {
    std::string id = NormalizeId(cell);
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

  void CheckId(RosterRow& row) {
    const std::string_view number = row.student.Field("id_number");
    if (number.empty()) return;
    IdCheck check = CheckIdNumber(number, today_);
    if (check.number.size() == 18) ++long_numbers_;
    if (id_is_rounded_) check.problems.insert(check.problems.begin(), IdProblem::kStoredAsNumber);
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
      if (number.ends_with("000") || IsScientificNotation(number)) continue;
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
      lines += (n == 0 ? "" : ", ") + std::to_string(roster_.rows[rows[n]].line);
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

  const Header& header_;
  std::vector<bool> is_identifier_;  // By column.
  bool id_is_rounded_ = false;       // In the row that is being added.
  std::chrono::year_month_day today_;
  Roster& roster_;
  std::map<std::string, std::size_t> damaged_identifiers_;  // By column.
  std::map<std::string, Tails> tails_;                      // By column.
  std::vector<std::size_t> damaged_, lone_tails_;           // Rows, by index.
  std::size_t long_numbers_ = 0, lost_glyphs_ = 0, bad_dates_ = 0, decimals_ = 0;
};

// The header again, as on every page of a printed list.
bool IsSameHeader(const table::TableRow& row, const table::TableRow& header) {
  return row.cells == header.cells;
}

// A longer row has shifted cells, and every value behind the shift would be someone's wrong data.
Result<void> CheckLength(const table::TableRow& row, std::size_t columns, std::string_view file) {
  for (std::size_t i = columns; i < row.cells.size(); ++i) {
    if (Trim(row.cells[i]).empty()) continue;
    return Fail(ErrorKind::kInput, std::string(file) + ":" + std::to_string(row.line) + ": the row has " +
                                       std::to_string(row.cells.size()) + " cells, the header " +
                                       std::to_string(columns) +
                                       "; put cells that contain a delimiter into quotes");
  }
  return {};
}

}  // namespace

Result<Roster> ReadRoster(const std::filesystem::path& path, const RosterOptions& options) {
  TRY_ASSIGN(const auto bytes, ReadTextFile(path, table::kMaxTableBytes));
  return ParseRoster(bytes, path.string(), options);
}

Result<Roster> ParseRoster(std::string_view bytes, std::string_view name, const RosterOptions& options) {
  for (const auto& [header, canonical] : options.columns) {
    const auto known = CanonicalColumns();
    if (std::ranges::find(known, canonical) != known.end()) continue;
    const std::vector<std::string> valid(known.begin(), known.end());
    return Fail(ErrorKind::kUsage, UnknownNameMessage("column", canonical, valid));
  }
  const auto is_header = [&](const table::TableRow& row) { return IsHeaderRow(row, options); };
  TRY_ASSIGN(const auto table, table::ParseTable(bytes, name,
                                                 {.sheet = options.sheet,
                                                  .is_wanted =
                                                      [&](std::span<const table::TableRow> rows) {
                                                        return std::ranges::any_of(rows, is_header);
                                                      },
                                                  .title_rows = kMaxTitleRows}));
  if (table.rows.empty()) return Fail(ErrorKind::kUsage, std::string(name) + ": the roster is empty");

  const auto title_end =
      table.rows.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxTitleRows, table.rows.size()));
  const auto header_row = std::find_if(table.rows.begin(), title_end, is_header);
  if (header_row == title_end) return NoHeader(table, options.key_column, name);

  Roster roster;
  roster.encoding = table.encoding;
  roster.encoding_guessed = table.encoding_guessed;
  roster.sheet = table.sheet;
  roster.notes = table.notes;
  TRY_ASSIGN(const auto header, ReadHeader(*header_row, options, name, roster.notes));

  RosterBuilder builder(header, options.today.value_or(Today()), roster);
  roster.rows.reserve(static_cast<std::size_t>(table.rows.end() - header_row));
  for (auto row = header_row + 1; row != table.rows.end(); ++row) {
    if (IsSameHeader(*row, *header_row)) continue;
    TRY(CheckLength(*row, header.names.size(), name));
    builder.Add(*row);
  }
  builder.Finish();
  return roster;
}

Record ToRecord(const RosterRow& row) {
  Record record;
  record.student = row.student;
  for (const Finding& finding : row.findings) record.Add(finding);
  if (!row.paid) record.outcome = Outcome::kHeld;
  return record;
}

}  // namespace gradphoto::roster
