// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/run.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "lib/base/file.h"
#include "lib/base/file_lock.h"
#include "lib/base/paths.h"
#include "lib/base/resources.h"
#include "lib/batch/cards.h"
#include "lib/batch/deliver.h"
#include "lib/batch/face_search.h"
#include "lib/batch/journal.h"
#include "lib/batch/layout.h"
#include "lib/batch/link.h"
#include "lib/batch/preflight.h"
#include "lib/batch/purge.h"
#include "lib/batch/work.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/tag_key.h"
#include "lib/ledger/keeper.h"
#include "lib/ledger/open.h"
#include "lib/ledger/payments.h"
#include "lib/pipeline/output_names.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

// A purge looks for templates beside the ledger and nowhere else.
Result<void> KeepTemplatesBesideLedger(const Job& job) {
  if (job.ledger.empty() || job.templates.empty()) return {};
  const LedgerLayout layout(job.ledger);
  if (layout.HasBeside(job.templates)) return {};
  return Fail(ErrorKind::kUsage, "templates: " + job.templates.string() +
                                     " must be a directory beside the ledger, so that a purge finds it: " +
                                     layout.Templates().string());
}

Result<void> KeepOutputOutOfInputs(const Job& job) {
  std::vector<fs::path> inputs = job.photos;
  if (!job.references.empty()) inputs.push_back(job.references);
  inputs.insert(inputs.end(), job.id_cards.begin(), job.id_cards.end());
  return RefuseOutputInside(inputs, job.output);
}

// A card that is also taken for a photo would be a student's second one.
Result<void> KeepCardsOutOfPhotos(const Job& job) {
  for (const fs::path& cards : job.id_cards) {
    for (const fs::path& photos : job.photos) {
      std::error_code ignored;
      const fs::path one = fs::weakly_canonical(cards, ignored), other = fs::weakly_canonical(photos, ignored);
      if (!IsWithin(one, other) && !IsWithin(other, one)) continue;
      return Fail(ErrorKind::kUsage, "id_cards " + cards.string() + " and photos " + photos.string() +
                                         " must not contain each other");
    }
  }
  return {};
}

// One run at a time in an output directory; of shards, one of each.
Result<std::optional<FileLock>> LockOutput(const Job& job, const RunOptions& options) {
  if (options.dry_run) return std::nullopt;
  const OutputLayout layout(job.output);
  TRY(MakePrivateDirectories(job.output));
  TRY_ASSIGN(auto lock, FileLock::Try(options.shard ? layout.ShardLock(options.shard->Name()) : layout.Lock()));
  if (!lock) {
    return Fail(ErrorKind::kOutput, job.output.string() + ": another gradphoto-batch works here; wait for it");
  }
  return lock;
}

// Shards and dry runs work on a copy in memory.
Result<std::optional<ledger::OpenedLedger>> OpenLedgerOf(const Job& job, const RunOptions& options) {
  if (job.ledger.empty()) return std::nullopt;
  const bool copy = options.dry_run || options.shard;
  return ledger::OpenLedger(job.ledger, {.mode = copy ? ledger::OpenMode::kScratch : ledger::OpenMode::kWrite,
                                         .tool = options.tool,
                                         .wait_s = options.ledger_wait_s,
                                         .interrupted = options.interrupted});
}

// A season that no deadline is known for may be a misspelled one.
void WarnOfOpenSeasons(const Context& context, const std::vector<Record>& linked) {
  const auto& deadlines = context.ledger->rules().deadlines;
  if (deadlines.empty()) return;
  std::map<std::string, std::size_t> open;
  for (const Record& record : linked) {
    if (!record.student) continue;
    const std::string season(record.student->Field("season"));
    if (!deadlines.contains(season)) ++open[season];
  }
  for (const auto& [season, students] : open) {
    context.notes.Warn(
        fmt::format("ledger: no deadline in the job for the season '{}' of {} students", season, students));
  }
}

std::string Place(const Job& job) {
  std::error_code ignored;
  return fs::absolute(job.output, ignored).lexically_normal().string();
}

// Who is no longer in the roster, and who of them may only have got another number.
Result<void> TellLeavers(const Context& context, const ledger::SyncCounts& counts) {
  if (counts.returned > 0)
    context.notes.Info(fmt::format("ledger: {} students are in the roster again", counts.returned));
  if (counts.left == 0) return {};
  context.notes.Warn(fmt::format(
      "{} students are no longer in the roster{}; see gradphoto-ledger status --list left", counts.left,
      context.ledger->rules().hold_leavers ? ": not packed until gradphoto-ledger withdraw, rename or keep"
                                           : " (leavers: keep)"));
  TRY_ASSIGN(const auto candidates, context.ledger->RenameCandidates());
  for (const ledger::RenameCandidate& candidate : candidates) {
    std::string columns;
    for (const std::string& column : candidate.columns) columns += (columns.empty() ? "" : ", ") + column;
    context.notes.Warn(fmt::format(
        "@{} left the roster and @{} came, the same but for {}: if it is one student, "
        "gradphoto-ledger rename @{} @{}",
        candidate.old_student, candidate.new_student, columns, candidate.old_student, candidate.new_student));
  }
  return {};
}

