// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/face_search.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/standard/codes.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

const fs::path kSong = testing::SourceDir() / "samples/photos/城南教学点/20220305.jpg";
const fs::path kSongsCard = testing::SourceDir() / "samples/references/20220305.jpg";
const fs::path kZhou = testing::SourceDir() / "samples/photos/城东教学点/20220102.png";

FaceSearch Opened(FaceSearchOptions options, Notes& notes) {
  pipeline::EngineOptions engine;
  engine.standard = "cet";
  engine.config_dir = testing::SourceDir() / "configs";
  engine.model_dir = testing::ModelDir();
  options.threads = 2;
  auto search = FaceSearch::Create(std::move(options), engine, notes);
  if (!search) FAIL(search.error().message);
  return *std::move(search);
}

Record PhotoOf(const fs::path& photo, std::string key) {
  Record record = RecordOf(photo.string(), std::move(key));
  record.sha256 = *Sha256File(photo);
  return record;
}

bool Has(const Record& record, standard::Code code) {
  return standard::FindFinding(record.findings, code) != nullptr;
}

TEST_CASE("a photo is compared with its reference; a missing one is a finding only when one is asked for") {
  Notes notes;
  const FaceSearch search = Opened({}, notes);
  Record same = PhotoOf(kSong, "1");
  same.comparison["reference"] = kSongsCard.string();
  CHECK_FALSE(search.Look(same, {}).has_value());
  CHECK(same.comparison["band"] != "mismatch");
  Record other = PhotoOf(kZhou, "2");
  other.comparison["reference"] = kSongsCard.string();
  search.Look(other, {});
  CHECK(other.comparison["band"] != "match");
  Record without = PhotoOf(kZhou, "2");
  search.Look(without, {.reference = false});
  CHECK(without.findings.empty());
  search.Look(without, {});
  CHECK(Has(without, "REFERENCE_MISSING"));
  // Not judged, and no duplicates looked for: nothing is to be done.
  Record settled = PhotoOf(kZhou, "2");
  search.Look(settled, {.judged = false});
  CHECK(settled.findings.empty());
}

TEST_CASE("one face of two students is told on both, and its templates serve the next batch") {
  const testing::TempDir dir;
  Notes notes;
  const fs::path templates = dir.path() / "templates";
  {
    FaceSearch search = Opened({.duplicates = true, .templates = templates, .rejected_before = {}}, notes);
    CHECK(search.looks_for_duplicates());
    std::vector<Record> records = {PhotoOf(kSong, "1"), PhotoOf(kSong, "2"), PhotoOf(kZhou, "3")};
    std::vector<FaceSearch::Fingerprint> fingerprints;
    for (Record& record : records) fingerprints.push_back(search.Look(record, {.reference = false}));
    CHECK(std::ranges::all_of(fingerprints, [](const auto& fingerprint) { return fingerprint.has_value(); }));
    CHECK(search.FingerprintOf(records[0])->face.values == fingerprints[0]->face.values);
    search.SearchBatch(records, fingerprints, notes);
    CHECK(notes.all().back().text == "1 pairs of photos of different students are alike, in 1 groups");
    CHECK(Has(records[0], "DUPLICATE_FILE"));
    CHECK(Has(records[1], "DUPLICATE_FILE"));
    CHECK(records[2].findings.empty());
    REQUIRE(search.KeepTemplates(records, fingerprints));
  }
  FaceSearch next = Opened({.duplicates = true, .templates = templates, .rejected_before = {}}, notes);
  std::vector<Record> records = {PhotoOf(kZhou, "4")};
  const std::vector<FaceSearch::Fingerprint> fingerprints = {next.Look(records[0], {.reference = false})};
  next.SearchBatch(records, fingerprints, notes);
  CHECK(records[0].comparison.contains("duplicates"));
}

TEST_CASE("one face of two students is told although both photos are rejected for something else") {
  Notes notes;
  const FaceSearch search = Opened({.duplicates = true, .templates = {}, .rejected_before = {}}, notes);
  std::vector<Record> records = {PhotoOf(kSong, "1"), PhotoOf(kSong, "2"), PhotoOf(kSong, "3"),
                                 PhotoOf(kZhou, "4")};
  records[0].Add(standard::MakeFinding("BLURRED", Severity::kReject));
  records[1].Add(standard::MakeFinding("HEAD_TILTED", Severity::kReject));
  records[2].Add(standard::MakeFinding("TECHNICAL_FAILURE", Severity::kError));
  records[3].Add(standard::MakeFinding("BLURRED", Severity::kReject));
  std::vector<FaceSearch::Fingerprint> fingerprints;
  for (Record& record : records) {
    fingerprints.push_back(search.Look(record, {.judged = !record.IsRejected(), .reference = false}));
  }
  search.SearchBatch(records, fingerprints, notes);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(Has(records[i], "DUPLICATE_FILE"));
    CHECK(records[i].comparison["duplicates"].size() == 2);
    CHECK(records[i].comparison["cluster"] == 1);
    CHECK(records[i].outcome == (i == 2 ? Outcome::kError : Outcome::kRejected));
  }
  CHECK(records[0].comparison["duplicates"][0]["student"] == "2");
  CHECK(records[3].findings.size() == 1);
}

TEST_CASE("a dry run reads templates and leaves no trace of itself") {
  const testing::TempDir dir;
  Notes notes;
  const fs::path templates = dir.path() / "templates";
  FaceSearch search =
      Opened({.duplicates = true, .templates = templates, .rejected_before = {}, .dry_run = true}, notes);
  std::vector<Record> records = {PhotoOf(kSong, "1")};
  const std::vector<FaceSearch::Fingerprint> fingerprints = {search.Look(records[0], {.reference = false})};
  REQUIRE(search.KeepTemplates(records, fingerprints));
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("a photo that was rejected before and comes again is told") {
  const testing::TempDir dir;
  Record old = PhotoOf(kZhou, "3");
  old.outcome = Outcome::kRejected;
  Notes notes;
  const FaceSearch search =
      Opened({.templates = {}, .rejected_before = dir.Write("old.ndjson", ToLine(old) + "\n")}, notes);
  Record again = PhotoOf(kZhou, "3");
  search.Look(again, {.reference = false});
  CHECK(Has(again, "RESUBMITTED"));
  Record fresh = PhotoOf(kSong, "1");
  search.Look(fresh, {.reference = false});
  CHECK_FALSE(Has(fresh, "RESUBMITTED"));
}

}  // namespace
}  // namespace gradphoto::batch
