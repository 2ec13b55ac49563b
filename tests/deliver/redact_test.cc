// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/redact.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "tests/support/temp_dir.h"

using gradphoto::Record;
using gradphoto::Student;
using gradphoto::deliver::GroupOf;
using gradphoto::deliver::IdDisplay;
using gradphoto::deliver::Redactor;
using gradphoto::deliver::TagKey;

TEST_CASE("runs of 15 and more digits are masked, with a check letter") {
  const Redactor redactor;
  CHECK(redactor.Text("p/11010519491231002X.jpg", nullptr) == "p/110*************2X.jpg");
  CHECK(redactor.Text("p/11010519491231002x.JPG", nullptr) == "p/110*************2x.JPG");
  CHECK(redactor.Text("110105194912310", nullptr) == "110**********10");
  CHECK(redactor.Text("11010519491231", nullptr) == "11010519491231");
  CHECK(redactor.Text("IMG_20260601_120000.jpg", nullptr) == "IMG_20260601_120000.jpg");
  CHECK(redactor.Text("张三440524188001010014", nullptr) == "张三440*************14");
}

TEST_CASE("a student's own numbers are masked, longest first and in any case") {
  Record record;
  record.student =
      Student{.key = "10999-2021001",
              .fields = {{"student_number", "2021001"}, {"id_number", "E1234567Z"}, {"phone", "12"}}};
  const Redactor redactor;
  CHECK(redactor.Text("a/e1234567z-2021001.jpg", &record) == "a/e*******z-2*****1.jpg");
  CHECK(redactor.Text("10999-2021001 12", &record) == "109********01 12");
  CHECK(redactor.Number("2021001") == "2*****1");
}

TEST_CASE("a telephone number is masked where its student is known") {
  Record record;
  record.student = Student{.key = "7", .fields = {{"phone", "13900001234"}}};
  const std::string shown = Redactor().Text("call 13900001234", &record);
  CHECK(shown == "call 139******34");
}

TEST_CASE("full display changes nothing") {
  const Redactor redactor(IdDisplay::kFull);
  CHECK(redactor.Text("11010519491231002X", nullptr) == "11010519491231002X");
  CHECK(redactor.Number("2021001") == "2021001");
}

TEST_CASE("the group is the roster's group, else its class") {
  Record record;
  CHECK(GroupOf(record) == "");
  record.student = Student{.key = "1", .fields = {{"class", "B"}}};
  CHECK(GroupOf(record) == "B");
  record.student->fields.emplace_back("group", "A");
  CHECK(GroupOf(record) == "A");
}

TEST_CASE("tags join lists: the same number has the same tag under one key and another under another key") {
  const gradphoto::testing::TempDir dir;
  const auto key = TagKey::ReadOrCreate(dir.path() / "mask.key");
  REQUIRE(key.has_value());
  const Redactor redactor(IdDisplay::kMasked, *key);
  const std::string shown = redactor.Number("11010519491231002X");
  CHECK(shown.starts_with("110*************2X#"));
  CHECK(shown.size() == std::string("110*************2X#").size() + 5);
  CHECK(redactor.Number("11010519491231002x").substr(19) == shown.substr(19));
  CHECK(redactor.Number("440524188001010014").substr(19) != shown.substr(19));
  CHECK(redactor.Number("").empty());
  // Kept beside the lists, readable by its owner only; read again it gives the same tags.
  const auto again = TagKey::ReadOrCreate(dir.path() / "mask.key");
  REQUIRE(again.has_value());
  CHECK(again->TagOf("11010519491231002X") == key->TagOf("11010519491231002X"));
  using std::filesystem::perms;
  CHECK(std::filesystem::status(dir.path() / "mask.key").permissions() ==
        (perms::owner_read | perms::owner_write));
  const auto other = TagKey::ReadOrCreate(dir.path() / "other.key");
  REQUIRE(other.has_value());
  CHECK(other->TagOf("11010519491231002X") != key->TagOf("11010519491231002X"));
  CHECK(Redactor(IdDisplay::kFull, *key).Number("11010519491231002X") == "11010519491231002X");
}

TEST_CASE("a dry run invents a key and keeps it nowhere, but reads the one that is there") {
  const gradphoto::testing::TempDir dir;
  const auto file = dir.path() / "mask.key";
  CHECK(TagKey::ReadOrInvent(file).has_value());
  CHECK_FALSE(std::filesystem::exists(file));
  const auto kept = TagKey::ReadOrCreate(file);
  REQUIRE(kept.has_value());
  const auto read = TagKey::ReadOrInvent(file);
  REQUIRE(read.has_value());
  CHECK(read->TagOf("110101199003070011") == kept->TagOf("110101199003070011"));
  CHECK_FALSE(TagKey::ReadOrInvent(dir.Write("file", "x") / "mask.key").has_value());
}

TEST_CASE("a file that is no key is refused and left alone") {
  const gradphoto::testing::TempDir dir;
  REQUIRE(gradphoto::WriteFileAtomic(dir.path() / "roster.csv", "name\n", gradphoto::IfExists::kRefuse)
              .has_value());
  CHECK_FALSE(TagKey::ReadOrCreate(dir.path() / "roster.csv").has_value());
  CHECK(gradphoto::ReadTextFile(dir.path() / "roster.csv", 100).value() == "name\n");
}
