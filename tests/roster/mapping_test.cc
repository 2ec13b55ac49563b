// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/mapping.h"

#include <doctest/doctest.h>

#include "lib/roster/link.h"
#include "lib/roster/suggest.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

using Texts = std::vector<std::string>;

const Roster& Students() {
  static const Roster roster = *ParseRoster(
      "学号,姓名,身份证号,班级\n2023001,张伟,11010519491231002X,1班\n2023002,张伟,440524188001010014,2班\n"
      "2023003,李雷,,1班\n2023004,李雷,,2班\n2023005,韩梅,440524188001010014,2班\n",
      "r.csv");
  return roster;
}

const std::vector<PhotoFile>& Photos() {
  static const std::vector<PhotoFile> photos = {
      {"in/1班/IMG_1.jpg", "1班/IMG_1.jpg"}, {"in/1班/a.jpg", "1班/a.jpg"}, {"in/2班/a.jpg", "2班/a.jpg"},
      {"in/2023003.jpg", "2023003.jpg"},     {"in/x.jpg", "x.jpg"},         {"in/X.jpg", "X.jpg"}};
  return photos;
}

Mapping Parsed(const std::string& text) {
  auto mapping = ParseMapping(text, "m.csv", Students(), Photos());
  REQUIRE_MESSAGE(mapping.has_value(), (mapping ? "" : mapping.error().message));
  return std::move(*mapping);
}

std::string ErrorOf(const std::string& text) {
  const auto mapping = ParseMapping(text, "m.csv", Students(), Photos());
  REQUIRE_FALSE(mapping.has_value());
  CHECK(mapping.error().kind == ErrorKind::kUsage);
  return mapping.error().message;
}

using Rows = std::map<std::string, std::size_t>;

TEST_CASE("a photo is named by its path, its path below the directory or its name; a student by any number") {
  CHECK(Parsed("photo,key\nin/1班/IMG_1.jpg,2023001\n").row_of == Rows{{"in/1班/IMG_1.jpg", 0}});
  CHECK(Parsed("照片,学号\n1班\\IMG_1.jpg,2023001\n").row_of == Rows{{"in/1班/IMG_1.jpg", 0}});
  CHECK(Parsed("文件名,身份证号\nimg_1.JPG,11010519491231002x\n").row_of == Rows{{"in/1班/IMG_1.jpg", 0}});
  CHECK(Parsed("编号,照片\n2023001,./2班/a.jpg\n").row_of == Rows{{"in/2班/a.jpg", 0}});
  CHECK(Parsed("编号,照片\n2023001,x.jpg\n").row_of == Rows{{"in/x.jpg", 0}});
  // Two cells that agree where one alone would not do.
  CHECK(Parsed("photo,学号,身份证号\nIMG_1.jpg,2023005,440524188001010014\n").row_of ==
        Rows{{"in/1班/IMG_1.jpg", 4}});
}

TEST_CASE("with a column of confirmation only decided lines count") {
  const Mapping mapping = Parsed(
      "照片,编号,姓名,确认\nIMG_1.jpg,2023001,张 伟,是\n1班/a.jpg,2023002,,\n2班/a.jpg,2023003,李雷,否\n"
      "2023003.jpg,2023003,,×\n");
  CHECK(mapping.row_of == Rows{{"in/1班/IMG_1.jpg", 0}});
  CHECK(mapping.excluded.size() == 2);
  CHECK(mapping.excluded.contains({"in/2023003.jpg", 2}));
  CHECK(mapping.notes == Texts{"lines that nobody has decided yet, left out: 1"});
}

TEST_CASE("photos and students that are gone are counted and left out") {
  const Mapping mapping = Parsed("photo,key\ngone.jpg,2023001\nIMG_1.jpg,2029999\nIMG_1.jpg,\n,2023001\n");
  CHECK(mapping.row_of.empty());
  CHECK(mapping.notes == Texts{"lines without photo or without student, left out: 2",
                               "lines whose photo is not there, left out: 1",
                               "lines whose student is not in the roster, left out: 1"});
}

TEST_CASE("everything doubtful is told at once, by line and without numbers") {
  const std::string message = ErrorOf(
      "照片,学号,身份证号,姓名,确认\n"
      "a.jpg,2023001,,,是\n"
      "IMG_1.jpg,2023001,,李雷,是\n"
      "IMG_1.jpg,,440524188001010014,,是\n"
      "IMG_1.jpg,2023001,440524188001010014,,是\n"
      "IMG_1.jpg,2.02E+06,,,是\n"
      "IMG_1.jpg,2023001,,,也许\n"
      "IMG_1.jpg,2023001,,,是\n"
      "IMG_1.jpg,2023002,,,是\n");
  CHECK(message ==
        "m.csv:2: several files have this name; write the path with its folders\n"
        "m.csv:3: the name is not that of the student in the roster\n"
        "m.csv:4: several rows of the roster have this number; name the student by the key\n"
        "m.csv:5: the numbers belong to different students\n"
        "m.csv:6: a spreadsheet has rounded the number; format the column as text and enter it again\n"
        "m.csv:7: the column confirm takes 是 (yes) and 否 (no)\n"
        "m.csv:9: an earlier line gives this photo to another student");
  CHECK(ErrorOf("photo,name\na,b\n").find("no header with a column photo") != std::string::npos);
}

TEST_CASE("a line of the mapping goes before the rules of names; references are mapped alike") {
  const Mapping mapping = Parsed("photo,key\nIMG_1.jpg,2023003\nx.jpg,2023001\nX.jpg,2023001\n");
  const LinkResult result = Link(Students(), Photos(), {}, {.mapping = &mapping});
  CHECK(result.records[2].photo == "in/1班/IMG_1.jpg");
  CHECK(result.records[2].outcome == Outcome::kAccepted);
  REQUIRE(result.records[2].findings.size() == 1);
  CHECK(result.records[2].findings[0].detail == "chosen by the mapping, passed over: in/2023003.jpg");
  CHECK(result.records[0].photo.empty());  // Two lines, two photos.
  CHECK(result.records[0].outcome == Outcome::kRejected);

  const auto of_references = ParseMapping("photo,key\nIMG_1.jpg,2023001\n", "m.csv", Students(), {}, Photos());
  REQUIRE(of_references.has_value());
  const LinkResult linked = Link(Students(), {}, Photos(), {.mapping = &*of_references});
  CHECK(linked.records[0].comparison["reference"] == "in/1班/IMG_1.jpg");
}

TEST_CASE("a photo kept apart from the student whose name fits is an orphan with that reason") {
  const Mapping mapping = Parsed("photo,key,confirm\n2023003.jpg,2023003,no\n");
  const LinkResult result = Link(Students(), Photos(), {}, {.mapping = &mapping});
  CHECK(result.records[2].outcome == Outcome::kMissing);
  const auto orphan = std::ranges::find(result.records, "in/2023003.jpg", &Record::photo);
  REQUIRE(orphan != result.records.end());
  CHECK(orphan->findings.at(0).code == "PHOTO_ORPHAN");
  CHECK(orphan->findings[0].detail.find("the mapping says") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::roster
