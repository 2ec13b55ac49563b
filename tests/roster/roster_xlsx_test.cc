// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <doctest/doctest.h>

#include "lib/roster/roster.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::roster {
namespace {

using Texts = std::vector<std::string>;

bool Has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::filesystem::path Workbooks() { return gradphoto::testing::SourceDir() / "tests/roster/workbooks"; }

TEST_CASE("a class list of a clerk reads as a roster, and what is odd about it is told") {
  const auto roster = ReadRoster(Workbooks() / "class-list.xlsx");
  REQUIRE_MESSAGE(roster.has_value(), (roster ? "" : roster.error().message));
  CHECK(roster->encoding == "XLSX");
  CHECK(roster->sheet == "名单");
  REQUIRE(roster->rows.size() == 4);
  const RosterRow& row = roster->rows[1];
  CHECK(row.line == 4);
  CHECK(row.student.Field("student_number") == "0020220102");
  CHECK(row.student.Field("birth_date") == "2004-06-02");
  CHECK(row.student.Field("class") == "1班");
  CHECK(roster->rows[3].name_for_matching == "周杰");
  for (const RosterRow& each : roster->rows) CHECK(each.findings.empty());
  CHECK(roster->notes ==
        Texts{"hidden sheets, not read: 1",
              "only the sheet 名单 was read; these hold such a table too: 往届补办 (read all with "
              "--sheet all, or name one with --sheet)",
              "hidden rows, read like the others: 1", "cells filled from a cell merged downwards: 2"});
}

TEST_CASE("a sheet can be named; an unknown one is told with the nearest") {
  const auto other =
      ReadRoster(Workbooks() / "class-list.xlsx", {.key_column = "", .sheet = "往届补办", .today = {}});
  REQUIRE(other.has_value());
  CHECK(other->rows.at(0).student.key == "20210001");
  const auto unknown =
      ReadRoster(Workbooks() / "class-list.xlsx", {.key_column = "", .sheet = "名册", .today = {}});
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().kind == ErrorKind::kUsage);
  CHECK(Has(unknown.error().message, "名单"));
  CHECK(ParseRoster("学号\n1\n", "r.csv", {.key_column = "", .sheet = "x", .today = {}}).error().kind ==
        ErrorKind::kUsage);
}

TEST_CASE("numbers stored as numbers are damaged, and the column as a whole is told") {
  const auto roster = ReadRoster(Workbooks() / "damaged.xlsx");
  REQUIRE(roster.has_value());
  for (const std::size_t i : {0, 1, 2}) {
    const RosterRow& row = roster->rows[i];
    REQUIRE(row.findings.size() == 1);  // Equal because rounded: no sign of rows that were mixed up.
    CHECK(row.findings[0].code == "ID_EXCEL_DAMAGED");
    CHECK(row.findings[0].severity == Severity::kReject);
    CHECK(Has(row.findings[0].detail, "the workbook stores it as a number"));
    CHECK(row.student.Field("candidate_number") == "2632010000000" + std::to_string(i + 1));
  }
  CHECK(roster->rows[3].findings.empty());
  CHECK(std::ranges::any_of(roster->notes, [](const std::string& note) {
    return note.starts_with("3 ID numbers were rounded") && Has(note, "formatted as text");
  }));
}

TEST_CASE("old and protected workbooks are told apart from damaged text") {
  const auto old = ParseRoster("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "r.xls");
  REQUIRE_FALSE(old.has_value());
  CHECK(Has(old.error().message, "an old Excel workbook (.xls), or one with a password"));
}

}  // namespace
}  // namespace gradphoto::roster
