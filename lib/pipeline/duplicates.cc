// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/duplicates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "lib/base/file.h"
#include "lib/base/numbers.h"
#include "lib/check/judge.h"
#include "lib/standard/codes.h"

namespace gradphoto::pipeline {
namespace {

using standard::Code;

constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kMaxSameFile = 20;  // Partners looked at for each record of one file.
constexpr std::size_t kMaxEarlier =
    5;  // Rejected photos of one student that are looked at again, the last ones.

// Packed templates of one photo may have a product a little above 1.
double Told(double similarity) { return std::min(1.0, Round(similarity, 3)); }

// Whose photo it is: a student's, or, without one, its own.
std::string OwnerOf(const Record& record) {
  return record.student ? "s" + record.student->key : "p" + record.photo;
}

bool Confirmed(const Record& record) { return record.comparison.value("band", "") == "match"; }

void TakeBack(Record& record, std::initializer_list<Code> codes) {
  record.TakeBack([&](const Finding& finding) {
    return std::ranges::any_of(codes, [&](Code code) { return Is(finding, code); });
  });
}

Code DuplicateCode(bool same_file) { return same_file ? Code("DUPLICATE_FILE") : Code("DUPLICATE_FACE"); }

// The other side of a pair, as one record sees it.
struct Other {
  bool same_file = false;  // Or the same shot.
  std::optional<double> similarity, correlation;
  std::optional<std::size_t> record;  // Of this batch; absent for an earlier one.
  std::string student;                // Of an earlier batch.
  bool has_student = true;
  bool confirmed = false;
};

bool Stronger(const Other& a, const Other& b) {
  const auto rank = [](const Other& other) {
    return std::tuple(!other.same_file, -other.similarity.value_or(2), other.record.value_or(0), other.student);
  };
  return rank(a) < rank(b);
}

// Sets of records that hang together; the root of a set is its first record.
class Clusters {
 public:
  explicit Clusters(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }
  std::size_t Root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(std::size_t a, std::size_t b) {
    const std::size_t one = Root(a), other = Root(b);
    parent_[std::max(one, other)] = std::min(one, other);
  }

 private:
  std::vector<std::size_t> parent_;
};

class Search {
 public:
  Search(std::span<Record> records, std::span<const std::optional<BatchFingerprint>> fingerprints,
         const Comparer& comparer, const DuplicateOptions& options)
      : records_(records),
        fingerprints_(fingerprints),
        comparer_(comparer),
        rule_(comparer.rules().duplicates),
        options_(options),
        others_(records.size()),
        clusters_(records.size()) {}

  DuplicateSummary Run() {
    FindFaces();
    FindFiles();
    for (std::size_t i = 0; i < records_.size(); ++i) Tell(i);
    NumberClusters();
    return summary_;
  }

 private:
  void AddPair(std::size_t a, std::size_t b, bool same_file, std::optional<double> similarity,
               std::optional<double> correlation) {
    ++summary_.pairs;
    clusters_.Join(a, b);
    for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
      others_[one].push_back({same_file, similarity, correlation, other, "",
                              records_[other].student.has_value(), Confirmed(records_[other])});
    }
  }

