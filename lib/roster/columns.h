// SPDX-License-Identifier: Apache-2.0
// Which header of a roster means which column. Known are the field codes of the national student records (KSH,
// XH, XM...), the Chinese headers schools use for them, and the canonical English names themselves.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gradphoto::roster {

// candidate_number, student_number, name, sex, birth_date, id_number, major, level, duration, mode,
// school_code, branch, teaching_point, class, graduation_date, group, season, paid, exemptions, phone.
std::span<const std::string_view> CanonicalColumns();

struct KnownColumn {
  std::string_view name;
  // Where several headers of one table mean a column, the lowest takes it, and of equals the first: 学号 before
  // 学籍号, 是否缴费 before 缴费金额.
  int rank = 0;
};

// What a header means, see CanonicalColumn.
std::optional<KnownColumn> FindColumn(std::string_view header);

// The part of a header that names the column: upper case, half-width, without blanks and underscores, up to a
// star behind it or an opening bracket.
std::string HeaderForMatching(std::string_view header);

// The canonical name of a header. Letter case, full-width forms, blanks, and what stands behind a star or an
// opening bracket ("身份证号（必填）", "姓名*") do not matter. Nothing when the header is not known.
std::optional<std::string_view> CanonicalColumn(std::string_view header);

// Whether it heads the keys of our own tables: key, 编号, 关键字.
bool IsKeyHeader(std::string_view header);

// Whether it heads a number that names a student: an identity, student or candidate number.
bool IsIdentifierHeader(std::string_view header);

}  // namespace gradphoto::roster
