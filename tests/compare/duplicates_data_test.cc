// SPDX-License-Identifier: Apache-2.0
// Duplicates across a batch, on London photos.
#include <doctest/doctest.h>
#include <opencv2/imgproc.hpp>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/image/encode.h"
#include "lib/pipeline/duplicates.h"
#include "tests/support/engine.h"
#include "tests/support/references.h"

namespace gradphoto::pipeline {
namespace {

const Comparer& LoadedComparer() {
  static const auto comparer = [] {
    EngineOptions options;
    options.config_dir = testing::SourceDir() / "configs";
    options.model_dir = testing::ModelDir();
    auto created = Comparer::Create(options);
    if (!created) FAIL(created.error().message);
    return std::make_unique<Comparer>(std::move(*created));
  }();
  return *comparer;
}

struct Batch {
  std::vector<Record> records;
  std::vector<std::optional<BatchFingerprint>> fingerprints;

  // `student` empty: a photo without one.
  Record& Add(const std::string& student, const std::filesystem::path& photo) {
    Record record;
    record.photo = photo.string();
    if (!student.empty()) record.student = Student{student, {{"name", "学生" + student}}};
    record.sha256 = Sha256File(photo).value_or("");
    const auto fingerprint =
        FingerprintOf(LoadedComparer(), LoadedComparer().FaceOf(photo, Comparer::Role::kPhoto));
    fingerprints.push_back(fingerprint);
    records.push_back(std::move(record));
    return records.back();
  }
  DuplicateSummary Search(const compare::TemplateStore* earlier = nullptr) {
    DuplicateOptions options;
    options.threads = 1;
    options.earlier = earlier;
    return FindDuplicates(records, fingerprints, LoadedComparer(), options);
  }
};

std::string Codes(const Record& record) {
  std::string codes;
  for (const Finding& finding : record.findings) {
    codes += (codes.empty() ? "" : " ") + finding.code + ":" + std::string(SeverityName(finding.severity));
  }
  return codes;
}

std::filesystem::path Saved(const testing::TempDir& dir, const std::string& name, const cv::Mat& bgr,
                            int quality) {
  const auto jpeg = image::EncodeJpeg(bgr, quality, image::ChromaSampling::k420, 300);
  REQUIRE(jpeg.has_value());
  REQUIRE(WriteFileAtomic(dir.path() / name, std::span(*jpeg), IfExists::kRefuse).has_value());
  return dir.path() / name;
}

}  // namespace

TEST_CASE("one file, one shot and one face for two students are found on both, and nothing else") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const auto neutral = [&](const char* id) { return *london / "neutral" / (std::string(id) + ".jpg"); };
  const cv::Mat third = testing::PixelsOf(neutral("003"));
  Batch batch;
  batch.Add("1", neutral("001"));
  std::filesystem::copy_file(neutral("001"), dir.path() / "copy.jpg");
  batch.Add("2", dir.path() / "copy.jpg");
  batch.Add("3", neutral("003"));
  const cv::Mat cropped = third(cv::Rect(150, 80, 1050, 1150));
  batch.Add("4", Saved(dir, "crop.jpg", testing::Resized(cropped, 0.4), 70));
  batch.Add("5", *london / "neutral/013.jpg");
  batch.Add("6", *london / "smiling/013.jpg");
  batch.Add("7", neutral("009"));  // 7 and 8 look alike, and are two.
  batch.Add("8", *london / "smiling/019.jpg");
  batch.Add("9", *london / "neutral/011.jpg");
  batch.Add("9", *london / "smiling/011.jpg");  // Two photos of one student.
  const DuplicateSummary found = batch.Search();
  CHECK(found.pairs == 3);
  CHECK(found.clusters == 3);
  CHECK(found.dropped == 0);
  const std::vector<std::string> expected = {"DUPLICATE_FILE:reject",
                                             "DUPLICATE_FILE:reject",
                                             "DUPLICATE_FILE:reject",
                                             "DUPLICATE_FILE:reject",
                                             "DUPLICATE_FACE:review",
                                             "DUPLICATE_FACE:review",
                                             "",
                                             "",
                                             "",
                                             ""};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(Codes(batch.records[i]) == expected[i]);
  }
  const Json& told = batch.records[4].comparison["duplicates"];
  REQUIRE(told.size() == 1);
  CHECK(told[0]["student"] == "6");
  CHECK(told[0]["name"] == "学生6");
  CHECK(told[0]["photo"] == batch.records[5].photo);
  CHECK(batch.records[0].comparison["cluster"] == 1);
  CHECK(batch.records[3].comparison["cluster"] == 2);
  CHECK(batch.records[5].comparison["cluster"] == 3);
  CHECK(!batch.records[6].comparison.contains("cluster"));

  // Again: the same; and without the others: nothing left of it.
  const std::vector<Record> first = batch.records;
  batch.Search();
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(ToJson(batch.records[i]) == ToJson(first[i]));
  Batch alone;
  alone.records = {first[0]};
  alone.fingerprints = {batch.fingerprints[0]};
  alone.Search();
  CHECK(Codes(alone.records[0]).empty());
  CHECK(alone.records[0].outcome == Outcome::kAccepted);
  CHECK(!alone.records[0].comparison.contains("duplicates"));
}