  void FindFaces() {
    std::vector<std::size_t> rows;
    std::optional<compare::PackedTemplates> matrix;
    std::set<std::string_view> students;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].student) students.insert(records_[i].student->key);
      if (!fingerprints_[i]) continue;
      if (!matrix) matrix.emplace(fingerprints_[i]->face.values.size());
      matrix->Add(fingerprints_[i]->face);
      rows.push_back(i);
    }
    if (!matrix) return;
    const std::size_t earlier = options_.earlier != nullptr ? options_.earlier->entries().size() : 0;
    limit_ = rule_.SimilarityFor(rows.size() + earlier);
    const compare::PairOptions pair_options{limit_, options_.threads, options_.max_pairs};
    const auto found = compare::FindSimilarPairs(*matrix, pair_options);
    summary_.dropped += found.found - found.pairs.size();
    for (const auto& [first, second, similarity] : found.pairs) {
      const std::size_t a = rows[first], b = rows[second];
      if (OwnerOf(records_[a]) == OwnerOf(records_[b])) continue;
      const double correlation = compare::ShotCorrelation(fingerprints_[a]->shot, fingerprints_[b]->shot);
      const bool same_file = correlation >= rule_.same_shot_correlation ||
                             (!records_[a].sha256.empty() && records_[a].sha256 == records_[b].sha256);
      AddPair(a, b, same_file, similarity, correlation);
      if (same_file) told_files_.insert({a, b});
    }
    if (options_.earlier != nullptr) FindEarlier(*matrix, rows, students, pair_options);
  }

  void FindEarlier(const compare::PackedTemplates& matrix, const std::vector<std::size_t>& rows,
                   const std::set<std::string_view>& students, const compare::PairOptions& pair_options) {
    compare::PackedTemplates earlier(matrix.dimension());
    std::vector<const std::pair<const std::string, compare::StoredTemplate>*> entries;
    for (const auto& entry : options_.earlier->entries()) {
      if (students.contains(entry.first)) continue;
      earlier.Add(entry.second.face);
      entries.push_back(&entry);
    }
    const auto found = compare::FindSimilarPairs(matrix, earlier, pair_options);
    summary_.dropped += found.found - found.pairs.size();
    for (const auto& [first, second, similarity] : found.pairs) {
      const std::size_t i = rows[first];
      const auto& [key, entry] = *entries[second];
      const double correlation = compare::ShotCorrelation(fingerprints_[i]->shot, entry.shot);
      const bool same_file =
          correlation >= rule_.same_shot_correlation || records_[i].sha256 == entry.photo_sha256;
      ++summary_.pairs;
      others_[i].push_back({same_file, similarity, correlation, {}, key, true, entry.confirmed});
    }
  }

  // Files with the same content, faces or not.
  void FindFiles() {
    std::map<std::string_view, std::vector<std::size_t>> by_hash;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!records_[i].photo.empty() && !records_[i].sha256.empty()) by_hash[records_[i].sha256].push_back(i);
    }
    for (const auto& [hash, members] : by_hash) {
      for (std::size_t k = 1; k < members.size(); ++k) {
        for (std::size_t j = k > kMaxSameFile ? k - kMaxSameFile : 0; j < k; ++j) {
          const std::size_t a = members[j], b = members[k];
          if (told_files_.contains({a, b}) || OwnerOf(records_[a]) == OwnerOf(records_[b])) continue;
          AddPair(a, b, /*same_file=*/true, std::nullopt, std::nullopt);
        }
      }
    }
  }

  void Tell(std::size_t i) {
    Record& record = records_[i];
    std::vector<Other>& others = others_[i];
    if (others.empty()) return;
    std::ranges::sort(others, Stronger);
    Json list = Json::array();
    for (const Other& other : std::span(others).first(std::min(others.size(), options_.max_listed))) {
      Json item;
      item["code"] = DuplicateCode(other.same_file).name();
      const Record* partner = other.record ? &records_[*other.record] : nullptr;
      if (partner == nullptr) {
        item["student"] = other.student;
      } else {
        if (partner->student) item["student"] = partner->student->key;
        if (partner->student && !partner->student->Field("name").empty()) {
          item["name"] = partner->student->Field("name");
        }
        item["photo"] = partner->photo;
      }
      if (other.similarity) item["similarity"] = Told(*other.similarity);
      if (other.correlation) item["shot_correlation"] = Round(*other.correlation, 3);
      list.push_back(std::move(item));
    }
    record.comparison["duplicates"] = std::move(list);
    for (const bool same_file : {true, false}) AddFinding(record, others, same_file);
    standard::SortFindings(record.findings);
  }

  void AddFinding(Record& record, const std::vector<Other>& others, bool same_file) const {
    std::size_t count = 0;
    bool other_confirmed = false;
    std::optional<double> strongest;
    for (const Other& other : others) {
      if (other.same_file != same_file || (record.student && !other.has_student)) continue;
      if (++count == 1) strongest = other.similarity;
      other_confirmed = other_confirmed || other.confirmed;
    }
    if (count == 0) return;
    auto finding = check::Failed(comparer_.standard(), DuplicateCode(same_file),
                                 std::to_string(count) + (count == 1 ? " other" : " others"));
    if (!finding) return;
    if (!same_file) {
      finding->value = Told(*strongest);
      finding->limit_max = Round(limit_, 3);
      if (*strongest < rule_.certain_similarity)
        finding->severity = std::min(finding->severity, Severity::kReview);
    }
    if (Confirmed(record)) {
      finding->severity = std::min(finding->severity, other_confirmed ? Severity::kReview : Severity::kWarn);
    }
    record.Add(std::move(*finding));
  }

  void NumberClusters() {
    std::map<std::size_t, std::size_t> numbers;  // By root, which is the cluster's first record.
    for (std::size_t i = 0; i < records_.size(); ++i) {
      const auto in_batch = [](const Other& other) { return other.record.has_value(); };
      if (!std::ranges::any_of(others_[i], in_batch)) continue;
      const std::size_t number = numbers.try_emplace(clusters_.Root(i), numbers.size() + 1).first->second;
      if (records_[i].comparison.contains("duplicates")) records_[i].comparison["cluster"] = number;
    }
    summary_.clusters = numbers.size();
  }

  std::span<Record> records_;
  std::span<const std::optional<BatchFingerprint>> fingerprints_;
  const Comparer& comparer_;
  const compare::DuplicateRule& rule_;
  const DuplicateOptions& options_;
  std::vector<std::vector<Other>> others_;
  std::set<std::pair<std::size_t, std::size_t>> told_files_;
  Clusters clusters_;
  double limit_ = 0;  // Similarity from which on a pair is told.
  DuplicateSummary summary_;
};

}  // namespace

