// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/books.h"

#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/batch/layout.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/tag_key.h"
#include "lib/ledger/payments.h"

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

Result<void> KeepOutputOutOfInputs(const Job& job) { return RefuseOutputInside(PhotoPlaces(job), job.output); }

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

}  // namespace

Result<void> CheckPlaces(const Job& job) {
  TRY(KeepTemplatesBesideLedger(job));
  TRY(KeepOutputOutOfInputs(job));
  return KeepCardsOutOfPhotos(job);
}

Result<std::optional<FileLock>> LockOutput(const Job& job, const RunOptions& options) {
  if (options.dry_run) return std::nullopt;
  const OutputLayout layout(job.output);
  TRY(MakePrivateDirectories(job.output));
  TRY_ASSIGN(auto lock, FileLock::Try(options.shard ? layout.ShardLock(options.shard->Name()) : layout.Lock()));
  if (!lock) {
    const std::string holder = FileLock::SignatureIn(layout.Lock());
    // "1234 gradphoto-batch --watch"; who works here may not have signed yet.
    const std::size_t blank = options.shard ? std::string::npos : holder.find(' ');
    if (blank == std::string::npos) {
      return Fail(ErrorKind::kOutput,
                  job.output.string() + ": another gradphoto-batch works here; wait for it");
    }
    return Fail(ErrorKind::kOutput,
                fmt::format("{}: {}, process {}, works here; wait for it, or end it", job.output.string(),
                            holder.substr(blank + 1), holder.substr(0, blank)));
  }
  TRY(lock->Sign(std::to_string(getpid()) + " " + options.tool));
  return lock;
}

Result<std::optional<ledger::OpenedLedger>> OpenLedgerOf(const Job& job, const RunOptions& options) {
  if (job.ledger.empty()) return std::nullopt;
  const bool copy = options.dry_run || options.shard;
  return ledger::OpenLedger(job.ledger, {.mode = copy ? ledger::OpenMode::kScratch : ledger::OpenMode::kWrite,
                                         .tool = options.tool,
                                         .wait_s = options.ledger_wait_s,
                                         .interrupted = options.interrupted});
}

std::string PlaceOf(const Job& job) {
  std::error_code ignored;
  return fs::absolute(job.output, ignored).lexically_normal().string();
}

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
  TRY_ASSIGN(const auto counts, ledger.SyncStudents(linked, context.options.moment, PlaceOf(context.job)));
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

}  // namespace gradphoto::batch
