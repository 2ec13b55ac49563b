// SPDX-License-Identifier: Apache-2.0
#include "lib/table/table_file.h"

#include <doctest/doctest.h>

#include "lib/table/csv.h"
#include "lib/table/table.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::table {
namespace {

TEST_CASE("one table as a workbook or as CSV, by the name, with the same cells") {
  const testing::TempDir dir;
  const XlsxTable table{
      .name = "students",
      .rows = {{"key", "id_number"}, {"007", "11010519491231002X"}, {"=1+1", "110105194912310021"}}};
  for (const char* name : {"a.csv", "a.xlsx", "b.XLSX", "list"}) {
    CAPTURE(name);
    const auto path = dir.path() / name;
    REQUIRE(CheckTableFile(path, table, IfExists::kRefuse));
    CHECK_FALSE(std::filesystem::exists(path));
    REQUIRE(WriteTableFile(path, table, IfExists::kRefuse));
    const auto read = ReadTable(path);
    REQUIRE(read.has_value());
    CHECK((read->encoding == "XLSX") == (std::string_view(name).size() == 6));
    REQUIRE(read->rows.size() == 3);
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::size_t c = 0; c < 2; ++c) CHECK(CleanCell(read->rows[r].cells[c]) == table.rows[r][c]);
    }
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms(077)) ==
          std::filesystem::perms::none);
    const XlsxTable other{.name = "students", .rows = {{"key"}}};
    CHECK_FALSE(CheckTableFile(path, other, IfExists::kRefuse));
    CHECK_FALSE(WriteTableFile(path, other, IfExists::kRefuse));
  }
}

}  // namespace
}  // namespace gradphoto::table
