// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_number.h"

#include <doctest/doctest.h>

namespace gradphoto::table {
namespace {

using Kind = NumberFormat::Kind;

TEST_CASE("formats tell dates, times and leading zeros, whatever stands around them") {
  CHECK(ParseFormat("General").kind == Kind::kPlain);
  CHECK(ParseFormat("@").kind == Kind::kPlain);
  CHECK(ParseFormat("0.00_ ;[Red]\\-0.00\\ ").kind == Kind::kPlain);
  CHECK(ParseFormat("#,##0").kind == Kind::kPlain);
  CHECK(ParseFormat("\"day\"0").kind == Kind::kPlain);
  CHECK(ParseFormat("yyyy-mm-dd").kind == Kind::kDate);
  CHECK(ParseFormat("[$-804]yyyy\"年\"m\"月\"d\"日\";@").kind == Kind::kDate);
  CHECK(ParseFormat("YYYYMMDD").kind == Kind::kDate);
  CHECK(ParseFormat("yyyy/m/d h:mm").kind == Kind::kDateTime);
  CHECK(ParseFormat("h:mm:ss").kind == Kind::kTime);
  CHECK(ParseFormat("[h]:mm").kind == Kind::kTime);
  CHECK(ParseFormat("00000000").digits == 8);
  CHECK(ParseFormat("0").digits == 1);
  CHECK(ParseFormat("").kind == Kind::kPlain);
  CHECK(ParseFormat("\"").kind == Kind::kPlain);
  CHECK(ParseFormat("[").kind == Kind::kPlain);
  CHECK(BuiltInFormat(14).kind == Kind::kDate);
  CHECK(BuiltInFormat(22).kind == Kind::kDateTime);
  CHECK(BuiltInFormat(31).kind == Kind::kDate);  // yyyy"年"m"月"d"日" of Chinese Excel.
  CHECK(BuiltInFormat(49).kind == Kind::kPlain);
}

TEST_CASE("numbers come as their owner sees them") {
  const NumberFormat plain;
  const auto text = [&](const char* raw) { return ToText(raw, plain, false).text; };
  CHECK(text("20220101") == "20220101");
  CHECK(text("2023001.0") == "2023001");
  CHECK(text("2.5") == "2.5");
  CHECK(text("2.50") == "2.5");
  CHECK(text("1.3812345678E10") == "13812345678");
  CHECK(text("1E-3") == "0.001");
  CHECK(text("-7") == "-7");
  CHECK(text("abc") == "abc");
  CHECK(text("1e999") == "1e999");
  CHECK(text("nan") == "nan");
  CHECK(ToText("42", {.kind = Kind::kPlain, .digits = 6}, false).text == "000042");
}

TEST_CASE("more than 15 digits are rounded, unless a program wrote them in full") {
  const auto number = [](const char* raw) { return ToText(raw, NumberFormat(), false); };
  CHECK(number("3.2010619990101002E+17").text == "320106199901010000");
  CHECK(number("3.2010619990101002E+17").rounded);
  CHECK(number("320106199901010000").rounded);
  CHECK(number("1.1010519491231E+17").text == "110105194912310000");
  CHECK(number("320106199901011234").text == "320106199901011234");
  CHECK_FALSE(number("320106199901011234").rounded);
  CHECK_FALSE(number("26320100000001").rounded);
  CHECK(number("-3.2010619990101002E+17").text == "-320106199901010000");
}

TEST_CASE("dates count from 1900 with its 29th of February, or from 1904") {
  const NumberFormat date{.kind = Kind::kDate};
  CHECK(ToText("38534", date, false).text == "2005-07-01");
  CHECK(ToText("1", date, false).text == "1900-01-01");
  CHECK(ToText("59", date, false).text == "1900-02-28");
  CHECK(ToText("60", date, false).text == "60");
  CHECK(ToText("61", date, false).text == "1900-03-01");
  CHECK(ToText("37072", date, true).text == "2005-07-01");
  CHECK(ToText("20050701", date, false).text == "20050701");  // A number that only looks like a date.
  CHECK(ToText("-1", date, false).text == "-1");
  CHECK(ToText("38534.5", {.kind = Kind::kDateTime}, false).text == "2005-07-01 12:00:00");
  CHECK(ToText("0.75", {.kind = Kind::kTime}, false).text == "18:00:00");
}

}  // namespace
}  // namespace gradphoto::table
