// SPDX-License-Identifier: Apache-2.0
// What only the batch as a whole shows: one face or one file for two students, now or in an earlier batch; and
// a photo that was rejected before and comes again.
//
// The findings stand on both students; the record's field `comparison.duplicates` names the others, strongest
// first:
//   [{"code": "DUPLICATE_FACE", "student": key, "name": name, "photo": path, "similarity": s,
//   "shot_correlation": c}]
// "student" and "name" are absent for a photo without one, "photo" and "name" for a student of an earlier
// batch, the numbers where only the files were compared. `comparison.cluster` numbers the groups of photos that
// hang together, from 1 in the order of their first records.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/compare/similar_pairs.h"
#include "lib/compare/template_store.h"
#include "lib/pipeline/comparison.h"
#include "lib/record/record.h"

namespace gradphoto::pipeline {

// What a photo is searched by; about 2 KB.
struct BatchFingerprint {
  compare::PackedTemplate face;
  compare::ShotFingerprint shot{};
};

// Nothing when the photo shows no face.
std::optional<BatchFingerprint> FingerprintOf(const Comparer& comparer, const Comparer::Face& face);

struct DuplicateOptions {
  int threads = 0;                                  // 0: one per core.
  const compare::TemplateStore* earlier = nullptr;  // Templates of earlier batches, if the job keeps them.
  std::size_t max_pairs = 1'000'000;  // The strongest of more are kept: beyond that the threshold is wrong.
  std::size_t max_listed = 10;        // Others named in one record.
};

struct DuplicateSummary {
  std::size_t pairs = 0;  // Of photos of different students, by face, shot or file.
  std::size_t clusters = 0;
  std::size_t dropped = 0;  // Weaker pairs beyond max_pairs.
};

// Adds DUPLICATE_FILE and DUPLICATE_FACE to the records; those of an earlier search are taken back first.
// Records of one student are no duplicates of each other. A photo without a student is told when it looks like
// a student's, but says nothing against the student. Severities: the standard's, except that
//   - DUPLICATE_FACE below the certain similarity is at most review: twins and siblings exist;
//   - a record whose photo matches the own reference is at most warned, or reviewed when the other one's
//   matches, too.
// `fingerprints[i]` belongs to `records[i]` and is absent where there is none. A record that is rejected
// already is told, too, and stays rejected: two students who hand in one face are a case for a person, whatever
// else is wrong with the photos. An earlier template of a student who is in this batch does not count.
DuplicateSummary FindDuplicates(std::span<Record> records,
                                std::span<const std::optional<BatchFingerprint>> fingerprints,
                                const Comparer& comparer, const DuplicateOptions& options);

// Puts the templates of students whose photos were not rejected into the store.
void StoreTemplates(std::span<const Record> records,
                    std::span<const std::optional<BatchFingerprint>> fingerprints,
                    compare::TemplateStore& store);

// The rejected photos of earlier records.
class RejectedBefore {
 public:
  // NDJSON as the tools write it (batch.ndjson); records that were not rejected are passed over.
  // Errors: kInput - cannot be opened; kUsage - bad records.
  static Result<RejectedBefore> Load(const std::filesystem::path& file);

  // Adds RESUBMITTED when the file is one of them, whoever handed it in, or, at most as review, when it is the
  // same shot as an earlier photo of the same student whose file is still there. Needs record.sha256. What an
  // earlier call left is replaced.
  void Check(const Comparer& comparer, const Comparer::Face& photo, Record& record) const;

 private:
  struct Photo {
    std::string path, sha256;
  };
  std::set<std::string, std::less<>> hashes_;
  std::map<std::string, std::vector<Photo>, std::less<>> by_student_;
};

}  // namespace gradphoto::pipeline
