// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/similar_pairs.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>
#include <tuple>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>

namespace gradphoto::compare {
namespace {

constexpr std::size_t kBlock = 128;  // Rows; two blocks of 704 dimensions in 16 bits fill 360 KB of the cache.
constexpr std::size_t kRows = 2, kColumns = 4;  // Of the innermost tile: as many sums as registers hold.

// Rows first .. first + kBlock in 16 bits, zeros behind the last one: products of 16-bit numbers are what
// vector units add up best.
class Block {
 public:
  void Load(const PackedTemplates& from, std::size_t first) {
    count_ = std::min(kBlock, from.size() - first);
    dimension_ = from.dimension();
    values_.assign(kBlock * dimension_, 0);
    for (std::size_t i = 0; i < count_; ++i) {
      std::ranges::copy(from.Row(first + i), values_.begin() + static_cast<std::ptrdiff_t>(i * dimension_));
    }
  }
  const std::int16_t* Row(std::size_t i) const { return values_.data() + i * dimension_; }
  std::size_t count() const { return count_; }
  std::size_t dimension() const { return dimension_; }

 private:
  std::vector<std::int16_t> values_;
  std::size_t count_ = 0, dimension_ = 0;
};

using Sums = std::int32_t[kRows][kColumns];

// The compiler turns the loop into vector instructions; written out, because it does not for a loop of loops.
void Multiply(const std::int16_t* a, const std::int16_t* b, std::size_t dimension, Sums& sums) {
  const std::int16_t *a0 = a, *a1 = a + dimension;
  const std::int16_t *b0 = b, *b1 = b0 + dimension, *b2 = b1 + dimension, *b3 = b2 + dimension;
  std::int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (std::size_t k = 0; k < dimension; ++k) {
    s00 += a0[k] * b0[k], s01 += a0[k] * b1[k], s02 += a0[k] * b2[k], s03 += a0[k] * b3[k];
    s10 += a1[k] * b0[k], s11 += a1[k] * b1[k], s12 += a1[k] * b2[k], s13 += a1[k] * b3[k];
  }
  sums[0][0] = s00, sums[0][1] = s01, sums[0][2] = s02, sums[0][3] = s03;
  sums[1][0] = s10, sums[1][1] = s11, sums[1][2] = s12, sums[1][3] = s13;
}

auto Rank(const SimilarPair& pair) { return std::tuple(-pair.similarity, pair.first, pair.second); }
bool Stronger(const SimilarPair& a, const SimilarPair& b) { return Rank(a) < Rank(b); }

// Takes pairs from all threads and keeps the strongest.
class Collector {
 public:
  explicit Collector(std::size_t max_pairs) : max_pairs_(max_pairs) {}

  void Add(const std::vector<SimilarPair>& pairs) {
    const std::lock_guard lock(mutex_);
    result_.found += pairs.size();
    result_.pairs.insert(result_.pairs.end(), pairs.begin(), pairs.end());
    if (result_.pairs.size() > 2 * max_pairs_) Trim();
  }

  SimilarPairs Take() {
    Trim();
    std::ranges::sort(result_.pairs, Stronger);
    return std::move(result_);
  }

 private:
  void Trim() {
    if (result_.pairs.size() <= max_pairs_) return;
    std::ranges::nth_element(result_.pairs, result_.pairs.begin() + static_cast<std::ptrdiff_t>(max_pairs_),
                             Stronger);
    result_.pairs.resize(max_pairs_);
  }

  std::size_t max_pairs_;
  std::mutex mutex_;
  SimilarPairs result_;
};

void CompareBlocks(const PackedTemplates& rows, std::size_t first_row, const Block& a,
                   const PackedTemplates& others, std::size_t first_other, const Block& b, bool one_set,
                   float min_similarity, std::vector<SimilarPair>& found) {
  Sums sums;
  for (std::size_t j = 0; j < b.count(); j += kColumns) {
    for (std::size_t i = 0; i < a.count(); i += kRows) {
      Multiply(a.Row(i), b.Row(j), a.dimension(), sums);
      for (std::size_t r = 0; r < kRows && i + r < a.count(); ++r) {
        for (std::size_t c = 0; c < kColumns && j + c < b.count(); ++c) {
          const std::size_t row = first_row + i + r, other = first_other + j + c;
          if (one_set && row >= other) continue;
          const float similarity = static_cast<float>(sums[r][c]) * rows.Scale(row) * others.Scale(other);
          if (similarity < min_similarity) continue;
          found.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(other), similarity});
        }
      }
    }
  }
}

SimilarPairs Find(const PackedTemplates& rows, const PackedTemplates& others, bool one_set,
                  const PairOptions& options) {
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  static_cast<std::size_t>(options.threads > 0 ? options.threads : cores));
  Collector collector(options.max_pairs);
  const std::size_t blocks = (rows.size() + kBlock - 1) / kBlock;
  const auto work = [&](const tbb::blocked_range<std::size_t>& range) {
    Block a, b;
    std::vector<SimilarPair> found;
    for (std::size_t block = range.begin(); block != range.end(); ++block) {
      const std::size_t first_row = block * kBlock;
      a.Load(rows, first_row);
      for (std::size_t other = one_set ? first_row : 0; other < others.size(); other += kBlock) {
        b.Load(others, other);
        CompareBlocks(rows, first_row, a, others, other, b, one_set, static_cast<float>(options.min_similarity),
                      found);
      }
      collector.Add(found);
      found.clear();
    }
  };
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, blocks, 1), work);
  return collector.Take();
}

}  // namespace

PackedTemplate Pack(std::span<const float> values) {
  PackedTemplate packed;
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  packed.scale = largest > 0 ? largest / 127 : 1;
  for (const float value : values) {
    packed.values.push_back(static_cast<std::int8_t>(std::lround(value / packed.scale)));
  }
  return packed;
}

void PackedTemplates::Add(const PackedTemplate& row) {
  values_.insert(values_.end(), row.values.begin(), row.values.end());
  scales_.push_back(row.scale);
}

SimilarPairs FindSimilarPairs(const PackedTemplates& rows, const PairOptions& options) {
  return Find(rows, rows, /*one_set=*/true, options);
}

SimilarPairs FindSimilarPairs(const PackedTemplates& rows, const PackedTemplates& others,
                              const PairOptions& options) {
  return Find(rows, others, /*one_set=*/false, options);
}

}  // namespace gradphoto::compare
