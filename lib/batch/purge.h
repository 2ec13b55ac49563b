// SPDX-License-Identifier: Apache-2.0
// Deleting students: their rows, pictures, evidence and templates, and what lists, packs and reports say about
// them, by the table of lib/batch/layout.h. What a run that ended early left behind goes, too. First the files,
// then the rows: a purge that is cut short anywhere still knows its students and is finished by running it
// again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/layout.h"
#include "lib/deliver/withdraw.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/state.h"

namespace gradphoto::batch {

// Whom a purge takes: exactly one of the three.
struct PurgeSelection {
  std::string season;                 // Students of this season.
  std::optional<ledger::Day> before;  // Students of whom nothing was heard since this day.
  // These.
  std::vector<ledger::StudentId> students{};  // NOLINT(readability-redundant-member-init): may be left unnamed
  bool force = false;                         // Also those of whom something is open (ledger::IsSettled).
};

struct PurgePlan {
  std::string selection;  // For the receipt, without names: "season spring-2022".
  std::vector<ledger::StudentId> students;
  std::unordered_set<std::string> keys;  // Of the same students, with those that were corrected since.
  ledger::StateCounts states;
  std::size_t attempts = 0;

  // Left out, with what they are in: something about them is open. Without PurgeSelection::force only.
  std::vector<std::pair<ledger::StudentId, ledger::State>> excluded;

  std::size_t Unsettled() const;  // Students without a delivered or approved photo, among those taken.
};

// Looks, changes nothing.
Result<PurgePlan> PlanPurge(ledger::Ledger& ledger, const PurgeSelection& selection, ledger::Day today);

struct PurgeOptions {
  std::filesystem::path receipts;     // Directory; empty: beside the ledger.
  std::function<bool()> interrupted;  // Asked before each step; may be empty.
};

struct Purged {
  deliver::Withdrawn withdrawn;                 // What was deleted, hashes sorted.
  std::vector<std::filesystem::path> receipts;  // Written, one unless an earlier purge had been cut short.
};

// Deletes the students of the plan, and books and writes a receipt that names nobody. Nothing to do without
// students. Precondition: this process holds the ledger's lock. Errors: kOutput - a batch is at work in an
// output directory of the ledger; a file cannot be read, deleted or written (its name is not told, it may be a
// number); interrupted. After an error the same call goes on.
Result<Purged> Purge(ledger::Ledger& ledger, const PurgePlan& plan, const PurgeOptions& options,
                     const ledger::Moment& now);

// Photos of identity cards that are no longer needed: of students who are verified. Those of the other students
// stay, as their cards have to be looked at again. What lies in an archive is not there as a file and stays,
// too.
struct CardPurge {
  std::vector<std::pair<ledger::StudentId, std::filesystem::path>> files;  // That exist.
  std::size_t students = 0;                                                // Whose they are.
};
Result<CardPurge> PlanCardPurge(ledger::Ledger& ledger, ledger::Day today);
// Deletes them, and books and writes a receipt that names nobody. Errors: as Purge.
Result<Purged> PurgeCards(ledger::Ledger& ledger, const CardPurge& plan, const PurgeOptions& options,
                          const ledger::Moment& now);

// The last steps of purges that were cut short after the rows were gone: nothing is left in the ledger's file,
// and the receipts are written. Returns the receipts. Errors: kOutput.
Result<std::vector<std::filesystem::path>> FinishPurges(ledger::Ledger& ledger,
                                                        const std::filesystem::path& receipts);

// Deletes what runs that were killed left of files on their way (TemporaryPattern in base/file.h); nothing
// while a shard is at work, for they could be its own. Returns how many. Precondition: this process holds
// output.Lock(). Errors: kOutput.
Result<std::size_t> RemoveTemporaries(const OutputLayout& output);

}  // namespace gradphoto::batch
