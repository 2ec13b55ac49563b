// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/run.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file_lock.h"
#include "lib/batch/layout.h"
#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

std::vector<Outcome> OutcomesOf(const std::vector<Record>& records) {
  std::vector<Outcome> outcomes;
  for (const Record& record : records) outcomes.push_back(record.outcome);
  return outcomes;
}

std::string Lines(const std::vector<Record>& records) {
  std::string lines;
  for (const Record& record : records) lines += ToLine(record) + "\n";
  return lines;
}

// As RunOptions has it, with the ledger's moment fixed.
RunOptions OptionsOf() {
  using namespace std::chrono_literals;
  RunOptions options = SampleOptions();
  options.moment = ledger::StartOf(2021y / 10 / 16);
  return options;
}

Job LedgerJob(const testing::TempDir& dir) {
  Job job = SampleJob(dir);
  job.ledger = dir.path() / "books/ledger.sqlite";
  job.zip = true;
  job.duplicates = true;
  job.templates = dir.path() / "books/templates";
  job.rules.max_failures = 1;
  return job;
}

// Files below `directory` that `kind` does not know.
template <typename KindOf>
std::vector<std::string> Unnamed(const fs::path& directory, const KindOf& kind_of) {
  std::vector<std::string> unnamed;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_directory()) continue;
    const fs::path below = entry.path().lexically_relative(directory);
    if (kind_of(below) == nullptr) unnamed.push_back(below.string());
  }
  return unnamed;
}

void CheckAllNamed(const Job& job) {
  CHECK(Unnamed(job.output, [](const fs::path& below) { return KindInOutput(below); }) ==
        std::vector<std::string>());
  if (job.ledger.empty()) return;
  CHECK(Unnamed(job.ledger.parent_path(), [&](const fs::path& below) {
          return KindBesideLedger(below, job.ledger);
        }) == std::vector<std::string>());
}

TEST_CASE("a job from roster and photos to pack and report, twice the same") {
  const testing::TempDir dir;
  const Job job = SampleJob(dir);
  RunOptions options = OptionsOf();
  std::vector<std::string> told;
  options.note = [&](const Note& note) { told.push_back(note.text); };
  const auto result = Run(job, options);
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  CHECK(OutcomesOf(result->records) == std::vector{Outcome::kAccepted, Outcome::kRejected, Outcome::kMissing});
  REQUIRE(result->notes.size() == 3);
  CHECK(result->notes[0].text == "3 rows (UTF-8), 2 with a photo, 1 without, 0 photos without a student");
  CHECK(told.size() == 3);
  const std::string records = TextOf(job.output / "batch.ndjson");
  CHECK(records == Lines(result->records));
  CHECK(fs::exists(job.output / "upload/photos/20220102.jpg"));
  CHECK_FALSE(fs::exists(job.output / "unfinished.ndjson"));
  CheckAllNamed(job);

  REQUIRE(Run(job, OptionsOf()));
  CHECK(TextOf(job.output / "batch.ndjson") == records);
}

TEST_CASE("a dry run comes to the same and writes nothing, beside the ledger neither") {
  const testing::TempDir dir;
  const Job job = LedgerJob(dir);
  RunOptions options = OptionsOf();
  options.dry_run = true;
  const auto dry = Run(job, options);
  REQUIRE_MESSAGE(dry.has_value(), dry.error().message);
  CHECK_FALSE(fs::exists(job.output));
  CHECK_FALSE(fs::exists(job.ledger.parent_path()));
  const auto real = Run(job, OptionsOf());
  REQUIRE(real.has_value());
  CHECK(OutcomesOf(dry->records) == OutcomesOf(real->records));
}

TEST_CASE("with ledger, zips, evidence and templates: every file that is left has a name in the layout") {
  const testing::TempDir dir;
  const Job job = LedgerJob(dir);
  int photos = 0;
  RunOptions cut = OptionsOf();
  cut.interrupted = [&] { return ++photos > 1; };
  REQUIRE_FALSE(Run(job, cut).has_value());
  CHECK(fs::exists(job.output / "unfinished.ndjson"));
  CheckAllNamed(job);

  const auto result = Run(job, OptionsOf());
  REQUIRE_MESSAGE(result.has_value(), result.error().message);
  CHECK(fs::exists(job.output / "upload/0001/photos.zip"));
  CHECK_FALSE(fs::is_empty(job.output / "manual-review"));
  CHECK(fs::exists(job.templates / "templates.bin"));
  CHECK(result->records[0].extra["ledger"]["state"] == "delivered");
  CheckAllNamed(job);
}

TEST_CASE("shards and their merge come to what one run comes to") {
  const testing::TempDir dir, other;
  const Job whole = SampleJob(dir);
  Job parts = whole;
  parts.output = other.path() / "out";
  const auto one = Run(whole, OptionsOf());
  REQUIRE(one.has_value());

  RunOptions merge = OptionsOf();
  merge.merge = true;
  CHECK(Run(parts, merge).error().message.find("no shards to merge") != std::string::npos);
  RunOptions shard = OptionsOf();
  shard.shard = Shard{1, 2};
  const auto first = Run(parts, shard);
  REQUIRE(first.has_value());
  const auto missing = Run(parts, merge);
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().kind == ErrorKind::kUsage);
  CHECK(missing.error().message.find("shard 2/2 has not finished") != std::string::npos);
  shard.shard = Shard{2, 2};
  const auto second = Run(parts, shard);
  REQUIRE(second.has_value());
  CHECK(first->records.size() + second->records.size() == one->records.size());
  CheckAllNamed(parts);

  const auto merged = Run(parts, merge);
  REQUIRE(merged.has_value());
  REQUIRE(merged->records.size() == one->records.size());
  for (std::size_t i = 0; i < one->records.size(); ++i) {
    CHECK(merged->records[i].findings.size() == one->records[i].findings.size());
    CHECK(merged->records[i].output_sha256 == one->records[i].output_sha256);
  }
  CheckAllNamed(parts);
}

TEST_CASE("one run at a time in an output directory; of shards, one of each") {
  const testing::TempDir dir;
  const Job job = SampleJob(dir);
  const OutputLayout layout(job.output);
  fs::create_directories(job.output);
  const auto lock = FileLock::Try(layout.Lock());
  REQUIRE(lock->has_value());
  const auto refused = Run(job, OptionsOf());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::kOutput);
  CHECK(refused.error().message == job.output.string() + ": another gradphoto-batch works here; wait for it");
  RunOptions shard = OptionsOf();
  shard.shard = Shard{1, 2};
  CHECK(Run(job, shard).has_value());
  const auto other = FileLock::Try(layout.ShardLock("1-of-2"));
  CHECK_FALSE(Run(job, shard).has_value());
  RunOptions dry = OptionsOf();
  dry.dry_run = true;
  CHECK(Run(job, dry).has_value());
}

TEST_CASE("a job that cannot be meant is refused before anything is made") {
  const testing::TempDir dir;
  const auto error = [&](const Job& job) {
    const auto result = Run(job, OptionsOf());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::kUsage);
    CHECK_FALSE(fs::exists(job.output));
    return result.error().message;
  };
  Job inside = SampleJob(dir);
  inside.output = inside.photos[0] / "out";
  CHECK(error(inside).find("lies inside the input") != std::string::npos);
  const testing::TempDir second;
  Job templates = LedgerJob(second);
  templates.templates = second.path() / "elsewhere/templates";
  CHECK(error(templates).find("must be a directory beside the ledger") != std::string::npos);
}

}  // namespace
}  // namespace gradphoto::batch
