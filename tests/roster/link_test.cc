// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/link.h"

#include <algorithm>
#include <utility>

#include <doctest/doctest.h>

#include "lib/standard/codes.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::roster {
namespace {

constexpr std::string_view kRoster =
    "学号,姓名,身份证号,班级,paid\n"
    "2023001,张伟,11010519491231002X,1班,是\n"
    "2023002,张伟,440524188001010014,2班,是\n"
    "2023003,李雷,511324199612163557,1班,是\n"
    "2023004,韩梅,,1班,否\n";

std::vector<PhotoFile> Files(std::initializer_list<const char*> relatives) {
  std::vector<PhotoFile> files;
  for (const char* relative : relatives) files.push_back({std::string("in/") + relative, relative});
  return files;
}

LinkResult Linked(std::initializer_list<const char*> photos,
                  std::initializer_list<const char*> references = {}) {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  return Link(*roster, Files(photos), Files(references));
}

const Finding* Find(const Record& record, standard::Code code) {
  const auto found = std::ranges::find(record.findings, code.name(), &Finding::code);
  return found == record.findings.end() ? nullptr : &*found;
}

TEST_CASE("records come in roster order, then photos without a student in path order") {
  const LinkResult result = Linked({"z.jpg", "2023004.jpg", "b.jpg", "2023001.jpg"});
  REQUIRE(result.records.size() == 6);
  CHECK(result.records[0].photo == "in/2023001.jpg");
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  CHECK(result.records[0].student.value_or(Student()).key == "2023001");
  CHECK(result.records[0].findings.empty());
  CHECK(result.records[4].photo == "in/b.jpg");
  CHECK(result.records[5].photo == "in/z.jpg");
  CHECK(result.summary.rows == 4);
  CHECK(result.summary.linked == 2);
  CHECK(result.summary.missing == 2);
  CHECK(result.summary.orphans == 2);
}

TEST_CASE("the order of the files does not matter") {
  const auto lines = [](const LinkResult& result) {
    std::string all;
    for (const Record& record : result.records) all += ToLine(record) + "\n";
    return all;
  };
  CHECK(lines(Linked({"a.jpg", "2023001.jpg", "2023001.png", "张伟.jpg"})) ==
        lines(Linked({"张伟.jpg", "2023001.png", "a.jpg", "2023001.jpg"})));
}

TEST_CASE("a student without photo is missing") {
  const Record record = Linked({}).records.at(0);
  CHECK(record.outcome == Outcome::kMissing);
  CHECK(record.photo.empty());
  REQUIRE(Find(record, "PHOTO_MISSING") != nullptr);
  CHECK(Find(record, "PHOTO_MISSING")->severity == Severity::kReject);
}

TEST_CASE("a photo that fits no student is an orphan and never guessed") {
  const Record record = Linked({"IMG_2034.jpg"}).records.at(4);
  CHECK_FALSE(record.student.has_value());
  CHECK(record.outcome == Outcome::kRejected);
  REQUIRE(Find(record, "PHOTO_ORPHAN") != nullptr);
  CHECK_FALSE(Find(record, "PHOTO_ORPHAN")->detail.empty());
}

TEST_CASE("several photos for one student are listed and none is chosen") {
  const LinkResult result = Linked({"11010519491231002x.jpg", "11010519491231002X.JPG", "1班/张伟.jpg"});
  const Record& record = result.records.at(0);
  CHECK(record.photo.empty());
  CHECK(record.outcome == Outcome::kRejected);
  REQUIRE(Find(record, "LINK_DUPLICATE") != nullptr);
  CHECK(Find(record, "LINK_DUPLICATE")->detail ==
        "in/11010519491231002X.JPG; in/11010519491231002x.jpg; in/1班/张伟.jpg");
  CHECK(result.records.size() == 4);
  CHECK(result.summary.duplicates == 1);
}

TEST_CASE("a photo that fits several students stays apart, and they are missing with a hint") {
  const LinkResult result = Linked({"张伟.jpg"});
  REQUIRE(result.records.size() == 5);
  const Record& photo = result.records[4];
  CHECK(photo.photo == "in/张伟.jpg");
  CHECK(photo.outcome == Outcome::kRejected);
  REQUIRE(Find(photo, "LINK_AMBIGUOUS") != nullptr);
  CHECK(Find(photo, "LINK_AMBIGUOUS")->detail == "fits the roster lines 2, 3: by name");
  CHECK(Find(photo, "PHOTO_ORPHAN") == nullptr);
  for (const std::size_t row : {0, 1}) {
    CHECK(result.records[row].outcome == Outcome::kMissing);
    CHECK(Find(result.records[row], "LINK_AMBIGUOUS") != nullptr);
  }
  CHECK(Find(result.records[2], "LINK_AMBIGUOUS") == nullptr);
  CHECK(result.summary.ambiguous == 1);
  CHECK(result.summary.orphans == 0);
}

TEST_CASE("the newest of several photos is taken when that is the rule, and the others are named") {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  std::vector<PhotoFile> files = Files({"2023001.jpg", "2023001-new.jpg", "2023003.jpg", "2023003-b.jpg"});
  files[0].modified_ns = 1;
  files[1].modified_ns = 2;
  const LinkResult result =
      Link(*roster, files, {}, {.mapping = nullptr, .duplicates = DuplicateRule::kNewest});
  CHECK(result.records[0].photo == "in/2023001-new.jpg");
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  REQUIRE(Find(result.records[0], "LINK_DUPLICATE") != nullptr);
  CHECK(Find(result.records[0], "LINK_DUPLICATE")->severity == Severity::kInfo);
  CHECK(Find(result.records[0], "LINK_DUPLICATE")->detail ==
        "the newest was taken, passed over: in/2023001.jpg");
  // Written in the same moment: nobody knows.
  CHECK(result.records[2].photo.empty());
  CHECK(Find(result.records[2], "LINK_DUPLICATE")->severity == Severity::kReject);
}

TEST_CASE("what a person has to decide is listed: orphans, ambiguous and several photos, references too") {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  const LinkResult result = Link(*roster, Files({"张伟.jpg", "x.jpg", "2023004.jpg", "2023004.png"}),
                                 Files({"2023001.jpg", "y.jpg", "2023003.jpg", "2023003.png"}));
  REQUIRE(result.open.size() == 4);
  CHECK(result.open[0].file.path == "in/2023004.jpg");
  CHECK(result.open[0].rows == std::vector<std::size_t>{3});
  CHECK(result.open[2].rows.empty());
  CHECK(result.open[3].rows == std::vector<std::size_t>{0, 1});
  CHECK(result.missing == std::vector<std::size_t>{0, 1, 2});
  REQUIRE(result.unused_references.size() == 3);
  CHECK(result.unused_references[0].reason == "one of several references for the student");
  CHECK(result.unused_references[2].file.path == "in/y.jpg");
  CHECK(result.summary.unused_references == 3);
}

TEST_CASE("an ambiguous photo is not given to who is left over") {
  const LinkResult result = Linked({"2023001.jpg", "张伟.jpg"});
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  CHECK(result.records[1].outcome == Outcome::kMissing);
  CHECK(result.records[4].photo == "in/张伟.jpg");
}

TEST_CASE("a student with an invalid number is linked and rejected with the reason") {
  const Record record = Linked({"511324199612163557.jpg"}).records.at(2);
  CHECK(record.photo == "in/511324199612163557.jpg");
  CHECK(record.outcome == Outcome::kRejected);
  REQUIRE(Find(record, "ID_INVALID") != nullptr);
}

TEST_CASE("an unpaid student with a photo is held, without one missing") {
  CHECK(Linked({"2023004.jpg"}).records.at(3).outcome == Outcome::kHeld);
  CHECK(Linked({"2023004.jpg", "韩梅.jpg"}).records.at(3).outcome == Outcome::kHeld);
  CHECK(Linked({}).records.at(3).outcome == Outcome::kMissing);
  CHECK(Find(Linked({}).records.at(3), "UNPAID") != nullptr);
}

TEST_CASE("references are linked the same way, and several are for a person") {
  const LinkResult result =
      Linked({"2023001.jpg", "2023003.jpg"}, {"sf11010519491231002X.jpg", "2023003.jpg", "李雷.jpg", "x.jpg"});
  CHECK(result.records[0].comparison["reference"] == "in/sf11010519491231002X.jpg");
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  CHECK_FALSE(result.records[2].comparison.contains("reference"));
  REQUIRE(Find(result.records[2], "LINK_DUPLICATE") != nullptr);
  CHECK(Find(result.records[2], "LINK_DUPLICATE")->severity == Severity::kReview);
  CHECK(result.summary.references == 1);
  CHECK(result.summary.unused_references == 3);
  CHECK(result.records.size() == 4);
}

TEST_CASE("long lists are cut") {
  std::vector<PhotoFile> files;
  for (int i = 10; i < 25; ++i) {
    const std::string name = "2023001 (" + std::to_string(i) + ").jpg";
    files.push_back({name, name});
  }
  const auto roster = ParseRoster(kRoster, "r.csv");
  const LinkResult result = Link(*roster, files);
  CHECK(Find(result.records[0], "LINK_DUPLICATE")->detail.ends_with("2023001 (19).jpg and 5 more"));
}

TEST_CASE("a photo with another name beside the number is for a person to look at") {
  const LinkResult result = Linked({"2023001-赵六.jpg"});
  CHECK(result.records[0].photo == "in/2023001-赵六.jpg");
  CHECK(result.records[0].outcome == Outcome::kReview);
  REQUIRE(Find(result.records[0], "LINK_AMBIGUOUS") != nullptr);
  CHECK(Find(result.records[0], "LINK_AMBIGUOUS")->severity == Severity::kReview);
}

TEST_CASE("a candidate is not linked, and open for a person") {
  const LinkResult result = Linked({"李雷雷.jpg"});
  CHECK(result.records[2].outcome == Outcome::kMissing);
  REQUIRE(result.open.size() == 1);
  CHECK(result.open[0].candidate);
  CHECK(result.open[0].rows == std::vector<std::size_t>{2});
}

TEST_CASE("documents are named at their student") {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  const auto others = Files({"2023001.docx", "李雷.zip", "schedule.pdf"});
  const LinkResult result = Link(*roster, Files({"2023001.jpg"}), {}, {.others = others});
  REQUIRE(Find(result.records[0], "NOT_A_PHOTO") != nullptr);
  CHECK(Find(result.records[0], "NOT_A_PHOTO")->severity == Severity::kInfo);
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  REQUIRE(Find(result.records[2], "NOT_A_PHOTO") != nullptr);
  CHECK(Find(result.records[2], "NOT_A_PHOTO")->detail == "in/李雷.zip");
  CHECK(result.records[2].outcome == Outcome::kMissing);
  CHECK(result.records.size() == 4);
}

TEST_CASE("files of the same content count once") {
  const gradphoto::testing::TempDir dir;
  std::vector<PhotoFile> files;
  for (const auto& [name, text] : {std::pair("2023001.jpg", "a"),
                                   {"2023001 (1).jpg", "a"},
                                   {"2023003.jpg", "b"},
                                   {"2023003-2.jpg", "c"}}) {
    files.push_back({dir.Write(name, text).string(), name});
  }
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  const LinkResult result = Link(*roster, files);
  CHECK_FALSE(result.records[0].photo.empty());
  CHECK(result.records[0].outcome == Outcome::kAccepted);
  REQUIRE(Find(result.records[0], "LINK_DUPLICATE") != nullptr);
  CHECK(Find(result.records[0], "LINK_DUPLICATE")->severity == Severity::kInfo);
  CHECK(result.records[2].photo.empty());
}

TEST_CASE(
    "a folder or zip that is named like a student holds the student's photo, if it is the only one there") {
  const LinkResult one = Linked({"2023003 李雷/IMG_1.jpg", "2023004.zip!/IMG_1.jpg", "1班/张伟/IMG_3.jpg"});
  CHECK(one.summary.linked == 3);
  CHECK(one.records[0].photo == "in/1班/张伟/IMG_3.jpg");
  CHECK(one.records[2].photo == "in/2023003 李雷/IMG_1.jpg");
  CHECK(one.records[3].photo == "in/2023004.zip!/IMG_1.jpg");
  // The file's own name comes first.
  CHECK(Linked({"李雷/韩梅.jpg"}).records[3].photo == "in/李雷/韩梅.jpg");
  const LinkResult two = Linked({"李雷/IMG_1.jpg", "李雷/IMG_2.jpg"});
  CHECK(two.summary.linked == 0);
  REQUIRE(two.records.size() == 6);
  REQUIRE(Find(two.records[4], "LINK_AMBIGUOUS") != nullptr);
  CHECK(Find(two.records[4], "LINK_AMBIGUOUS")
            ->detail.contains("may fit the roster line 4: the folder: by name"));
}

TEST_CASE("the directory that is given may be that of a class") {
  const auto roster = ParseRoster(kRoster, "r.csv");
  REQUIRE(roster.has_value());
  const std::vector<PhotoFile> files = {{"photos/1班/张伟.jpg", "张伟.jpg"},
                                        {"photos/2班/张伟.jpg", "张伟.jpg"}};
  const LinkResult result = Link(*roster, files);
  CHECK(result.records[0].photo == "photos/1班/张伟.jpg");
  CHECK(result.records[1].photo == "photos/2班/张伟.jpg");
}

}  // namespace
}  // namespace gradphoto::roster
