// SPDX-License-Identifier: Apache-2.0
#include "lib/table/named_table.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"
#include "tests/table/encodings.h"

namespace gradphoto::table {
namespace {

const std::array<ColumnNames, 2> kColumns = {ColumnNames{"photo", "照片"}, ColumnNames{"key"}};

std::string ErrorOf(const std::filesystem::path& path) {
  const auto table = ReadNamedTable(path, kColumns);
  REQUIRE_FALSE(table.has_value());
  CHECK(table.error().kind == ErrorKind::kUsage);
  return table.error().message;
}

TEST_CASE("columns are found by name, in any order, below a title, in every shape of a table") {
  const gradphoto::testing::TempDir dir;
  const std::vector<std::vector<std::string>> rows = {{"二〇二六届学生照片"},
                                                      {"班级", "Key", "照片"},
                                                      {"1班", "007", "张三.jpg"},
                                                      {"2班", "320106200005050052"}};
  for (const auto& path : testing::InEveryShape(dir.path(), rows)) {
    const auto table = ReadNamedTable(path, kColumns);
    REQUIRE_MESSAGE(table.has_value(), path.string() << (table ? "" : table.error().message));
    REQUIRE(table->rows().size() == 2);
    CHECK(table->rows()[0].line == 3);
    CHECK(table->Cell(table->rows()[0], 0) == "张三.jpg");
    CHECK(table->Cell(table->rows()[0], 1) == "007");
    CHECK(table->Cell(table->rows()[1], 0).empty());
    CHECK(table->Cell(table->rows()[1], 1) == "320106200005050052");
    CHECK_FALSE(table->IsRounded(table->rows()[1], 1));
  }
}

TEST_CASE("a header that lacks columns is placed, with what is missing") {
  const gradphoto::testing::TempDir dir;
  CHECK(ErrorOf(dir.Write("a.csv", "")).find("a.csv: the table is empty") != std::string::npos);
  CHECK(ErrorOf(dir.Write("b.csv", "名单\n照片,编码\nx.jpg,1\n"))
            .find("b.csv:2: the header lacks key; the columns are photo, key") != std::string::npos);
  CHECK(ErrorOf(dir.Write("c.csv", "x.jpg,1\n")).find("c.csv:1: the header lacks photo, key;") !=
        std::string::npos);
}

}  // namespace
}  // namespace gradphoto::table
