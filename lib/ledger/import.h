// SPDX-License-Identifier: Apache-2.0
// Lists that come from outside: records of the other tools, replies of the portal, decisions of reviewers. Each
// import is one transaction, and importing the same file again changes nothing. A row that cannot be used is
// reported with its line and the rest is taken over.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/portal.h"
#include "lib/record/record.h"
#include "lib/roster/roster.h"

namespace gradphoto::ledger {

struct ImportProblem {
  std::size_t line = 0;  // 1-based line of the file.
  std::string what;      // Plain English without numbers of persons.
};

struct ImportResult {
  std::size_t rows = 0;
  std::size_t booked = 0;
  std::size_t unchanged = 0;  // Known already.
  std::size_t empty = 0;      // Replies without text.
  // Replies about students whose photo was never delivered from here: booked, but they change nothing unless
  // they approve.
  std::size_t not_delivered = 0;
  std::map<std::string, std::size_t> kinds;          // Of all rows with a text or a decision, by EventName.
  std::map<std::string, std::size_t> unknown_texts;  // Replies that no rule knows, with the number of rows.
  std::map<std::string, std::size_t> unpaid_texts;   // Words of a cashier that plainly say unpaid, the same.
  std::size_t left = 0;  // Students whom these records lack; see Ledger::SyncStudents.
  std::vector<ImportProblem> problems;
};

// The student that a row of a list is about, or what is wrong, in plain English without numbers.
struct FoundStudent {
  std::optional<StudentId> student;
  std::string problem;
};

// A list of the office's, read like a roster (roster/roster.h); our own lists, which name students by their key
// alone (编号, key), are taken, too. `key_column`: see RosterOptions. Errors: as ReadRoster.
Result<roster::Roster> ReadStudents(const std::filesystem::path& list, const std::string& key_column,
                                    Day today);

// By key, candidate, student or identity number, "@N" or a tag in any of these columns
// (Ledger::FindByIdentifier), or in a column 编号, if only one student has it.
Result<FoundStudent> FindRow(Ledger& ledger, const Student& row);

// Whether records hold all students whose records are brought like this.
enum class Extent {
  kWhole,  // Whoever came with such records before and is not in these has left the roster.
  kPart,   // Some of them: nothing is said of the others.
};

// What link | check | standardize [| compare] wrote: students and attempts. Records of photos without a student
// are left out.
Result<ImportResult> ImportRecords(Ledger& ledger, std::span<const Record> records, Extent extent,
                                   const Moment& now);

struct PortalOptions {
  std::string column;      // With the text; empty: the first of rules.columns() that the list has.
  std::string key_column;  // See roster/roster.h.
};

// The list is read like a roster (roster/roster.h). A student is found by the key, else by candidate_number,
// student_number or id_number if only one student has it. The reply is about the photo that was delivered last.
// Errors: as ReadRoster; kUsage - no column with the text.
Result<ImportResult> ImportPortal(Ledger& ledger, const PortalRules& rules, const std::filesystem::path& list,
                                  const PortalOptions& options, const Moment& now);

// A table (table/table.h) with these columns, in any order; it is what the review page writes:
//   key           of the student, as in the records, "@N", a number of theirs, or masked as on the page: then
//                 its tag or the photo finds the student
//   photo_sha256  of the photo the decision is about, as in the records
//   decision      accept: deliver it; reject: a new photo is wanted, and this one counts as a failure;
//                 retake: a new photo is wanted, and the failures count from zero again
//   reason_code   one of gradphoto-standards' codes; required unless accept
//   note          free text, kept with the decision; may be empty
//   reviewer      who decided; required, blanks do not count
//   decided_at    ISO 8601 date or date and time; required
// Refused rows: unknown student or photo; a photo that is not the student's current one; a locked one, unless
// the portal disputes it; accept for a photo of which no standardized picture exists; a decision older than one
// on the same photo that is booked already. Errors: kInput - unreadable; kUsage - a column is missing.
Result<ImportResult> ImportDecisions(Ledger& ledger, const std::filesystem::path& list, const Moment& now);

}  // namespace gradphoto::ledger
