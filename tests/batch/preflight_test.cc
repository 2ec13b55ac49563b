// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/preflight.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.h"

namespace gradphoto::batch {
namespace {

using Row = std::vector<std::pair<std::string, std::string>>;

std::vector<Record> Roster(const std::vector<Row>& rows) {
  std::vector<Record> records;
  for (const Row& row : rows) {
    Record record;
    record.student = Student{.key = "k" + std::to_string(records.size()), .fields = row};
    records.push_back(std::move(record));
  }
  return records;
}

Result<Packing> Packed(const Job& job, const std::vector<Record>& records) {
  return PackingOf(job, testing::SourceDir() / "configs", records);
}

TEST_CASE("a template of the job must name fields that the roster has; the message names those that exist") {
  const auto records = Roster({{{"student_number", "1"}, {"id_number", ""}, {"group", "A"}}});
  for (const auto which : {&Job::name_template, &Job::folder_template, &Job::zip_template}) {
    Job job;
    job.name_template = "{student_number}";
    job.zip = true;
    CHECK(Packed(job, records).has_value());
    job.*which = "{grade}";
    const auto wrong = Packed(job, records);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().kind == ErrorKind::kUsage);
    for (const char* word : {"grade", "student_number", "group", "columns:"}) {
      CHECK_MESSAGE(wrong.error().message.find(word) != std::string::npos, wrong.error().message);
    }
  }
}

TEST_CASE("a roster without identity numbers gets names that it can fill, and is told") {
  struct Case {
    std::vector<Row> rows;
    const char* name;
    bool told;
  };
  for (const Case& test : {
           Case{{{{"id_number", "11"}, {"student_number", "1"}}}, "11", false},
           Case{{{{"id_number", ""}, {"student_number", "1"}}, {{"id_number", "12"}, {"student_number", "2"}}},
                "",
                false},
           Case{{{{"id_number", ""}, {"student_number", "1"}}}, "1", true},
           Case{{{{"student_number", "1"}}}, "1", true},
           Case{{{{"candidate_number", "7"}}}, "7", true},
           Case{{{{"name", "N"}}}, "k0", true},
       }) {
    const auto records = Roster(test.rows);
    const auto packing = Packed({}, records);
    REQUIRE_MESSAGE(packing.has_value(), (packing ? "" : packing.error().message));
    const auto name = packing->options.name.Expand(records[0], 1);
    CHECK(name.value_or("") == test.name);
    bool told = false;
    for (const std::string& text : packing->told) told |= text.find("named by") != std::string::npos;
    CHECK(told == test.told);
  }
}

TEST_CASE("a folder that vanished, and fewer than half of the photos, end the run; unknown counts do not") {
  const testing::TempDir dir;
  Job job;
  job.photos = {dir.path(), dir.path() / "gone"};
  CHECK(CheckFolders(job, 0).has_value());
  const auto gone = CheckFolders(job, 10);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().kind == ErrorKind::kOutput);
  job.photos.pop_back();
  CHECK(CheckFolders(job, 10).has_value());

  CHECK(CheckCount(0, 0).has_value());
  CHECK(CheckCount(5, 10).has_value());
  CHECK_FALSE(CheckCount(4, 10).has_value());
  CHECK(CheckCount(4, 10).error().kind == ErrorKind::kOutput);
  CHECK_FALSE(CheckCount(0, 1).has_value());
}

}  // namespace
}  // namespace gradphoto::batch
