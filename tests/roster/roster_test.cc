// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/roster.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "lib/base/text.h"
#include "tests/roster/invented.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::roster {
namespace {

using testing::WithCheckDigit;
using namespace std::chrono_literals;

Roster Parsed(const std::string& text, const std::string& key_column = "") {
  auto roster = ParseRoster(text, "r.csv", {.key_column = key_column, .today = 2026y / 6 / 1});
  REQUIRE_MESSAGE(roster.has_value(), (roster ? "" : roster.error().message));
  return *roster;
}

Error ErrorOf(const std::string& text, const std::string& key_column = "") {
  const auto roster = ParseRoster(text, "r.csv", {.key_column = key_column, .today = 2026y / 6 / 1});
  REQUIRE_FALSE(roster.has_value());
  return roster.error();
}

// "CODE: detail" of each finding.
std::vector<std::string> Findings(const RosterRow& row) {
  std::vector<std::string> all;
  all.reserve(row.findings.size());
  for (const Finding& finding : row.findings) all.push_back(finding.code + ": " + finding.detail);
  return all;
}

using Texts = std::vector<std::string>;

TEST_CASE("columns come under canonical names, unknown ones under their own, in file order") {
  const Roster roster = Parsed("学号,民族,XM,sfzh\n2023001,汉,张 三,11010519491231002x\n");
  REQUIRE(roster.rows.size() == 1);
  const RosterRow& row = roster.rows[0];
  using Field = std::pair<std::string, std::string>;
  CHECK(row.student.fields == std::vector<Field>{{"student_number", "2023001"},
                                                 {"民族", "汉"},
                                                 {"name", "张 三"},
                                                 {"id_number", "11010519491231002X"}});
  CHECK(row.line == 2);
  CHECK(row.name_for_matching == "张三");
  CHECK(row.findings.empty());
  CHECK(roster.encoding == "UTF-8");
  CHECK(roster.notes.empty());
}

TEST_CASE("repeated and empty headers are made unique, and 'key' is not taken from the record") {
  const Roster roster = Parsed("学号,证件号码,身份证号,备注,备注,,key\n1,E12345678,E87654321,a,b,c,d\n");
  Texts names;
  for (const auto& [name, value] : roster.rows[0].student.fields) names.push_back(name);
  CHECK(names == Texts{"student_number", "id_number", "身份证号", "备注", "备注 (2)", "column_6", "key (2)"});
  REQUIRE(roster.notes.size() == 1);
  CHECK(roster.notes[0].find("two columns mean id_number") != std::string::npos);
}

TEST_CASE("the key follows the documented order, row by row") {
  const Roster roster = Parsed(
      "院校代码,学号,考生号,身份证号\n10001,7,320001,\n,8,320002,\n,9,,\n,,,E12345678\n10001,,,E87654321\n");
  Texts keys;
  for (const RosterRow& row : roster.rows) keys.push_back(row.student.key);
  CHECK(keys == Texts{"10001-7", "320002", "9", "E12345678", "E87654321"});
}

TEST_CASE("the key column can be named, by either name") {
  CHECK(Parsed("学号,卡号\n1,c1\n", "卡号").rows[0].student.key == "c1");
  CHECK(Parsed("学号,考生号\n1,k1\n", "student_number").rows[0].student.key == "1");
  CHECK(Parsed("卡号,姓名\nc1,张三\n", "卡号").rows[0].student.key == "c1");
  const Error error = ErrorOf("学号,Card\n1,c1\n", "Cart");
  CHECK(error.kind == ErrorKind::kUsage);
  CHECK(error.message.find("did you mean 'Card'") != std::string::npos);
}

TEST_CASE("a row without identifier is kept and rejected") {
  const Roster roster = Parsed("学号,姓名\n,张三\n");
  CHECK(roster.rows[0].student.key == "line-2");
  CHECK(Findings(roster.rows[0]) == Texts{"ID_INVALID: the row has no identifier"});
}

TEST_CASE("double keys are findings on every row, and the keys stay unique") {
  const Roster roster = Parsed("学号,姓名\n1,张三\n2,李四\n1,王五\n１,赵六\n");
  CHECK(Findings(roster.rows[0]) == Texts{"ROSTER_DUPLICATE: the same key on lines 2, 4, 5"});
  CHECK(roster.rows[1].findings.empty());
  CHECK(roster.rows[0].student.key == "1");
  CHECK(roster.rows[2].student.key == "1#2");
  CHECK(roster.rows[3].student.key == "1#3");
  CHECK(ToRecord(roster.rows[2]).outcome == Outcome::kRejected);
}

TEST_CASE("one ID number with two names is for review, with one name it is a person enrolled twice") {
  const Roster roster = Parsed(
      "学号,姓名,身份证号\n1,张三,11010519491231002X\n2,李四,11010519491231002x\n3,王五,440524188001010014\n"
      "4,王 五,440524188001010014\n");
  for (const std::size_t row : {0, 1}) {
    CHECK(Findings(roster.rows[row]) ==
          Texts{"ROSTER_DUPLICATE: one ID number with different names on lines 2, 3"});
    CHECK(ToRecord(roster.rows[row]).outcome == Outcome::kReview);
  }
  CHECK(roster.rows[2].findings.empty());
  CHECK(roster.notes ==
        Texts{"ID numbers on more than one row (file names made of ID numbers would collide): 2"});
}

TEST_CASE("headers that nobody knows are mapped; a column that is mapped is not taken twice") {
  const RosterOptions options{.key_column = "",
                              .columns = {{"学籍编号", "student_number"}, {"证号", "id_number"}},
                              .today = 2026y / 6 / 1};
  const auto roster = ParseRoster("学籍编号,学号,证号\nA1,7,E12345678\n", "r.csv", options);
  REQUIRE_MESSAGE(roster.has_value(), (roster ? "" : roster.error().message));
  CHECK(roster->rows[0].student.key == "A1");
  CHECK(roster->rows[0].student.Field("学号") == "7");
  CHECK(roster->rows[0].student.Field("id_number") == "E12345678");
  const auto absent = ParseRoster("学号,证件\n1,2\n", "r.csv", options);
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().kind == ErrorKind::kUsage);
  const auto unknown =
      ParseRoster("x\n", "r.csv", {.key_column = "", .columns = {{"x", "id_numbr"}}, .today = {}});
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().message.find("did you mean 'id_number'") != std::string::npos);
}

