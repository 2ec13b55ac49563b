// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/plan.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "tests/batch/support.h"

namespace gradphoto::batch {
namespace {

TEST_CASE("parts take the hours that they may, and the limit is twice that and ten minutes") {
  Plan plan{.photos = 100'000, .start_cpu_s = 1, .photo_cpu_s = 0.36};
  Divide(plan, 1);
  CHECK(plan.parts == 11);     // 36,000 s in parts of 3,599 s.
  CHECK(plan.minutes == 120);  // 2 * (1 + 36,000 / 11) s = 109.1 min, and 10.
  CHECK(plan.CpuHours() == doctest::Approx(36'011.0 / 3600));
  Divide(plan, 24);
  CHECK(plan.parts == 1);
  CHECK(plan.minutes == 1211);
}

TEST_CASE("no part without a photo, no more parts than --shard takes") {
  Plan few{.photos = 3, .start_cpu_s = 1, .photo_cpu_s = 4000};
  Divide(few, 0.1);
  CHECK(few.parts == 3);
  Plan many{.photos = 1'000'000'000, .start_cpu_s = 1, .photo_cpu_s = 1};
  Divide(many, 1);
  CHECK(many.parts == 10'000);
  Plan start_heavy{.photos = 10, .start_cpu_s = 1000, .photo_cpu_s = 1};
  Divide(start_heavy, 0.1);
  CHECK(start_heavy.parts == 1);
}

TEST_CASE("a sample of the job's own photos is measured and nothing is written, whatever the ledger knows") {
  const testing::TempDir dir;
  Job job = SampleJob(dir);
  job.ledger = dir.path() / "books/ledger.sqlite";
  const auto plan = PlanParts(job, SampleOptions(), {.hours = 1, .sample = 30});
  REQUIRE_MESSAGE(plan.has_value(), plan.error().message);
  CHECK(plan->photos == 2);
  CHECK(plan->sample == 2);
  CHECK(plan->photo_cpu_s > 0.001);
  CHECK(plan->start_cpu_s > 0.001);
  CHECK(plan->memory_mb > 20);
  CHECK(plan->parts == 1);
  CHECK_FALSE(std::filesystem::exists(job.output));
  CHECK_FALSE(std::filesystem::exists(job.ledger.parent_path()));
  const auto one = PlanParts(job, SampleOptions(), {.hours = 1, .sample = 1});
  REQUIRE(one.has_value());
  CHECK(one->sample == 1);
}

TEST_CASE("a job without photos cannot be planned") {
  const testing::TempDir dir;
  const Job job = SampleJob(dir);
  std::filesystem::remove_all(dir.path() / "photos");
  std::filesystem::create_directories(dir.path() / "photos");
  const auto plan = PlanParts(job, SampleOptions(), {});
  REQUIRE_FALSE(plan.has_value());
  CHECK(plan.error().kind == ErrorKind::kUsage);
}

}  // namespace
}  // namespace gradphoto::batch
