// SPDX-License-Identifier: Apache-2.0
// A batch that stays: what arrives in the folders of the job is linked, judged and booked at once and answered
// on a page (station.h), by the same steps as in a run of its own; pack and report are made when nothing has
// come for a while. A process that is killed leaves what a run that was cut short leaves.
#pragma once

#include <chrono>
#include <functional>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"
#include "lib/batch/run.h"

namespace gradphoto::batch {

struct WatchOptions {
  std::chrono::seconds quiet{30};  // Without anything new: then pack and report are made.
  std::chrono::seconds poll{
      0};                      // Look into the folders as often, too, for shares that tell nothing; 0: do not.
  bool keeps_moment = false;   // The moment of the options is that of all photos: --today.
  int wake_fd = -1;            // Readable when one of the next two has something new to say; -1: none.
  std::function<bool()> ends;  // True: finish the photos in hand, deliver, and return. May be empty.
  std::function<bool()> delivers;                   // True, once: pack and report are wanted now. May be empty.
  std::function<void(const RunResult&)> delivered;  // After each time. May be empty.
};

// Returns what was delivered last, or an empty result where nothing was. What cannot be done at the moment (a
// folder or the roster is gone, the disk is full) is a warning and tried again; only what keeps it from
// beginning is an error: as Run. Where photos are left that were not judged yet, the end is an error,
// "interrupted", as that of a run: the next one goes on. Precondition: neither shard, merge nor dry run.
Result<RunResult> Watch(const Job& job, RunOptions options, const WatchOptions& watch);

}  // namespace gradphoto::batch
