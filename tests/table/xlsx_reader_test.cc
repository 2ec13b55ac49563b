// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_reader.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"
#include "tests/table/workbook.h"

namespace gradphoto::table {
namespace {

using testing::Parts;
using testing::Zip;
using Texts = std::vector<std::string>;

XlsxSheet Sheet(const std::map<std::string, std::string>& parts, const XlsxLimits& limits = {}) {
  auto sheet = ReadXlsx(Zip(parts), "r.xlsx", {}, limits);
  REQUIRE_MESSAGE(sheet.has_value(), (sheet ? "" : sheet.error().message));
  return std::move(*sheet);
}

std::string ErrorOf(const std::map<std::string, std::string>& parts, const XlsxLimits& limits = {}) {
  const auto sheet = ReadXlsx(Zip(parts), "r.xlsx", {}, limits);
  REQUIRE_FALSE(sheet.has_value());
  CHECK(sheet.error().kind == ErrorKind::kInput);
  CHECK(sheet.error().message.starts_with("r.xlsx"));
  return sheet.error().message;
}

bool Has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("every kind of cell gives the text its owner sees") {
  const XlsxSheet sheet = Sheet(Parts(
      "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"C2\" "
      "t=\"inlineStr\"><is><r><t>行</t></r><r><t>内</t>"
      "</r><rPh><t>hang</t></rPh></is></c><c r=\"D2\"><v>2023001</v></c><c r=\"E2\" t=\"str\"><f>A1&amp;B1</f>"
      "<v>公式</v></c><c r=\"F2\" t=\"b\"><v>1</v></c><c r=\"G2\" t=\"e\"><v>#N/A</v></c><c r=\"H2\" s=\"1\">"
      "<v>38534</v></c><c r=\"I2\" s=\"9\"/><c r=\"J2\"><f>NOW()</f></c></row>"
      "<row><c><v>7</v></c><c t=\"d\"><v>2005-07-01</v></c></row>",
      "<si><t>x</t></si><si><t xml:space=\"preserve\">甲_x000D_乙&amp;</t><rPh><t>jia</t></rPh></si>",
      "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>"
      "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf "
      "numFmtId=\"164\"/></cellXfs>"));
  REQUIRE(sheet.rows.size() == 2);
  CHECK(sheet.name == "名单");
  CHECK(sheet.rows[0].line == 2);
  CHECK(sheet.rows[0].cells == Texts{"甲\r乙&", "", "行内", "2023001", "公式", "TRUE", "#N/A", "2005-07-01"});
  CHECK(sheet.rows[1].line == 3);
  CHECK(sheet.rows[1].cells == Texts{"7", "2005-07-01"});
  REQUIRE(sheet.notes.size() == 2);
  CHECK(sheet.notes[0] == "cells that show an error such as #N/A: 1");
  CHECK(sheet.notes[1].starts_with("formulas without a stored result"));
}

TEST_CASE("18 digits that Excel rounded are marked, 18 digits in full are not") {
  const XlsxSheet sheet = Sheet(
      Parts("<row><c><v>3.2010619990101002E+17</v></c><c><v>320106199901011234</v></c><c><v>1</v></c></row>"));
  CHECK(sheet.rows[0].cells == Texts{"320106199901010000", "320106199901011234", "1"});
  CHECK(sheet.rows[0].rounded == std::vector<std::size_t>{0});
}

TEST_CASE("dates may count from 1904") {
  const XlsxSheet sheet =
      Sheet(Parts("<row><c s=\"0\"><v>37072</v></c></row>", "", "<cellXfs><xf numFmtId=\"14\"/></cellXfs>", "",
                  "<workbookPr date1904=\"1\"/>"));
  CHECK(sheet.rows[0].cells == Texts{"2005-07-01"});
}

TEST_CASE("what is no workbook is refused with the remedy") {
  CHECK(Has(ErrorOf({{"a.jpg", "x"}}), "no Excel workbook; open it in Excel or WPS and save it"));
  CHECK(Has(ErrorOf({{"_rels/.rels",
                      "<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" "
                      "Target=\"word/document.xml\"/></Relationships>"}}),
            "no Excel workbook"));
  CHECK(Has(ErrorOf({{"_rels/.rels",
                      "<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" "
                      "Target=\"xl/workbook.bin\"/></Relationships>"}}),
            ".xlsb"));
  const std::string whole = Zip(Parts("<row><c><v>1</v></c></row>"));
  for (std::size_t size = 4; size < whole.size(); size += 97) {
    CAPTURE(size);
    CHECK_FALSE(ReadXlsx(whole.substr(0, size), "r.xlsx").has_value());
  }
}

TEST_CASE("malformed XML, document types and entities are refused") {
  CHECK(Has(ErrorOf(Parts("<row><c><v>1</v></row>")), "xl/worksheets/sheet1.xml:1: mismatched tag"));
  auto parts = Parts("<row><c><v>1</v></c></row>");
  parts["xl/sharedStrings.xml"] =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>";
  CHECK(Has(ErrorOf(parts), "a document type declaration"));
  parts["xl/sharedStrings.xml"] = "<sst><si><t>&nbsp;</t></si></sst>";
  CHECK(Has(ErrorOf(parts), "undefined entity"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  CHECK(Has(ErrorOf(Parts(deep)), "too deep"));
}

TEST_CASE("texts that are not there and cells out of order are refused") {
  CHECK(Has(ErrorOf(Parts("<row><c t=\"s\"><v>0</v></c></row>")), "a text that the workbook does not have"));
  CHECK(Has(ErrorOf(Parts("<row><c t=\"s\"><v>-1</v></c></row>")), "a text that the workbook does not have"));
  CHECK(Has(ErrorOf(Parts("<row r=\"3\"/><row r=\"2\"/>")), "not in order"));
  CHECK(Has(ErrorOf(Parts("<row><c r=\"B1\"/><c r=\"A1\"/></row>")), "not in order"));
  CHECK(Has(ErrorOf(Parts("<row r=\"99999999\"/>")), "not in order"));
}

TEST_CASE("a bomb ends at its bounds: inflated bytes, texts told a thousand times, far cells, endless tags") {
  const XlsxLimits limits;
  CHECK(limits.max_inflated_bytes <= 512U << 20U);
  auto parts = Parts("<row><c><v>1</v></c></row>");
  parts["xl/sharedStrings.xml"] = "<sst>" + std::string(3 << 20, ' ') + "</sst>";
  CHECK(Has(ErrorOf(parts, {.max_inflated_bytes = 1 << 20}), "inflates to more than 1048576 bytes"));

  std::string cells;
  for (int i = 0; i < 100; ++i) cells += "<row><c t=\"s\"><v>0</v></c></row>";
  const std::string text = "<si><t>" + std::string(60'000, 'a') + "</t></si>";
  CHECK(Has(ErrorOf(Parts(cells, text), {.max_text_bytes = 1 << 20}), "more rows or text"));
  CHECK(Has(ErrorOf(Parts(cells, text), {.max_row_bytes = 1'000}), "a row of more than 1000 bytes"));
  CHECK(Has(ErrorOf(Parts(cells, text), {.max_cell_bytes = 1'000}), "a cell of more than 1000 bytes"));
  CHECK(Has(ErrorOf(Parts(cells, text + text), {.max_shared_strings = 1}), "more text"));
  CHECK(Has(ErrorOf(Parts(cells, "<si><t>a</t></si>"), {.max_rows = 99}), "more rows"));
  CHECK(Has(ErrorOf(Parts("<row><c r=\"GS1\"><v>1</v></c></row>")), "beyond column 200"));
  CHECK(Has(ErrorOf(Parts("<row><c r=\"GR1\"><v>1</v></c></row>"), {.max_cells = 100}), "more rows or text"));
  CHECK(Has(ErrorOf(Parts("<row><c t=\"" + std::string(2 << 20, 'a') + "\"/></row>")),
            "a tag of more than 1 MiB"));
  // Formatted but empty cells do not count.
  CHECK(Sheet(Parts("<row><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row>")).rows[0].cells == Texts{"1"});
}

TEST_CASE("a cell merged downwards fills what it covers, a title merged sideways does not") {
  const XlsxSheet sheet =
      Sheet(Parts("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>2</v></c><c "
                  "r=\"B2\"><v>9</v></c></row>"
                  "<row r=\"3\"><c r=\"A3\"><v>3</v></c></row><row r=\"5\"><c r=\"A5\"><v>5</v></c></row>",
                  "", "",
                  "<mergeCells><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"B2:B5\"/><mergeCell "
                  "ref=\"junk\"/></mergeCells>"));
  CHECK(sheet.rows[0].cells == Texts{"1"});
  CHECK(sheet.rows[2].cells == Texts{"3", "9"});
  CHECK(sheet.rows[3].cells == Texts{"5", "9"});
  CHECK(sheet.notes == Texts{"cells filled from a cell merged downwards: 2"});
}

}  // namespace
}  // namespace gradphoto::table
