// SPDX-License-Identifier: Apache-2.0
// A batch that is not a shard, from linked records to what the office gets.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/cards.h"
#include "lib/batch/context.h"
#include "lib/batch/face_search.h"
#include "lib/batch/journal.h"
#include "lib/batch/work.h"
#include "lib/ledger/keeper.h"
#include "lib/pipeline/engine.h"
#include "lib/pipeline/output_names.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// What the work on the photos needs, opened once.
struct Workshop {
  pipeline::Engine engine;
  std::optional<FaceSearch> faces;
  std::optional<ledger::Keeper> keeper;

  Tools tools() {
    return {.engine = engine,
            .faces = faces ? &*faces : nullptr,
            .keeper = keeper ? &*keeper : nullptr,
            .known = {},
            .still_there = {},
            .told = {}};
  }
};
// Errors: as Engine::Create and FaceSearch::Create.
Result<std::unique_ptr<Workshop>> OpenWorkshop(const Context& context);

// The names of the standardized photos, below the folder that the job's folders have in common: what comes
// later changes none. With zips among them below what all photos have in common. Errors: as NameOutputs.
Result<pipeline::OutputNames> OutputNamesOf(const Job& job, std::span<const Record> linked);

// One that goes on from `file`; of a dry run, one that leaves it as it is. Errors: as Journal::Load.
Result<Journal> JournalAt(const std::filesystem::path& file, bool dry_run);

// What a run that is cut short leaves for the next one. A ledger is a journal itself, but for photos that are
// booked at the end.
struct Journals {
  Journal photos, cards;
};
// With what the shards have done, for a merge. Errors: as Journal::Load and FinishedShards.
Result<Journals> JournalsOf(const Context& context);

// Work on all photos, duplicates, cases, delivery. `tools`: of the workshop. Returns the records as delivered.
// Errors: as WorkOnPhotos, SearchDuplicates, Book, MakeCases and Deliver.
Result<std::vector<Record>> RunWhole(const Context& context, const pipeline::OutputNames& names,
                                     Workshop& workshop, const Tools& tools, Journals& journals,
                                     const FoundCards& found, std::vector<Record> linked);

}  // namespace gradphoto::batch
