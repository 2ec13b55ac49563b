// SPDX-License-Identifier: Apache-2.0
// All pairs of similar templates among many: every row is multiplied with every other one, in blocks that stay
// in the cache, in whole numbers. No index, because an approximate one would miss pairs and an exact one gains
// nothing in 700 dimensions; 100,000 templates are a matter of a minute (docs/COMPARISON.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gradphoto::compare {

// A unit vector in 8 bits with one scale: a quarter of the memory, products that are the same on every machine,
// and similarities within 0.004 of the exact ones.
struct PackedTemplate {
  std::vector<std::int8_t> values;
  float scale = 1;  // Exact value = packed value * scale.
};
PackedTemplate Pack(std::span<const float> values);

// Many of them in one piece.
class PackedTemplates {
 public:
  // `dimension` is that of every template, 1..4096.
  explicit PackedTemplates(std::size_t dimension) : dimension_(dimension) {}

  void Add(const PackedTemplate& row);  // Precondition: row.values has `dimension` numbers.

  std::size_t dimension() const { return dimension_; }
  std::size_t size() const { return scales_.size(); }
  std::span<const std::int8_t> Row(std::size_t i) const {
    return std::span(values_).subspan(i * dimension_, dimension_);
  }
  float Scale(std::size_t i) const { return scales_[i]; }

 private:
  std::size_t dimension_;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;
};

struct SimilarPair {
  std::uint32_t first = 0, second = 0;  // Rows; first < second within one set.
  float similarity = 0;
  bool operator==(const SimilarPair&) const = default;
};

struct PairOptions {
  double min_similarity = 0;
  int threads = 0;                    // 0: one per core.
  std::size_t max_pairs = 1'000'000;  // The strongest are kept.
};

struct SimilarPairs {
  std::vector<SimilarPair> pairs;  // Strongest first; equals by first, then second.
  std::size_t found = 0;           // More than pairs.size() when max_pairs was reached.
};

// The pairs of rows of `rows` with at least min_similarity; the same ones whatever the number of threads.
SimilarPairs FindSimilarPairs(const PackedTemplates& rows, const PairOptions& options);
// The same between two sets: `first` is a row of `rows`, `second` one of `others`. Precondition: equal
// dimensions.
SimilarPairs FindSimilarPairs(const PackedTemplates& rows, const PackedTemplates& others,
                              const PairOptions& options);

}  // namespace gradphoto::compare
