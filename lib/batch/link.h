// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/job.h"
#include "lib/batch/notes.h"
#include "lib/ledger/state.h"
#include "lib/record/record.h"
#include "lib/roster/link_files.h"

namespace gradphoto::batch {

// Reads the job's roster, folders and mapping and joins them: one record for each student, and one for each
// photo without (roster/link.h). Students of no season get the job's. Errors: as roster::ReadRoster, ListPhotos
// and roster::ReadMapping.
Result<std::vector<Record>> LinkStudents(const Job& job, ledger::Day today, Notes& notes);

// The same with the files that were joined; `files.result.records` are in `records`.
struct LinkedJob {
  std::vector<Record> records;
  roster::LinkedFiles files;
};
// What a caller that links again and again knows already: see roster::LinkSources.
struct LinkHelp {
  const roster::Roster* known_roster = nullptr;
  std::function<bool(const PhotoFile&)> takes;
};
Result<LinkedJob> LinkJob(const Job& job, ledger::Day today, const LinkHelp& help, Notes& notes);

// The job's rosters alone. Errors: as roster::ReadRosters.
Result<roster::Roster> ReadJobRosters(const Job& job, ledger::Day today);

}  // namespace gradphoto::batch
