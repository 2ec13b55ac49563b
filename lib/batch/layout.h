// SPDX-License-Identifier: Apache-2.0
// Every file that gradphoto makes in the output directory of a batch and beside a ledger, named once: the batch
// writes by these names and the purge deletes by them (OnPurge). A file that has no name here would escape the
// purge; the tests fail when a run leaves one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace gradphoto::batch {

// The worst that a file may give away about students.
enum class Holds {
  kNothing,
  kNames,    // Names, with masked numbers; in full where a run was told --full-ids.
  kNumbers,  // Names and numbers in full.
  kFaces,    // Photos, thumbnails, templates.
};

// What a purge does with a file.
enum class OnPurge {
  kKeep,       // Nothing of a student is in it.
  kDelete,     // It speaks of many; the next run makes it anew of those who are left.
  kLines,      // Records: the lines of the students are taken out.
  kOutput,     // One photo: goes unless a student who stays is known by it.
  kCase,       // In the folder of one student: goes with that student.
  kPack,       // In an upload pack: the students are taken out of the pack.
  kTemplates,  // The templates of the students are taken out.
  kLedger,     // The rows are deleted and the file is written anew.
};

struct FileKind {
  std::string pattern;  // Path below the directory. '*' and '?' as in a shell, within one name; a last "**":
                        // all that lies below; a first "**": in any folder.
  Holds holds = Holds::kNothing;
  OnPurge on_purge = OnPurge::kKeep;
};

// The output directory of a batch: where each thing goes. Nothing is made here.
class OutputLayout {
 public:
  explicit OutputLayout(std::filesystem::path directory) : directory_(std::move(directory)) {}
  const std::filesystem::path& directory() const { return directory_; }

  std::filesystem::path Records() const;          // What the run came to: batch.ndjson.
  std::filesystem::path Unfinished() const;       // The journal of a run that is not done.
  std::filesystem::path UnfinishedCards() const;  // The same of the identity step.
  std::filesystem::path Standardized() const;
  std::filesystem::path Report() const;
  std::filesystem::path Cases() const;                        // Evidence for manual review (ledger/evidence.h).
  std::filesystem::path Upload() const;                       // The pack, or the folder of the deliveries.
  std::filesystem::path Delivery(std::int64_t number) const;  // upload/0001; with a ledger.
  std::filesystem::path MaskKey() const;                      // Without a ledger.
  std::filesystem::path Live() const;                         // The page of a watcher (deliver/live.h).
  std::filesystem::path Answers() const;                      // One line for each photo file.
  std::filesystem::path Hashes() const;                       // With a ledger; see KnownHashes.
  std::filesystem::path Lock() const;                         // Of the run that works here.
  std::filesystem::path Shards() const;                       // The folder of the next three.
  std::filesystem::path ShardRecords(std::string_view shard) const;  // `shard`: "3-of-8".
  std::filesystem::path ShardUnfinished(std::string_view shard) const;
  std::filesystem::path ShardCards(std::string_view shard) const;  // What its identity step found.
  std::filesystem::path ShardLock(std::string_view shard) const;

  // "3-of-8" when the file, of whatever folder, is named like ShardRecords; empty otherwise, also for a shard's
  // journal.
  static std::string_view ShardOf(std::string_view file_name);
  static bool IsLock(std::string_view file_name);  // Of Lock or ShardLock.

 private:
  std::filesystem::path directory_;
};

// What lies beside a ledger.
class LedgerLayout {
 public:
  explicit LedgerLayout(std::filesystem::path ledger);
  const std::filesystem::path& ledger() const { return ledger_; }
  const std::filesystem::path& home() const { return home_; }  // The ledger's directory, absolute.

  std::filesystem::path MaskKey() const;
  std::filesystem::path Templates() const;  // Where they go if the job names no other folder beside the ledger.
  // Whether a folder for templates lies where a purge looks: directly beside the ledger.
  bool HasBeside(const std::filesystem::path& templates) const;
  std::filesystem::path Receipt(const std::filesystem::path& directory, std::int64_t number) const;

 private:
  std::filesystem::path ledger_, home_;
};

// All kinds of files, the most special first: the first that fits a path is its kind.
std::span<const FileKind> OutputFiles();
std::span<const FileKind>
LedgerFiles();  // "{ledger}" stands for the ledger's file name, "{stem}" for its stem.

// Whether a folder directly below the output directory can hold files of ours.
bool IsOutputFolder(const std::filesystem::path& name);

// The kind of a file by its path below the directory; null: none of ours.
const FileKind* KindInOutput(const std::filesystem::path& below);
const FileKind* KindBesideLedger(const std::filesystem::path& below, const std::filesystem::path& ledger);

}  // namespace gradphoto::batch
