// SPDX-License-Identifier: Apache-2.0
// What is done with the faces of a batch: each photo against the student's reference and against photos that
// were rejected before, and at the end all against each other.
#pragma once

#include <filesystem>
#include <future>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/notes.h"
#include "lib/compare/template_store.h"
#include "lib/pipeline/comparison.h"
#include "lib/pipeline/duplicates.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

struct FaceSearchOptions {
  bool duplicates = false;                // Look for one face or file of several students.
  std::filesystem::path templates;        // Directory with those of earlier batches; empty: none are kept.
  std::filesystem::path rejected_before;  // Records of an earlier batch; empty: none.
  bool dry_run = false;                   // Templates are read, not kept.
  int threads = 0;                        // 0: one per core.
};

class FaceSearch {
 public:
  using Fingerprint =
      std::optional<pipeline::BatchFingerprint>;  // Of one photo; absent where it shows no face.

  // Opens the nets, the earlier records and the templates. Errors: as pipeline::Comparer::Create,
  // RejectedBefore::Load and TemplateStore::Open.
  static Result<FaceSearch> Create(FaceSearchOptions options, const pipeline::EngineOptions& engine,
                                   Notes& notes);

  // See Comparer::Expect: before the work begins.
  void Expect(std::span<const Record> records) { comparer_.Expect(records); }
  const pipeline::Comparer& comparer() const { return comparer_; }
  bool looks_for_duplicates() const { return options_.duplicates; }

  // What is asked about a photo besides its fingerprint.
  struct Question {
    bool judged = true;     // Compare it with what was rejected before, and with the reference, if asked.
    bool reference = true;  // A missing reference is a finding, too.
    const pipeline::Analysis* analysis = nullptr;  // Of the photo, if there is one: its face is known then.
    // See Comparer::ReferenceFaceOf; where the reference is looked at already.
    std::future<std::optional<pipeline::Comparer::Face>>* reference_face = nullptr;
  };
  // The findings go into the record; the fingerprint is made only when duplicates are looked for. A net that
  // fails is a finding, too (TECHNICAL_FAILURE). Thread-safe. Precondition: the record has a photo, and its
  // hash if anything was rejected before.
  Fingerprint Look(Record& record, const Question& question) const;
  // The fingerprint of a photo that was judged before. Thread-safe.
  Fingerprint FingerprintOf(const Record& record) const;

  // Compares all with all and with the earlier templates, adds the findings and tells how many there are.
  // `fingerprints[i]` belongs to `records[i]`. Precondition: looks_for_duplicates().
  void SearchBatch(std::span<Record> records, std::span<const Fingerprint> fingerprints, Notes& notes) const;
  // Keeps the templates of this batch for later ones; nothing without `templates` or in a dry run. Errors: as
  // TemplateStore::Save.
  Result<void> KeepTemplates(std::span<const Record> records, std::span<const Fingerprint> fingerprints);

 private:
  FaceSearch(FaceSearchOptions options, pipeline::Comparer comparer)
      : options_(std::move(options)), comparer_(std::move(comparer)) {}
  std::optional<pipeline::Comparer::Face> FaceFor(const Record& record,
                                                  const pipeline::Analysis* analysis) const;

  FaceSearchOptions options_;
  pipeline::Comparer comparer_;
  std::optional<pipeline::RejectedBefore> rejected_;
  std::optional<compare::TemplateStore> store_;
};

}  // namespace gradphoto::batch
