// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/header.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/columns.h"
#include "lib/roster/fold.h"
#include "lib/roster/id_number.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

constexpr std::size_t kMaxRowsToJudge = 200;  // For the column that would do as a key.
constexpr std::size_t kMinKeyBytes = 3;

// Equal headers as a person sees them.
bool SameHeader(std::string_view a, std::string_view b) {
  return ToLowerAscii(ToHalfWidth(table::CleanCell(a))) == ToLowerAscii(ToHalfWidth(table::CleanCell(b)));
}

bool HasDigit(std::string_view text) { return std::ranges::any_of(text, IsDigit); }

// What a header means, as the mapping says or else as columns.h knows it.
std::optional<KnownColumn> ColumnOf(std::string_view header, const RosterOptions& options) {
  for (const auto& [own, canonical] : options.columns) {
    if (SameHeader(own, header)) return KnownColumn{.name = canonical, .rank = -1};
  }
  return FindColumn(header);
}

std::string CellAt(const table::TableRow& row, std::size_t column) {
  return column < row.cells.size() ? table::CleanCell(row.cells[column]) : std::string();
}

// Unique names for the columns.
std::vector<std::string> ColumnNames(const std::vector<std::string>& cells, const RosterOptions& options,
                                     std::vector<std::string>& notes) {
  std::vector<std::optional<KnownColumn>> known;
  known.reserve(cells.size());
  for (const std::string& cell : cells) known.push_back(ColumnOf(cell, options));
  const auto better = [&](std::size_t i) {  // Another column has the better claim.
    for (std::size_t j = 0; j < cells.size(); ++j) {
      if (j != i && known[j] && known[j]->name == known[i]->name &&
          std::pair(known[j]->rank, j) < std::pair(known[i]->rank, i)) {
        return true;
      }
    }
    return false;
  };
  std::set<std::string> taken = {"key"};  // The record's own word for the row.
  std::vector<std::string> names(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (known[i] && !better(i)) {
      names[i] = known[i]->name;
      taken.insert(names[i]);
    }
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!names[i].empty()) continue;
    const std::string& own = cells[i];
    const bool mapped = known[i] && std::ranges::any_of(options.columns, [&](const auto& pair) {
                          return pair.second == known[i]->name;
                        });
    if (known[i] && !mapped) {
      notes.push_back(
          std::string("two columns mean ").append(known[i]->name).append("; only passed on: ").append(own));
    }
    const std::string base = own.empty() ? "column_" + std::to_string(i + 1) : own;
    std::string name = base;
    for (int n = 2; taken.contains(name); ++n) name = base + " (" + std::to_string(n) + ")";
    taken.insert(name);
    names[i] = std::move(name);
  }
  return names;
}

// Both rows of a header that is split over two, or nothing when `below` does not go on with `above`. A column
// of its own is merged downwards or blank below; a group such as 证件 stands over its first column only.
std::optional<std::vector<std::string>> JoinedHeader(const table::TableRow& above,
                                                     const table::TableRow& below) {
  const std::size_t columns = std::max(above.cells.size(), below.cells.size());
  std::vector<std::string> joined(columns);
  std::string group;
  bool in_group = false, splits = false, is_header = false;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::string top = CellAt(above, i), bottom = CellAt(below, i);
    if (HasDigit(bottom) && bottom != top) return std::nullopt;  // A student's row.
    const bool starts_group = !top.empty() && !bottom.empty() && top != bottom &&
                              CellAt(above, i + 1).empty() && !CellAt(below, i + 1).empty();
    if (!top.empty()) {
      group = top;
      in_group = starts_group;
    }
    if (bottom.empty() || bottom == top) {
      is_header |= !top.empty() && bottom == top;  // Merged downwards.
      joined[i] = top;
      continue;
    }
    if (!in_group) {
      if (!top.empty() || group.empty()) return std::nullopt;
    }
    splits = true;
    // 证件信息 over 号码 means 证件号码.
    std::string short_group = group;
    for (const std::string_view end : {"信息", "情况", "资料"}) {
      if (short_group.ends_with(end)) short_group.resize(short_group.size() - end.size());
    }
    joined[i] = group + bottom;
    for (const std::string& candidate : {short_group + bottom, bottom}) {
      if (CanonicalColumn(joined[i])) break;
      if (CanonicalColumn(candidate)) joined[i] = candidate;
    }
    is_header |= CanonicalColumn(joined[i]).has_value();
  }
  return splits && is_header ? std::optional(std::move(joined)) : std::nullopt;
}

