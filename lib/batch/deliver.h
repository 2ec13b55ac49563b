// SPDX-License-Identifier: Apache-2.0
// From judged records to what the office gets: records, report, review page, pack, cases for manual review.
#pragma once

#include <vector>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/pipeline/engine.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// NDJSON; a file that holds just these lines is left as it is. Errors: kOutput.
Result<void> WriteRecords(const std::filesystem::path& file, const std::vector<Record>& records);

// Writes batch.ndjson, the report and the pack; with a ledger, what was accepted since the last delivery, in a
// folder of its own, which is booked. An accepted photo for which the roster gives no file name of its own is
// held, UPLOAD_NAME; the others are packed. The report comes after the pack, also when that failed, and tells
// the records as they stand then. A dry run writes nothing. Returns these records. Errors: kUsage - see
// PackingOf; kOutput - disk, interrupted; see PlanPack, WritePack and WriteReport.
Result<std::vector<Record>> Deliver(const Context& context, std::vector<Record> records);

// With a ledger: the folders of ledger/evidence.h for the students who stand in manual review. Errors: kOutput.
Result<void> MakeCases(const Context& context, const pipeline::Engine& engine);

}  // namespace gradphoto::batch
