// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/keeper.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "lib/base/photo_archive.h"
#include "lib/ledger/evidence.h"
#include "lib/ledger/facts.h"
#include "lib/standard/codes.h"

namespace gradphoto::ledger {
namespace {

namespace fs = std::filesystem;

// Column of the roster, and in the stored record what it said when the photo was judged.
constexpr const char* kExemptions = "exemptions";

Finding Reject(standard::Code code, std::string detail) {
  return standard::MakeFinding(code, Severity::kReject, std::move(detail));
}

void AddResubmitted(Record& record, int attempt) {
  record.Add(Reject("RESUBMITTED", "the photo of attempt " + std::to_string(attempt)));
}

void LiftUnpaidFrom(Record& record) {
  const auto is_unpaid = [](const Finding& finding) { return standard::Is(finding, "UNPAID"); };
  if (std::erase_if(record.findings, is_unpaid) == 0 || record.outcome != Outcome::kHeld) return;
  record.outcome = Outcome::kAccepted;
  for (Finding& finding : std::exchange(record.findings, {})) record.Add(std::move(finding));
}

bool IsOfRoster(const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kRoster; }

bool SameFindings(const std::vector<Finding>& a, const std::vector<Finding>& b) {
  return std::ranges::equal(a, b, [](const Finding& x, const Finding& y) {
    return x.code == y.code && x.severity == y.severity && x.detail == y.detail;
  });
}

bool SamePlace(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return fs::absolute(a, ignored).lexically_normal() == fs::absolute(b, ignored).lexically_normal();
}

// Whether UNPAID of the roster is not held against the student any more.
bool IsPaidUp(const History& history) {
  return std::ranges::any_of(history.events, [](const Event& event) {
    return event.kind == EventKind::kJudged || event.kind == EventKind::kPaid;
  });
}

}  // namespace

void RenewRosterFindings(Record& record, const std::vector<Finding>& now) {
  std::vector<Finding> then;
  std::ranges::copy_if(record.findings, std::back_inserter(then), IsOfRoster);
  if (SameFindings(then, now)) return;
  record.TakeBack(IsOfRoster);
  for (const Finding& finding : now) record.Add(finding);
  standard::SortFindings(record.findings);
}

Result<Record> Keeper::Told(Record record, const StudentEntry& entry) {
  TRY_ASSIGN(const auto facts, FactsOf(ledger_, entry, now_));
  const Standing& standing = facts.standing;
  if (standing.state == State::kLate) {
    record.Add(Reject("DEADLINE_PASSED", "listed for " + standing.season));
  } else if (standing.carried && entry.history.season != standing.season) {
    record.Add(standard::MakeFinding("DEADLINE_PASSED", Severity::kInfo, "works for " + standing.season));
  }
  record.extra["ledger"] = ToJson(facts);
  return record;
}

Result<Record> Keeper::FromTheBooks(Record linked, const StudentEntry& entry, const Judgement& judgement,
                                    const std::string& output) {
  Record record = judgement.record;
  record.extra.erase(kExemptions);
  record.student = linked.student;
  if (const auto row = linked.extra.find("roster"); row != linked.extra.end()) record.extra["roster"] = *row;
  if (!linked.photo.empty()) record.photo = linked.photo;
  // "No photo" is not said of a student whose photo is in the books.
  std::erase_if(linked.findings, [](const Finding& finding) { return standard::Is(finding, "PHOTO_MISSING"); });
  RenewRosterFindings(record, linked.findings);
  for (const char* key : {"reference", "reference_kind", "reference_window"}) {
    if (const auto value = linked.comparison.find(key); value != linked.comparison.end()) {
      record.comparison[key] = *value;
    }
  }
  if (!record.output.empty() && SamePlace(record.output, output)) record.output = output;
  TRY_ASSIGN(const auto events, ledger_.EventsOf(entry.id));
  record = WithDecisions(std::move(record), judgement.attempt, events);
  if (record.outcome == Outcome::kAccepted && record.output.empty()) {
    TRY_ASSIGN(const auto picture, EvidencePicture(ledger_, entry.id, judgement.attempt));
    if (picture) {
      record.output = picture->path;
      record.output_sha256 = picture->sha256;
    }
  }
  return Told(std::move(record), entry);
}

std::string Keeper::HashOf(const std::string& file) const {
  return file.empty() ? std::string() : hashes_.Of(file).value_or("");
}

std::string Keeper::ReferenceHashOf(const Record& record) const {
  const std::string file = record.comparison.value("reference", "");
  // Of the portrait on a card: where a card lies is nowhere kept.
  return record.comparison.contains("reference_window") ? HashPhoto(file).value_or("") : HashOf(file);
}

std::string Keeper::Changed(const Judgement& judgement, const Record& linked,
                            const std::string& reference_sha256) const {
  const Record& record = judgement.record;
  if (record.outcome == Outcome::kError) return "failure";
  // The photo of a card is deleted once the student is verified.
  const bool card_is_gone = reference_sha256.empty() && record.comparison.contains("reference_window");
  if (judgement.reference_sha256 != reference_sha256 && !card_is_gone) return "reference";
  // The only column of the roster that may change how a photo is judged.
  const auto exemptions = [](const Record& of) {
    return of.student ? std::string(of.student->Field(kExemptions)) : std::string();
  };
  if (record.extra.value(kExemptions, "") != exemptions(linked)) return "exemptions";
  if (!record.output.empty() && HashOf(record.output) != record.output_sha256) return "output";
  if (record.tool == tool_) return {};
  for (const auto& [key, what] :
       {std::pair("models", "models"), std::pair("standard", "rules"), std::pair("rules", "rules"),
        std::pair("severities", "rules"), std::pair("finished", "rules")}) {
    if (record.tool.value(key, Json()) != tool_.value(key, Json())) return what;
  }
  return "program";
}

std::map<std::string, std::size_t> Keeper::JudgedAgain() const {
  const std::scoped_lock lock(mutex_);
  return judged_again_;
}

Result<void> LiftUnpaid(Ledger& ledger, Record& record) {
  if (!record.student) return {};
  TRY_ASSIGN(const auto entry, ledger.FindStudent(record.student->key));
  if (!entry) return {};
  if (IsPaidUp(entry->history)) LiftUnpaidFrom(record);
  return {};
}

Result<Keeper::Admission> Keeper::Admit(Record linked, const std::string& output) {
  if (!linked.student) {
    const bool settled = linked.photo.empty() || linked.IsRejected();
    return Admission{std::move(linked), settled};
  }
  std::unique_lock lock(mutex_);
  TRY_ASSIGN(auto found, ledger_.FindStudent(linked.student->key));
  if (!found) return Fail(ErrorKind::kInternal, "ledger: a student of the batch is not in it");
  const StudentEntry entry = std::move(*found);
  const Standing standing = StandingOf(entry.history, ledger_.rules(), now_.today);
  if (IsPaidUp(entry.history)) LiftUnpaidFrom(linked);

  const auto settled = [](Result<Record> record) -> Result<Admission> {
    TRY_ASSIGN(auto told, std::move(record));
    return Admission{std::move(told), true};
  };
  if (standing.state == State::kWithdrawn) {
    linked.Add(Reject("WITHDRAWN", ""));
    linked.outcome = Outcome::kHeld;
    return settled(Told(std::move(linked), entry));
  }
  const bool nothing_there = linked.photo.empty() && linked.outcome == Outcome::kMissing;
  if (standing.current > 0 && (nothing_there || (standing.locked && linked.IsRejected()))) {
    TRY_ASSIGN(const auto judgement, ledger_.FindJudgement(entry.id, standing.current));
    if (judgement) return settled(FromTheBooks(std::move(linked), entry, *judgement, output));
  }
  if (linked.photo.empty() || linked.IsRejected()) return settled(Told(std::move(linked), entry));

  lock.unlock();
  const std::string photo_sha256 = HashOf(linked.photo);
  const std::string reference_sha256 = ReferenceHashOf(linked);
  lock.lock();
  if (photo_sha256.empty()) return Admission{std::move(linked), false};  // The checks will say why.

  TRY_ASSIGN(const auto judgement, ledger_.FindJudgement(entry.id, photo_sha256));
  const bool is_current = judgement && judgement->attempt == standing.current;
  if (standing.locked && !is_current) {
    linked.sha256 = photo_sha256;
    linked.Add(Reject("LOCKED", "the photo of attempt " + std::to_string(standing.current) + " is " +
                                    std::string(StateName(standing.state))));
    return settled(Told(std::move(linked), entry));
  }
  if (is_current) {
    TRY_ASSIGN(const auto events, ledger_.EventsOf(entry.id));
    const bool decided = std::ranges::any_of(events, [&](const BookedEvent& booked) {
      return booked.event.attempt == standing.current && booked.event.kind != EventKind::kJudged;
    });
    const std::string changed = Changed(*judgement, linked, reference_sha256);
    // Who was accepted stays so, whatever program, rules or models say today.
    const bool by_other_tool = changed == "program" || changed == "rules" || changed == "models";
    if (standing.locked || decided || changed.empty() || (standing.conforms && by_other_tool)) {
      return settled(FromTheBooks(std::move(linked), entry, *judgement, output));
    }
    ++judged_again_[changed];
    return Admission{std::move(linked), false};
  }
  if (judgement && judgement->record.outcome == Outcome::kRejected) {
    Record record = judgement->record;
    record.extra.erase(kExemptions);
    record.student = linked.student;
    record.photo = linked.photo;
    AddResubmitted(record, judgement->attempt);
    return settled(Told(std::move(record), entry));
  }
  if (standing.state == State::kLate) {
    linked.sha256 = photo_sha256;
    return settled(Told(std::move(linked), entry));
  }
  return Admission{std::move(linked), false};
}

Result<Record> Keeper::Keep(Record judged) {
  if (!judged.student || judged.sha256.empty()) return judged;
  const std::string reference_sha256 = ReferenceHashOf(judged);
  const std::scoped_lock lock(mutex_);
  TRY_ASSIGN(auto entry, ledger_.FindStudent(judged.student->key));
  if (!entry) return Fail(ErrorKind::kInternal, "ledger: a student of the batch is not in it");
  const StudentId id = entry->id;
  const Standing before = StandingOf(entry->history, ledger_.rules(), now_.today);
  Record stored = judged;
  if (const auto exemptions = judged.student->Field(kExemptions); !exemptions.empty()) {
    stored.extra[kExemptions] = exemptions;
  }
  TRY(ledger_.Judge(id, stored, reference_sha256, before.season, now_));
  TRY_ASSIGN(const auto after, ledger_.GetStudent(id));
  return Told(std::move(judged), after);
}

}  // namespace gradphoto::ledger
