// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/run.h"

#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "lib/base/resources.h"
#include "lib/batch/books.h"
#include "lib/batch/cards.h"
#include "lib/batch/deliver.h"
#include "lib/batch/journal.h"
#include "lib/batch/layout.h"
#include "lib/batch/link.h"
#include "lib/batch/preflight.h"
#include "lib/batch/purge.h"
#include "lib/batch/whole.h"
#include "lib/batch/work.h"
#include "lib/pipeline/output_names.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

// Only this part of the students; --merge does the rest. The ledger is only looked at, in a copy.
Result<std::vector<Record>> RunShard(const Context& context, const pipeline::OutputNames& names,
                                     std::vector<Record> linked) {
  const OutputLayout layout(context.job.output);
  const Shard& shard = *context.options.shard;
  const fs::path finished = layout.ShardRecords(shard.Name());
  TRY_ASSIGN(auto journal, JournalAt(layout.ShardUnfinished(shard.Name()), context.options.dry_run));
  TRY(journal.Load(finished));
  const std::vector<Record> batch = linked;
  std::erase_if(linked, [&](const Record& record) { return !shard.Has(record); });
  TRY_ASSIGN(auto cards, JournalAt(layout.ShardCards(shard.Name()), context.options.dry_run));
  TRY_ASSIGN(const auto found, IdentifyCards(context, cards, batch, linked));
  TRY(pipeline::RefuseOverwritingInputs(linked, names, layout.Standardized()));
  TRY_ASSIGN(const auto workshop, OpenWorkshop(context));
  if (workshop->faces) workshop->faces->Expect(linked);
  TRY_ASSIGN(auto worked, WorkOnPhotos(context, workshop->tools(), {layout.Standardized(), names, journal},
                                       Booking::kLater, std::move(linked)));
  // As the checks made them, without what the ledger says: that may change until the merge.
  const std::vector<Record> judged = worked.Judged();
  if (workshop->keeper) {
    TRY(Book(*workshop->keeper, worked));
  }
  if (!context.options.dry_run) {
    TRY(WriteRecords(finished, judged));
  }
  TRY(journal.Remove());
  TRY(TellCards(context, found, worked.records));
  context.notes.Info(fmt::format("shard {}: {} records, {} photos judged", shard.Name(), worked.records.size(),
                                 judged.size()));
  return std::move(worked.records);
}

Result<std::vector<Record>> RunUnsharded(const Context& context, const pipeline::OutputNames& names,
                                         std::vector<Record> linked,
                                         std::map<std::string, std::size_t>& judged_again) {
  const std::size_t photos = CountPhotos(linked);
  TRY_ASSIGN(auto journals, JournalsOf(context));
  TRY_ASSIGN(const auto found, IdentifyCards(context, journals.cards, linked, linked));
  TRY(pipeline::RefuseOverwritingInputs(linked, names, OutputLayout(context.job.output).Standardized()));
  TRY_ASSIGN(const auto workshop, OpenWorkshop(context));
  if (workshop->faces) workshop->faces->Expect(linked);
  TRY_ASSIGN(auto records,
             RunWhole(context, names, *workshop, workshop->tools(), journals, found, std::move(linked)));
  if (workshop->keeper) judged_again = workshop->keeper->JudgedAgain();
  TRY(journals.photos.Remove());
  TRY(journals.cards.Remove());
  if (context.ledger != nullptr) {
    TRY(context.ledger->RememberPhotos(PlaceOf(context.job), photos));
  }
  return records;
}

}  // namespace

Result<RunResult> Run(const Job& job, const RunOptions& options) {
  TRY(CheckPlaces(job));
  TRY_ASSIGN(const auto lock, LockOutput(job, options));
  if (!options.dry_run && !options.shard) {
    TRY(RemoveTemporaries(OutputLayout(job.output)));
  }
  TRY_ASSIGN(auto opened, OpenLedgerOf(job, options));
  Notes notes(options.note);
  std::size_t last = 0;
  if (opened && !options.accept_fewer) {
    TRY_ASSIGN(last, opened->ledger.PhotosLastTime(PlaceOf(job)));
  }
  TRY(CheckFolders(job, last));
  TRY_ASSIGN(auto linked, LinkStudents(job, options.moment.today, notes));
  const std::size_t photos = CountPhotos(linked);
  TRY(CheckCount(photos, last));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.config_dir));
  TRY_ASSIGN(const auto packing, PackingOf(job, config_dir, linked));
  for (const std::string& told : packing.told) notes.Warn(told);
  KnownHashes hashes;
  const Context context{job, options, notes, hashes, opened ? &opened->ledger : nullptr};
  if (opened) {
    TRY(SyncLedger(context, linked));
  }
  RunResult result;
  if (photos == 0 && !options.accept_fewer) {
    notes.Warn("no photo in the folders of the job: nothing to do (--accept-fewer goes on all the same)");
    result.records = std::move(linked);
    result.nothing_to_do = true;
    result.notes = notes.all();
    return result;
  }
  // Of the whole batch, so that they are the same in every shard.
  TRY_ASSIGN(const auto names, OutputNamesOf(job, linked));
  TRY_ASSIGN(result.records, options.shard
                                 ? RunShard(context, names, std::move(linked))
                                 : RunUnsharded(context, names, std::move(linked), result.judged_again));
  result.notes = notes.all();
  return result;
}

}  // namespace gradphoto::batch
