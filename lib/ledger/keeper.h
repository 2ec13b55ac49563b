// SPDX-License-Identifier: Apache-2.0
// The ledger's part in a batch: which photos need work at all, what their records say when they do not, and the
// booking of what the checks found. Thread-safe: workers ask, one thread books.
//
// Every record of a student gets the field "ledger", see facts.h.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/known_hashes.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::ledger {

// Lifts UNPAID from the record of a student whom the cashier's list names, or who has had a photo judged: a
// retake is never a second charge.
Result<void> LiftUnpaid(Ledger& ledger, Record& record);

// Findings of the roster and the linking as they are now, in place of those of then.
void RenewRosterFindings(Record& record, const std::vector<Finding>& now);

class Keeper {
 public:
  // `tool` is the record's field that the batch will write, and the key that tells whether a photo would be
  // judged as it was: version and build of the program, standard, its rules, models.
  // Precondition: the students are in the ledger (SyncStudents). Ledger and hashes outlive the keeper.
  Keeper(Ledger& ledger, KnownHashes& hashes, Json tool, Moment now)
      : ledger_(ledger), hashes_(hashes), tool_(std::move(tool)), now_(std::move(now)) {}

  struct Admission {
    Record record;
    bool settled = true;  // False: the photo is to be judged, then Keep() is called.
  };

  // What to do with a record as the linking made it; `output` is where its standardized photo would go.
  // Settled are, besides what the linking rejected:
  // - a photo that was judged before by the same tool, with the same reference and exemptions, and whose output
  //   is still there; an accepted one by whatever tool; one that a person or the portal decided on; the photo
  //   of a locked student: the record of then, with the roster's data and findings of now;
  // - another photo of a locked student: rejected, LOCKED;
  // - a photo that was rejected before and was followed by another one: the findings of then, and RESUBMITTED;
  // - a new photo after the deadline: rejected, DEADLINE_PASSED;
  // - no photo any more, but a judged one in the ledger: its record;
  // - anything of a student whom the office has withdrawn: held, WITHDRAWN.
  // A student who has paid or has had a photo judged is not held for payment.
  Result<Admission> Admit(Record linked, const std::string& output);

  // Books a judged record; one whose photo could not be read is passed through.
  Result<Record> Keep(Record judged);

  // How many photos that had been judged before were admitted again, by what had changed: "program", "rules",
  // "models", "reference", "exemptions", "output" (gone or altered), "failure" (of the program, the last time).
  std::map<std::string, std::size_t> JudgedAgain() const;

 private:
  Result<Record> Told(Record record, const StudentEntry& entry);
  Result<Record> FromTheBooks(Record linked, const StudentEntry& entry, const Judgement& judgement,
                              const std::string& output);
  // What has changed since the judgement, as in JudgedAgain; empty: nothing.
  std::string Changed(const Judgement& judgement, const Record& linked,
                      const std::string& reference_sha256) const;

  // Empty: no such file, or it cannot be read.
  std::string HashOf(const std::string& file) const;
  std::string ReferenceHashOf(const Record& record) const;

  Ledger& ledger_;
  KnownHashes& hashes_;
  Json tool_;
  Moment now_;
  std::map<std::string, std::size_t> judged_again_;
  mutable std::mutex mutex_;
};

}  // namespace gradphoto::ledger
