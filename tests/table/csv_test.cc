// SPDX-License-Identifier: Apache-2.0
#include "lib/table/csv.h"

#include <doctest/doctest.h>

namespace gradphoto::table {
namespace {

TEST_CASE("a first line sep=; names the delimiter, as in files made for Excel") {
  const auto table = ParseCsv("sep=;\r\na,b;c\r\n", "t.csv");
  REQUIRE(table.has_value());
  CHECK(table->delimiter == ';');
  REQUIRE(table->rows.size() == 1);
  CHECK(table->rows[0].line == 2);
  CHECK(table->rows[0].cells == std::vector<std::string>{"a,b", "c"});
  CHECK(ParseCsv("sep=;", "t.csv")->rows.size() == 1);
}

using Cells = std::vector<std::string>;

CsvTable Parsed(std::string_view text, const CsvReadOptions& options = {}) {
  auto table = ParseCsv(text, "t.csv", options);
  REQUIRE(table.has_value());
  return *table;
}

std::string ErrorOf(std::string_view text, const CsvReadOptions& options = {}) {
  const auto table = ParseCsv(text, "t.csv", options);
  REQUIRE_FALSE(table.has_value());
  CHECK(table.error().kind == ErrorKind::kInput);
  return table.error().message;
}

TEST_CASE("the delimiter is the most frequent outside quotes in the first line that has one") {
  CHECK(Parsed("a,b\n1;2,3\n").delimiter == ',');
  CHECK(Parsed("a\tb\n1\t2\n").rows[1].cells == Cells{"1", "2"});
  CHECK(Parsed("a;b;c\n").delimiter == ';');
  CHECK(Parsed("\"x,y,z\";b\n").delimiter == ';');
  CHECK(Parsed("title\na;b\n").delimiter == ';');
  CHECK(Parsed("only\none\n").delimiter == ',');
  CHECK(Parsed("a;b,c,d\n", CsvReadOptions{.delimiter = ';'}).rows[0].cells == Cells{"a", "b,c,d"});
}

TEST_CASE("LF, CR LF and lone CR end lines; blank lines vanish; the last line needs no end") {
  for (const char* text : {"a,b\n\n1,2", "a,b\r\n\r\n1,2\r\n", "a,b\r\r1,2\r"}) {
    const CsvTable table = Parsed(text);
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[1].cells == Cells{"1", "2"});
    CHECK(table.rows[1].line == 3);
  }
  CHECK(Parsed("").rows.empty());
}

TEST_CASE("quotes hold delimiters, quotes and line breaks, and lines stay counted") {
  const CsvTable table = Parsed("a,b\r\n\"x, \"\"y\"\"\r\nz\",2\r\n3,4\r\n");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[1].cells == Cells{"x, \"y\"\r\nz", "2"});
  CHECK(table.rows[1].line == 2);
  CHECK(table.rows[2].line == 4);
}

TEST_CASE("a quote inside a cell is kept, empty cells too, rows may differ in length") {
  CHECK(Parsed("a,b\n=\"0012\",\n").rows[1].cells == Cells{"=\"0012\"", ""});
  CHECK(Parsed("a,b\n1\n").rows[1].cells == Cells{"1"});
}

TEST_CASE("errors name file, line and column, counted in characters") {
  CHECK(ErrorOf("a,b\n姓名,\"x\"y\n").starts_with("t.csv:2:7: text behind a closing quote"));
  CHECK(ErrorOf("a,b\n1,2\n3,\"open\nmore\n").starts_with("t.csv:3:3: the quote opened here is never closed"));
  CHECK(ErrorOf(std::string("a,b\n1,\0\n", 8)).starts_with("t.csv:2:3: a NUL"));
  CHECK(ErrorOf("a\n\"x\ny\" z\n").starts_with("t.csv:3:3: text behind"));
}

TEST_CASE("cells, rows, columns and their number are bounded") {
  CHECK(ErrorOf("a,b\n1,12345678\n", {.delimiter = {}, .max_cell_bytes = 7})
            .starts_with("t.csv:2:3: a cell longer"));
  CHECK(ErrorOf("a,b\n1,\"12345678\"\n", {.delimiter = {}, .max_cell_bytes = 7})
            .starts_with("t.csv:2:3: a cell longer"));
  CHECK(ErrorOf("a\n1234,1234,1234\n", {.delimiter = {}, .max_row_bytes = 10})
            .starts_with("t.csv:2:1: the row is longer"));
  CHECK(ErrorOf("a,b,c\n", {.delimiter = {}, .max_columns = 2}).starts_with("t.csv:1:5: more than 2 columns"));
  CHECK(ErrorOf("a\nb\nc\n", {.delimiter = {}, .max_rows = 2}).starts_with("t.csv:3:1: more than 2 rows"));
}

TEST_CASE("the guards of other programs are taken off numbers") {
  CHECK(CleanCell(" \t0012　") == "0012");
  CHECK(CleanCell("'0012") == "0012");
  CHECK(CleanCell("=\"0012\"") == "0012");
  CHECK(CleanCell("'Abdul") == "'Abdul");
  CHECK(CleanCell("=1+2") == "=1+2");
  CHECK(CleanCell("") == "");
}

TEST_CASE("the writer makes RFC 4180 with byte order mark and CR LF") {
  CsvWriter writer;
  writer.AddRow({"name", "say \"hi\"", "a,b", "line\nbreak", ""});
  CHECK(writer.text() == "\xEF\xBB\xBFname,\"say \"\"hi\"\"\",\"a,b\",\"line\nbreak\",\r\n");
  CHECK(WriteCsv(std::vector<Cells>{{"a"}, {"b"}}, ByteOrderMark::kOmit) == "a\r\nb\r\n");
}

TEST_CASE("no cell can run as a formula") {
  for (const std::string cell : {"=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "-cmd|' /C calc'!A0", "-"}) {
    CAPTURE(cell);
    const std::string text = WriteCsv(std::vector<Cells>{{cell}}, ByteOrderMark::kOmit);
    CHECK((text.starts_with("'") || text.starts_with("\"'")));
  }
  CHECK(WriteCsv(std::vector<Cells>{{"-3.5", "-12"}}, ByteOrderMark::kOmit) == "-3.5,-12\r\n");
}

TEST_CASE("numbers that a spreadsheet would alter stay text") {
  for (const std::string cell : {"110105194912310021", "0012", "202601010001", "2E5", "22-1"}) {
    CAPTURE(cell);
    CHECK(WriteCsv(std::vector<Cells>{{cell}}, ByteOrderMark::kOmit) == "\"\t" + cell + "\"\r\n");
  }
  CHECK(WriteCsv(std::vector<Cells>{{"20230001", "3.25", "0", "11010519491231002X"}}, ByteOrderMark::kOmit) ==
        "20230001,3.25,0,11010519491231002X\r\n");
}

TEST_CASE("what is written is read back") {
  const Cells cells = {"11010519491231002X",
                       "110105194912310021",
                       "0012",
                       "=1+1",
                       "-2+3",
                       "@x",
                       "张三",
                       "a,\"b\"\r\nc",
                       "",
                       "x\ty",
                       "'Abdul",
                       "-3.5"};
  const std::string text = WriteCsv(std::vector<Cells>{{"a", "b"}, cells}, ByteOrderMark::kOmit);
  const CsvTable table = Parsed(text);
  REQUIRE(table.rows.size() == 2);
  REQUIRE(table.rows[1].cells.size() == cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) CHECK(CleanCell(table.rows[1].cells[i]) == cells[i]);
}

}  // namespace
}  // namespace gradphoto::table
