// SPDX-License-Identifier: Apache-2.0
#include "cli/common/progress.h"

#include <cstdio>
#include <utility>

#include <unistd.h>

namespace gradphoto::cli {

using Clock = std::chrono::steady_clock;

Progress::Progress(std::string label, std::size_t total, bool quiet)
    : label_(std::move(label)),
      total_(total),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      printed_(start_) {}

Progress::~Progress() {
  if (terminal_ && !quiet_ && done_ > 0) Print(/*last=*/true);
}

void Progress::Advance() {
  ++done_;
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000);
  if (!quiet_ && Clock::now() - printed_ >= pause) Print(/*last=*/false);
}

void Progress::Print(bool last) {
  printed_ = Clock::now();
  const double seconds = std::chrono::duration<double>(printed_ - start_).count();
  std::fprintf(stderr, "%s%s: %zu/%zu (%.1f/s)%s", terminal_ ? "\r\x1b[K" : "", label_.c_str(), done_, total_,
               seconds > 0 ? static_cast<double>(done_) / seconds : 0.0, terminal_ && !last ? "" : "\n");
}

}  // namespace gradphoto::cli