TEST_CASE("student and candidate numbers can be damaged too") {
  const Roster one = Parsed("考生号,学号\n2.63201E+13,1\n26320100000002,2\n");
  CHECK(Findings(one.rows[0]) ==
        Texts{"ID_EXCEL_DAMAGED: the column candidate_number: a spreadsheet has turned the "
              "number into scientific notation"});
  CHECK(one.rows[1].findings.empty());
  REQUIRE(one.notes.size() == 1);
  CHECK(one.notes[0].starts_with("1 numbers of the column candidate_number were rounded"));
  std::string text = "学号\n";
  for (int i = 1; i <= 6; ++i) text += "20220000000000" + std::to_string(i) + "00\n";
  const Roster column = Parsed(text);
  CHECK(column.rows[5].findings.at(0).severity == Severity::kReview);
  CHECK(column.notes.at(0).starts_with("the column student_number looks rounded by a spreadsheet: 6 of 6"));
  CHECK(Parsed(text + "20220000000000123\n20220000000000124\n").notes.empty());
}

TEST_CASE("numbers that a program took for decimals are put right") {
  const Roster roster = Parsed("学号,姓名\n2023001.0,张三\n2023002.00,李四\n2023003.5,王五\n");
  CHECK(roster.rows[0].student.key == "2023001");
  CHECK(roster.rows[1].student.key == "2023002");
  CHECK(roster.rows[2].student.key == "2023003.5");
  CHECK(roster.notes == Texts{"identifiers with a fraction of zeros such as 2023001.0, put right: 2"});
}

TEST_CASE("a header that is printed on every page is no student") {
  const Roster roster = Parsed("学号,姓名\n1,张三\n学号,姓名\n2,李四\n");
  CHECK(roster.rows.size() == 2);
}

TEST_CASE("a person enrolled twice is no duplicate") {
  const Roster roster = Parsed("学号,身份证号\n1,11010519491231002X\n2,11010519491231002X\n");
  CHECK(roster.rows[0].findings.empty());
  CHECK(roster.rows[1].findings.empty());
}

TEST_CASE("invalid numbers are findings with the reason and without digits") {
  const Roster roster = Parsed("学号,身份证号\n1,511324199612163557\n2,1234\n3,\n");
  CHECK(Findings(roster.rows[0]) == Texts{"ID_INVALID: the check digit is wrong"});
  CHECK(Findings(roster.rows[1]) == Texts{"ID_INVALID: length or characters fit no kind of document"});
  CHECK(roster.rows[2].findings.empty());
  CHECK(ToRecord(roster.rows[0]).outcome == Outcome::kRejected);
  CHECK(ToRecord(roster.rows[0]).photo.empty());
}

