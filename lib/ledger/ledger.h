// SPDX-License-Identifier: Apache-2.0
// The ledger: what became of every student, photo, decision and delivery, in one SQLite file beside the job
// (mode 0600). This header is its data model; the tables are in schema.cc, the meaning of the events in
// state.h.
//
//   students    one row per key of the roster, with all columns of the roster as it was last read
//   former_keys numbers that were corrected since: lists of before still find the student, and a purge the
//   files attempts    one row per student and photo (SHA-256): a retake is a new attempt, the same photo never
//   is events      what happened, in order, never changed: judged, decisions, deliveries, replies of the portal
//   judgements  of each `judged` event the whole record, and by which standard, models and version it was made
//   identities  of each `identity` event what was found on the card photos; never what stands on them
//   deliveries  one row per pack that was handed over
//   files       every file made for a student, with its SHA-256: what `verify` looks for and `purge` deletes
//   places      output directories, whose lists name students, too: `purge` takes them out there
//   deadlines, settings   the rules of the last job that ran
//   purges      receipts, without names
//
// The state of a student is not stored: it follows from the events, the roster row, the deadlines and the day.
// All functions may fail with kOutput (disk, another process holds the file for more than 10 s) and kInternal;
// only other errors are named below. A Ledger belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file_lock.h"
#include "lib/ledger/database.h"
#include "lib/ledger/state.h"
#include "lib/record/record.h"

namespace gradphoto::ledger {

using StudentId = std::int64_t;

// When something happens: for the rules, and for the record.
struct Moment {
  Day today{};
  std::string stamp;  // "2021-10-05T02:15:00", local time.
};
Moment Now();
Moment StartOf(Day day);  // The day at 00:00:00: for --today.

struct StudentEntry {
  StudentId id = 0;
  Student student;
  std::string blocked_by;  // Codes of the roster's or the linking's findings, joined by ", "; empty: none.
  History history;
};

// The last judgement of an attempt.
struct Judgement {
  int attempt = 0;
  std::string at;
  std::string photo_sha256;
  std::string reference_sha256;  // Empty: not compared.
  Record record;                 // With the student as of now. `output` is absolute.
};

// An event as the books have it.
struct BookedEvent {
  Event event;
  std::string at;
  std::string code;        // Reason of a decision or a reply; may be empty.
  std::string text;        // Note of a decision, text of a reply, file of a delivery, reason of an unlocking.
  std::string who;         // Reviewer; empty for the program and the portal.
  std::string decided_at;  // Of decisions, as the reviewer wrote it.
};

enum class FileKind {
  kOutput,
  kEvidence,
  kDelivered,
  kCard,  // A photo of the identity card as it was handed in: purged like the others, and no business of
          // `verify`.
};
std::string_view FileKindName(FileKind kind);  // "output", "evidence", "delivered", "card".
std::optional<FileKind> FileKindFromName(std::string_view name);
std::string_view FileKindTitle(FileKind kind, const standard::Texts& texts);  // A few words for tables.

struct LedgerFile {
  StudentId student = 0;
  FileKind kind = FileKind::kOutput;
  std::string path;  // Absolute.
  std::string sha256;
};

struct DeliveredPhoto {
  StudentId student = 0;
  int attempt = 0;
  std::string file;  // Below the pack's directory.
  std::string sha256;
};

struct SyncCounts {
  std::size_t added = 0, changed = 0, unchanged = 0;
  std::size_t carried = 0;   // Newly carried over to a later season.
  std::size_t left = 0;      // Of this roster once, and not in it any more; those of earlier nights, too.
  std::size_t returned = 0;  // Not in the roster the last time, and in it again.
};

// A student who left the roster, and the row that came in their place: name and the rest are the same, a number
// is not. A person confirms it with Rename.
struct RenameCandidate {
  StudentId old_student = 0, new_student = 0;
  std::vector<std::string> columns;  // Whose values differ, such as "student_number".
};

// The tag of a number; it does not depend on the case of letters.
using TagOf = std::function<std::string(std::string_view number)>;

class Ledger {
 public:
  // Makes and migrates the tables. Errors: kUsage - see Migrate; absent, for OpenMode::kRead.
  static Result<Ledger> Open(const std::filesystem::path& file, OpenMode mode);

  const std::filesystem::path& file() const { return file_; }

  // ---- Rules
  Result<void> SetRules(const Rules& rules);
  const Rules& rules() const { return rules_; }

