// SPDX-License-Identifier: Apache-2.0
// From linked records to judged ones: every photo that is not rejected or settled yet is checked, standardized
// and compared.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/face_search.h"
#include "lib/batch/journal.h"
#include "lib/ledger/keeper.h"
#include "lib/pipeline/engine.h"
#include "lib/pipeline/output_names.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// What the photos are worked on with; absent parts are not asked for.
struct Tools {
  const pipeline::Engine& engine;
  const FaceSearch* faces = nullptr;  // Null: nothing is compared.
  ledger::Keeper* keeper = nullptr;   // Null: no ledger.
  // What a process that stays found about a linked record before, where nothing has changed since; null where
  // it has. It is not settled again. May be empty.
  std::function<const Record*(const Record&)> known;
  // Asked after a photo was judged: false where it is no longer the file that was linked. Nothing of it is kept
  // then, and the work ends. May be empty.
  std::function<bool(const Record&)> still_there;
  // After each record, by its place, in order, one at a time. May be empty.
  std::function<void(std::size_t, const Record&, bool judged)> told;
};

// Where the photos and the notes on them go.
struct Places {
  std::filesystem::path standardized;
  const pipeline::OutputNames& names;  // Below `standardized`.
  Journal& journal;
};

// One entry for each record given, in the same order; fingerprints only where duplicates are looked for.
struct Worked {
  std::vector<Record> records;
  // Whether it was judged in this run or taken over from the journal; else the record is as it was linked, or
  // the ledger's.
  std::vector<bool> judged;
  std::vector<FaceSearch::Fingerprint> fingerprints;

  std::vector<Record> Judged() const;
};

enum class Booking {
  kAtOnce,  // Each photo, after its output is on disk.
  kLater,   // By Book: what only the batch as a whole shows is not known yet.
};

// One bad photo never stops the others. Errors: kOutput - disk, the ledger, a photo that changed meanwhile, or
// "interrupted": what was done by then is in the journal or the ledger.
Result<Worked> WorkOnPhotos(const Context& context, const Tools& tools, const Places& places, Booking booking,
                            std::vector<Record> records);

// Tells which photos show one face or are one file. What the ledger has settled takes part and names the
// others, but its outcome stays; a photo that is rejected for it leaves no file. Templates are kept if the job
// says so. Errors: kOutput.
Result<void> SearchDuplicates(const Context& context, FaceSearch& faces, Worked& worked);

// Tells the ledger of all that was judged. Errors: see Keeper::Keep.
Result<void> Book(ledger::Keeper& keeper, Worked& worked);

}  // namespace gradphoto::batch
