// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/deliver.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/ledger/import.h"
#include "lib/standard/codes.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

// A batch with an accepted student and a rejected one. Deliver looks at records and outputs, not at photos.
struct Office {
  testing::TempDir dir;
  Job job;
  RunOptions options;
  Notes notes;
  KnownHashes hashes;
  Context context{job, options, notes, hashes, nullptr};

  Office() {
    job.output = dir.path() / "out";
    job.standard = "cet";
    job.name_template = "{student_number}";
    options.config_dir = testing::SourceDir() / "configs";
  }
  Record Accepted(const std::string& number) {
    Record record = RecordOf(dir.Write(number + ".jpg", "photo " + number).string(), number);
    record.student->fields = {{"student_number", number}};
    record.sha256 = *Sha256File(record.photo);
    record.output = dir.Write("out/standardized/" + number + ".jpg", "output " + number).string();
    record.output_sha256 = *Sha256File(record.output);
    record.tool = {{"version", "1"}, {"standard", "cet@1"}, {"models", "0123"}};
    return record;
  }
  Record Rejected(const std::string& number) {
    Record record = Accepted(number);
    record.Add(standard::MakeFinding("BLURRED", Severity::kReject));
    fs::remove(record.output);
    record.output.clear();
    record.output_sha256.clear();
    return record;
  }
};

TEST_CASE("records, report and pack") {
  Office office;
  const std::vector<Record> given = {office.Accepted("1"), office.Rejected("2")};
  const auto records = Deliver(office.context, given);
  REQUIRE(records.has_value());
  const fs::path out = office.job.output;
  CHECK(TextOf(out / "batch.ndjson") == ToLine(given[0]) + "\n" + ToLine(given[1]) + "\n");
  CHECK(TextOf(out / "upload/photos/1.jpg") == "output 1");
  CHECK_FALSE(fs::exists(out / "upload/photos/2.jpg"));
  CHECK(fs::exists(out / "report/index.html"));
  CHECK(fs::exists(out / "mask.key"));
  REQUIRE(office.notes.all().size() == 2);
  CHECK(office.notes.all()[0].text == "1 photos packed in " + (out / "upload").string());
  CHECK(office.notes.all()[1].text == "report: " + (out / "report/index.html").string());
}

TEST_CASE("a dry run finds names that cannot be made and writes nothing") {
  Office office;
  office.options.dry_run = true;
  const std::vector<Record> records = {office.Accepted("1")};
  REQUIRE(Deliver(office.context, records));
  office.job.name_template = "{phone}";
  CHECK(Deliver(office.context, records).error().kind == ErrorKind::kUsage);
  CHECK_FALSE(fs::exists(office.job.output / "batch.ndjson"));
  CHECK_FALSE(fs::exists(office.job.output / "report"));
}

TEST_CASE("a template that no column fills ends the run before anything is written") {
  Office office;
  office.job.name_template = "{phone}";
  const auto refused = Deliver(office.context, {office.Accepted("1")});
  CHECK(refused.error().kind == ErrorKind::kUsage);
  CHECK_FALSE(fs::exists(office.job.output / "report/index.html"));
  CHECK_FALSE(fs::exists(office.job.output / "upload"));
}

TEST_CASE("limits of zips are the job's") {
  Office office;
  office.job.zip = true;
  office.job.zip_max_files = 1;
  REQUIRE(Deliver(office.context, {office.Accepted("1"), office.Accepted("2")}));
  CHECK(fs::exists(office.job.output / "upload/photos-001.zip"));
  CHECK(fs::exists(office.job.output / "upload/photos-002.zip"));
}

// The same with a ledger in which the records are booked.
struct Booked : Office {
  ledger::Ledger ledger = *ledger::Ledger::Open(dir.path() / "books/l.sqlite", ledger::OpenMode::kScratch);
  Context with_ledger{job, options, notes, hashes, &ledger};

  Booked() { job.ledger = dir.path() / "books/l.sqlite"; }
  std::vector<Record> Judged(std::vector<Record> records) {
    REQUIRE(ledger.SyncStudents(records, options.moment));
    for (const Record& record : records) {
      const auto student = ledger.FindStudent(record.student->key);
      REQUIRE(ledger.Judge((**student).id, record, "", "", options.moment));
    }
    return records;
  }
};

