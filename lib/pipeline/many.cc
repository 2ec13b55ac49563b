// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/many.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>

namespace gradphoto::pipeline {

std::size_t ProcessMany(std::vector<Record> records, const ManyOptions& options,
                        const std::function<PhotoResult(Record)>& work,
                        const std::function<bool(PhotoResult)>& sink) {
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int threads = options.threads > 0 ? options.threads : cores;
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  std::size_t next = 0, done = 0;
  std::atomic<bool> stopped = false;
  const auto feed = [&](tbb::flow_control& control) -> Record* {
    if (next == records.size() || stopped || (options.interrupted && options.interrupted())) {
      control.stop();
      return nullptr;
    }
    return &records[next++];
  };
  const auto process = [&](Record* record) { return std::make_shared<PhotoResult>(work(std::move(*record))); };
  const auto deliver = [&](const std::shared_ptr<PhotoResult>& result) {
    if (stopped) return;
    ++done;
    if (!sink(std::move(*result))) stopped = true;
  };
  tbb::parallel_pipeline(
      static_cast<std::size_t>(2 * threads),
      tbb::make_filter<void, Record*>(tbb::filter_mode::serial_in_order, feed) &
          tbb::make_filter<Record*, std::shared_ptr<PhotoResult>>(tbb::filter_mode::parallel, process) &
          tbb::make_filter<std::shared_ptr<PhotoResult>, void>(tbb::filter_mode::serial_in_order, deliver));
  return done;
}

}  // namespace gradphoto::pipeline