// A column that nobody knows, with a different number in every row.
std::string PossibleKey(const table::Table& table, std::size_t header) {
  const table::TableRow& cells = table.rows[header];
  const std::size_t end = std::min(table.rows.size(), header + 1 + kMaxRowsToJudge);
  for (std::size_t column = 0; column < cells.cells.size(); ++column) {
    const std::string name = CellAt(cells, column);
    if (name.empty() || HasDigit(name) || CanonicalColumn(name) || name == "序号") continue;
    std::set<std::string> values;
    std::size_t numbers = 0;
    for (std::size_t row = header + 1; row < end; ++row) {
      const std::string value = NormalizeId(CellAt(table.rows[row], column));
      if (value.size() >= kMinKeyBytes && HasDigit(value) && values.insert(value).second) ++numbers;
    }
    if (numbers > 0 && numbers + header + 1 == end) return name;
  }
  return {};
}

std::unexpected<Error> NoHeader(const table::Table& table, const std::string& key_column,
                                std::string_view file) {
  // The row that looks most like a header: a title above it fills one cell only.
  const auto filled = [](const table::TableRow& row) {
    return std::ranges::count_if(row.cells, [](const std::string& cell) { return !Trim(cell).empty(); });
  };
  const auto several =
      std::ranges::find_if(table.rows, [&](const table::TableRow& row) { return filled(row) > 1; });
  const std::size_t row =
      several == table.rows.end() ? 0 : static_cast<std::size_t>(several - table.rows.begin());
  std::string seen;
  for (const std::string& cell : table.rows[row].cells) {
    // Without a header this is a student's row, whose numbers must not be printed.
    if (HasDigit(cell)) continue;
    seen += (seen.empty() ? "" : ", ") + table::CleanCell(cell);
    if (seen.size() > 200) break;
  }
  std::string message = std::string(file) + ": no column that identifies a student among the first " +
                        std::to_string(kMaxTitleRows) + " rows; expected ";
  message += key_column.empty() ? "学号 (XH), 考生号 (KSH) or 身份证号 (SFZH)" : "'" + key_column + "'";
  message += ", found: " + seen;
  const std::string key = PossibleKey(table, row);
  if (key.empty()) {
    message += "; rename a column or name one with --key";
  } else {
    message += "; the column " + key + " has another number in every row: use --key " + key + ", or --column " +
               key + "=student_number";
  }
  if (table.encoding_guessed) message += "; the encoding was guessed as " + table.encoding;
  return Fail(ErrorKind::kUsage, message);
}

std::vector<std::string_view> CellsBelow(const table::Table& table, const Header& header, std::size_t column) {
  std::vector<std::string_view> cells;
  for (std::size_t i = header.first_row + header.rows; i < table.rows.size(); ++i) {
    const table::TableRow& row = table.rows[i];
    if (column < row.cells.size() && !IsFooterRow(row, header)) cells.push_back(row.cells[column]);
  }
  return cells;
}

