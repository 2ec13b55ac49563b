// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/whole.h"

#include <utility>

#include <fmt/format.h>

#include "lib/base/paths.h"
#include "lib/batch/deliver.h"
#include "lib/batch/layout.h"
#include "lib/batch/shard.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

Result<std::optional<FaceSearch>> FaceSearchOf(const Context& context) {
  const Job& job = context.job;
  const bool compares = !job.references.empty() || job.rules.identity != ledger::IdentityRule::kOff;
  if (!compares && !job.duplicates && job.rejected_before.empty()) return std::nullopt;
  return FaceSearch::Create({.duplicates = job.duplicates,
                             .templates = job.templates,
                             .rejected_before = job.rejected_before,
                             .dry_run = context.options.dry_run,
                             .threads = job.threads},
                            EngineOptionsOf(job, context.options), context.notes);
}

void TellJudgedAgain(const Context& context, const Workshop& workshop) {
  if (!workshop.keeper) return;
  std::size_t photos = 0;
  std::string why;
  for (const auto& [what, count] : workshop.keeper->JudgedAgain()) {
    photos += count;
    why += fmt::format("{}{} {}", why.empty() ? "" : ", ", what, count);
  }
  if (photos > 0)
    context.notes.Info(fmt::format("{} photos judged again, for what has changed: {}", photos, why));
}

// No more than a saving of time: a run that was cut short has them, too, and one that cannot write them goes
// on.
void KeepHashes(const Context& context) {
  if (context.ledger == nullptr || context.options.dry_run) return;
  const auto saved = context.hashes.Save(OutputLayout(context.job.output).Hashes());
  if (!saved) context.notes.Warn(saved.error().message);
}

}  // namespace

Result<pipeline::OutputNames> OutputNamesOf(const Job& job, std::span<const Record> linked) {
  std::error_code ignored;
  fs::path common;
  for (const fs::path& photos : job.photos) {
    if (!fs::is_directory(photos, ignored)) return pipeline::NameOutputs(linked);
    const fs::path folder = fs::absolute(photos / "", ignored).lexically_normal().parent_path();
    if (common.empty()) common = folder;
    while (!IsWithin(folder, common)) common = common.parent_path();
  }
  const std::string root = common.string();
  return pipeline::NameOutputs(linked, std::span(&root, 1));
}

Result<Journal> JournalAt(const fs::path& file, bool dry_run) {
  return dry_run ? Journal::ReadOnly(file) : Journal::Continue(file);
}

Result<std::unique_ptr<Workshop>> OpenWorkshop(const Context& context) {
  TRY_ASSIGN(auto engine, pipeline::Engine::Create(EngineOptionsOf(context.job, context.options)));
  if (context.job.finished) engine.reuse_key["finished"] = true;
  engine.tool = engine.reuse_key;  // What the journal and the ledger remember a judgement by.
  TRY_ASSIGN(auto faces, FaceSearchOf(context));
  auto workshop = std::make_unique<Workshop>(std::move(engine), std::move(faces));
  if (context.ledger != nullptr) {
    if (!context.options.verify_hashes) context.hashes.Load(OutputLayout(context.job.output).Hashes());
    workshop->keeper.emplace(*context.ledger, context.hashes, workshop->engine.tool, context.options.moment);
  }
  return workshop;
}

Result<Journals> JournalsOf(const Context& context) {
  const OutputLayout layout(context.job.output);
  const bool dry_run = context.options.dry_run;
  Journals journals;
  if (context.ledger == nullptr || context.job.duplicates) {
    TRY_ASSIGN(journals.photos, JournalAt(layout.Unfinished(), dry_run));
  }
  if (context.ledger == nullptr) {
    TRY_ASSIGN(journals.cards, JournalAt(layout.UnfinishedCards(), dry_run));
  }
  if (!context.options.merge) return journals;
  TRY_ASSIGN(const auto shards, FinishedShards(layout.Shards()));
  for (const fs::path& shard : shards) {
    TRY(journals.photos.Load(shard));
    TRY(journals.cards.Load(layout.ShardCards(OutputLayout::ShardOf(shard.filename().string()))));
  }
  return journals;
}

Result<std::vector<Record>> RunWhole(const Context& context, const pipeline::OutputNames& names,
                                     Workshop& workshop, const Tools& tools, Journals& journals,
                                     const FoundCards& found, std::vector<Record> linked) {
  const OutputLayout layout(context.job.output);
  const bool search = context.job.duplicates;
  auto done = WorkOnPhotos(context, tools, {layout.Standardized(), names, journals.photos},
                           search ? Booking::kLater : Booking::kAtOnce, std::move(linked));
  KeepHashes(context);
  if (!done) return std::unexpected(std::move(done).error());
  Worked& worked = *done;
  if (search) {
    TRY(SearchDuplicates(context, *workshop.faces, worked));
    if (workshop.keeper) {
      TRY(Book(*workshop.keeper, worked));
    }
  }
  if (context.ledger != nullptr && !context.options.dry_run) {
    TRY(MakeCases(context, workshop.engine));
  }
  TellJudgedAgain(context, workshop);
  TRY(TellCards(context, found, worked.records));
  return Deliver(context, std::move(worked.records));
}

}  // namespace gradphoto::batch
