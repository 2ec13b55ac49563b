// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/purge.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/file_lock.h"
#include "lib/base/sha256.h"
#include "lib/base/version.h"
#include "lib/compare/template_store.h"
#include "lib/deliver/files.h"
#include "lib/ledger/evidence.h"
#include "lib/record/record.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using ledger::Ledger;
using ledger::State;
using ledger::StudentId;

struct OurFile {
  fs::path path;
  const FileKind* kind = nullptr;
};

std::unexpected<Error> Cannot(const char* what, const std::error_code& error) {
  return Fail(ErrorKind::kOutput,
              std::string("a file of the batch cannot be ") + what + ": " + error.message());
}

// Every file of ours in an output directory; none when it is gone. Folders of other names are not looked into.
Result<std::vector<OurFile>> FilesIn(const OutputLayout& output) {
  std::vector<OurFile> files;
  std::error_code error, ignored;
  if (!fs::is_directory(output.directory(), ignored)) return files;
  for (fs::recursive_directory_iterator it(output.directory(), error); it != fs::recursive_directory_iterator();
       it.increment(error)) {
    if (error) break;
    const fs::path below = it->path().lexically_relative(output.directory());
    if (fs::is_directory(it->symlink_status(ignored))) {
      if (it.depth() == 0 && !IsOutputFolder(below)) it.disable_recursion_pending();
      continue;
    }
    if (const FileKind* kind = KindInOutput(below)) files.push_back({it->path(), kind});
  }
  if (error) {
    return Fail(ErrorKind::kOutput, output.directory().string() + ": cannot be listed: " + error.message());
  }
  std::ranges::sort(files, {}, &OurFile::path);
  return files;
}

// The locks of all runs that ever worked in a directory, but one; nothing when one of them is held. Keeping
// them keeps those runs from coming back.
Result<std::optional<std::vector<FileLock>>> LockAll(const OutputLayout& output, const fs::path& but = {}) {
  std::vector<FileLock> locks;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(output.directory(), ignored)) {
    if (entry.path() == but || !OutputLayout::IsLock(entry.path().filename().string())) continue;
    TRY_ASSIGN(auto lock, FileLock::Try(entry.path()));
    if (!lock) return std::nullopt;
    locks.push_back(std::move(*lock));
  }
  return std::optional(std::move(locks));
}

// Folders that are empty now, up to the output directory: a folder may have a student's name.
void RemoveEmptyFolders(fs::path folder, const fs::path& output) {
  std::error_code error;
  for (; folder != output && folder.has_relative_path(); folder = folder.parent_path()) {
    if (!fs::remove(folder, error) || error) return;  // Fails when something is in it.
  }
}

// The pack that a file below upload/ is of.
fs::path PackOf(const fs::path& file, const fs::path& upload) {
  const fs::path photos = fs::path(deliver::kPackPhotoFolder).parent_path();
  fs::path pack = upload;
  for (const fs::path& part : file.parent_path().lexically_relative(upload)) {
    if (part == photos) break;
    if (part != ".") pack /= part;
  }
  return pack;
}

// The standardized photos that somebody who stays is known by.
class Claims {
 public:
  explicit Claims(fs::path standardized) : standardized_(std::move(standardized)) {}

  void Add(const fs::path& path) {
    if (path.is_absolute()) {
      absolute_.insert(path.lexically_normal().string());
      return;
    }
    // From which directory it counts is not known: whatever follows a folder of the right name.
    for (auto part = path.begin(); part != path.end(); ++part) {
      if (*part != standardized_.filename()) continue;
      fs::path rest;
      for (auto next = std::next(part); next != path.end(); ++next) rest /= *next;
      below_.insert(rest.string());
    }
  }

  void AddAllOf(const fs::path& records) {
    std::ifstream in(records);
    for (std::string line; std::getline(in, line);) {
      const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
      const auto record = RecordFromJson(json.is_discarded() ? Json() : json);
      if (!record) continue;
      Add(record->output);
      Add(record->photo);  // An input is never ours to delete, wherever it lies.
      if (const auto reference = record->comparison.find("reference");
          reference != record->comparison.end() && reference->is_string()) {
        Add(reference->get<std::string>());
      }
    }
  }

  bool Has(const fs::path& file) const {
    return absolute_.contains(file.string()) ||
           below_.contains(file.lexically_relative(standardized_).string());
  }

 private:
  fs::path standardized_;
  std::unordered_set<std::string> absolute_, below_;
};

