// SPDX-License-Identifier: Apache-2.0
#include "lib/table/encoding.h"

#include <doctest/doctest.h>

#include "lib/base/text.h"

namespace gradphoto::table {
namespace {

const std::string kTable =
    "学号,姓名,性别,班级\n2023001,张小明,男,会计一班\n2023002,阿依古丽·买买提,女,会计二班\n";

std::string In(const std::string& encoding, const std::string& text = kTable) {
  auto bytes = ConvertFromUtf8(text, encoding);
  REQUIRE(bytes.has_value());
  return *bytes;
}

std::string ErrorOf(const std::string& bytes) {
  const auto decoded = DecodeText(bytes, "r.csv");
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error().kind == ErrorKind::kInput);
  CHECK(decoded.error().message.starts_with("r.csv: "));
  CHECK(decoded.error().message.find("CSV UTF-8") != std::string::npos);
  return decoded.error().message;
}

void CheckDecoded(const std::string& bytes, const std::string& encoding, bool guessed) {
  const auto decoded = DecodeText(bytes, "r.csv");
  REQUIRE(decoded.has_value());
  CHECK(decoded->text == kTable);
  CHECK(decoded->encoding == encoding);
  CHECK(decoded->guessed == guessed);
}

TEST_CASE("every usual encoding gives the same text, and only GB18030 is a guess") {
  CheckDecoded(kTable, "UTF-8", false);
  CheckDecoded("\xEF\xBB\xBF" + kTable, "UTF-8 with BOM", false);
  CheckDecoded("\xFF\xFE" + In("UTF-16LE"), "UTF-16LE", false);
  CheckDecoded("\xFE\xFF" + In("UTF-16BE"), "UTF-16BE", false);
  CheckDecoded(In("GBK"), "GB18030", true);
  CheckDecoded(In("GB18030"), "GB18030", true);
}

TEST_CASE("characters beyond GBK survive GB18030") {
  const std::string rare = kTable + "2023003,王𬱖,男,会计一班\n";
  const auto decoded = DecodeText(In("GB18030", rare), "r.csv");
  REQUIRE(decoded.has_value());
  CHECK(decoded->text == rare);
}

TEST_CASE("another encoding is reported with what it looks like, never rendered as GB18030") {
  const std::string traditional =
      "學號,姓名,性別,班級\n1,陳大文,男,會計甲班\n2,林小華,女,會計乙班\n3,黃國豪,男,資訊乙班\n4,張雅婷,女,"
      "會計甲班\n";
  CHECK(ErrorOf(In("BIG5", traditional)).find("it looks like BIG5") != std::string::npos);
}

TEST_CASE("damaged UTF-8 is placed by byte and line, not taken for GB18030") {
  std::string damaged = kTable;
  const std::size_t place = damaged.find("张");
  damaged.erase(place, 1);
  const std::string where = "byte " + std::to_string(place) + " (line 2)";
  CHECK(ErrorOf(damaged).find(where) != std::string::npos);
  CHECK(ErrorOf("\xEF\xBB\xBF" + damaged).find("byte " + std::to_string(place + 3)) != std::string::npos);
}

TEST_CASE("UTF-16 without a mark is recognized by its NUL bytes, and told as a guess") {
  for (const char* encoding : {"UTF-16LE", "UTF-16BE"}) {
    const auto bytes = ConvertFromUtf8("学号\t姓名\n2023001\t一丁\n", encoding);
    REQUIRE(bytes.has_value());
    const auto decoded = DecodeText(*bytes, "r.txt");
    REQUIRE(decoded.has_value());
    CHECK(decoded->text == "学号\t姓名\n2023001\t一丁\n");
    CHECK(decoded->encoding == encoding);
    CHECK(decoded->guessed);
  }
  CHECK_FALSE(DecodeText(std::string("a\0\1\0", 4), "r.txt").has_value());
}

TEST_CASE("old workbooks, binary files and hopeless bytes are refused") {
  CHECK(ErrorOf("\xD0\xCF\x11\xE0...").find("Excel workbook") != std::string::npos);
  CHECK(ErrorOf(std::string("a,b\n1\0,2\n", 9)).find("NUL byte at byte 5 (line 2)") != std::string::npos);
  CHECK(ErrorOf("a,b\n\xFF\xFF\xFF\n").find("neither UTF-8") != std::string::npos);
  CHECK(ErrorOf("\xFF\xFE"
                "a")
            .find("marked as UTF-16LE but damaged") != std::string::npos);
}

TEST_CASE("empty and ASCII text are UTF-8") {
  CHECK(DecodeText("", "r.csv")->encoding == "UTF-8");
  CHECK(DecodeText("XH,XM\n1,a\n", "r.csv")->encoding == "UTF-8");
}

TEST_CASE("web pages and XML that were saved as .xls are named as that") {
  const auto message = [](std::string_view bytes) {
    const auto text = DecodeText(bytes, "r.xls");
    REQUIRE_FALSE(text.has_value());
    return text.error().message;
  };
  CHECK(message("<html><body><table></table></body></html>").contains("a web page (HTML)"));
  CHECK(message("\r\n <!DOCTYPE HTML><table>").contains("a web page (HTML)"));
  CHECK(message("MIME-Version: 1.0\r\n").contains("web archive"));
  CHECK(message("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?><Workbook>")
            .contains("Excel 2003"));
  CHECK(message("<html>").contains("save it as"));
  CHECK(DecodeText("学号,<html>\n", "r.csv").has_value());
}

TEST_CASE("other kinds of files are named as what they are") {
  const auto message = [](std::string_view bytes) {
    const auto text = DecodeText(bytes, "r.xls");
    REQUIRE_FALSE(text.has_value());
    return text.error().message;
  };
  CHECK(message(std::string_view("\x09\x08\x08\x00\x00\x05\x05\x00\x17\x3D", 10)).contains("before 1997"));
  CHECK(message(std::string_view("\x09\x00\x04\x00\x02\x00\x10\x00", 8)).contains("before 1997"));
  CHECK(message("ID;PWXL;N;E\r\nC;Y1;X1;K\"a\"\r\n").contains("SYLK"));
  std::string dbase("\x03\x7A\x06\x0F\x02\x00\x00\x00\x41\x00", 10);
  dbase.resize(66, '\0');
  CHECK(message(dbase).contains("dBase"));
  CHECK(message(dbase).contains("save it as"));
  CHECK(message("%PDF-1.7\n").contains("a PDF document, not a table; give the list itself"));
  CHECK(message("{\\rtf1\\ansi").contains("RTF"));
  CHECK(message(std::string_view("MM\0*\0\0\0\x08", 8)).contains("a picture"));
  CHECK(message(" [\n {\"XH\": 1}]").contains("a JSON file"));
  CHECK(message("\xEF\xBB\xBF{}").contains("a JSON file"));
  for (const char* table : {"MM,学号\n", "[学号],姓名\n", "{学号},姓名\n",
                            "C1\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\n1\n"}) {
    CAPTURE(table);
    CHECK(DecodeText(table, "r.csv").has_value());
  }
}

}  // namespace
}  // namespace gradphoto::table
