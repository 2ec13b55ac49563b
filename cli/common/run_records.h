// SPDX-License-Identifier: Apache-2.0
// The loop of the tools that look into photos: records in, work on several threads, results handed on in order.
#pragma once

#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/common/photo_options.h"
#include "cli/common/progress.h"
#include "cli/common/run_main.h"
#include "lib/pipeline/many.h"
#include "lib/pipeline/photo.h"

namespace gradphoto::cli {

inline Outcome OutcomeOf(const Record& record) { return record.outcome; }
inline Outcome OutcomeOf(const pipeline::PhotoResult& result) { return result.record.outcome; }

// Works on every record and hands each result to `deliver`, which stores and prints it; stops at its first
// error, when stdout cannot be written, or on an interruption. Returns the exit code that the outcomes earn.
template <typename Output>
Result<ExitCode> RunRecords(const std::string& label, std::vector<Record> records, int threads, bool quiet,
                            const std::function<Output(Record)>& work,
                            const std::function<Result<void>(Output&)>& deliver) {
  Progress progress(label, records.size(), quiet);
  OutcomeCounts outcomes;
  std::optional<Error> failure;
  pipeline::ProcessMany<Output>(std::move(records), {threads, &Interrupted}, work, [&](Output output) {
    if (const Result<void> delivered = deliver(output); !delivered) {
      failure = delivered.error();
      return false;
    }
    outcomes.Add(OutcomeOf(output));
    progress.Advance();
    return static_cast<bool>(std::cout);
  });
  if (failure) return Fail(*failure);
  return ExitCodeOf(outcomes);
}

}  // namespace gradphoto::cli
