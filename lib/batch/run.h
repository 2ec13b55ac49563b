// SPDX-License-Identifier: Apache-2.0
// The whole batch in one call: link, check, standardize, compare, pack, report. Nothing is printed.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/job.h"
#include "lib/batch/notes.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

struct RunResult {
  // One for each student, then one for each photo without; of a shard, its part of them.
  std::vector<Record> records;
  std::vector<Note> notes;
  bool nothing_to_do =
      false;  // No photo in any folder: nothing but the ledger's students was brought up to date.
  std::map<std::string, std::size_t> judged_again;  // See ledger::Keeper::JudgedAgain.
};

// Does the job. A bad photo or student is a record that says so; an error ends the run: kUsage - the job, its
// roster or the standard must be changed, or shards are missing; kInput - a file of the job cannot be read;
// kModel; kOutput - disk, photos of the last run that are gone (accept_fewer), another run that holds the
// directory or the ledger, "interrupted". The same call goes on from there. A shard leaves its records for the
// merge, and the ledger as it is.
Result<RunResult> Run(const Job& job, const RunOptions& options);

}  // namespace gradphoto::batch