std::optional<BatchFingerprint> FingerprintOf(const Comparer& comparer, const Comparer::Face& face) {
  if (!face) return std::nullopt;
  return BatchFingerprint{compare::Pack(comparer.FusedTemplate(**face)), (*face)->shot};
}

DuplicateSummary FindDuplicates(std::span<Record> records,
                                std::span<const std::optional<BatchFingerprint>> fingerprints,
                                const Comparer& comparer, const DuplicateOptions& options) {
  for (Record& record : records) {
    if (record.comparison.erase("duplicates") + record.comparison.erase("cluster") > 0) {
      TakeBack(record, {"DUPLICATE_FILE", "DUPLICATE_FACE"});
    }
  }
  return Search(records, fingerprints, comparer, options).Run();
}

void StoreTemplates(std::span<const Record> records,
                    std::span<const std::optional<BatchFingerprint>> fingerprints,
                    compare::TemplateStore& store) {
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    if (!fingerprints[i] || !record.student || record.IsRejected() || record.sha256.size() != kHashDigits)
      continue;
    const std::string& key = record.student->key;
    if (key.empty() || key.size() > compare::TemplateStore::kMaxKeyBytes) continue;
    store.Put(key, {record.sha256, Confirmed(record), fingerprints[i]->face, fingerprints[i]->shot});
  }
}

Result<RejectedBefore> RejectedBefore::Load(const std::filesystem::path& file) {
  TRY_ASSIGN(auto in, OpenForReading(file));
  TRY_ASSIGN(const auto records, ReadRecords(in, file.string()));
  RejectedBefore rejected;
  for (const Record& record : records) {
    if (record.outcome != Outcome::kRejected || record.sha256.size() != kHashDigits) continue;
    rejected.hashes_.insert(record.sha256);
    if (record.student) rejected.by_student_[record.student->key].push_back({record.photo, record.sha256});
  }
  return rejected;
}

void RejectedBefore::Check(const Comparer& comparer, const Comparer::Face& photo, Record& record) const {
  TakeBack(record, {"RESUBMITTED"});
  const auto add = [&](std::string detail, Severity worst) {
    auto finding = check::Failed(comparer.standard(), "RESUBMITTED", std::move(detail));
    if (!finding) return;
    finding->severity = std::min(finding->severity, worst);
    record.Add(std::move(*finding));
    standard::SortFindings(record.findings);
  };
  if (hashes_.contains(record.sha256)) return add("same file", Severity::kReject);
  if (!photo || !record.student) return;
  const auto earlier = by_student_.find(record.student->key);
  if (earlier == by_student_.end()) return;
  const std::span<const Photo> photos(earlier->second);
  for (const Photo& old : photos.last(std::min(photos.size(), kMaxEarlier))) {
    const Comparer::Face face = comparer.FaceOf(old.path, Comparer::Role::kPhoto);
    // Another file may lie there by now: the new one, if it was put in the place of the old.
    if (!face || (*face)->sha256 != old.sha256) continue;
    if (compare::ShotCorrelation((*photo)->shot, (*face)->shot) >=
        comparer.rules().duplicates.same_shot_correlation) {
      return add("same shot", Severity::kReview);
    }
  }
}

}  // namespace gradphoto::pipeline
