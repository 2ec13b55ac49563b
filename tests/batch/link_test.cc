// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/link.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr ledger::Day kToday = 2021y / 10 / 16;

Job JobIn(const testing::TempDir& dir) {
  Job job;
  job.roster =
      dir.Write("roster.csv", "学号,姓名,毕业季\n20220101,甲,\n20220102,乙,2026年夏季\n20220103,丙,\n");
  for (const char* photo : {"20220101.jpg", "20220102.jpg", "IMG_1.jpg"}) {
    dir.Write(fs::path("photos") / photo, "\xFF\xD8\xFF");
  }
  job.photos = {dir.path() / "photos"};
  job.output = dir.path() / "out";
  return job;
}

bool Has(const std::vector<Note>& notes, NoteLevel level, std::string_view text) {
  return std::ranges::any_of(notes, [&](const Note& note) {
    return note.level == level && note.text.find(text) != std::string::npos;
  });
}

TEST_CASE("every student and every photo comes out, and the counts are told") {
  const testing::TempDir dir;
  Notes notes;
  const auto linked = LinkStudents(JobIn(dir), kToday, notes);
  REQUIRE(linked.has_value());
  REQUIRE(linked->size() == 4);
  CHECK((*linked)[0].photo == (dir.path() / "photos/20220101.jpg").string());
  CHECK((*linked)[1].student->key == "20220102");
  CHECK((*linked)[2].outcome == Outcome::kMissing);
  CHECK_FALSE((*linked)[3].student.has_value());
  CHECK(notes.all().back().text == "3 rows (UTF-8), 2 with a photo, 1 without, 1 photos without a student");
}

TEST_CASE("students of no season get the job's") {
  const testing::TempDir dir;
  Job job = JobIn(dir);
  Notes notes;
  job.season = "spring-2022";
  const auto linked = LinkStudents(job, kToday, notes);
  REQUIRE(linked.has_value());
  CHECK((*linked)[0].student->Field("season") == "spring-2022");
  CHECK((*linked)[1].student->Field("season") == "2026年夏季");
  job.season.clear();
  CHECK((*LinkStudents(job, kToday, notes))[0].student->Field("season").empty());
}

TEST_CASE("references and the mapping of the job count") {
  const testing::TempDir dir;
  Job job = JobIn(dir);
  job.references = dir.path() / "references";
  const auto reference = dir.Write("references/20220101.jpg", "\xFF\xD8\xFF");
  job.mapping = dir.Write("mapping.csv", "photo,key\nIMG_1.jpg,20220103\n");
  Notes notes;
  const auto linked = LinkStudents(job, kToday, notes);
  REQUIRE(linked.has_value());
  REQUIRE(linked->size() == 3);
  CHECK((*linked)[0].comparison["reference"] == reference.string());
  CHECK((*linked)[2].photo == (dir.path() / "photos/IMG_1.jpg").string());
}

TEST_CASE("several photos of one student: refused, or the newest, as the job says") {
  const testing::TempDir dir;
  Job job = JobIn(dir);
  const auto second = dir.Write("photos/甲/20220101.jpg", "\xFF\xD8\xFF another");
  fs::last_write_time(second, fs::last_write_time(dir.path() / "photos/20220101.jpg") + 1h);
  Notes notes;
  CHECK((*LinkStudents(job, kToday, notes))[0].outcome == Outcome::kRejected);
  job.newest_of_several = true;
  CHECK((*LinkStudents(job, kToday, notes))[0].photo == second.string());
}

TEST_CASE("files that are no photos are counted, and what cannot be read ends the run with its name") {
  const testing::TempDir dir;
  Job job = JobIn(dir);
  dir.Write("photos/letter.pdf", "%PDF");
  fs::create_symlink("nowhere", dir.path() / "photos/20220103.jpg");
  Notes notes;
  REQUIRE(LinkStudents(job, kToday, notes).has_value());
  CHECK(Has(notes.all(), NoteLevel::kInfo, "1 files that are no photos left out"));
  CHECK(Has(notes.all(), NoteLevel::kWarning, "passed over"));

  const auto error = [&](const Job& wrong) { return LinkStudents(wrong, kToday, notes).error().message; };
  Job wrong = job;
  wrong.roster = dir.path() / "absent.csv";
  CHECK(error(wrong).find("absent.csv") != std::string::npos);
  wrong = job;
  wrong.photos.push_back(dir.path() / "absent");
  CHECK(error(wrong).find("absent") != std::string::npos);
  wrong = job;
  wrong.references = dir.path() / "no-references";
  CHECK(error(wrong).find("no-references") != std::string::npos);
  wrong = job;
  wrong.mapping = dir.Write("wrong.csv", "photo,key\nIMG_1.jpg,20220101\nIMG_1.jpg,20220103\n");
  CHECK(error(wrong).find("wrong.csv") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