TEST_CASE("the own reference protects the rightful owner, and twins are reviewed") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  Batch batch;
  batch.Add("1", *london / "neutral/001.jpg").comparison["band"] = "match";
  batch.Add("2", *london / "neutral/001.jpg");
  batch.Search();
  CHECK(Codes(batch.records[0]) == "DUPLICATE_FILE:warn");
  CHECK(batch.records[0].outcome == Outcome::kAccepted);
  CHECK(batch.records[1].outcome == Outcome::kRejected);
  batch.records[1].comparison["band"] = "match";
  batch.Search();
  CHECK(Codes(batch.records[0]) == "DUPLICATE_FILE:review");
  CHECK(Codes(batch.records[1]) == "DUPLICATE_FILE:review");
}

TEST_CASE(
    "a photo without a student says nothing against one; a rejected record is told of its duplicate, too, and "
    "counts") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  Batch batch;
  batch.Add("1", *london / "neutral/001.jpg");
  batch.Add("", *london / "neutral/001.jpg");
  batch.Search();
  CHECK(batch.records[0].outcome == Outcome::kAccepted);
  CHECK(batch.records[0].comparison.contains("duplicates"));
  CHECK(batch.records[1].outcome == Outcome::kRejected);

  Batch rejected;
  rejected.Add("1", *london / "neutral/001.jpg").Add({"EYES_CLOSED", Severity::kReject, {}, {}, {}, {}, ""});
  rejected.Add("2", *london / "neutral/001.jpg");
  rejected.Search();
  CHECK(Codes(rejected.records[0]) == "EYES_CLOSED:reject DUPLICATE_FILE:reject");
  CHECK(rejected.records[0].outcome == Outcome::kRejected);
  CHECK(rejected.records[0].comparison["duplicates"][0]["student"] == "2");
  CHECK(Codes(rejected.records[1]) == "DUPLICATE_FILE:reject");
}

TEST_CASE("files without a face are found by their contents") {
  const testing::TempDir dir;
  const auto wall = Saved(dir, "wall.jpg", cv::Mat(200, 200, CV_8UC3, cv::Scalar(200, 180, 160)), 90);
  Batch batch;
  batch.Add("1", wall);
  batch.Add("2", wall);
  CHECK(!batch.fingerprints[0]);
  CHECK(batch.Search().pairs == 1);
  CHECK(Codes(batch.records[0]) == "DUPLICATE_FILE:reject");
}

TEST_CASE("students of earlier batches are found by their templates, but not by the own one") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  auto store = compare::TemplateStore::Open(dir.path(), LoadedComparer().template_id());
  REQUIRE(store.has_value());
  Batch last_year;
  last_year.Add("old", *london / "neutral/001.jpg");
  last_year.Add("same", *london / "neutral/003.jpg");
  last_year.Add("rejected", *london / "neutral/005.jpg")
      .Add({"NO_FACE", Severity::kReject, {}, {}, {}, {}, ""});
  StoreTemplates(last_year.records, last_year.fingerprints, *store);
  CHECK(store->entries().size() == 2);
  Batch batch;
  batch.Add("new", *london / "smiling/001.jpg");
  batch.Add("same", *london / "smiling/003.jpg");
  batch.Add("other", *london / "smiling/005.jpg");
  CHECK(batch.Search(&*store).pairs == 1);
  CHECK(Codes(batch.records[0]).starts_with("DUPLICATE_FACE:"));
  CHECK(batch.records[0].comparison["duplicates"][0]["student"] == "old");
  CHECK(!batch.records[0].comparison.contains("cluster"));
  CHECK(Codes(batch.records[1]).empty());
  CHECK(Codes(batch.records[2]).empty());
}

TEST_CASE("a rejected photo that comes again is told, a new one is not") {
  const auto london = testing::SharedData("london");
  if (!london) return;
  const testing::TempDir dir;
  const auto old = dir.path() / "old.jpg";
  std::filesystem::copy_file(*london / "neutral/001.jpg", old);
  Batch earlier;
  earlier.Add("1", old).Add({"EYES_CLOSED", Severity::kReject, {}, {}, {}, {}, ""});
  earlier.Add("2", *london / "neutral/003.jpg");  // Was accepted.
  std::string lines;
  for (const Record& record : earlier.records) lines += ToLine(record) + "\n";
  const auto rejected = RejectedBefore::Load(dir.Write("batch.ndjson", lines));
  REQUIRE(rejected.has_value());
  const auto codes_of = [&](const std::string& student, const std::filesystem::path& photo) {
    Batch batch;
    Record& record = batch.Add(student, photo);
    rejected->Check(LoadedComparer(), LoadedComparer().FaceOf(photo, Comparer::Role::kPhoto), record);
    return Codes(record);
  };
  CHECK(codes_of("1", *london / "neutral/001.jpg") == "RESUBMITTED:reject");
  CHECK(codes_of("3", *london / "neutral/001.jpg") == "RESUBMITTED:reject");
  const auto again = Saved(dir, "again.jpg", testing::Resized(testing::PixelsOf(old), 0.5), 60);
  CHECK(codes_of("1", again) == "RESUBMITTED:review");
  CHECK(codes_of("3", again).empty());
  CHECK(codes_of("1", *london / "smiling/001.jpg").empty());
  CHECK(codes_of("2", *london / "neutral/003.jpg").empty());
  // A new photo in the place of the old one is not its own copy.
  std::filesystem::copy_file(*london / "smiling/001.jpg", old,
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(codes_of("1", old).empty());
  CHECK(!RejectedBefore::Load(dir.path() / "none").has_value());
  CHECK(!RejectedBefore::Load(dir.Write("bad.ndjson", "{")).has_value());
}

}  // namespace gradphoto::pipeline
