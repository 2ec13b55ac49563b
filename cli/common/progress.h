// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: one overwritten line on a terminal, else a line every 10 seconds; nothing with --quiet.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace gradphoto::cli {

class Progress {
 public:
  Progress(std::string label, std::size_t total, bool quiet);
  ~Progress();     // Ends the line on a terminal.
  void Advance();  // One more done. Call from one thread.

 private:
  void Print(bool last);

  std::string label_;
  std::size_t total_ = 0, done_ = 0;
  bool quiet_ = false, terminal_ = false;
  std::chrono::steady_clock::time_point start_, printed_;
};

}  // namespace gradphoto::cli
