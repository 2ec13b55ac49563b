// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/similar_pairs.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <doctest/doctest.h>

namespace gradphoto::compare {
namespace {

std::vector<float> Unit(std::vector<float> values) {
  double square = 0;
  for (const float value : values) square += static_cast<double>(value) * value;
  for (float& value : values) value = static_cast<float>(value / std::sqrt(square));
  return values;
}

std::vector<float> RandomUnit(std::size_t dimension, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(dimension);
  for (float& value : values) value = normal(random);
  return Unit(values);
}

float Dot(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

struct Made {
  std::vector<std::vector<float>> exact;
  PackedTemplates packed;
};

// Few dimensions, so that random rows are often similar.
Made Make(std::size_t count, std::size_t dimension, unsigned seed) {
  std::mt19937 random(seed);
  Made made{{}, PackedTemplates(dimension)};
  for (std::size_t i = 0; i < count; ++i) {
    made.exact.push_back(RandomUnit(dimension, random));
    made.packed.Add(Pack(made.exact.back()));
  }
  return made;
}

}  // namespace

TEST_CASE("packed similarities are within 0.004 of the exact ones") {
  const Made made = Make(60, 704, 3);
  std::mt19937 random(4);
  for (std::size_t i = 0; i + 1 < made.exact.size(); ++i) {
    // A row at a similarity of about 0.8.
    std::vector<float> near = made.exact[i];
    for (std::size_t k = 0; k < near.size(); ++k) near[k] += 0.75F * made.exact[i + 1][k];
    near = Unit(near);
    PackedTemplates two(704);
    two.Add(Pack(made.exact[i]));
    two.Add(Pack(near));
    const auto found = FindSimilarPairs(two, {.min_similarity = 0.5, .threads = 1});
    REQUIRE(found.pairs.size() == 1);
    CHECK(std::abs(found.pairs[0].similarity - Dot(made.exact[i], near)) < 0.004);
  }
}

TEST_CASE("every pair is found, and no other, across block borders and on any number of threads") {
  // More than two blocks of 128, and no multiple of the inner tile.
  const Made made = Make(301, 16, 5);
  constexpr double kLimit = 0.6;
  std::size_t sure = 0;
  const auto found = FindSimilarPairs(made.packed, {.min_similarity = kLimit, .threads = 1});
  for (std::uint32_t i = 0; i < 301; ++i) {
    for (std::uint32_t j = i + 1; j < 301; ++j) {
      const float exact = Dot(made.exact[i], made.exact[j]);
      const bool there = std::ranges::any_of(
          found.pairs, [&](const SimilarPair& pair) { return pair.first == i && pair.second == j; });
      if (exact > kLimit + 0.02) CHECK(there);
      if (exact < kLimit - 0.02) CHECK(!there);
      sure += exact > kLimit + 0.02;
    }
  }
  CHECK(sure > 100);
  CHECK(found.found == found.pairs.size());
  CHECK(std::ranges::is_sorted(found.pairs, std::greater{}, &SimilarPair::similarity));
  CHECK(FindSimilarPairs(made.packed, {.min_similarity = kLimit, .threads = 4}).pairs == found.pairs);
}

TEST_CASE("of too many pairs the strongest are kept, the same ones on any number of threads") {
  const Made made = Make(301, 8, 6);
  const auto all = FindSimilarPairs(made.packed, {.min_similarity = 0.3, .threads = 1});
  REQUIRE(all.pairs.size() > 1000);
  for (const int threads : {1, 3}) {
    const auto some =
        FindSimilarPairs(made.packed, {.min_similarity = 0.3, .threads = threads, .max_pairs = 50});
    CHECK(some.found == all.pairs.size());
    CHECK(some.pairs == std::vector(all.pairs.begin(), all.pairs.begin() + 50));
  }
}

TEST_CASE("two sets are compared with each other only") {
  const Made rows = Make(5, 32, 7), others = Make(140, 32, 8);
  PackedTemplates more = others.packed;
  more.Add(Pack(rows.exact[3]));
  more.Add(Pack(rows.exact[3]));
  const auto found = FindSimilarPairs(rows.packed, more, {.min_similarity = 0.95, .threads = 2});
  REQUIRE(found.pairs.size() == 2);
  CHECK(found.pairs[0].first == 3);
  CHECK(found.pairs[0].second == 140);
  CHECK(found.pairs[1].second == 141);
}

TEST_CASE("nothing and one row have no pairs") {
  PackedTemplates rows(4);
  CHECK(FindSimilarPairs(rows, {.min_similarity = -2}).pairs.empty());
  rows.Add(Pack(Unit({1, 2, 3, 4})));
  CHECK(FindSimilarPairs(rows, {.min_similarity = -2}).pairs.empty());
  CHECK(FindSimilarPairs(rows, PackedTemplates(4), {.min_similarity = -2}).pairs.empty());
}

}  // namespace gradphoto::compare
