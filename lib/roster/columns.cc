// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/columns.h"

#include <algorithm>
#include <array>

#include "lib/base/unicode.h"
#include "lib/roster/payment.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

constexpr std::array<std::string_view, 20> kCanonical = {"candidate_number",
                                                         "student_number",
                                                         "name",
                                                         "sex",
                                                         "birth_date",
                                                         "id_number",
                                                         "major",
                                                         "level",
                                                         "duration",
                                                         "mode",
                                                         "school_code",
                                                         "branch",
                                                         "teaching_point",
                                                         "class",
                                                         "graduation_date",
                                                         "group",
                                                         "season",
                                                         "paid",
                                                         "exemptions",
                                                         "phone"};

struct Alias {
  std::string_view header, column;
  int rank = 0;  // Of several headers that mean one column the lowest takes it.
};

// Field codes first, then headers as found in exports of student record systems and in schools' own tables.
constexpr std::array kAliases = {
    Alias{"KSH", "candidate_number"},
    Alias{"考生号", "candidate_number"},
    Alias{"准考证号", "candidate_number"},
    Alias{"报名号", "candidate_number"},
    Alias{"考生号码", "candidate_number"},
    Alias{"考生编号", "candidate_number"},
    Alias{"准考证号码", "candidate_number"},
    Alias{"报名序号", "candidate_number", 1},
    Alias{"高考报名号", "candidate_number"},
    Alias{"CANDIDATENO", "candidate_number"},
    Alias{"CANDIDATENO.", "candidate_number"},
    Alias{"XH", "student_number"},
    Alias{"学号", "student_number"},
    Alias{"学生学号", "student_number"},
    Alias{"学生号", "student_number"},
    Alias{"学员号", "student_number"},
    Alias{"学员编号", "student_number"},
    Alias{"学生编号", "student_number"},
    Alias{"STUDENTID", "student_number"},
    Alias{"STUDENTNO", "student_number"},
    Alias{"STUDENTNO.", "student_number"},
    Alias{"STUDENTNUMBER", "student_number"},
    Alias{"STUDENTNUM", "student_number"},
    Alias{"STUDENTCODE", "student_number"},
    Alias{"STUID", "student_number"},
    Alias{"STUNO", "student_number"},
    Alias{"XJH", "student_number", 1},
    Alias{"学籍号", "student_number", 1},
    Alias{"学籍号码", "student_number", 1},
    Alias{"学籍编号", "student_number", 1},
    Alias{"全国学籍号", "student_number", 1},
    Alias{"国网学籍号", "student_number", 1},
    Alias{"全国学籍号码", "student_number", 1},
    Alias{"学生学籍号", "student_number", 1},
    Alias{"学籍辅号", "student_number", 2},
    Alias{"学籍副号", "student_number", 2},
    Alias{"XM", "name"},
    Alias{"姓名", "name"},
    Alias{"名字", "name", 1},
    Alias{"学生姓名", "name"},
    Alias{"考生姓名", "name"},
    Alias{"学员姓名", "name"},
    Alias{"中文姓名", "name"},
    Alias{"姓名全称", "name"},
    Alias{"STUDENTNAME", "name"},
    Alias{"FULLNAME", "name"},
    Alias{"XB", "sex"},
    Alias{"性别", "sex"},
    Alias{"CSRQ", "birth_date"},
    Alias{"出生日期", "birth_date"},
    Alias{"出生年月日", "birth_date"},
    Alias{"SFZH", "id_number"},
    Alias{"ZJHM", "id_number"},
    Alias{"ZJH", "id_number"},
    Alias{"身份证", "id_number"},
    Alias{"身份证号", "id_number"},
    Alias{"身份证号码", "id_number"},
    Alias{"身份证件号", "id_number"},
    Alias{"身份证件号码", "id_number"},
    Alias{"公民身份号码", "id_number"},
    Alias{"居民身份证号", "id_number"},
    Alias{"证件号", "id_number"},
    Alias{"证件号码", "id_number"},
    Alias{"证件编号", "id_number"},
    Alias{"有效证件号", "id_number"},
    Alias{"有效证件号码", "id_number"},
    Alias{"身份证件编号", "id_number"},
    Alias{"身份证编号", "id_number"},
    Alias{"身份号码", "id_number"},
    Alias{"身份证号码或证件号码", "id_number"},
    Alias{"公民身份证号", "id_number"},
    Alias{"公民身份证号码", "id_number"},
    Alias{"公民身份号", "id_number"},
    Alias{"居民身份证", "id_number"},
    Alias{"居民身份证号码", "id_number"},
    Alias{"居民身份号码", "id_number"},
    Alias{"学生身份证号", "id_number"},
    Alias{"学生身份证号码", "id_number"},
    Alias{"学生身份证件号", "id_number"},
    Alias{"考生身份证号", "id_number"},
    Alias{"本人身份证号", "id_number"},
    Alias{"二代身份证号", "id_number"},
    Alias{"SFZHM", "id_number"},
    Alias{"SFZJH", "id_number"},
    Alias{"SFZJHM", "id_number"},
    Alias{"IDCARD", "id_number"},
    Alias{"IDCARDNO", "id_number"},
    Alias{"IDCARDNO.", "id_number"},
    Alias{"IDCARDNUMBER", "id_number"},
    Alias{"IDNO", "id_number"},
    Alias{"IDNO.", "id_number"},
    Alias{"NATIONALID", "id_number"},
    Alias{"护照号", "id_number", 1},
    Alias{"护照号码", "id_number", 1},
    Alias{"PASSPORTNO", "id_number", 1},
    Alias{"PASSPORTNO.", "id_number", 1},
    Alias{"PASSPORTNUMBER", "id_number", 1},
    Alias{"ZYMC", "major"},
    Alias{"专业", "major"},
    Alias{"专业名称", "major"},
    Alias{"CC", "level"},
    Alias{"层次", "level"},
    Alias{"培养层次", "level"},
    Alias{"学历层次", "level"},
    Alias{"XZ", "duration"},
    Alias{"学制", "duration"},
    Alias{"XXXS", "mode"},
    Alias{"学习形式", "mode"},
    Alias{"YXDM", "school_code"},
    Alias{"院校代码", "school_code"},
    Alias{"学校代码", "school_code"},
    Alias{"FY", "branch"},
    Alias{"分院", "branch"},
    Alias{"学院", "branch"},
    Alias{"院系", "branch"},
    Alias{"所属学院", "branch"},
    Alias{"XSH", "teaching_point"},
    Alias{"函授站", "teaching_point"},
    Alias{"教学点", "teaching_point"},
    Alias{"系所函", "teaching_point"},
    Alias{"BH", "class"},
    Alias{"班号", "class"},
    Alias{"班级", "class"},
    Alias{"班级名称", "class"},
    Alias{"行政班", "class"},
    Alias{"YJBYRQ", "graduation_date"},
    Alias{"预计毕业日期", "graduation_date"},
    Alias{"毕业日期", "graduation_date"},
    Alias{"分组", "group"},
    Alias{"组别", "group"},
    Alias{"毕业季", "season"},
    Alias{"批次", "season"},
    Alias{"豁免", "exemptions"},
    Alias{"手机", "phone"},
    Alias{"手机号", "phone"},
    Alias{"手机号码", "phone"},
    Alias{"联系电话", "phone"},
    Alias{"电话", "phone"},
};

}  // namespace