Result<void> TakeInPayments(const Context& context) {
  if (context.job.payments.empty()) return {};
  TRY_ASSIGN(const auto key, deliver::TagKey::ReadIfThere(LedgerLayout(context.job.ledger).MaskKey()));
  deliver::UseTags(*context.ledger, key);
  TRY_ASSIGN(const auto paid,
             ledger::ImportPayments(*context.ledger, context.job.payments, context.options.moment));
  context.notes.Info(fmt::format("payments: {} rows, {} new", paid.rows, paid.booked));
  for (const ledger::ImportProblem& problem : paid.problems) {
    context.notes.Warn(fmt::format("payments: line {}: {}", problem.line, problem.what));
  }
  for (const auto& [text, rows] : paid.unpaid_texts) {
    context.notes.Info(
        fmt::format("payments: '{}' says unpaid, {} rows", deliver::Redactor().Text(text, nullptr), rows));
  }
  for (const auto& [text, rows] : paid.unknown_texts) {
    context.notes.Warn(fmt::format("payments: '{}' does not say paid, {} rows",
                                   deliver::Redactor().Text(text, nullptr), rows));
  }
  return {};
}

// Rules and roster go into the ledger.
Result<void> SyncLedger(const Context& context, const std::vector<Record>& linked) {
  ledger::Ledger& ledger = *context.ledger;
  if (context.options.has_rules) {
    TRY(ledger.SetRules(context.job.rules));
  } else if (!context.job.id_cards.empty()) {
    ledger::Rules rules = ledger.rules();
    rules.identity = context.job.rules.identity;
    TRY(ledger.SetRules(rules));
  }
  TRY(ledger.KeepPlace(context.job.output));
  TRY_ASSIGN(const auto counts, ledger.SyncStudents(linked, context.options.moment, Place(context.job)));
  context.notes.Info(fmt::format("ledger: {} students new, {} changed, {} as before", counts.added,
                                 counts.changed, counts.unchanged));
  if (counts.carried > 0) {
    context.notes.Info(fmt::format("ledger: {} students carried over to the next season", counts.carried));
  }
  TRY(TellLeavers(context, counts));
  TRY(TakeInPayments(context));
  WarnOfOpenSeasons(context, linked);
  return {};
}

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

Result<Journal> JournalAt(const fs::path& file, bool dry_run) {
  return dry_run ? Journal::ReadOnly(file) : Journal::Continue(file);
}

// The journal of a run that is not a shard's. A ledger is a journal itself, unless everything is booked at the
// end.
Result<Journal> JournalOf(const Context& context, const OutputLayout& layout) {
  const bool booked_at_once = context.ledger != nullptr && !context.job.duplicates;
  Journal journal;
  if (!booked_at_once) {
    TRY_ASSIGN(journal, JournalAt(layout.Unfinished(), context.options.dry_run));
  }
  if (!context.options.merge) return journal;
  TRY_ASSIGN(const auto shards, FinishedShards(layout.Shards()));
  for (const fs::path& shard : shards) {
    TRY(journal.Load(shard));
  }
  return journal;
}

// The journal of the identity step, which a ledger is itself.
Result<Journal> CardJournalOf(const Context& context, const OutputLayout& layout) {
  Journal journal;
  if (context.ledger == nullptr) {
    TRY_ASSIGN(journal, JournalAt(layout.UnfinishedCards(), context.options.dry_run));
  }
  if (!context.options.merge) return journal;
  TRY_ASSIGN(const auto shards, FinishedShards(layout.Shards()));
  for (const fs::path& shard : shards) {
    TRY(journal.Load(layout.ShardCards(OutputLayout::ShardOf(shard.filename().string()))));
  }
  return journal;
}

// What the work on the photos needs, opened once.
struct Workshop {
  pipeline::Engine engine;
  std::optional<FaceSearch> faces;
  std::optional<ledger::Keeper> keeper;

  Tools tools() {
    return {.engine = engine, .faces = faces ? &*faces : nullptr, .keeper = keeper ? &*keeper : nullptr};
  }
};

