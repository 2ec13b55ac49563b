// SPDX-License-Identifier: Apache-2.0
// What all steps of a run know.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lib/base/known_hashes.h"
#include "lib/batch/job.h"
#include "lib/batch/notes.h"
#include "lib/batch/shard.h"
#include "lib/ledger/ledger.h"
#include "lib/pipeline/engine.h"
#include "lib/pipeline/photo.h"

namespace gradphoto::batch {

struct RunOptions {
  std::filesystem::path config_dir;  // Empty: see base/resources.h.
  std::filesystem::path model_dir;   // Empty: see base/resources.h.
  double timeout_per_photo_s = 60;   // CPU time of a decoder.
  bool dry_run = false;              // Do all the work but write nothing, the ledger included.
  std::optional<Shard> shard;        // Work only on this part of the students.
  bool merge = false;                // Put together what all shards have done.
  bool full_ids = false;             // Numbers of persons in full in report and notices.
  ledger::Moment moment = ledger::Now();
  std::string tool = "gradphoto-batch";  // Who holds the ledger, for those who wait for it.
  int ledger_wait_s = 0;                 // For another process that holds the ledger.
  bool watching = false;                 // See watch.h: one of many runs of a process that stays.
  bool verify_hashes = false;            // Every photo is read once, whatever earlier runs know: KnownHashes.
  bool accept_fewer = false;             // Also with fewer than half of the last run's photos, or none.
  bool has_rules = true;                 // False: job.rules are not meant; those of the ledger stay.
  std::function<void(std::size_t done, std::size_t total)> progress;  // After each photo; may be empty.
  std::function<bool()> interrupted;  // Asked before each photo; true ends the run. May be empty.
  NoteSink note;                      // May be empty.
};

struct Context {
  const Job& job;
  const RunOptions& options;
  Notes& notes;
  KnownHashes& hashes;               // Of photos, references and outputs; where a card lies is nowhere kept.
  ledger::Ledger* ledger = nullptr;  // Null: none.
};

// What the job's photos are.
inline pipeline::PhotoKind KindOf(const Job& job) {
  return job.finished ? pipeline::PhotoKind::kFinished : pipeline::PhotoKind::kSource;
}

inline pipeline::EngineOptions EngineOptionsOf(const Job& job, const RunOptions& options) {
  return {.standard = job.standard,
          .config_dir = options.config_dir,
          .model_dir = options.model_dir,
          .decode_limits = {.max_cpu_seconds = options.timeout_per_photo_s},
          .severities = job.severities};
}

}  // namespace gradphoto::batch
