// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/face_search.h"

#include <fmt/format.h>

#include "lib/standard/codes.h"

namespace gradphoto::batch {

using pipeline::Comparer;

Result<FaceSearch> FaceSearch::Create(FaceSearchOptions options, const pipeline::EngineOptions& engine,
                                      Notes& notes) {
  TRY_ASSIGN(auto comparer, Comparer::Create(engine));
  FaceSearch search(std::move(options), std::move(comparer));
  if (!search.options_.rejected_before.empty()) {
    TRY_ASSIGN(search.rejected_, pipeline::RejectedBefore::Load(search.options_.rejected_before));
  }
  if (!search.options_.templates.empty()) {
    using enum compare::TemplateStore::Access;
    TRY_ASSIGN(auto store,
               compare::TemplateStore::Open(search.options_.templates, search.comparer_.template_id(),
                                            search.options_.dry_run ? kRead : kWrite));
    if (!store.note().empty()) notes.Warn(store.note());
    search.store_.emplace(std::move(store));
  }
  return search;
}

// Only what needs a face beforehand gets one: the comparison looks for it last, when there is a reference.
std::optional<Comparer::Face> FaceSearch::FaceFor(const Record& record,
                                                  const pipeline::Analysis* analysis) const {
  if (analysis != nullptr) return comparer_.FaceOf(*analysis);
  if (!options_.duplicates && !rejected_) return std::nullopt;
  return comparer_.FaceOf(record.photo, Comparer::Role::kPhoto);
}

FaceSearch::Fingerprint FaceSearch::Look(Record& record, const Question& question) const {
  if (!options_.duplicates && !question.judged) return std::nullopt;
  const auto face = FaceFor(record, question.analysis);
  Fingerprint fingerprint;
  if (options_.duplicates) {
    if (!*face && face->error().kind == Comparer::Failure::Kind::kTechnical) {
      record.Add(standard::MakeFinding("TECHNICAL_FAILURE", Severity::kError, face->error().why));
      return std::nullopt;
    }
    fingerprint = pipeline::FingerprintOf(comparer_, *face);
  }
  if (!question.judged) return fingerprint;
  if (question.reference) {
    auto* const to_come = question.reference_face;
    record = comparer_.Compare(std::move(record), face, to_come != nullptr ? to_come->get() : std::nullopt);
  }
  if (rejected_) rejected_->Check(comparer_, *face, record);
  return fingerprint;
}

FaceSearch::Fingerprint FaceSearch::FingerprintOf(const Record& record) const {
  if (!options_.duplicates || record.photo.empty()) return std::nullopt;
  return pipeline::FingerprintOf(comparer_, comparer_.FaceOf(record.photo, Comparer::Role::kPhoto));
}

void FaceSearch::SearchBatch(std::span<Record> records, std::span<const Fingerprint> fingerprints,
                             Notes& notes) const {
  pipeline::DuplicateOptions search;
  search.threads = options_.threads;
  search.earlier = store_ ? &*store_ : nullptr;
  const auto found = pipeline::FindDuplicates(records, fingerprints, comparer_, search);
  notes.Info(fmt::format("{} pairs of photos of different students are alike, in {} groups", found.pairs,
                         found.clusters));
  if (found.dropped > 0) notes.Warn(fmt::format("{} weaker pairs are left out", found.dropped));
}

Result<void> FaceSearch::KeepTemplates(std::span<const Record> records,
                                       std::span<const Fingerprint> fingerprints) {
  if (!store_ || options_.dry_run) return {};
  pipeline::StoreTemplates(records, fingerprints, *store_);
  return store_->Save();
}

}  // namespace gradphoto::batch
