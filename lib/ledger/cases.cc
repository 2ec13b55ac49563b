// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/cases.h"

#include <filesystem>
#include <utility>

#include "lib/base/photo_archive.h"
#include "lib/ledger/evidence.h"

namespace gradphoto::ledger {
namespace {

// Records of other programs may hold anything there.
std::string ReferenceOf(const Record& record) {
  const auto found = record.comparison.find("reference");
  return found != record.comparison.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool Holds(const std::string& file, const std::string& sha256) {
  if (file.empty() || sha256.empty()) return false;
  const auto hash = HashPhoto(file);
  return hash && *hash == sha256;
}

std::string Existing(std::string file) { return PhotoExists(file) ? std::move(file) : std::string(); }

// The file itself, or a kept one with the same content.
std::string FileWith(const std::string& file, const std::string& sha256, const std::vector<LedgerFile>& kept) {
  if (Holds(file, sha256)) return file;
  for (const LedgerFile& other : kept) {
    if (other.sha256 == sha256 && Holds(other.path, sha256)) return other.path;
  }
  return {};
}

Result<CaseAttempt> AttemptOf(Ledger& ledger, StudentId student, Judgement judgement,
                              const std::vector<BookedEvent>& events, const std::vector<LedgerFile>& kept) {
  CaseAttempt attempt;
  attempt.number = judgement.attempt;
  attempt.at = judgement.at;
  const Record& record = judgement.record;
  attempt.photo = FileWith(record.photo, judgement.photo_sha256, kept);
  // Of records that came by the pipe the ledger knows no hash.
  attempt.reference = judgement.reference_sha256.empty()
                          ? Existing(ReferenceOf(record))
                          : FileWith(ReferenceOf(record), judgement.reference_sha256, kept);
  attempt.standardized = FileWith(record.output, record.output_sha256, kept);
  if (attempt.standardized.empty()) {
    TRY_ASSIGN(const auto picture, EvidencePicture(ledger, student, judgement.attempt));
    if (picture && Holds(picture->path, picture->sha256)) attempt.standardized = picture->path;
  }
  for (const BookedEvent& booked : events) {
    if (booked.event.attempt == attempt.number && booked.event.kind != EventKind::kJudged) {
      attempt.events.push_back(booked);
    }
  }
  attempt.record = WithDecisions(std::move(judgement.record), attempt.number, events);
  return attempt;
}

}  // namespace

Result<std::vector<PersonCase>> CasesForPerson(Ledger& ledger, const Moment& now) {
  // Collected first: the ledger cannot be asked while it is walked through.
  std::vector<StudentEntry> waiting;
  TRY(ledger.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
    const Standing standing = StandingOf(entry.history, ledger.rules(), now.today);
    const bool waits = standing.state == State::kReview || standing.state == State::kManualReview;
    if (waits && standing.current > 0) waiting.push_back(entry);
    return {};
  }));
  std::vector<PersonCase> cases;
  for (const StudentEntry& entry : waiting) {
    PersonCase found{.id = entry.id, .student = entry.student, .facts = {}, .attempts = {}};
    TRY_ASSIGN(found.facts, FactsOf(ledger, entry, now));
    TRY_ASSIGN(const auto events, ledger.EventsOf(entry.id));
    TRY_ASSIGN(const auto files, ledger.FilesOf(entry.id));
    std::optional<CaseAttempt> current;
    for (int number = 1; number <= found.facts.standing.attempts; ++number) {
      TRY_ASSIGN(auto judgement, ledger.FindJudgement(entry.id, number));
      if (!judgement) continue;
      TRY_ASSIGN(auto attempt, AttemptOf(ledger, entry.id, std::move(*judgement), events, files));
      if (number == found.facts.standing.current) {
        current = std::move(attempt);
      } else {
        found.attempts.push_back(std::move(attempt));
      }
    }
    if (!current) continue;
    TRY_ASSIGN(const auto identity, ledger.FindIdentity(entry.id));
    if (identity) {
      AddIdentity(current->record, *identity, found.facts.standing.card, ledger.rules().identity);
    }
    found.attempts.push_back(std::move(*current));
    cases.push_back(std::move(found));
  }
  return cases;
}

std::vector<PersonCase> CasesOf(std::span<const Record> records) {
  std::vector<PersonCase> cases;
  for (const Record& record : records) {
    if (record.outcome != Outcome::kReview) continue;
    PersonCase found;
    found.student = record.student.value_or(Student{});
    CaseAttempt attempt;
    attempt.record = record;
    attempt.photo = record.photo;
    attempt.reference = ReferenceOf(record);
    attempt.standardized = record.output;
    found.attempts.push_back(std::move(attempt));
    cases.push_back(std::move(found));
  }
  return cases;
}

Result<std::vector<PersonCase>> CasesForPerson(Ledger& ledger, std::span<const Record> records,
                                               const Moment& now) {
  TRY_ASSIGN(auto cases, CasesForPerson(ledger, now));
  for (PersonCase& found : CasesOf(records)) {
    if (found.Current().record.student) {
      TRY_ASSIGN(const auto entry, ledger.FindStudent(found.student.key));
      if (entry) {
        TRY_ASSIGN(const auto judgement, ledger.FindJudgement(entry->id, found.Current().record.sha256));
        if (judgement) continue;
      }
    }
    cases.push_back(std::move(found));
  }
  return cases;
}

}  // namespace gradphoto::ledger