  // ---- Students
  // Takes over the rows that the records carry: new ones are added, changed ones updated, none is ever removed.
  // `paid` and `blocked_by` follow the findings of the linking. Books who is carried over to a later season.
  // One transaction. `source` names the roster (a batch takes its output directory, which stays when the
  // roster's file gets another name): the records are the whole of it, and students who came from it and are
  // not among them have left. Empty: the records may be a part of anything.
  Result<SyncCounts> SyncStudents(std::span<const Record> records, const Moment& now,
                                  std::string_view source = {});
  // For every student who has left, the one student who could be the same person under a corrected number: only
  // pairs that fit each other and nobody else.
  Result<std::vector<RenameCandidate>> RenameCandidates();
  // The row of `new_student` is a correction of `old_student`: the old one gets its key and columns and keeps
  // history, lock and photo; photos handed in under the new number become attempts of the old student. The new
  // row is gone. `event` is booked (its kind and attempt are set here). Errors: kUsage - both are the same; the
  // new one has a delivery or an approval of its own, or handed in another photo while the old one is locked.
  Result<void> Rename(StudentId old_student, StudentId new_student, BookedEvent event);
  // Keys and numbers that the student had before they were corrected.
  Result<std::vector<std::string>> FormerKeys(StudentId student);
  Result<std::optional<StudentEntry>> FindStudent(std::string_view key);
  // Students with this value in key, candidate_number, student_number or id_number, the first of these columns
  // that has any, or the one with this "@N", N being StudentEntry::id; else with a number of theirs that was
  // corrected since; else whose number carries this tag (UseTags): "440*************14#k7q2m" as the office's
  // lists and pages show it, or "#k7q2m" or "@k7q2m" alone. Full-width characters count as their ASCII ones.
  // Several when one person is enrolled twice.
  Result<std::vector<StudentId>> FindByIdentifier(std::string_view identifier);
  // How the lists of the office tag a masked number (deliver/tag_key.h). Until it is told, tags find nobody.
  void UseTags(TagOf tag_of);
  // Students who handed in this photo; several when one file came for several of them.
  Result<std::vector<StudentId>> FindByPhoto(std::string_view photo_sha256);
  Result<bool> HasStudent(StudentId id);
  Result<StudentEntry> GetStudent(StudentId id);
  // All, in the order in which they came into the ledger. Much faster than one by one.
  Result<void> ForEachStudent(const std::function<Result<void>(const StudentEntry&)>& visit);

  // ---- Attempts
  Result<std::optional<Judgement>> FindJudgement(StudentId student, std::string_view photo_sha256);
  Result<std::optional<Judgement>> FindJudgement(StudentId student, int attempt);
  // Books what the checks say about record.sha256: a new attempt if the photo is new, a `judged` event if the
  // judgement is. True if anything was booked. Precondition: record.sha256 is not empty.
  Result<bool> Judge(StudentId student, const Record& record, std::string_view reference_sha256,
                     std::string_view season, const Moment& now);
  // Books what the identity step found (batch/cards.h): record.identity, findings and tool. False, and nothing
  // is booked, when the student's last identity event says the same.
  Result<bool> BookIdentity(StudentId student, const Record& record, const Moment& now);
  // The last such record of every student who has one; without the student.
  Result<std::map<StudentId, Record>> Identities();
  Result<std::optional<Record>> FindIdentity(StudentId student);
  Result<std::vector<BookedEvent>> EventsOf(StudentId student);
  // Number of the attempt that was judged or delivered last; 0: none.
  Result<int> LastAttempt(StudentId student, EventKind kind);
  // Books an event that is not `judged` or `delivered`. False, and nothing is booked, when the student's last
  // event of the same attempt and group (decision, reply) says the same.
  Result<bool> Book(StudentId student, const BookedEvent& event);
  // Replies of the portal that no rule knows (EventKind::kUnknown), with the number of students, most first.
  Result<std::vector<std::pair<std::string, std::int64_t>>> UnknownReplies();

  // How many photos lay in the folders when this source (see SyncStudents) was last worked on to the end; 0:
  // never.
  Result<void> RememberPhotos(std::string_view source, std::size_t photos);
  Result<std::size_t> PhotosLastTime(std::string_view source);

