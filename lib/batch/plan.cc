// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/plan.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "lib/batch/books.h"
#include "lib/batch/journal.h"
#include "lib/batch/layout.h"
#include "lib/batch/link.h"
#include "lib/batch/preflight.h"
#include "lib/batch/whole.h"
#include "lib/batch/work.h"

namespace gradphoto::batch {
namespace {

constexpr double kSecondsPerHour = 3600, kSecondsPerMinute = 60;

double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double MostResidentMb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

std::vector<Record> EvenlyOf(const std::vector<Record>& photos, std::size_t count) {
  std::vector<Record> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(photos[i * photos.size() / count]);
  return chosen;
}

}  // namespace

double Plan::CpuHours() const {
  return (static_cast<double>(parts) * start_cpu_s + static_cast<double>(photos) * photo_cpu_s) /
         kSecondsPerHour;
}

void Divide(Plan& plan, double hours) {
  constexpr double kSlack = 2, kSpare_min = 10, kMostParts = 10'000;
  const double work = static_cast<double>(plan.photos) * plan.photo_cpu_s;
  // A part that should take less than its start would never come to work.
  const double for_photos = std::max(hours * kSecondsPerHour - plan.start_cpu_s, plan.start_cpu_s + 1);
  const double most = std::clamp(static_cast<double>(plan.photos), 1.0, kMostParts);
  plan.parts = static_cast<std::size_t>(std::clamp(std::ceil(work / for_photos), 1.0, most));
  const double part_s = plan.start_cpu_s + work / static_cast<double>(plan.parts);
  plan.minutes = static_cast<int>(std::ceil(kSlack * part_s / kSecondsPerMinute + kSpare_min));
}

Result<Plan> PlanParts(const Job& job, const RunOptions& run, const PlanOptions& options) {
  Job alone = job;
  alone.ledger.clear();  // What it has settled says nothing about the cost of a photo.
  alone.templates.clear();
  alone.threads = 1;
  RunOptions dry = run;
  dry.dry_run = true;
  TRY(CheckPlaces(alone));
  Notes notes(dry.note);
  KnownHashes hashes;
  const Context context{alone, dry, notes, hashes, nullptr};
  const double begun = CpuSeconds();
  TRY_ASSIGN(auto linked, LinkStudents(alone, dry.moment.today, notes));
  TRY_ASSIGN(const auto names, OutputNamesOf(alone, linked));
  Plan plan;
  plan.photos = CountPhotos(linked);
  std::erase_if(linked, [](const Record& record) { return record.photo.empty() || record.IsRejected(); });
  if (linked.empty()) return Fail(ErrorKind::kUsage, "no photo in the folders of the job: nothing to plan");
  plan.sample = std::min(options.sample, linked.size());
  auto sample = EvenlyOf(linked, plan.sample);
  TRY_ASSIGN(const auto workshop, OpenWorkshop(context));
  if (workshop->faces) workshop->faces->Expect(sample);
  plan.start_cpu_s = CpuSeconds() - begun;
  Journal journal;
  const auto worked =
      WorkOnPhotos(context, workshop->tools(), {OutputLayout(alone.output).Standardized(), names, journal},
                   Booking::kLater, std::move(sample));
  if (!worked) return Fail(worked.error());
  plan.photo_cpu_s = (CpuSeconds() - begun - plan.start_cpu_s) / static_cast<double>(plan.sample);
  plan.memory_mb = MostResidentMb();
  Divide(plan, options.hours);
  return plan;
}

}  // namespace gradphoto::batch