// What the columns of money are, and what could not be understood.
void JudgePayment(const table::Table& table, Header& header, const RosterOptions& options,
                  std::vector<std::string>& notes) {
  const bool has_paid = std::ranges::find(header.names, "paid") != header.names.end();
  std::vector<std::size_t> owed;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string& cell = header.cells[i];
    const PaymentColumn kind = PaymentColumnOf(cell);
    if (header.names[i] == "paid") {
      const bool proves =
          kind == PaymentColumn::kStatus || kind == PaymentColumn::kAmount || kind == PaymentColumn::kDate;
      header.payment = proves ? kind : PaymentColumn::kStatus;
      continue;
    }
    if (ColumnOf(cell, options)) continue;
    if (kind == PaymentColumn::kDue) {
      notes.push_back("the column " + cell +
                      " says what is due, not what was paid; nobody is held or let pass for it");
    } else if (kind == PaymentColumn::kRefund) {
      notes.push_back("the column " + cell +
                      " says what is given back; nobody is held for it (give a column that says who has paid, "
                      "such as 是否缴费)");
    } else if (kind == PaymentColumn::kOwed) {
      owed.push_back(i);
    } else if (kind == PaymentColumn::kUnknown && !has_paid && SpeakOfPayment(CellsBelow(table, header, i))) {
      header.names[i] = "paid";
      header.payment = PaymentColumn::kStatus;
      notes.push_back("the column " + cell + " is read as the one of payment: its cells say who has paid");
    } else if (kind == PaymentColumn::kUnknown) {
      std::string note = "the column " + cell;
      note += " may speak of payment, but is not known; nobody is held for it (use --column ";
      note += cell;
      note += "=paid if it says who has paid)";
      notes.push_back(std::move(note));
    }
  }
  for (const std::size_t i : owed) {
    if (header.payment != PaymentColumn::kNone) {
      notes.push_back("the column " + header.cells[i] + " says what is owed; another column says who has paid");
      continue;
    }
    header.names[i] = "owed";
    header.payment = PaymentColumn::kOwed;
    notes.push_back(
        "the column " + header.cells[i] +
        " says what is owed: whoever owes nothing (0, 否, 无) counts as paid, everybody else is held");
  }
}

}  // namespace

bool IsIdentifierColumn(std::string_view canonical) {
  return canonical == "candidate_number" || canonical == "student_number" || canonical == "id_number";
}

bool IsHeaderRow(const table::TableRow& row, const RosterOptions& options) {
  return std::ranges::any_of(row.cells, [&](const std::string& cell) {
    const auto column = ColumnOf(cell, options);
    return (column && (IsIdentifierColumn(column->name) || column->name == options.key_column)) ||
           (!options.key_column.empty() && SameHeader(cell, options.key_column));
  });
}

Result<Header> ReadHeader(const table::Table& table, const RosterOptions& options, std::string_view file,
                          std::vector<std::string>& notes) {
  const auto title_end =
      table.rows.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxTitleRows, table.rows.size()));
  const auto row = std::find_if(table.rows.begin(), title_end, [&](const table::TableRow& candidate) {
    return IsHeaderRow(candidate, options);
  });
  if (row == title_end) return NoHeader(table, options.key_column, file);
  Header header{.first_row = static_cast<std::size_t>(row - table.rows.begin()),
                .cells = {},
                .names = {},
                .key_column = {}};
  if (const auto joined = row + 1 == table.rows.end() ? std::nullopt : JoinedHeader(*row, *(row + 1))) {
    header.cells = *joined;
    header.rows = 2;
    notes.push_back("the header is split over two rows and was read as one; check the names of the columns");
  } else if (const auto with_above =
                 row == table.rows.begin() ? std::nullopt : JoinedHeader(*(row - 1), *row)) {
    header.cells = *with_above;
  } else {
    for (const std::string& cell : row->cells) header.cells.push_back(table::CleanCell(cell));
  }
  for (const auto& [own, canonical] : options.columns) {
    const auto is_own = [&](const std::string& cell) { return SameHeader(cell, own); };
    if (std::ranges::any_of(header.cells, is_own)) continue;
    return Fail(ErrorKind::kUsage, std::string(file) + ": " + UnknownNameMessage("column", own, header.cells));
  }
  header.names = ColumnNames(header.cells, options, notes);
  JudgePayment(table, header, options, notes);
  const std::string& key_column = options.key_column;
  if (key_column.empty()) return header;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (header.names[i] == key_column || SameHeader(header.cells[i], key_column)) {
      header.key_column = header.names[i];
      return header;
    }
  }
  return Fail(ErrorKind::kUsage,
              std::string(file) + ": " + UnknownNameMessage("key column", key_column, header.names));
}

