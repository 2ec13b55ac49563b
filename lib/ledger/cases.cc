// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/cases.h"

#include <filesystem>
#include <utility>

#include "lib/base/photo_archive.h"
#include "lib/ledger/evidence.h"

namespace gradphoto::ledger {
namespace {

bool Holds(const std::string& file, const std::string& sha256) {
  if (file.empty() || sha256.empty()) return false;
  const auto hash = HashPhoto(file);
  return hash && *hash == sha256;
}

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
  attempt.reference = FileWith(record.comparison.value("reference", ""), judgement.reference_sha256, kept);
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
    found.attempts.push_back(std::move(*current));
    cases.push_back(std::move(found));
  }
  return cases;
}

}  // namespace gradphoto::ledger
