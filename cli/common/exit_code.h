// SPDX-License-Identifier: Apache-2.0
// The exit codes of every tool, one contract for all; --help prints them (kExitCodeHelp). A run that a signal
// ended has 128 and the number of the signal.
#pragma once

#include <string_view>

#include "lib/base/error.h"

namespace gradphoto::cli {

enum class ExitCode : int {
  kAccepted = 0,     // Everything accepted.
  kNotAccepted = 1,  // Ran fully; at least one photo rejected, missing, held or sent to review.
  kUsage = 2,        // Wrong option or configuration.
  kUnreadable = 3,   // Some inputs unreadable or failed technically; wins over 1.
  kNothingToDo = 4,  // No input matched.
  kOutput = 5,       // Output, disk or lock.
  kModel = 6,        // A model is missing or its hash is wrong.
};

inline constexpr std::string_view kExitCodeHelp =
    "Exit codes:\n"
    "  0  everything accepted\n"
    "  1  ran fully, at least one photo rejected or sent to review\n"
    "  2  usage or configuration error\n"
    "  3  some inputs unreadable or failed technically (wins over 1)\n"
    "  4  nothing to do\n"
    "  5  output, disk or lock error\n"
    "  6  a model is missing or its hash is wrong\n"
    "  130/143  interrupted\n";

constexpr ExitCode ExitCodeFor(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return ExitCode::kUsage;
    case ErrorKind::kInput:
      return ExitCode::kUnreadable;
    case ErrorKind::kModel:
      return ExitCode::kModel;
    case ErrorKind::kOutput:
      return ExitCode::kOutput;
    case ErrorKind::kInternal:
      return ExitCode::kUnreadable;
  }
  return ExitCode::kUnreadable;
}

}  // namespace gradphoto::cli