std::span<const std::string_view> CanonicalColumns() { return kCanonical; }

std::string HeaderForMatching(std::string_view header) {
  std::string plain;
  const std::string cleaned = table::CleanCell(header);
  for (std::size_t i = 0; i < cleaned.size();) {
    const char32_t c = ToHalfWidth(NextCodePoint(cleaned, i));
    if (IsBlankOrInvisible(c) || c == U'_') continue;
    if (c == U'*' && plain.empty()) continue;
    if (c == U'*' || c == U'(' || c == U'[' || c == U'【' || c == U':') break;
    AppendUtf8(c, plain);
  }
  return ToUpperAscii(plain);
}

std::optional<KnownColumn> FindColumn(std::string_view header) {
  const std::string word = HeaderForMatching(header);
  for (const std::string_view name : kCanonical) {
    if (HeaderForMatching(name) == word) return KnownColumn{.name = name};
  }
  switch (PaymentColumnOf(header)) {
    case PaymentColumn::kStatus:
      return KnownColumn{.name = "paid"};
    case PaymentColumn::kAmount:
      return KnownColumn{.name = "paid", .rank = 1};
    case PaymentColumn::kDate:
      return KnownColumn{.name = "paid", .rank = 2};
    default:
      break;
  }
  const auto* const found = std::ranges::find(kAliases, std::string_view(word), &Alias::header);
  if (found == kAliases.end()) return std::nullopt;
  return KnownColumn{.name = found->column, .rank = found->rank};
}

std::optional<std::string_view> CanonicalColumn(std::string_view header) {
  const auto known = FindColumn(header);
  return known ? std::optional(known->name) : std::nullopt;
}

bool IsKeyHeader(std::string_view header) {
  constexpr std::array<std::string_view, 3> kNames = {"KEY", "编号", "关键字"};
  return std::ranges::find(kNames, HeaderForMatching(header)) != kNames.end();
}

bool IsIdentifierHeader(std::string_view header) {
  const auto column = CanonicalColumn(header);
  return column == "id_number" || column == "student_number" || column == "candidate_number";
}

}  // namespace gradphoto::roster
