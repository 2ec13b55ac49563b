// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/work.h"

#include <algorithm>
#include <atomic>

#include <doctest/doctest.h>

#include "lib/base/sha256.h"
#include "lib/standard/codes.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

// The photos of SampleJob and two records that no work is done on, judged in `dir`.
struct Room {
  testing::TempDir dir;
  Job job = SampleJob(dir);
  RunOptions options = SampleOptions();
  Notes notes;
  KnownHashes hashes;
  Context context{job, options, notes, hashes, nullptr};
  Journal journal;
  fs::path standardized = job.output / "standardized";
  std::vector<Record> records;
  pipeline::OutputNames names;

  Room() {
    records.push_back(RecordOf((job.photos[0] / "20220102.png").string(), "1"));
    records.push_back(RecordOf("", "2"));
    records.back().outcome = Outcome::kMissing;
    records.push_back(RecordOf((job.photos[0] / "20220304.jpg").string(), "3"));
    records.push_back(RecordOf((job.photos[0] / "x.jpg").string(), ""));
    records.back().outcome = Outcome::kRejected;
    names = *pipeline::NameOutputs(records);
  }
  Result<Worked> Work() {
    return WorkOnPhotos(context, {SampleEngine(), nullptr, nullptr, {}, {}, {}}, {standardized, names, journal},
                        Booking::kAtOnce, records);
  }
};

TEST_CASE("photos are judged and stored in order; the others pass through") {
  Room room;
  std::vector<std::size_t> told;
  room.options.progress = [&](std::size_t done, std::size_t total) {
    CHECK(total == 4);
    told.push_back(done);
  };
  const auto worked = room.Work();
  REQUIRE(worked.has_value());
  REQUIRE(worked->records.size() == 4);
  CHECK(worked->judged == std::vector<bool>{true, false, true, false});
  CHECK(worked->Judged().size() == 2);
  CHECK(told == std::vector<std::size_t>{0, 1, 2, 3, 4});
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(worked->records[i].photo == room.records[i].photo);
    const auto& output = worked->records[i].output;
    CHECK(output.empty() == worked->records[i].IsRejected());
    CHECK((output.empty() || fs::exists(output)));
  }
  CHECK(worked->records[1].tool.empty());
  CHECK(worked->records[3].tool.empty());
}

TEST_CASE("what an earlier run made of a photo that is rejected now goes") {
  Room room;
  const fs::path stale = room.dir.Write("out/standardized/x.jpg", "old");
  const fs::path foreign = room.dir.Write("out/standardized/y.jpg", "not ours");
  room.options.dry_run = true;
  REQUIRE(room.Work());
  CHECK(fs::exists(stale));
  room.options.dry_run = false;
  REQUIRE(room.Work());
  CHECK_FALSE(fs::exists(stale));
  CHECK(fs::exists(foreign));
}

TEST_CASE("what the ledger has settled names those who hand in the same face, and stays as it was") {
  Room room;
  auto faces = FaceSearch::Create({.duplicates = true, .templates = {}, .rejected_before = {}, .threads = 2},
                                  EngineOptionsOf(room.job, room.options), room.notes);
  REQUIRE(faces.has_value());
  Worked worked;
  for (const char* key : {"rejected", "accepted", "new"}) {
    Record record = RecordOf((room.job.photos[0] / "20220102.png").string(), key);
    record.sha256 = *Sha256File(record.photo);
    worked.fingerprints.push_back(faces->FingerprintOf(record));
    worked.records.push_back(std::move(record));
    worked.judged.push_back(std::string_view(key) == "new");
  }
  worked.records[0].Add(standard::MakeFinding("BLURRED", Severity::kReject));
  worked.records[2].Add(standard::MakeFinding("BLURRED", Severity::kReject));
  REQUIRE(SearchDuplicates(room.context, *faces, worked));
  CHECK(worked.records[0].outcome == Outcome::kRejected);
  CHECK(worked.records[1].outcome == Outcome::kAccepted);
  CHECK(worked.records[2].outcome == Outcome::kRejected);
  for (const Record& record : worked.records) {
    const Finding* told = standard::FindFinding(record.findings, "DUPLICATE_FILE");
    REQUIRE(told != nullptr);
    CHECK((told->severity == Severity::kWarn) == (record.outcome == Outcome::kAccepted));
    CHECK(record.comparison["duplicates"].size() == 2);
  }
  CHECK(worked.records[0].findings.size() == 2);
}

TEST_CASE("a dry run says what would be written and writes nothing") {
  Room room;
  const auto real = room.Work();
  fs::remove_all(room.job.output);
  room.options.dry_run = true;
  const auto dry = room.Work();
  REQUIRE(dry.has_value());
  CHECK_FALSE(fs::exists(room.job.output));
  for (std::size_t i = 0; i < 4; ++i) CHECK(ToLine(dry->records[i]) == ToLine(real->records[i]));
}

TEST_CASE("a run that was cut short says so, and the next one takes over what it did") {
  Room room;
  const fs::path file = room.dir.path() / "unfinished.ndjson";
  std::atomic<int> asked = 0;
  room.job.threads = 1;
  room.journal = *Journal::Continue(file);
  room.options.interrupted = [&] { return ++asked > 1; };
  const auto cut = room.Work();
  REQUIRE_FALSE(cut.has_value());
  CHECK(cut.error().kind == ErrorKind::kOutput);
  CHECK(cut.error().message.find("interrupted") != std::string::npos);
  const std::string kept = TextOf(file);
  CHECK(std::ranges::count(kept, '\n') == 1);

  room.options.interrupted = nullptr;
  room.journal = *Journal::Continue(file);
  const auto whole = room.Work();
  REQUIRE(whole.has_value());
  CHECK(whole->judged == std::vector<bool>{true, false, true, false});
  // Only what was new: what stood there is not written again.
  const std::string more = TextOf(file);
  CHECK(more.starts_with(kept));
  CHECK(std::ranges::count(more, '\n') == 2);
  room.journal = *Journal::Continue(file);
  REQUIRE(room.Work());
  CHECK(TextOf(file) == more);
}

TEST_CASE("a photo that cannot be read stops nobody; an output that cannot be written stops the run") {
  Room room;
  room.dir.Write("photos/20220102.png", "no picture");
  const auto worked = room.Work();
  REQUIRE(worked.has_value());
  CHECK(worked->records[0].outcome == Outcome::kError);
  CHECK(worked->records[2].tool == SampleEngine().tool);

  Room full;
  full.dir.Write("out/standardized", "a file where the folder should be");
  full.records.resize(1);
  const auto refused = full.Work();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(refused.error().message.find("standardized") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
