// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/match.h"

#include <doctest/doctest.h>

namespace gradphoto::roster {
namespace {

using Rows = std::vector<std::size_t>;

// 0, 1: one name in two classes; 2: a minority name; 3 and 4: one person enrolled twice; 5: a foreigner; 6: a
// lost glyph; 7: a number that looks like a date.
constexpr std::string_view kRoster =
    "学号,考生号,姓名,身份证号,班级\n"
    "2023001,23320101000001,张伟,11010519491231002X,会计1班\n"
    "2023002,23320101000002,张伟,440524188001010014,会计2班\n"
    "2023003,23320101000003,艾力·买买提,52030219891209794X,会计1班\n"
    "2019777,19320101000777,刘洋,511324199612163556,会计1班\n"
    "2023778,23320101000778,刘洋,511324199612163556,法学1班\n"
    "2023005,,Anna Smith,E12345678,会计2班\n"
    "2023006,,王??,,会计2班\n"
    "20260315,,李雷,,会计2班\n";

Match Find(std::string_view relative, PhotoUse use = PhotoUse::kPhoto) {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  return RosterIndex(*roster).Find(relative, use);
}

TEST_CASE("the stem is an identifier") {
  CHECK(Find("11010519491231002X.jpg").rows == Rows{0});
  CHECK(Find("11010519491231002x.JPG").rows == Rows{0});
  CHECK(Find("１１０１０５１９４９１２３１００２Ｘ.jpg").rows == Rows{0});
  CHECK(Find("2023002.jpg").rows == Rows{1});
  CHECK(Find("23320101000003.png").rows == Rows{2});
  CHECK(Find("e12345678.heic").rows == Rows{5});
  CHECK(Find("any/folder/2023002.jpg").rows == Rows{1});
}

TEST_CASE("an identifier stands in the stem between boundaries") {
  CHECK(Find("张伟+11010519491231002x.jpg").rows == Rows{0});
  CHECK(Find("张伟11010519491231002X.jpg").rows == Rows{0});
  CHECK(Find("2023001-张伟.JPG").rows == Rows{0});
  CHECK(Find("2023001 (1).jpg").rows == Rows{0});
  CHECK(Find("2023001.jpg.jpg").rows == Rows{0});
  CHECK(Find("zp23320101000001.jpg").rows == Rows{0});
  CHECK(Find("class1A440524188001010014b.jpg").rows == Rows{1});
  CHECK(Find("12023001.jpg").rows.empty());
  CHECK(Find("20230011.jpg").rows.empty());
  CHECK(Find("a2023001.jpg").rows.empty());
}

TEST_CASE("sf marks the scan of the card, for references only") {
  CHECK(Find("sf23320101000001.jpg", PhotoUse::kReference).rows == Rows{0});
  CHECK(Find("sf23320101000001.jpg").rows.empty());
}

TEST_CASE("dates and counters of cameras are no student numbers") {
  CHECK(Find("IMG_20260315_101010.jpg").rows.empty());
  CHECK(Find("20260315_101010.jpg").rows.empty());
  CHECK(Find("微信图片_20260315.jpg").rows.empty());
  CHECK(Find("DSC_2023001.jpg").rows.empty());
  CHECK(Find("IMG_11010519491231002X.jpg").rows == Rows{0});
  CHECK(Find("20260315.jpg").rows == Rows{7});
  CHECK(Find("李雷-20260315.jpg").rows == Rows{7});
}

TEST_CASE("names match when they are unique, in the folder's group when it names one") {
  CHECK(Find("李雷.jpg").rows == Rows{7});
  CHECK(Find("李 雷.jpg").rows == Rows{7});
  CHECK(Find("艾力•买买提.jpg").rows == Rows{2});
  CHECK(Find("艾力.买买提.jpg").rows == Rows{2});
  CHECK(Find("anna smith.jpg").rows == Rows{5});
  CHECK(Find("毕业照-李雷(2).jpg").rows == Rows{7});
  CHECK(Find("张伟.jpg").rows == Rows{0, 1});
  CHECK(Find("会计1班/张伟.jpg").rows == Rows{0});
  CHECK(Find("会计２班/照片/张伟.jpg").rows == Rows{1});
  CHECK(Find("其他/张伟.jpg").rows == Rows{0, 1});
  CHECK(Find("会计1班/李雷.jpg").rows.empty());
  CHECK(Find("会计1班/李雷.jpg").reason.find("not in the group") != std::string::npos);
}

TEST_CASE("never by a name with a lost glyph, never by a part of a name") {
  CHECK(Find("王??.jpg").rows.empty());
  CHECK(Find("李雷雷.jpg").rows.empty());
}

TEST_CASE("one identifier of two rows is ambiguous unless folder or number tells") {
  CHECK(Find("511324199612163556.jpg").rows == Rows{3, 4});
  CHECK(Find("法学1班/511324199612163556.jpg").rows == Rows{4});
  CHECK(Find("511324199612163556-2019777.jpg").rows == Rows{3});
}

TEST_CASE("parts of the stem that contradict each other are ambiguous") {
  CHECK(Find("2023001-李雷.jpg").rows == Rows{0, 7});
  CHECK(Find("2023001-2023002.jpg").rows == Rows{0, 1});
}

TEST_CASE("names of no student give a reason") {
  CHECK(Find("IMG_2034.jpg").rows.empty());
  CHECK(Find("IMG_2034.jpg").reason == "the file name holds no identifier and no name of the roster");
  CHECK(Find("\xD5\xC5\xCE\xB0.jpg").reason.find("not UTF-8") != std::string::npos);
  CHECK(Find("").rows.empty());
}

}  // namespace
}  // namespace gradphoto::roster
