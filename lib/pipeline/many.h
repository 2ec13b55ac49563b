// SPDX-License-Identifier: Apache-2.0
// Many photos on many threads, with a bounded number in flight: memory does not grow with the batch, and results
// come in the order of the input whatever the number of threads.
#pragma once

#include <functional>
#include <vector>

#include "lib/pipeline/photo.h"

namespace gradphoto::pipeline {

struct ManyOptions {
  int threads = 0;                     // 0: one per core.
  std::function<bool()> interrupted;   // Asked before each photo; true leaves the rest undone. May be empty.
};

// Calls `work` for each record on some thread and then `sink` with its result, one at a time and in order. Returns how
// many records were done; fewer than given only after an interruption or when `sink` returned false.
std::size_t ProcessMany(std::vector<Record> records, const ManyOptions& options,
                        const std::function<PhotoResult(Record)>& work,
                        const std::function<bool(PhotoResult)>& sink);

}  // namespace gradphoto::pipeline