TEST_CASE("a number that disagrees with sex or birth date is invalid") {
  const std::string id = WithCheckDigit("32010620040315123");  // Male.
  const Roster roster = Parsed("学号,身份证号,性别,出生日期\n1," + id + ",男,2004-03-15\n2," + id +
                               ",女,20040315\n3," + id + ",1,2004年3月16日\n4," + id + ",,unknown\n");
  CHECK(roster.rows[0].findings.empty());
  CHECK(Findings(roster.rows[1]) == Texts{"ID_INVALID: the number and the column sex disagree"});
  CHECK(Findings(roster.rows[2]) == Texts{"ID_INVALID: the number and the column birth_date disagree"});
  CHECK(roster.rows[3].findings.empty());
  REQUIRE(roster.notes.size() == 2);
  CHECK(roster.notes[0] == "ID numbers on more than one row (file names made of ID numbers would collide): 1");
  CHECK(roster.notes[1] == "birth dates that are no dates, not compared with the ID number: 1");
}

TEST_CASE("Excel damage is a finding, and as a column a note that says how to export again") {
  const Roster roster = Parsed(
      "学号,身份证号\n1,3.20106E+17\n2,320106199901010000\n3,320106199901020000\n4,11010519491231002X\n");
  CHECK(roster.rows[0].findings.at(0).code == "ID_EXCEL_DAMAGED");
  CHECK(roster.rows[1].findings.at(0).code == "ID_EXCEL_DAMAGED");
  CHECK(roster.rows[1].findings.at(0).severity == Severity::kReject);
  CHECK(roster.rows[3].findings.empty());
  REQUIRE(roster.notes.size() == 1);
  CHECK(roster.notes[0].find("3 ID numbers were rounded") != std::string::npos);
  CHECK(roster.notes[0].find("formatted as text") != std::string::npos);
}

TEST_CASE("one tail of 000 with a fitting check digit is for review, in a damaged column for rejection") {
  std::vector<std::string> fitting;  // Sound by every other rule.
  for (int first17_tail = 100; first17_tail < 999 && fitting.size() < 3; first17_tail += 1) {
    for (int day = 10; day <= 28 && fitting.size() < 3; ++day) {
      const std::string id =
          WithCheckDigit("3201061999" + std::to_string(first17_tail % 3 + 10) + std::to_string(day) + "100");
      if (id.ends_with("000") && std::ranges::find(fitting, id) == fitting.end()) fitting.push_back(id);
    }
  }
  REQUIRE(fitting.size() == 3);
  const Roster one = Parsed("学号,身份证号\n1," + fitting[0] + "\n2,11010519491231002X\n");
  CHECK(one.rows[0].findings.at(0).severity == Severity::kReview);
  CHECK(ToRecord(one.rows[0]).outcome == Outcome::kReview);
  const Roster column =
      Parsed("学号,身份证号\n1," + fitting[0] + "\n2," + fitting[1] + "\n3," + fitting[2] + "\n");
  CHECK(column.rows[0].findings.at(0).severity == Severity::kReject);
}

TEST_CASE("unpaid students are held") {
  for (const char* word :
       {"否", "no", "NO", "0", "false", "未缴费", "", "待缴", "部分缴", "已退款", "欠费200元", "unpaid", "F"}) {
    CAPTURE(word);
    const Roster roster = Parsed(std::string("学号,paid\n1,") + word + "\n");
    CHECK_FALSE(roster.rows[0].paid);
    const Record record = ToRecord(roster.rows[0]);
    CHECK(record.outcome == Outcome::kHeld);
    CHECK(record.findings.at(0).code == "UNPAID");
  }
  for (const char* word : {"是", "yes", "1", "√", "已缴费"}) {
    CAPTURE(word);
    const Roster roster = Parsed(std::string("学号,paid,x\n1,") + word + ",\n");
    CHECK(ToRecord(roster.rows[0]).outcome == Outcome::kAccepted);
  }
}

TEST_CASE("a lost glyph keeps the name out of matching") {
  const Roster roster = Parsed("学号,姓名\n1,王??\n2,王五\n");
  CHECK(roster.rows[0].name_for_matching.empty());
  CHECK(roster.rows[0].student.Field("name") == "王??");
  REQUIRE(roster.notes.size() == 1);
  CHECK(roster.notes[0] == "names with the mark of a lost glyph, not matched by name: 1");
}

