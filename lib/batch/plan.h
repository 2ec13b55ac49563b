// SPDX-License-Identifier: Apache-2.0
// What a batch will take, from a sample of its own photos, and into how many parts it goes for many machines.
#pragma once

#include <cstddef>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"

namespace gradphoto::batch {

struct Plan {
  std::size_t photos = 0;  // Linked, all of them: what a ledger has settled is not taken off.
  std::size_t sample = 0;  // Of them, that were judged to measure.
  double start_cpu_s =
      0;  // What every part takes before its first photo: reading roster and folders, opening nets.
  double photo_cpu_s = 0;   // Mean of the sample, one thread, reading and comparison included.
  double memory_mb = 0;     // The most that was resident meanwhile (10^6 bytes).
  std::size_t parts = 1;    // N of --shard K/N.
  int minutes = 0;          // Limit for one part: twice what it takes on this machine, and 10 more.
  double CpuHours() const;  // Of all parts together.
};

struct PlanOptions {
  double hours = 1;         // That a part should take on a processor like this one.
  std::size_t sample = 30;  // Photos, spread evenly over the batch.
};

// Judges the sample as a dry run does: nothing is written, no ledger is opened. Errors: as Run; kUsage - no
// photos.
Result<Plan> PlanParts(const Job& job, const RunOptions& run, const PlanOptions& options);

// From the measured figures to `parts` and `minutes`; at most Shard's 10,000 parts, at most one part a photo.
void Divide(Plan& plan, double hours);

}  // namespace gradphoto::batch