TEST_CASE("with a ledger each delivery has what is new, and is booked") {
  Booked office;
  const fs::path upload = office.job.output / "upload";
  auto records = office.Judged({office.Accepted("1"), office.Rejected("2")});
  const auto first = Deliver(office.with_ledger, records);
  REQUIRE(first.has_value());
  CHECK(fs::exists(upload / "0001/photos/1.jpg"));
  CHECK((*first)[0].extra["ledger"]["state"] == "delivered");
  CHECK((*first)[0].extra["ledger"]["locked"] == true);
  CHECK_FALSE((*first)[1].extra.contains("ledger"));
  CHECK(TextOf(office.job.output / "batch.ndjson").find("\"delivered\"") != std::string::npos);
  CHECK(TextOf(office.job.output / "report/index.html").find("data-o=\"locked\"") != std::string::npos);
  CHECK(fs::exists(office.dir.path() / "books/mask.key"));
  CHECK_FALSE(fs::exists(office.job.output / "mask.key"));

  REQUIRE(Deliver(office.with_ledger, records));
  CHECK(office.notes.all()[2].text == "nothing new to pack; 1 photos were delivered before");
  CHECK_FALSE(fs::exists(upload / "0002"));

  records = office.Judged({office.Accepted("1"), office.Accepted("3")});
  REQUIRE(Deliver(office.with_ledger, records));
  CHECK(fs::exists(upload / "0002/photos/3.jpg"));
  CHECK_FALSE(fs::exists(upload / "0002/photos/1.jpg"));
}

std::size_t CountOf(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE(
    "the review page has every case of the ledger beside the night's own, and a sheet for each of manual "
    "review") {
  Booked office;
  for (const char* const number : {"11", "12", "13", "14"}) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      Record failed = office.Rejected(number);
      failed.sha256 += std::to_string(attempt);
      office.Judged({failed});
    }
  }
  Record first = office.Accepted("1"), second = office.Accepted("2");
  for (Record* record : {&first, &second})
    record->Add(standard::MakeFinding("FACE_UNCERTAIN", Severity::kReview));
  const fs::path report = office.job.output / "report";
  REQUIRE(Deliver(office.with_ledger, office.Judged({first, second, office.Accepted("3")})));
  std::string page = TextOf(report / "review.html");
  CHECK(CountOf(page, "<section class=\"case\"") == 6);
  CHECK(CountOf(page, "data-deliverable=\"no\"") == 4);
  CHECK(CountOf(TextOf(report / "case-sheets.html"), "<section class=\"sheet\"") == 4);

  // One is decided: the next night, without new photos, has five.
  const auto decided = office.dir.Write(
      "d.csv", "key,photo_sha256,decision,reason_code,note,reviewer,decided_at\n" + first.student->key + "," +
                   first.sha256 + ",retake,BLURRED,,李老师,2021-10-05\n");
  REQUIRE(ledger::ImportDecisions(office.ledger, decided, office.options.moment)->booked == 1);
  REQUIRE(Deliver(office.with_ledger, {office.Accepted("3")}));
  CHECK(CountOf(TextOf(report / "review.html"), "<section class=\"case\"") == 5);
}

TEST_CASE("a delivery that was cut short before it was booked is written again, without what is rejected now") {
  Booked office;
  const fs::path delivery = office.job.output / "upload/0001";
  office.dir.Write("out/upload/0001/photos/9.jpg", "of the run that was cut short");
  REQUIRE(Deliver(office.with_ledger, office.Judged({office.Accepted("1")})));
  CHECK(fs::exists(delivery / "photos/1.jpg"));
  CHECK_FALSE(fs::exists(delivery / "photos/9.jpg"));
}

TEST_CASE("a job that does not pack leaves the ledger as it is") {
  Booked office;
  office.job.pack = false;
  REQUIRE(Deliver(office.with_ledger, office.Judged({office.Accepted("1")})));
  CHECK_FALSE(fs::exists(office.job.output / "upload"));
  CHECK(office.ledger.CountDeliveries() == 0);
}

TEST_CASE("a pack that cannot be written still leaves a report") {
  Office office;
  office.dir.Write("out/upload", "a file in the way");
  const auto failed = Deliver(office.context, {office.Accepted("1"), office.Rejected("2")});
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().kind == ErrorKind::kOutput);
  CHECK(TextOf(office.job.output / "report/index.html").find("data-o=\"rejected\"") != std::string::npos);
}

TEST_CASE("title, day and full numbers of the report are the run's") {
  Office office;
  office.job.title = "某某大学 2026 届";
  office.options.moment = ledger::StartOf(std::chrono::year{2026} / 2 / 3);
  const std::vector<Record> records = {office.Rejected("2022010199")};
  REQUIRE(Deliver(office.context, records));
  const fs::path report = office.job.output / "report";
  const std::string page = TextOf(report / "index.html");
  CHECK(page.find("<h1>某某大学 2026 届 · ") != std::string::npos);
  CHECK(page.find("2026-02-03") != std::string::npos);
  const fs::path list = report / "notices" / "未分班.csv";
  CHECK(TextOf(list).find(",202*****99") != std::string::npos);
  CHECK(TextOf(list).find("2022010199") == std::string::npos);
  office.options.full_ids = true;
  REQUIRE(Deliver(office.context, records));
  CHECK(TextOf(list).find(",2022010199,") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
