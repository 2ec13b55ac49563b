// SPDX-License-Identifier: Apache-2.0
// Many records on many threads, with a bounded number in flight: memory does not grow with the batch, and
// results come in the order of the input whatever the number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include "lib/record/record.h"

namespace gradphoto::pipeline {

struct ManyOptions {
  int threads = 0;                    // 0: one per core.
  std::function<bool()> interrupted;  // Asked before each record; true leaves the rest undone. May be empty.
};

inline std::size_t ThreadsOf(int wanted) {
  return static_cast<std::size_t>(
      wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

// Calls `work` for each record on some thread and then `sink` with its result, one at a time and in order.
// Returns how many records were done; fewer than given only after an interruption or when `sink` returned
// false.
template <typename Output>
std::size_t ProcessMany(std::vector<Record> records, const ManyOptions& options,
                        const std::function<Output(Record)>& work, const std::function<bool(Output)>& sink) {
  const std::size_t threads = ThreadsOf(options.threads);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  std::size_t next = 0, done = 0;
  std::atomic<bool> stopped = false;
  const auto feed = [&](tbb::flow_control& control) -> Record* {
    if (next == records.size() || stopped || (options.interrupted && options.interrupted())) {
      control.stop();
      return nullptr;
    }
    return &records[next++];
  };
  // Shared pointers, because the pipeline's tokens must be copyable.
  const auto process = [&](Record* record) { return std::make_shared<Output>(work(std::move(*record))); };
  const auto deliver = [&](const std::shared_ptr<Output>& result) {
    if (stopped) return;
    ++done;
    if (!sink(std::move(*result))) stopped = true;
  };
  tbb::parallel_pipeline(
      2 * threads,
      tbb::make_filter<void, Record*>(tbb::filter_mode::serial_in_order, feed) &
          tbb::make_filter<Record*, std::shared_ptr<Output>>(tbb::filter_mode::parallel, process) &
          tbb::make_filter<std::shared_ptr<Output>, void>(tbb::filter_mode::serial_in_order, deliver));
  return done;
}

}  // namespace gradphoto::pipeline