  // ---- Files and deliveries
  Result<void> KeepFile(const LedgerFile& file);
  Result<std::vector<LedgerFile>> Files();
  Result<std::vector<LedgerFile>> FilesOf(StudentId student);
  Result<void> DropFile(const std::string& path);  // It is deleted.
  Result<std::int64_t> CountDeliveries();
  // Books a pack that is whole on disk: one delivery, and for each photo an event and a file.
  Result<void> Deliver(const std::filesystem::path& directory, std::string_view sums_sha256,
                       std::span<const DeliveredPhoto> photos, const Moment& now);
  // Directories of the deliveries with photos of these students.
  Result<std::vector<std::filesystem::path>> DeliveryDirectories(std::span<const StudentId> students);
  Result<std::vector<std::filesystem::path>> DeliveryDirectories();  // Of all deliveries.
  Result<void> KeepPlace(const std::filesystem::path& output_directory);
  Result<std::vector<std::filesystem::path>> Places();

  // ---- Purge
  // Forgets the students and all that is known of them, also as doubles of others, and books the receipt in the
  // same transaction. Returns its number.
  Result<std::int64_t> Forget(std::span<const StudentId> students, const Json& receipt, const Moment& now);
  // Students of whom nothing was booked since the day, and who were in no roster that was read since.
  Result<std::vector<StudentId>> SilentSince(Day day);
  // The database file is written anew and the log emptied: what was deleted is in neither any more.
  Result<void> Compact();
  // Receipts of purges that were not marked as finished, by number.
  Result<std::map<std::int64_t, Json>> UnfinishedPurges();
  Result<void> MarkPurgesFinished();

  Result<Transaction> Begin() { return Transaction::Begin(database_); }
  // Errors: kOutput - the database is damaged (PRAGMA integrity_check, foreign_key_check).
  Result<void> CheckIntegrity();
  // A copy of one moment, mode 0600, also while another process writes. Errors: kOutput - the file is there,
  // disk.
  Result<void> BackUp(const std::filesystem::path& copy);

 private:
  Ledger(std::filesystem::path file, Database database);
  Result<void> LoadRules();
  Result<std::vector<StudentId>> FindByValue(std::string_view identifier);
  Result<std::vector<StudentId>> FindByTag(std::string_view masked, std::string_view tag);
  // Takes students out of what the judgements of others say about duplicates.
  Result<void> ForgetDoubles(const std::function<bool(std::string_view key)>& is_forgotten);
  Result<std::optional<Judgement>> LoadJudgement(StudentId student, std::int64_t attempt_id);
  Result<void> Put(StudentId student, const BookedEvent& booked);
  // Steps of SyncStudents.
  Result<void> SyncRows(std::span<const Record> records, const Moment& now, std::string_view source,
                        SyncCounts& counts);
  Result<void> BookLeavers(std::span<const Record> records, const Moment& now, std::string_view source,
                           SyncCounts& counts);
  Result<void> BookCarryOvers(const Moment& now, SyncCounts& counts);

  std::filesystem::path file_;
  Database database_;
  Rules rules_;
  struct TaggedNumber {
    std::size_t rank = 0;  // Of the column, the first to be asked first.
    StudentId student = 0;
    std::string number;
  };
  TagOf tag_of_;
  // By tag; made when the first tag is asked for, and again after the students have changed.
  std::optional<std::multimap<std::string, TaggedNumber, std::less<>>> tagged_;
};

// Whether a backup may be written there. Errors: kOutput - the file is there.
Result<void> CheckBackupTarget(const std::filesystem::path& copy);

// Takes what the identity step found (of BookIdentity) into the student's record, in place of what an earlier
// one did. What a person vouches for, or what comes after the photo is locked, is a warning. A photo that
// conforms is held for a card that does not.
void AddIdentity(Record& record, const Record& found, const CardStanding& card, IdentityRule rule);

// The record as students, reports and packs should see it, after what people and the portal said about it:
// accepted by a person - what stood against it becomes a warning; rejected by a person, or refused by the
// portal - rejected, with the reason given. `extra["decision"]` tells who and when. `events` are the student's.
Record WithDecisions(Record record, int attempt, const std::vector<BookedEvent>& events);

// One writer at a time: the file <ledger>.lock is locked (flock) as long as this lives, and holds the number
// and the name of the process. A reader needs no lock.
class LedgerLock {
 public:
  // Errors: kOutput - held by another process for longer than `wait_s` seconds; the message has its number.
  static Result<LedgerLock> Take(const std::filesystem::path& ledger, std::string_view tool, int wait_s,
                                 const std::function<bool()>& interrupted);

 private:
  explicit LedgerLock(FileLock lock) : lock_(std::move(lock)) {}
  FileLock lock_;
};

}  // namespace gradphoto::ledger
