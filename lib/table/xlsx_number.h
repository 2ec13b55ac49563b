// SPDX-License-Identifier: Apache-2.0
// What a number in a workbook's cell means as text: its format decides whether it is a date, a time, a number
// with leading zeros, or just a number. ECMA-376 part 1, 18.8.30 (formats) and 18.17.4 (dates).
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::table {

struct NumberFormat {
  enum class Kind { kPlain, kDate, kTime, kDateTime };
  Kind kind = Kind::kPlain;
  int digits = 0;  // "00000000": shown with at least so many digits.
};

// The formats that workbooks need not spell out; 27 to 36 and 50 to 58 are those of Chinese Excel.
NumberFormat BuiltInFormat(int id);

// A format code such as "yyyy-mm-dd", "000000", "[$-804]yyyy\"年\"m\"月\"d\"日\";@".
NumberFormat ParseFormat(std::string_view code);

struct NumberText {
  std::string text;
  // More than 15 digits, and none but zeros behind the 15th: Excel keeps no more, so the digits there are lost.
  bool rounded = false;
};

// The text of `raw`, the contents of <v>: 3.2010619990101E+17 -> "320106199901010000" (rounded), 2023001.0 ->
// "2023001", 38534 as a date -> "2005-07-01". A program can write 18 digits in full; those are kept. What is no
// number, or no possible date, comes back as it is.
NumberText ToText(std::string_view raw, const NumberFormat& format, bool dates_from_1904);

}  // namespace gradphoto::table