class Deletion {
 public:
  Deletion(Ledger& ledger, const PurgePlan& plan, const PurgeOptions& options)
      : ledger_(ledger), plan_(plan), options_(options), ids_(plan.students.begin(), plan.students.end()) {}

  Result<deliver::Withdrawn> Run() {
    TRY_ASSIGN(const auto places, ledger_.Places());
    // A run that is at work would write again what is deleted here; shards do not hold the ledger's lock.
    std::vector<std::vector<FileLock>> locks;
    for (const fs::path& place : places) {
      TRY_ASSIGN(auto held, LockAll(OutputLayout(place)));
      if (!held) {
        return Fail(ErrorKind::kOutput,
                    place.string() + ": gradphoto-batch is at work here; purge again when it is done");
      }
      locks.push_back(std::move(*held));
    }
    // Packs first, while the ledger still knows them; the index of a pack is needed to find its rows.
    TRY_ASSIGN(const auto packs, ledger_.DeliveryDirectories(plan_.students));
    for (const fs::path& pack : packs) {
      TRY(Step());
      TRY(deliver::WithdrawFromPack(pack, is_withdrawn_, withdrawn_));
    }
    TRY(DeleteKnownFiles(places));
    TRY(CleanBesideLedger());
    for (const fs::path& place : places) TRY(Clean(OutputLayout(place)));
    std::ranges::sort(withdrawn_.sha256);
    return std::move(withdrawn_);
  }

 private:
  Result<void> Step() const {
    if (!options_.interrupted || !options_.interrupted()) return {};
    return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
  }

  Result<void> Delete(const fs::path& file) {
    TRY(Step());
    if (auto hash = Sha256File(file)) withdrawn_.sha256.push_back(std::move(*hash));
    std::error_code error;
    fs::remove(file, error);
    return error ? Cannot("deleted", error) : Result<void>();
  }

  Result<void> DeleteKnownFiles(const std::vector<fs::path>& places) {
    for (const StudentId id : plan_.students) {
      TRY_ASSIGN(const auto files, ledger_.FilesOf(id));
      for (const ledger::LedgerFile& file : files) {
        const fs::path path(file.path);
        std::error_code error;
        if (!fs::exists(path, error)) continue;
        TRY(Delete(path));
        if (file.kind == ledger::FileKind::kEvidence) fs::remove(path.parent_path(), error);  // If empty.
        for (const fs::path& place : places) {
          const fs::path below = path.lexically_relative(place);
          if (!below.empty() && *below.begin() != "..") RemoveEmptyFolders(path.parent_path(), place);
        }
      }
    }
    return {};
  }

