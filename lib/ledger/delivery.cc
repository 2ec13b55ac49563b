// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/delivery.h"

#include <utility>

#include "lib/base/sha256.h"
#include "lib/ledger/evidence.h"

namespace gradphoto::ledger {
namespace {

// The record of the student's current photo, decisions included, with something to deliver.
Result<std::optional<Record>> CurrentRecord(Ledger& ledger, StudentId student, int attempt) {
  TRY_ASSIGN(auto judgement, ledger.FindJudgement(student, attempt));
  if (!judgement) return std::nullopt;
  TRY_ASSIGN(const auto events, ledger.EventsOf(student));
  Record record = WithDecisions(std::move(judgement->record), attempt, events);
  if (record.output.empty()) {
    TRY_ASSIGN(const auto picture, EvidencePicture(ledger, student, attempt));
    if (picture) {
      record.output = picture->path;
      record.output_sha256 = picture->sha256;
    }
  }
  return std::optional(std::move(record));
}

bool IsDelivered(State state) { return state == State::kDelivered || state == State::kApproved; }

}  // namespace

Result<PackSelection> SelectForPack(Ledger& ledger, std::optional<std::vector<Record>> records,
                                    Redeliver redeliver, const Moment& now) {
  PackSelection selection;
  // Who has left the roster or was withdrawn is not handed over again, either.
  const auto wanted = [&](const Standing& standing) {
    if (standing.hold != Hold::kNone) return false;
    return standing.state == State::kAccepted || (redeliver == Redeliver::kYes && IsDelivered(standing.state));
  };
  if (!records) {
    std::vector<std::pair<StudentId, int>> chosen;
    TRY(ledger.ForEachStudent([&](const StudentEntry& entry) -> Result<void> {
      const Standing standing = StandingOf(entry.history, ledger.rules(), now.today);
      if (standing.state == State::kLeft && standing.conforms) ++selection.left;
      if (wanted(standing) && standing.current > 0) {
        chosen.emplace_back(entry.id, standing.current);
      } else if (IsDelivered(standing.state)) {
        ++selection.delivered;
      }
      return {};
    }));
    for (const auto& [student, attempt] : chosen) {
      TRY_ASSIGN(auto record, CurrentRecord(ledger, student, attempt));
      if (record) selection.records.push_back(std::move(*record));
    }
    return selection;
  }
  for (Record& given : *records) {
    if (!given.student) {
      selection.records.push_back(std::move(given));
      continue;
    }
    TRY_ASSIGN(const auto entry, ledger.FindStudent(given.student->key));
    const Standing standing = entry ? StandingOf(entry->history, ledger.rules(), now.today) : Standing{};
    std::optional<Record> booked;
    if (entry && standing.current > 0) {
      TRY_ASSIGN(auto record, CurrentRecord(ledger, entry->id, standing.current));
      booked = std::move(record);
    }
    const bool same_photo = booked && booked->sha256 == given.sha256;
    if (same_photo && wanted(standing)) {
      selection.records.push_back(std::move(*booked));
    } else if (same_photo && IsDelivered(standing.state)) {
      ++selection.delivered;
    } else {
      if (given.outcome == Outcome::kAccepted) {
        if (!same_photo) ++selection.not_booked;
        given.outcome = Outcome::kHeld;
      }
      selection.records.push_back(std::move(given));
    }
  }
  return selection;
}

Result<void> BookDelivery(Ledger& ledger, std::span<const PackedRecord> photos,
                          const std::filesystem::path& directory, const Moment& now) {
  TRY_ASSIGN(const auto sums, Sha256File(directory / "SHA256SUMS"));
  std::vector<DeliveredPhoto> delivered;
  for (const PackedRecord& photo : photos) {
    const Record& record = *photo.record;
    TRY_ASSIGN(const auto entry, ledger.FindStudent(record.student->key));
    if (!entry) return Fail(ErrorKind::kInternal, "ledger: a packed student is not in it");
    TRY_ASSIGN(const auto judgement, ledger.FindJudgement(entry->id, record.sha256));
    if (!judgement) return Fail(ErrorKind::kInternal, "ledger: a packed photo is not in it");
    delivered.push_back({entry->id, judgement->attempt, photo.file, record.output_sha256});
  }
  return ledger.Deliver(directory, sums, delivered, now);
}

}  // namespace gradphoto::ledger