Result<std::unique_ptr<Workshop>> OpenWorkshop(const Context& context, const std::vector<Record>& linked) {
  TRY_ASSIGN(auto engine, pipeline::Engine::Create(EngineOptionsOf(context.job, context.options)));
  if (context.job.finished) engine.reuse_key["finished"] = true;
  engine.tool = engine.reuse_key;  // What the journal and the ledger remember a judgement by.
  TRY_ASSIGN(auto faces, FaceSearchOf(context));
  if (faces) faces->Expect(linked);
  auto workshop = std::make_unique<Workshop>(std::move(engine), std::move(faces));
  if (context.ledger != nullptr) {
    workshop->keeper.emplace(*context.ledger, workshop->engine.tool, context.options.moment);
  }
  return workshop;
}

std::map<std::string, std::size_t> TellJudgedAgain(const Context& context, const Workshop& workshop) {
  if (!workshop.keeper) return {};
  auto again = workshop.keeper->JudgedAgain();
  std::size_t photos = 0;
  std::string why;
  for (const auto& [what, count] : again) {
    photos += count;
    why += fmt::format("{}{} {}", why.empty() ? "" : ", ", what, count);
  }
  if (photos > 0)
    context.notes.Info(fmt::format("{} photos judged again, for what has changed: {}", photos, why));
  return again;
}

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
  TRY_ASSIGN(const auto workshop, OpenWorkshop(context, linked));
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

Result<std::vector<Record>> RunWhole(const Context& context, const pipeline::OutputNames& names,
                                     std::vector<Record> linked,
                                     std::map<std::string, std::size_t>& judged_again) {
  const std::size_t photos = CountPhotos(linked);
  const OutputLayout layout(context.job.output);
  TRY_ASSIGN(auto cards, CardJournalOf(context, layout));
  TRY_ASSIGN(const auto found, IdentifyCards(context, cards, linked, linked));
  TRY_ASSIGN(auto journal, JournalOf(context, layout));
  TRY(pipeline::RefuseOverwritingInputs(linked, names, layout.Standardized()));
  TRY_ASSIGN(const auto workshop, OpenWorkshop(context, linked));
  const bool search = context.job.duplicates;
  TRY_ASSIGN(auto worked, WorkOnPhotos(context, workshop->tools(), {layout.Standardized(), names, journal},
                                       search ? Booking::kLater : Booking::kAtOnce, std::move(linked)));
  if (search) {
    TRY(SearchDuplicates(context, *workshop->faces, worked));
    if (workshop->keeper) {
      TRY(Book(*workshop->keeper, worked));
    }
  }
  if (context.ledger != nullptr && !context.options.dry_run) {
    TRY(MakeCases(context, workshop->engine));
  }
  judged_again = TellJudgedAgain(context, *workshop);
  TRY(TellCards(context, found, worked.records));
  TRY_ASSIGN(auto records, Deliver(context, std::move(worked.records)));
  TRY(journal.Remove());
  TRY(cards.Remove());
  if (context.ledger != nullptr) {
    TRY(context.ledger->RememberPhotos(Place(context.job), photos));
  }
  return records;
}

}  // namespace

Result<RunResult> Run(const Job& job, const RunOptions& options) {
  TRY(KeepTemplatesBesideLedger(job));
  TRY(KeepOutputOutOfInputs(job));
  TRY(KeepCardsOutOfPhotos(job));
  TRY_ASSIGN(const auto lock, LockOutput(job, options));
  if (!options.dry_run && !options.shard) {
    TRY(RemoveTemporaries(OutputLayout(job.output)));
  }
  TRY_ASSIGN(auto opened, OpenLedgerOf(job, options));
  Notes notes(options.note);
  std::size_t last = 0;
  if (opened && !options.accept_fewer) {
    TRY_ASSIGN(last, opened->ledger.PhotosLastTime(Place(job)));
  }
  TRY(CheckFolders(job, last));
  TRY_ASSIGN(auto linked, LinkStudents(job, options.moment.today, notes));
  const std::size_t photos = CountPhotos(linked);
  TRY(CheckCount(photos, last));
  TRY_ASSIGN(const auto config_dir, FindConfigDir(options.config_dir));
  TRY_ASSIGN(const auto packing, PackingOf(job, config_dir, linked));
  for (const std::string& told : packing.told) notes.Warn(told);
  const Context context{job, options, notes, opened ? &opened->ledger : nullptr};
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
  TRY_ASSIGN(const auto names, pipeline::NameOutputs(linked));
  TRY_ASSIGN(result.records, options.shard ? RunShard(context, names, std::move(linked))
                                           : RunWhole(context, names, std::move(linked), result.judged_again));
  result.notes = notes.all();
  return result;
}

}  // namespace gradphoto::batch