TEST_CASE("title rows, empty rows and short rows are no obstacle; a long row is") {
  const Roster roster = Parsed("2026届毕业生名单,,\n\n学号,姓名,备注\n1,张三\n,,\n2,李四,,\n");
  REQUIRE(roster.rows.size() == 2);
  CHECK(roster.rows[0].line == 4);
  CHECK(roster.rows[0].student.Field("备注").empty());
  const Error error = ErrorOf("学号,姓名\n1,张三,x\n");
  CHECK(error.kind == ErrorKind::kInput);
  CHECK(error.message.starts_with("r.csv:2: the row has 3 cells, the header 2"));
}

TEST_CASE("a file without identifying header says what it expected and prints no numbers") {
  const Error error = ErrorOf("张三,11010519491231002X\n李四,440524188001010014\n");
  CHECK(error.kind == ErrorKind::kUsage);
  CHECK(error.message.find("学号 (XH)") != std::string::npos);
  CHECK(error.message.find("1101") == std::string::npos);
  CHECK(ErrorOf("").message == "r.csv: the roster is empty");
  CHECK(ErrorOf("\n,,\n").message == "r.csv: the roster is empty");
}

TEST_CASE("a GB18030 roster with quoted line breaks and guarded numbers reads like any other") {
  const std::string utf8 =
      "学号;姓名;身份证号;备注\r\n=\"0012\";艾力·买买提;\"'11010519491231002X\";\"第一行\r\n第二行\"\r\n0013;"
      "李四;\t440524188001010014;\r\n";
  const auto gb = ConvertFromUtf8(utf8, "GB18030");
  REQUIRE(gb.has_value());
  const Roster roster = Parsed(*gb);
  CHECK(roster.encoding == "GB18030");
  CHECK(roster.encoding_guessed);
  REQUIRE(roster.rows.size() == 2);
  CHECK(roster.rows[0].student.Field("student_number") == "0012");
  CHECK(roster.rows[0].student.Field("id_number") == "11010519491231002X");
  CHECK(roster.rows[0].student.Field("备注") == "第一行\r\n第二行");
  CHECK(roster.rows[1].line == 4);
  CHECK(roster.rows[1].findings.empty());
}

TEST_CASE("files are read, and absent ones are input errors") {
  const gradphoto::testing::TempDir dir;
  const auto path = dir.Write("r.csv", "\xEF\xBB\xBF学号,姓名\n1,张三\n");
  const auto roster = ReadRoster(path);
  REQUIRE(roster.has_value());
  CHECK(roster->encoding == "UTF-8 with BOM");
  const auto absent = ReadRoster(dir.path() / "absent.csv");
  REQUIRE_FALSE(absent.has_value());
  CHECK(absent.error().kind == ErrorKind::kInput);
}

TEST_CASE("every word that holds is named once with its rows; without a column of payment nobody is held") {
  const Roster roster = Parsed("学号,缴费情况\n1,已交\n2,待缴\n3,\n4,待缴\n");
  CHECK(roster.notes == Texts{"a blank in the column of payment is no word for paid; held as unpaid: 4",
                              "'待缴' in the column of payment says unpaid; held: 3, 5"});
  CHECK(Parsed("学号,缴费情况\n1,已退款\n2,已交\n").notes ==
        Texts{"'已退款' in the column of payment is no word for paid; held as unpaid: 2 (if it means paid, "
              "write 已缴费)"});
  CHECK(Parsed("学号,姓名\n1,张三\n").rows[0].paid);
}

TEST_CASE("columns of money that prove nothing are named") {
  for (const char* header : {"应缴金额", "退费金额", "学费缴纳", "Fee"}) {
    CAPTURE(header);
    const Roster roster = Parsed(std::string("学号,") + header + "\n1,200\n");
    CHECK(roster.rows[0].paid);
    REQUIRE(roster.notes.size() == 1);
    CHECK(roster.notes[0].contains(header));
  }
  const Roster both = Parsed("学号,缴费金额,是否缴费\n1,200,否\n");
  CHECK_FALSE(both.rows[0].paid);
  CHECK(both.rows[0].student.Field("paid") == "否");
}

