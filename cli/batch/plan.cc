// SPDX-License-Identifier: Apache-2.0
#include "cli/batch/plan.h"

#include <cmath>
#include <iostream>

#include <fmt/format.h>

#include "lib/record/record.h"

namespace gradphoto::cli {
namespace {

double Rounded(double value, double step) { return std::round(value / step) * step; }

}  // namespace

void AddPlanOptions(CLI::App& app, PlanFlags& flags) {
  auto* plan = app.add_flag(
      "--plan", flags.plan,
      "Judge a sample, write nothing, and say what the batch takes and into how many parts it goes");
  app.add_option("--hours", flags.options.hours, "With --plan: hours that one part may take")
      ->needs(plan)
      ->capture_default_str()
      ->check(CLI::Range(0.05, 720.0))
      ->type_name("H");
}

Result<void> PrintPlan(const batch::Job& job, const batch::RunOptions& run, const PlanFlags& flags) {
  TRY_ASSIGN(const auto plan, batch::PlanParts(job, run, flags.options));
  const Json json{{"photos", plan.photos},
                  {"sample", plan.sample},
                  {"cpu_s_per_photo", Rounded(plan.photo_cpu_s, 0.001)},
                  {"cpu_s_to_start", Rounded(plan.start_cpu_s, 0.001)},
                  {"cpu_hours", Rounded(plan.CpuHours(), 0.01)},
                  {"memory_mb", std::round(plan.memory_mb)},
                  {"parts", plan.parts},
                  {"time_limit", fmt::format("{:02}:{:02}:00", plan.minutes / 60, plan.minutes % 60)}};
  std::cout << json.dump() << '\n';
  return {};
}

}  // namespace gradphoto::cli
