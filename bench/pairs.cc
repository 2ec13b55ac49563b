// SPDX-License-Identifier: Apache-2.0
// gradphoto-bench-pairs [COUNT...]: time and memory of the search for duplicates among COUNT templates (default
// 25000, 50000, 100000), random ones with 100 planted pairs of similarity 0.8, on one thread and on all.
// Processor seconds are what counts on a machine that is shared.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "lib/compare/similar_pairs.h"

namespace gradphoto::compare {
namespace {

constexpr std::size_t kDimension = 704, kPlanted = 100;
constexpr double kPlantedSimilarity = 0.8;

std::vector<float> RandomUnit(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(kDimension);
  double square = 0;
  for (float& value : values) value = normal(random), square += static_cast<double>(value) * value;
  for (float& value : values) value = static_cast<float>(value / std::sqrt(square));
  return values;
}

PackedTemplates Make(std::size_t count) {
  std::mt19937 random(1);
  PackedTemplates rows(kDimension);
  for (std::size_t i = 0; i + kPlanted < count; ++i) {
    const std::vector<float> row = RandomUnit(random);
    rows.Add(Pack(row));
    if (i >= kPlanted) continue;
    std::vector<float> near = RandomUnit(random);
    const double away = std::sqrt(1 - kPlantedSimilarity * kPlantedSimilarity);
    for (std::size_t k = 0; k < kDimension; ++k) {
      near[k] = static_cast<float>(kPlantedSimilarity * row[k] + away * near[k]);
    }
    rows.Add(Pack(near));
  }
  return rows;
}

double ProcessorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int Run(const std::vector<std::size_t>& counts) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::printf("%9s %8s %8s %8s %12s %9s %9s\n", "templates", "threads", "s", "cpu s", "GMAC/cpu s", "pairs",
              "peak MiB");
  for (const std::size_t count : counts) {
    const PackedTemplates rows = Make(count);
    for (const int threads : {1, cores}) {
      const double processor_start = ProcessorSeconds();
      const auto start = std::chrono::steady_clock::now();
      const SimilarPairs found = FindSimilarPairs(rows, {.min_similarity = 0.7, .threads = threads});
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      const double processor = ProcessorSeconds() - processor_start;
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      const double products = 0.5 * static_cast<double>(count) * static_cast<double>(count) * kDimension;
      std::printf("%9zu %8d %8.2f %8.2f %12.1f %9zu %9ld\n", count, threads, seconds, processor,
                  products / processor / 1e9, found.pairs.size(), usage.ru_maxrss / 1024);
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace
}  // namespace gradphoto::compare

int main(int argc, char** argv) {
  std::vector<std::size_t> counts;
  for (int i = 1; i < argc; ++i) counts.push_back(std::strtoull(argv[i], nullptr, 10));
  if (counts.empty()) counts = {25'000, 50'000, 100'000};
  return gradphoto::compare::Run(counts);
}
