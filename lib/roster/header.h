// SPDX-License-Identifier: Apache-2.0
// The header of a roster: which row it is, how its cells name the columns, and which rows below are no
// students.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/roster/payment.h"
#include "lib/roster/roster.h"
#include "lib/table/table.h"

namespace gradphoto::roster {

// Title rows above a header.
inline constexpr std::size_t kMaxTitleRows = 10;

// id_number, student_number, candidate_number.
bool IsIdentifierColumn(std::string_view canonical);

struct Header {
  std::size_t first_row = 0, rows = 1;           // In the table. Two where headers are split over two rows.
  std::vector<std::string> cells;                // As in the file, of a split header both parts joined.
  std::vector<std::string> names;                // One per column, all different; canonical where known.
  std::string key_column;                        // Among `names`; empty: default rule.
  PaymentColumn payment = PaymentColumn::kNone;  // What the column `paid` (`owed` for kOwed) is, if any.
};

// Whether a row names an identifier or the key column.
bool IsHeaderRow(const table::TableRow& row, const RosterOptions& options);

// A header of two rows, as merged cells make them (证件 over 类型 and 号码), is read as one. Adds what a person
// should know to `notes`: columns that mean the same, columns of payment that are not understood.
// Errors: kUsage - no header among the first rows, with a column that would do as a key if there is one;
// unknown key column or column of the mapping.
Result<Header> ReadHeader(const table::Table& table, const RosterOptions& options, std::string_view file,
                          std::vector<std::string>& notes);

// The rest of a printed list: 合计, 备注：..., 制表人, 共 45 人, 第 1 页, a sentence alone in the row.
bool IsFooterRow(const table::TableRow& row, const Header& header);

}  // namespace gradphoto::roster
