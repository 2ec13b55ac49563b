// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/roster.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/roster/columns.h"
#include "lib/roster/csv.h"
#include "lib/roster/encoding.h"
#include "lib/roster/name.h"
#include "lib/roster/unicode.h"

namespace gradphoto::roster {
namespace {

constexpr std::size_t kMaxTitleRows = 10;
constexpr std::array<std::string_view, 3> kIdentifiers = {"candidate_number", "student_number", "id_number"};

// From this many and this share of the 18-digit numbers on, tails of 000 mean that the column went through
// Excel.
constexpr std::size_t kMinZeroTails = 3;
constexpr double kMinZeroTailShare = 0.05;
constexpr std::string_view kReExport =
    "export it again with the column formatted as text before the numbers are pasted or imported";

bool IsIdentifier(std::string_view column) {
  return std::ranges::find(kIdentifiers, column) != kIdentifiers.end();
}

// Equal headers as a person sees them.
bool SameHeader(std::string_view a, std::string_view b) {
  return ToLowerAscii(ToHalfWidth(CleanCell(a))) == ToLowerAscii(ToHalfWidth(CleanCell(b)));
}

struct Header {
  std::vector<std::string> names;  // One per column, all different.
  std::string key_column;          // Among `names`; empty: default rule.
};

// Unique names for the columns of a header row.
std::vector<std::string> ColumnNames(const std::vector<std::string>& cells, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  const auto taken = [&](const std::string& name) {
    return name == "key" || std::ranges::count(names, name) > 0;
  };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string own = CleanCell(cells[i]);
    const auto canonical = CanonicalColumn(own);
    std::string name = canonical     ? std::string(*canonical)
                       : own.empty() ? "column_" + std::to_string(i + 1)
                                     : own;
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

bool IsHeaderRow(const CsvRow& row, const std::string& key_column) {
  return std::ranges::any_of(row.cells, [&](const std::string& cell) {
    const auto canonical = CanonicalColumn(cell);
    return (canonical && (IsIdentifier(*canonical) || *canonical == key_column)) ||
           (!key_column.empty() && SameHeader(cell, key_column));
  });
}

Result<Header> ReadHeader(const CsvRow& row, const std::string& key_column, std::string_view file,
                          std::vector<std::string>& notes) {
  Header header{.names = ColumnNames(row.cells, notes), .key_column = {}};
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

std::unexpected<Error> NoHeader(const CsvTable& table, const std::string& key_column, std::string_view file,
                                const DecodedText& decoded) {
  // The row that looks most like a header: a title above it fills one cell only.
  const auto filled = [](const CsvRow& row) {
    return std::ranges::count_if(row.cells, [](const std::string& cell) { return !Trim(cell).empty(); });
  };
  const auto several = std::ranges::find_if(table.rows, [&](const CsvRow& row) { return filled(row) > 1; });
  std::string seen;
  for (const std::string& cell : (several == table.rows.end() ? table.rows.front() : *several).cells) {
    // Without a header this is a student's row, whose numbers must not be printed.
    if (std::ranges::any_of(cell, [](char c) { return c >= '0' && c <= '9'; })) continue;
    seen += (seen.empty() ? "" : ", ") + CleanCell(cell);
    if (seen.size() > 200) break;
  }
  std::string message = std::string(file) + ": no column that identifies a student among the first " +
                        std::to_string(kMaxTitleRows) + " rows; expected ";
  message += key_column.empty() ? "学号 (XH), 考生号 (KSH) or 身份证号 (SFZH)" : "'" + key_column + "'";
  message += ", found: " + seen + "; rename a column or name one with --key";
  if (decoded.guessed) message += "; the encoding was guessed as " + decoded.encoding;
  return Fail(ErrorKind::kUsage, message);
}

Finding Reject(std::string code, std::string detail) {
  return Finding{.code = std::move(code),
                 .severity = Severity::kReject,
                 .value = {},
                 .unit = {},
                 .limit_min = {},
                 .limit_max = {},
                 .detail = std::move(detail)};
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
      : header_(header), today_(today), roster_(roster) {}

  void Add(const CsvRow& row) {
    RosterRow out;
    out.line = row.line;
    for (std::size_t i = 0; i < header_.names.size(); ++i) {
      std::string cell = i < row.cells.size() ? CleanCell(row.cells[i]) : std::string();
      if (IsIdentifier(header_.names[i])) cell = NormalizeId(cell);
      out.student.fields.emplace_back(header_.names[i], std::move(cell));
    }
    out.student.key = KeyOf(out.student, header_.key_column);
    if (out.student.key.empty()) {
      out.student.key = "line-" + std::to_string(row.line);
      out.findings.push_back(Reject("ID_INVALID", "the row has no identifier"));
    } else {
      rows_of_key_[out.student.key].push_back(roster_.rows.size());
    }
    CheckName(out);
    CheckId(out);
    out.paid = !SaysUnpaid(out.student.Field("paid"));
    roster_.rows.push_back(std::move(out));
  }

  void Finish() {
    MarkDuplicates();
    JudgeZeroTails();
    AddNote(lost_glyphs_, "names with the mark of a lost glyph, not matched by name");
    AddNote(bad_dates_, "birth dates that are no dates, not compared with the ID number");
    for (RosterRow& row : roster_.rows) {
      if (row.paid) continue;
      row.findings.push_back(Reject("UNPAID", ""));
    }
  }

 private:
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
    const IdCheck check = CheckIdNumber(number, today_);
    if (check.number.size() == 18) ++long_numbers_;
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

  void MarkDuplicates() {
    std::size_t keys = 0;
    for (const auto& [key, rows] : rows_of_key_) {
      if (rows.size() < 2) continue;
      ++keys;
      std::string lines;
      for (const std::size_t row : rows)
        lines += (lines.empty() ? "" : ", ") + std::to_string(roster_.rows[row].line);
      for (std::size_t n = 0; n < rows.size(); ++n) {
        RosterRow& row = roster_.rows[rows[n]];
        row.findings.push_back(Reject("ROSTER_DUPLICATE", "the same key on lines " + lines));
        if (n > 0) row.student.key = FreeKey(key, n + 1);
      }
    }
    AddNote(keys, "keys that occur more than once");
  }

  // "<key>#<n>", with more # when a row of the file has that as its key.
  std::string FreeKey(const std::string& key, std::size_t n) const {
    std::string free = key + "#" + std::to_string(n);
    while (rows_of_key_.contains(free)) free += "#";
    return free;
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
        if (finding.code == "ID_EXCEL_DAMAGED") finding.severity = Severity::kReview;
      }
    }
  }

  void AddNote(std::size_t count, const std::string& what) {
    if (count > 0) roster_.notes.push_back(what + ": " + std::to_string(count));
  }

  const Header& header_;
  std::chrono::year_month_day today_;
  Roster& roster_;
  std::unordered_map<std::string, std::vector<std::size_t>> rows_of_key_;
  std::vector<std::size_t> damaged_, lone_tails_;  // Rows, by index.
  std::size_t long_numbers_ = 0, lost_glyphs_ = 0, bad_dates_ = 0;
};

bool IsEmptyRow(const CsvRow& row) {
  return std::ranges::all_of(row.cells, [](const std::string& cell) { return Trim(cell).empty(); });
}

// A longer row has shifted cells, and every value behind the shift would be someone's wrong data.
Result<void> CheckLength(const CsvRow& row, std::size_t columns, std::string_view file) {
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
  const auto bytes = ReadTextFile(path, kMaxCsvBytes);
  if (!bytes) return std::unexpected(bytes.error());
  return ParseRoster(*bytes, path.string(), options);
}

Result<Roster> ParseRoster(std::string_view bytes, std::string_view name, const RosterOptions& options) {
  const auto decoded = DecodeText(bytes, name);
  if (!decoded) return std::unexpected(decoded.error());
  auto table = ParseCsv(decoded->text, name);
  if (!table) return std::unexpected(table.error());
  std::erase_if(table->rows, IsEmptyRow);
  if (table->rows.empty()) return Fail(ErrorKind::kUsage, std::string(name) + ": the roster is empty");

  const auto title_end =
      table->rows.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxTitleRows, table->rows.size()));
  const auto header_row = std::find_if(table->rows.begin(), title_end,
                                       [&](const CsvRow& row) { return IsHeaderRow(row, options.key_column); });
  if (header_row == title_end) return NoHeader(*table, options.key_column, name, *decoded);

  Roster roster;
  roster.encoding = decoded->encoding;
  roster.encoding_guessed = decoded->guessed;
  roster.delimiter = table->delimiter;
  const auto header = ReadHeader(*header_row, options.key_column, name, roster.notes);
  if (!header) return std::unexpected(header.error());

  RosterBuilder builder(*header, options.today.value_or(Today()), roster);
  for (auto row = header_row + 1; row != table->rows.end(); ++row) {
    if (auto fits = CheckLength(*row, header->names.size(), name); !fits) return std::unexpected(fits.error());
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