TEST_CASE("who owes nothing has paid, everybody else is held") {
  const auto are_paid = [](const Roster& roster) {
    std::vector<bool> paid;
    for (const RosterRow& row : roster.rows) paid.push_back(row.paid);
    return paid;
  };
  for (const char* header : {"是否欠费", "是否欠缴学费", "欠费情况", "未缴金额"}) {
    CAPTURE(header);
    const Roster roster =
        Parsed(std::string("学号,") + header + "\n1,否\n2,是\n3,\n4,欠300元\n5,0\n6,有\n7,不欠\n");
    CHECK(are_paid(roster) == std::vector<bool>{true, false, false, false, true, false, true});
    CHECK(roster.rows[1].student.Field("owed") == "是");
  }
  const Roster amounts = Parsed("学号,欠费金额\n1,\n2,200\n3,0.00\n4,-5\n");
  CHECK(are_paid(amounts) == std::vector<bool>{true, false, true, false});
  CHECK(amounts.notes ==
        Texts{"the column 欠费金额 says what is owed: whoever owes nothing (0, 否, 无) counts as paid, "
              "everybody else is held",
              "'-5' in the column of what is owed; held as unpaid: 5 (if nothing is owed, write 0)",
              "'200' in the column of what is owed; held as unpaid: 3 (if nothing is owed, write 0)"});
  CHECK(are_paid(Parsed("学号,是否欠费\n1,\n")) == std::vector<bool>{false});
  // A column that says who has paid decides.
  CHECK(are_paid(Parsed("学号,欠费金额,是否缴费\n1,200,是\n2,0,否\n")) == std::vector<bool>{true, false});
}

TEST_CASE("a column of money under any header is one of payment when all its cells say paid or unpaid") {
  for (const char* header :
       {"费用状态", "学费", "缴费记录", "缴纳情况", "收费登记", "学费是否缴清", "是否完成缴费"}) {
    CAPTURE(header);
    const Roster roster = Parsed(std::string("学号,") + header + "\n1,未交\n2,已缴费\n3,否\n合计,\n");
    REQUIRE(roster.rows.size() == 3);
    CHECK_FALSE(roster.rows[0].paid);
    CHECK(roster.rows[1].paid);
    CHECK_FALSE(roster.rows[2].paid);
  }
  // A fee that is waived is not one that is paid.
  for (const char* header : {"学费减免", "是否免缴学费", "是否需要缴费"}) {
    CAPTURE(header);
    const Roster roster = Parsed(std::string("学号,") + header + "\n1,否\n2,是\n");
    CHECK(roster.rows[0].paid);
    CHECK(roster.rows[1].paid);
  }
  CHECK(Parsed("学号,缴费备注\n1,已缴费\n2,家长来电\n").rows[1].paid);
  CHECK(Parsed("学号,是否缴费,缴费记录\n1,是,未交\n").rows[0].paid);  // One column of payment is enough.
}

TEST_CASE("signs, telephone numbers and errors of formulas are no students") {
  for (const char* footer : {"联系电话,13800000000", "--,--", "电话：,0371-60000000", "教务科,2026", "—,"}) {
    CAPTURE(footer);
    CHECK(Parsed(std::string("学号,姓名\n20220101,张三\n") + footer + "\n").rows.size() == 1);
  }
  for (const char* error : {"#N/A", "#REF!", "#VALUE!"}) {
    CAPTURE(error);
    const Roster roster = Parsed(std::string("学号,姓名\n") + error + ",张三\n");
    REQUIRE(roster.rows.size() == 1);
    CHECK(roster.rows[0].student.key == "line-2");
    CHECK(Findings(roster.rows[0]) == Texts{"ID_INVALID: the row has no identifier"});
  }
}

TEST_CASE("totals, remarks and signatures are no students") {
  const Roster roster = Parsed(
      "学号,姓名,班级\n2023001,张三,a\n2023002,李四,a\n合计,2,\n备注：以上信息经本人核对,,\n制表人：,王五,"
      "\n共2人,,\n"
      "以上名单无误,,\n,赵六,b\n");
  REQUIRE(roster.rows.size() == 3);
  CHECK(roster.rows[2].student.Field("name") == "赵六");
  REQUIRE_FALSE(roster.notes.empty());
  CHECK(roster.notes[0] == "totals, remarks and signatures below the list, no students: lines 4, 5, 6, 7, 8");
  CHECK(Parsed("姓名,学号\n张三,1\n合计,1\n").rows.size() == 1);
  CHECK(Parsed("班级,姓名,学号\n统计1班,张三,\n").rows.size() == 1);
}

