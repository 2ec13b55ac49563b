// SPDX-License-Identifier: Apache-2.0
// gradphoto-batch --plan.
#pragma once

#include <CLI/CLI.hpp>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"
#include "lib/batch/plan.h"

namespace gradphoto::cli {

struct PlanFlags {
  bool plan = false;
  batch::PlanOptions options;
};

void AddPlanOptions(CLI::App& app, PlanFlags& flags);

// Prints the plan as one JSON object on stdout: photos, sample, cpu_s_per_photo, cpu_s_to_start, cpu_hours,
// memory_mb, parts, time_limit ("hh:mm:ss", as Slurm's --time takes it). Errors: see batch::PlanParts.
Result<void> PrintPlan(const batch::Job& job, const batch::RunOptions& run, const PlanFlags& flags);

}  // namespace gradphoto::cli