namespace {

// 合计, 总计： and the like, wherever they stand first; no name and no number.
bool IsTotal(std::string_view word) {
  constexpr std::array<std::string_view, 14> kTotals = {"合计",  "总计",     "小计", "共计",      "总人数",
                                                        "人数",  "合计人数", "总数", "本页小计",  "本页合计",
                                                        "total", "subtotal", "sum",  "grandtotal"};
  if (word.ends_with(":")) word.remove_suffix(1);
  return std::ranges::find(kTotals, word) != kTotals.end();
}

// The beginnings of what stands below a list.
bool BeginsLikeAFooter(std::string_view word) {
  constexpr std::array<std::string_view, 52> kBeginnings = {
      "联系电话", "联系方式", "电话:", "地址:",    "时间:",     "传真",     "合计",     "总计",   "小计",
      "共计",     "总人数",   "人数:", "备注",     "注:",       "附注",     "说明",     "注意",   "制表",
      "填表",     "填报",     "审核",  "审批",     "复核",      "核对",     "经办",     "负责人", "班主任",
      "辅导员",   "联系人",   "签字",  "签名",     "盖章",      "公章",     "打印",     "导出",   "统计",
      "以上",     "以下",     "此处",  "制单",     "校对",      "教务处",   "日期:",    "单位:",  "total",
      "subtotal", "remark",   "note:", "prepared", "checkedby", "approved", "signature"};
  return std::ranges::any_of(kBeginnings, [&](std::string_view start) { return word.starts_with(start); });
}

// 共45人, 第1页共3页, 45人.
bool IsCount(std::string_view word) {
  const bool starts =
      word.starts_with("共") || word.starts_with("第") || word.starts_with("总共") || word.starts_with("page");
  if (starts && HasDigit(word)) return true;
  return word.ends_with("人") && AllDigits(word.substr(0, word.size() - std::string_view("人").size()));
}

bool LooksLikeIdentifier(std::string_view word) {
  return HasDigit(word) &&
         std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool IsFooterRow(const table::TableRow& row, const Header& header) {
  std::string first;
  std::size_t filled = 0;
  bool identifier = false, name = false, text_as_identifier = false, first_may_be_word = false;
  bool number_as_name = false, only_signs = true;
  for (std::size_t i = 0; i < row.cells.size() && i < header.names.size(); ++i) {
    std::string word;
    for (const char32_t c : FoldForMatching(table::CleanCell(row.cells[i]))) {
      if (!IsBlankOrInvisible(c)) AppendUtf8(c, word);
    }
    if (word.empty()) continue;
    ++filled;
    const bool is_identifier = IsIdentifierColumn(header.names[i]) || header.names[i] == header.key_column;
    if (first.empty()) {
      first = word;
      first_may_be_word = is_identifier || header.names[i] == "name";
    }
    if (is_identifier) {
      identifier |= LooksLikeIdentifier(word);
      text_as_identifier |= !HasDigit(word) && IsIdentifierColumn(header.names[i]);
    }
    name |= header.names[i] == "name";
    number_as_name |= header.names[i] == "name" && HasDigit(word);
    only_signs &= std::ranges::all_of(word, [](char c) { return std::string_view("-_=./*~").contains(c); });
  }
  if (IsTotal(first) || (filled > 0 && only_signs)) return true;
  // 统计1班 beside a name is a class.
  if (identifier || (name && !first_may_be_word)) return false;
  if (BeginsLikeAFooter(first) || IsCount(first)) return true;
  // A word where the number stands, and beside it nothing, or a number where the name stands.
  return text_as_identifier &&
         ((filled == 1 && header.names.size() > 1 && !name) || (filled == 2 && number_as_name));
}

}  // namespace gradphoto::roster
