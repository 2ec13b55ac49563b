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

TEST_CASE("never by a name with a lost glyph; a part of a name is a candidate only") {
  CHECK(Find("王??.jpg").rows.empty());
  for (const char* photo :
       {"李雷雷.jpg", "王李雷.jpg", "李雷声.jpg", "艾力·买买提·吐尔逊.jpg", "Mary Anna Smith.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows.size() == 1);
    CHECK(Find(photo).certainty == Certainty::kCandidate);
  }
}

TEST_CASE("a name links from among the words that files are named with") {
  for (const char* photo :
       {"李雷照片.jpg", "李雷的证件照.jpg", "新李雷.jpg", "李雷重拍.jpg", "会计2班李雷.jpg", "李雷(修改版).jpg",
        "信息工程学院李雷二寸蓝底.jpg", "3月15日李雷补交.jpg", "最新李雷.jpg", "李 雷 最终版2.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows == Rows{7});
    CHECK(Find(photo).certainty == Certainty::kSure);
  }
  CHECK(Find("会计1班张伟.jpg").rows == Rows{0});
  CHECK(Find("会计2班-张伟.jpg").rows == Rows{1});
  CHECK(Find("张伟照片.jpg").rows == Rows{0, 1});
  CHECK(Find("会计1班李雷.jpg").certainty == Certainty::kCandidate);
  CHECK(Find("李雷张伟.jpg").rows == Rows{0, 1, 7});
}

TEST_CASE("the dot of minority names may be left out or written in other ways") {
  for (const char* photo :
       {"艾力买买提.jpg", "艾力_买买提.jpg", "艾力-买买提.jpg", "艾力 买买提.jpg", "艾力买买提照片.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows == Rows{2});
    CHECK(Find(photo).certainty == Certainty::kSure);
  }
  CHECK(Find("买买提.jpg").rows.empty());
}

TEST_CASE("foreign names fit by their words, in any order and case") {
  for (const char* photo :
       {"Anna_Smith.jpg", "SMITH Anna.jpg", "smith-anna photo.jpg", "AnnaSmith.jpg", "smithanna2.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows == Rows{5});
    CHECK(Find(photo).certainty == Certainty::kSure);
  }
  CHECK(Find("Anna.jpg").rows.empty());
}

TEST_CASE("a name beside the number has to be the student's") {
  for (const char* photo : {"2023001-赵六.jpg", "2023001张珊.jpg", "2023001-李雷雷.jpg", "阿依古丽2023001.jpg",
                            "2023001-张伟-李雷.jpg", "2023005-Maria.jpg", "2023001_李 月.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows.size() == 1);
    CHECK(Find(photo).certainty == Certainty::kReview);
  }
  for (const char* photo : {"2023001-照片.jpg", "2023001-张伟.jpg", "2023001-会计1班.jpg", "2023001白底.jpg",
                            "2023001-zw.jpg", "2023005-Anna.jpg", "2023005 anna smith.jpg", "2023003买买提.jpg",
                            "2023001-武汉大学.jpg", "2023001 张伟 补交.jpg"}) {
    CAPTURE(photo);
    CHECK(Find(photo).rows.size() == 1);
    CHECK(Find(photo).certainty == Certainty::kSure);
  }
}

TEST_CASE("one name under several forms of its characters") {
  const auto roster = ParseRoster("学号,姓名\n1,\u2FBC\u2F42\n2,马方\n3,José Peña\n4,凌丽\n", "r.csv");
  REQUIRE(roster.has_value());
  const RosterIndex index(*roster);
  const auto rows = [&](std::string_view photo) { return index.Find(photo, PhotoUse::kPhoto).rows; };
  CHECK(rows("高文.jpg") == Rows{0});
  CHECK(rows("\u2EE2\u2F45.jpg") == Rows{1});
  CHECK(rows("Jose\u0301 Pen\u0303a.jpg") == Rows{2});
  CHECK(rows("\uF955丽.jpg") == Rows{3});  // A compatibility ideograph.
  CHECK(roster->rows[0].student.Field("name") == "\u2FBC\u2F42");
}

TEST_CASE("names that were read in the wrong encoding are repaired") {
  const Match cp437 = Find("└ε└╫.jpg");  // 李雷 of GBK.
  CHECK(cp437.rows == Rows{7});
  CHECK(cp437.reason.contains("GBK read as CP437"));
  CHECK(Find("ÀîÀ×.jpg").rows == Rows{7});
  CHECK(Find("æ\u009D\u008Eé\u009B·.jpg").rows == Rows{7});
  const Match stranger = Find("╒╘┴∙.jpg");  // 赵六.
  CHECK(stranger.rows.empty());
  CHECK(stranger.reason.contains("GBK read as CP437"));
  CHECK(stranger.reason.contains("赵六"));
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