TEST_CASE("rows equal in every cell count once") {
  const Roster roster = Parsed("序号,学号,姓名\n1,1001,张三\n2,1001,张 三\n3,1001,张三\n4,1002,李四\n");
  REQUIRE(roster.rows.size() == 3);  // A blank in a name is another cell.
  CHECK(roster.notes.front().starts_with("keys that occur more than once"));
  const Roster equal = Parsed("序号,学号,姓名\n1,1001,张三\n2,1001,张三\n");
  REQUIRE(equal.rows.size() == 1);
  CHECK(equal.rows[0].findings.empty());
  CHECK(equal.notes == Texts{"rows equal to an earlier one in every cell, counted once: line 3"});
}

TEST_CASE("masked numbers are for review, look-alikes of X are read, letters among digits are named") {
  for (const char* number :
       {"110105********002X", "1101051949XXXX0021", "110105●●●●●●●●0021", "4405××××××0014"}) {
    CAPTURE(number);
    const Roster roster = Parsed(std::string("学号,身份证号\n1,") + number + "\n");
    REQUIRE(roster.rows[0].findings.size() == 1);
    CHECK(roster.rows[0].findings[0].code == "ID_MASKED");
    CHECK(ToRecord(roster.rows[0]).outcome == Outcome::kReview);
  }
  for (const char* x : {"×", "Х", "χ", "✕", "Ⅹ", "ｘ"}) {
    CAPTURE(x);
    const Roster roster = Parsed(std::string("学号,身份证号\n1,11010519491231002") + x + "\n");
    CHECK(roster.rows[0].findings.empty());
    CHECK(roster.rows[0].student.Field("id_number") == "11010519491231002X");
  }
  const Roster letter = Parsed("学号,身份证号\n1,11O10519491231002X\n");
  CHECK(Findings(letter.rows[0]) ==
        Texts{"ID_INVALID: letters stand among the digits: the letter O for 0, or I or l for 1"});
  CHECK(Parsed("学号,护照号\n1,EXX123456\n").rows[0].findings.empty());
}

TEST_CASE("headers: more names, the better claim, unknown columns of ID numbers, a key to propose") {
  CHECK(Parsed("全国学籍号,姓名\nG110000200301010010,张三\n").rows[0].student.key == "G110000200301010010");
  CHECK(Parsed("Student ID,Name\n1001,Anna\n").rows[0].student.key == "1001");
  CHECK(Parsed("学籍号,学号,姓名\nG1,1001,张三\n").rows[0].student.key == "1001");
  CHECK(Parsed("学号,居民身份证号码\n1,11010519491231002X\n").rows[0].student.Field("id_number") ==
        "11010519491231002X");
  const Roster unknown = Parsed("学号,证照号\n1,11010519491231002X\n2,440524188001010014\n");
  REQUIRE(unknown.notes.size() == 1);
  CHECK(unknown.notes[0].contains("use --column 证照号=id_number"));
  CHECK(ErrorOf("校园卡,姓名\n10012,张三\n10013,李四\n").message.contains("use --key 校园卡"));
}

TEST_CASE("a header that is split over two rows is read as one") {
  const Roster roster = Parsed("学号,姓名,证件,\n,,类型,号码\n1,张三,居民身份证,11010519491231002X\n");
  REQUIRE(roster.rows.size() == 1);
  CHECK(roster.rows[0].student.Field("id_number") == "11010519491231002X");
  CHECK(roster.rows[0].student.Field("证件类型") == "居民身份证");
  CHECK(Parsed("学号,姓名,备注\n,张三,\n").rows.size() == 1);
}

TEST_CASE("several rosters are read as one, and places name the file") {
  const gradphoto::testing::TempDir dir;
  const std::vector<std::filesystem::path> paths = {dir.Write("a.csv", "学号,姓名\n1,张三\n2,李四\n"),
                                                    dir.Write("b.csv", "姓名,学号,班级\n王五,3,b\n赵六,1,b\n")};
  const auto roster = ReadRosters(paths);
  REQUIRE(roster.has_value());
  REQUIRE(roster->rows.size() == 4);
  CHECK(roster->rows[2].student.key == "3");
  CHECK(Findings(roster->rows[0]) == Texts{"ROSTER_DUPLICATE: the same key on lines a.csv:2, b.csv:3"});
}

}  // namespace
}  // namespace gradphoto::roster
