// SPDX-License-Identifier: Apache-2.0
// What a run holds while it lasts, and what it tells the ledger before any photo is looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file_lock.h"
#include "lib/batch/context.h"
#include "lib/ledger/open.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// Whether the places of the job can be meant. Errors: kUsage - templates that a purge would not find, an output
// inside an input, cards among the photos.
Result<void> CheckPlaces(const Job& job);

// One run at a time in an output directory; of shards, one of each; none for a dry run. Makes the directory.
// Errors: kOutput - another run holds it; the message has its name and process.
Result<std::optional<FileLock>> LockOutput(const Job& job, const RunOptions& options);

// Nothing for a job without a ledger. Shards and dry runs work on a copy in memory. Errors: as OpenLedger.
Result<std::optional<ledger::OpenedLedger>> OpenLedgerOf(const Job& job, const RunOptions& options);

// Rules, roster and payments go into the ledger. Errors: as Ledger::SyncStudents and ImportPayments.
Result<void> SyncLedger(const Context& context, const std::vector<Record>& linked);

// By which the ledger knows the output directory.
std::string PlaceOf(const Job& job);

}  // namespace gradphoto::batch
