// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/id_number.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/roster/invented.h"

namespace gradphoto::roster {
namespace {

using testing::WithCheckDigit;
using namespace std::chrono_literals;

constexpr std::chrono::year_month_day kToday = 2026y / 6 / 1;

IdCheck Check(std::string_view text) { return CheckIdNumber(text, kToday); }

bool Has(const IdCheck& check, IdProblem problem) {
  return std::ranges::find(check.problems, problem) != check.problems.end();
}

TEST_CASE("published sound numbers pass") {
  for (const char* id : {"11010519491231002X", "440524188001010014", "52030219891209794X"}) {
    CAPTURE(id);
    const IdCheck check = Check(id);
    CHECK(check.IsValid());
    CHECK(check.kind == IdKind::kMainland);
    CHECK(check.ProblemsText().empty());
  }
  const IdCheck check = Check("11010519491231002X");
  CHECK(check.birth_date == 1949y / 12 / 31);
  CHECK(check.sex == Sex::kFemale);
  CHECK(Check("440524188001010014").sex == Sex::kMale);
}

TEST_CASE("a number often quoted as sound fails by its check digit") {
  const IdCheck check = Check("511324199612163557");
  CHECK(check.problems == std::vector{IdProblem::kCheckDigit});
  CHECK(Check("511324199612163556").IsValid());
}

TEST_CASE("each single wrong digit is noticed") {
  const std::string sound = WithCheckDigit("32010620040315123");
  REQUIRE(Check(sound).IsValid());
  for (std::size_t i = 0; i < 17; ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = sound;
      if (wrong[i] == digit) continue;
      wrong[i] = digit;
      CHECK_FALSE(Check(wrong).IsValid());
    }
  }
}

TEST_CASE("region, date and future are judged besides the check digit") {
  CHECK(Check(WithCheckDigit("16010620040315123")).problems == std::vector{IdProblem::kRegion});
  CHECK(Check(WithCheckDigit("32010620040230123")).problems == std::vector{IdProblem::kBirthDate});
  CHECK(Check(WithCheckDigit("32010620050229123")).problems == std::vector{IdProblem::kBirthDate});
  CHECK(Check(WithCheckDigit("32010620040229123")).IsValid());
  CHECK(Check(WithCheckDigit("32010620260602123")).problems == std::vector{IdProblem::kFutureBirthDate});
  CHECK(Check(WithCheckDigit("32010620260601123")).IsValid());
  CHECK(Check(WithCheckDigit("71010620040315123")).IsValid());
}

TEST_CASE("every kind of document is told") {
  CHECK(Check(WithCheckDigit("81000020040315123")).kind == IdKind::kHkMacauTaiwanResident);
  CHECK(Check(WithCheckDigit("82000020040315123")).IsValid());
  CHECK(Check(WithCheckDigit("83000020040315123")).IsValid());
  CHECK(Check(WithCheckDigit("91184020040315123")).kind == IdKind::kForeignPermanentResident);
  CHECK(Check(WithCheckDigit("91184020040315123")).IsValid());
  CHECK(Check("USA110105900101").kind == IdKind::kForeignPermanentResidentOld);
  CHECK(Check("320106900315123").kind == IdKind::kMainlandOld);
  CHECK(Check("H12345678").kind == IdKind::kHkMacauPermit);
  CHECK(Check("M1234567890").kind == IdKind::kHkMacauPermit);
  CHECK(Check("12345678").kind == IdKind::kTaiwanPermit);
  CHECK(Check("E12345678").kind == IdKind::kPassport);
  CHECK(Check("AB123").kind == IdKind::kPassport);
  CHECK(Check("999123456789000012").kind == IdKind::kTemporary);
  for (const char* id :
       {"USA110105900101", "320106900315123", "H12345678", "12345678", "E12345678", "999123456789000012"}) {
    CAPTURE(id);
    CHECK(Check(id).IsValid());
  }
}

TEST_CASE("the old 15 digits tell date and sex but have no check digit") {
  const IdCheck check = Check("320106900315123");
  CHECK(check.birth_date == 1990y / 3 / 15);
  CHECK(check.sex == Sex::kMale);
  CHECK(Has(Check("320106901315123"), IdProblem::kBirthDate));
}

TEST_CASE("what fits no kind is unknown") {
  for (const char* id :
       {"1234", "ABCDEF", "无", "32010620040315123", "3201062004031512345", "K034178(2)", "3201062004031"}) {
    CAPTURE(id);
    const IdCheck check = Check(id);
    CHECK(check.kind == IdKind::kUnknown);
    CHECK(check.problems == std::vector{IdProblem::kForm});
  }
}

TEST_CASE("one character too many is told as that, of whatever script") {
  for (const char* id : {"32010620040315123A", "11010519491231002*", "1101051949123100Z2",
                         "１１０１０５１９４９１２３１００２壹", "110105194912-10021"}) {
    CAPTURE(id);
    CHECK(Check(id).problems == std::vector{IdProblem::kOneCharacter});
  }
}

TEST_CASE("Excel's scientific notation is told apart from passports") {
  for (const char* id : {"3.20106E+17", "3.2010619990101E+17", "3.20106e+17", "3E+17"}) {
    CAPTURE(id);
    CHECK(Check(id).problems == std::vector{IdProblem::kScientificNotation});
    CHECK(Check(id).IsExcelDamaged());
  }
  CHECK(Check("E12345678").IsValid());
  CHECK(Check("1E12345").kind == IdKind::kPassport);
}

TEST_CASE("a tail of 000 is flagged even where the check digit happens to fit") {
  CHECK(Has(Check("320106199901010000"), IdProblem::kZeroTail));
  CHECK(Check("320106199901010000").IsExcelDamaged());
  CHECK_FALSE(Check("320106199901010000").sex.has_value());
  int fitting = 0;
  for (int day = 1; day <= 28; ++day) {
    const std::string id = std::string("320106199901") + static_cast<char>('0' + day / 10) +
                           static_cast<char>('0' + day % 10) + "1000";
    const IdCheck check = Check(id);
    CHECK(check.IsExcelDamaged());
    if (check.problems.size() == 1) ++fitting;
  }
  CHECK(fitting > 0);
}

TEST_CASE("numbers are normalized before anything else") {
  for (const char* id :
       {"11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "'11010519491231002X",
        "\t11010519491231002X", "=\"11010519491231002X\"", "110105 19491231 002X",
        "\u202A11010519491231002X\u202C", " 11010519491231002X\u00A0", "11010519491231002X\uFEFF"}) {
    CAPTURE(id);
    CHECK(Check(id).number == "11010519491231002X");
    CHECK(Check(id).IsValid());
  }
  CHECK(NormalizeId(NormalizeId("'１１x ")) == NormalizeId("'１１x "));
}

TEST_CASE("reasons hold no digits of the number") {
  for (const char* id : {"3.20106E+17", "320106199913990000", "160106200403151234", "1234"}) {
    const std::string text = Check(id).ProblemsText();
    CHECK_FALSE(text.empty());
    CHECK(text.find("320106") == std::string::npos);
    CHECK(text.find("160106") == std::string::npos);
    CHECK(text.find("1234") == std::string::npos);
  }
}

TEST_CASE("sex in the usual spellings") {
  for (const char* text : {"男", "1", "M", "male", "男性", " 男 "}) CHECK(ParseSex(text) == Sex::kMale);
  for (const char* text : {"女", "2", "f", "Female", "２"}) CHECK(ParseSex(text) == Sex::kFemale);
  CHECK_FALSE(ParseSex("").has_value());
  CHECK_FALSE(ParseSex("未知").has_value());
}

}  // namespace
}  // namespace gradphoto::roster
