// SPDX-License-Identifier: Apache-2.0
// gradphoto-batch --watch: options, signals and the hour of the end.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"
#include "lib/batch/run.h"

namespace gradphoto::cli {

struct WatchOptions {
  bool watch = false;
  std::string until;  // "22:00"; empty: until a signal.
  int poll_s = 0;     // 0: the system tells.
};

// Adds --watch, --until and --poll. Precondition: --dry-run, --shard and --merge were added.
void AddWatchOptions(CLI::App& app, WatchOptions& options);

// Prints a summary with `print` after each delivery. SIGUSR1 asks for one, SIGINT and SIGTERM end it, a second
// of them at once. `has_moment`: run.moment is not the clock's. Errors: kUsage - --until is no time of a day;
// as batch::Watch.
Result<batch::RunResult> RunWatch(const batch::Job& job, batch::RunOptions run, const WatchOptions& options,
                                  bool has_moment, void (*print)(const batch::RunResult&));

}  // namespace gradphoto::cli