  Result<void> CleanBesideLedger() {
    const LedgerLayout layout(ledger_.file());
    std::vector<fs::path> folders = {layout.home()};
    std::error_code error, ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(layout.home(), error)) {
      if (entry.is_directory(ignored) &&
          fs::exists(entry.path() / compare::TemplateStore::kLockName, ignored)) {
        folders.push_back(entry.path());
      }
    }
    std::vector<fs::path> temporary;
    for (const fs::path& folder : folders) {
      for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        const FileKind* kind = KindBesideLedger(entry.path().lexically_relative(layout.home()), ledger_.file());
        if (kind != nullptr && kind->on_purge == OnPurge::kDelete) temporary.push_back(entry.path());
        if (kind == nullptr || kind->on_purge != OnPurge::kTemplates) continue;
        TRY(Step());
        TRY(compare::TemplateStore::RemoveStudents(folder, is_withdrawn_));
      }
    }
    if (error)
      return Fail(ErrorKind::kOutput, layout.home().string() + ": cannot be listed: " + error.message());
    for (const fs::path& file : temporary) TRY(Delete(file));
    return {};
  }

  Result<void> Clean(const OutputLayout& output) {
    TRY_ASSIGN(const auto files, FilesIn(output));
    TRY_ASSIGN(const auto claims, WithdrawLines(output, files));
    std::map<fs::path, std::vector<fs::path>> packs;
    bool report = false;
    for (const auto& [path, kind] : files) {
      bool goes = false;
      switch (kind->on_purge) {
        case OnPurge::kDelete:
          goes = true;
          report = report || !IsTemporaryName(path.filename().string());
          break;
        case OnPurge::kOutput:
          goes = !claims.Has(path);
          break;
        case OnPurge::kCase: {
          const auto student = ledger::StudentOfCase(path.parent_path().filename().string());
          goes = student && ids_.contains(*student);
          break;
        }
        case OnPurge::kPack:
          packs[PackOf(path, output.Upload())].push_back(path);
          break;
        case OnPurge::kKeep:
        case OnPurge::kLines:
        case OnPurge::kTemplates:
        case OnPurge::kLedger:
          break;
      }
      if (!goes) continue;
      TRY(Delete(path));
      RemoveEmptyFolders(path.parent_path(), output.directory());
    }
    if (report) ++withdrawn_.lists;
    return CleanUnbookedPacks(output, packs);
  }

  // The lines of the students, and torn ones, go. Returns what the other lines claim, and the rest of the
  // ledger.
  Result<Claims> WithdrawLines(const OutputLayout& output, const std::vector<OurFile>& files) {
    Claims claims(output.Standardized());
    for (const auto& [path, kind] : files) {
      if (kind->on_purge != OnPurge::kLines) continue;
      TRY(Step());
      TRY(deliver::WithdrawFromRecords(path, is_withdrawn_, withdrawn_));
      claims.AddAllOf(path);
    }
    TRY_ASSIGN(const auto known, ledger_.Files());
    for (const ledger::LedgerFile& file : known) {
      if (!ids_.contains(file.student)) claims.Add(file.path);
    }
    return claims;
  }

  // Packs that no delivery is booked for: of a run that ended too early, or without this ledger.
  Result<void> CleanUnbookedPacks(const OutputLayout& output,
                                  const std::map<fs::path, std::vector<fs::path>>& packs) {
    if (packs.empty()) return {};
    TRY_ASSIGN(const auto booked, ledger_.DeliveryDirectories());
    for (const auto& [pack, files] : packs) {
      if (std::ranges::find(booked, pack) != booked.end()) continue;
      TRY(Step());
      TRY(deliver::WithdrawFromUnfinishedPack(pack, files, is_withdrawn_, withdrawn_));
      for (const fs::path& file : files) RemoveEmptyFolders(file.parent_path(), output.directory());
    }
    return {};
  }

  Ledger& ledger_;
  const PurgePlan& plan_;
  const PurgeOptions& options_;
  std::set<StudentId> ids_;
  deliver::Withdrawn withdrawn_;
  const deliver::KeyTest is_withdrawn_ = [this](std::string_view key) {
    return plan_.keys.contains(std::string(key));
  };
};

Json ReceiptOf(const PurgePlan& plan, const deliver::Withdrawn& withdrawn, const ledger::Moment& now) {
  return {{"v", 1},
          {"tool", "gradphoto-ledger " + std::string(Version())},
          {"purged_at", now.stamp},
          {"selection", plan.selection},
          {"students", plan.students.size()},
          {"attempts", plan.attempts},
          {"states", ledger::ToJson(plan.states)},
          {"files", withdrawn.sha256.size()},
          {"lists", withdrawn.lists},
          {"sha256", withdrawn.sha256}};
}

}  // namespace

std::size_t PurgePlan::Unsettled() const {
  std::size_t count = 0;
  for (const auto& [state, students_in_it] : states) {
    if (state != State::kApproved && state != State::kDelivered) count += students_in_it;
  }
  return count;
}

Result<PurgePlan> PlanPurge(Ledger& ledger, const PurgeSelection& selection, ledger::Day today) {
  PurgePlan plan;
  std::set<StudentId> chosen(selection.students.begin(), selection.students.end());
  if (!selection.season.empty()) {
    plan.selection = "season " + selection.season;
  } else if (selection.before) {
    plan.selection = "before " + ledger::FormatDay(*selection.before);
    TRY_ASSIGN(const auto silent, ledger.SilentSince(*selection.before));
    chosen.insert(silent.begin(), silent.end());
  } else {
    plan.selection = "students by key";
  }
  TRY(ledger.ForEachStudent([&](const ledger::StudentEntry& entry) -> Result<void> {
    const ledger::Standing standing = StandingOf(entry.history, ledger.rules(), today);
    const bool taken =
        selection.season.empty() ? chosen.contains(entry.id) : standing.season == selection.season;
    if (!taken) return {};
    if (!selection.force && !IsSettled(standing)) {
      plan.excluded.emplace_back(entry.id, standing.state);
      return {};
    }
    plan.students.push_back(entry.id);
    plan.keys.insert(entry.student.key);
    ++plan.states[standing.state];
    plan.attempts += static_cast<std::size_t>(standing.attempts);
    return {};
  }));
  // Lists of before a number was corrected name them by the old one, unless that is somebody else's now.
  for (const StudentId student : plan.students) {
    TRY_ASSIGN(const auto former, ledger.FormerKeys(student));
    for (const std::string& key : former) {
      TRY_ASSIGN(const auto owner, ledger.FindStudent(key));
      if (!owner) plan.keys.insert(key);
    }
  }
  return plan;
}

