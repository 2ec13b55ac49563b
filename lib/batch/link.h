// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lib/base/error.h"
#include "lib/batch/job.h"
#include "lib/batch/notes.h"
#include "lib/ledger/state.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// Reads the job's roster, folders and mapping and joins them: one record for each student, and one for each
// photo without (roster/link.h). Students of no season get the job's. Errors: as roster::ReadRoster, ListPhotos
// and roster::ReadMapping.
Result<std::vector<Record>> LinkStudents(const Job& job, ledger::Day today, Notes& notes);

}  // namespace gradphoto::batch
