// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/columns.h"

#include <utility>

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

TEST_CASE("field codes, Chinese headers and canonical names are known") {
  const std::pair<const char*, const char*> kCases[] = {{"KSH", "candidate_number"},
                                                        {"XH", "student_number"},
                                                        {"XM", "name"},
                                                        {"XB", "sex"},
                                                        {"CSRQ", "birth_date"},
                                                        {"SFZH", "id_number"},
                                                        {"ZYMC", "major"},
                                                        {"CC", "level"},
                                                        {"XZ", "duration"},
                                                        {"XXXS", "mode"},
                                                        {"YXDM", "school_code"},
                                                        {"FY", "branch"},
                                                        {"XSH", "teaching_point"},
                                                        {"BH", "class"},
                                                        {"YJBYRQ", "graduation_date"},
                                                        {"考生号", "candidate_number"},
                                                        {"学号", "student_number"},
                                                        {"姓名", "name"},
                                                        {"性别", "sex"},
                                                        {"身份证号", "id_number"},
                                                        {"证件号码", "id_number"},
                                                        {"身份证件号", "id_number"},
                                                        {"班级", "class"},
                                                        {"教学点", "teaching_point"},
                                                        {"是否缴费", "paid"},
                                                        {"手机号", "phone"}};
  for (const auto& [header, column] : kCases) {
    CAPTURE(header);
    CHECK(CanonicalColumn(header) == std::string_view(column));
  }
  for (const std::string_view column : CanonicalColumns()) CHECK(CanonicalColumn(column) == column);
}

TEST_CASE("case, width, blanks, stars and remarks in brackets do not matter") {
  for (const char* header : {"sfzh", "Sfzh ", "ＳＦＺＨ", "身份证号（必填）", "身份证号(18位)", "*身份证号",
                             "身 份 证 号", "身份证号*"}) {
    CAPTURE(header);
    CHECK(CanonicalColumn(header) == std::string_view("id_number"));
  }
}

TEST_CASE("other headers are not known") {
  CHECK_FALSE(CanonicalColumn("民族").has_value());
  CHECK_FALSE(CanonicalColumn("").has_value());
  CHECK_FALSE(CanonicalColumn("key").has_value());
}

}  // namespace
}  // namespace gradphoto::roster