Result<Purged> Purge(Ledger& ledger, const PurgePlan& plan, const PurgeOptions& options,
                     const ledger::Moment& now) {
  Purged purged;
  if (plan.students.empty()) return purged;
  TRY_ASSIGN(auto withdrawn, Deletion(ledger, plan, options).Run());
  purged.withdrawn = std::move(withdrawn);
  TRY(ledger.Forget(plan.students, ReceiptOf(plan, purged.withdrawn, now), now));
  if (options.interrupted && options.interrupted()) {
    return Fail(ErrorKind::kOutput, "interrupted; the next purge writes the receipt");
  }
  TRY_ASSIGN(auto receipts, FinishPurges(ledger, options.receipts));
  purged.receipts = std::move(receipts);
  return purged;
}

Result<CardPurge> PlanCardPurge(Ledger& ledger, ledger::Day today) {
  CardPurge plan;
  std::set<StudentId> verified, counted;
  TRY(ledger.ForEachStudent([&](const ledger::StudentEntry& entry) -> Result<void> {
    if (StandingOf(entry.history, ledger.rules(), today).card.IsVerified()) verified.insert(entry.id);
    return {};
  }));
  TRY_ASSIGN(const auto files, ledger.Files());
  for (const ledger::LedgerFile& file : files) {
    std::error_code ignored;
    if (file.kind != ledger::FileKind::kCard || !verified.contains(file.student)) continue;
    if (!fs::is_regular_file(file.path, ignored)) continue;
    plan.files.emplace_back(file.student, file.path);
    counted.insert(file.student);
  }
  plan.students = counted.size();
  return plan;
}

Result<Purged> PurgeCards(Ledger& ledger, const CardPurge& plan, const PurgeOptions& options,
                          const ledger::Moment& now) {
  Purged purged;
  if (plan.files.empty()) return purged;
  for (const auto& [student, path] : plan.files) {
    if (options.interrupted && options.interrupted()) {
      return Fail(ErrorKind::kOutput, "interrupted; the same command goes on from here");
    }
    if (auto hash = Sha256File(path)) purged.withdrawn.sha256.push_back(std::move(*hash));
    std::error_code error;
    fs::remove(path, error);
    if (error) return Cannot("deleted", error);
    TRY(ledger.DropFile(path.string()));
  }
  std::ranges::sort(purged.withdrawn.sha256);
  const Json receipt = {{"v", 1},
                        {"tool", "gradphoto-ledger " + std::string(Version())},
                        {"purged_at", now.stamp},
                        {"selection", "identity cards of verified students"},
                        {"students", plan.students},
                        {"files", purged.withdrawn.sha256.size()},
                        {"sha256", purged.withdrawn.sha256}};
  TRY(ledger.Forget({}, receipt, now));
  TRY_ASSIGN(auto receipts, FinishPurges(ledger, options.receipts));
  purged.receipts = std::move(receipts);
  return purged;
}

Result<std::vector<fs::path>> FinishPurges(Ledger& ledger, const fs::path& receipts) {
  std::vector<fs::path> written;
  TRY_ASSIGN(const auto unfinished, ledger.UnfinishedPurges());
  if (unfinished.empty()) return written;
  TRY(ledger.Compact());
  const LedgerLayout layout(ledger.file());
  for (const auto& [number, receipt] : unfinished) {
    fs::path file = layout.Receipt(receipts.empty() ? ledger.file().parent_path() : receipts, number);
    TRY(WriteFileAtomic(file, receipt.dump(2) + "\n", IfExists::kRefuse));
    written.push_back(std::move(file));
  }
  TRY(ledger.MarkPurgesFinished());
  return written;
}

Result<std::size_t> RemoveTemporaries(const OutputLayout& output) {
  TRY_ASSIGN(const auto locks, LockAll(output, /*but=*/output.Lock()));
  if (!locks) return std::size_t{0};
  TRY_ASSIGN(const auto files, FilesIn(output));
  std::size_t removed = 0;
  for (const auto& [path, kind] : files) {
    if (!IsTemporaryName(path.filename().string())) continue;
    std::error_code error;
    fs::remove(path, error);
    if (error) return Cannot("deleted", error);
    ++removed;
  }
  return removed;
}

}  // namespace gradphoto::batch
