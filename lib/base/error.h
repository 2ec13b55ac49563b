// SPDX-License-Identifier: Apache-2.0
// The one error type of the library. Functions that can fail return Result<T>; nothing in lib/ throws across a
// module border or ends the process. The message names the file, the place and the remedy, without a final
// stop.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace gradphoto {

// What kind of failure it was; the tools map each kind to one exit code (cli/common/exit_code.h).
enum class ErrorKind {
  kUsage,     // Wrong option or configuration: a person must change what was asked.
  kInput,     // A file that was given is unreadable or damaged.
  kModel,     // A neural model is missing, altered or not of the expected shape.
  kOutput,    // Disk, permission or lock: the result could not be stored.
  kInternal,  // A library failed in a way that no input should cause.
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}
// An error that was made elsewhere; one that came in a Result is handed on by TRY.
inline std::unexpected<Error> Fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace gradphoto

// The one way to hand an error on, in functions that return a Result themselves.
//
//   TRY(WriteFile(path, text));                    // Result<void>, or a value that nobody wants
//   TRY_ASSIGN(const Roster roster, ReadRoster(path));
//
// The expression is evaluated once. TRY_ASSIGN stands in a block of its own scope, not behind a bare `if`: it
// is two statements, for the name it declares must outlive it. A type with a comma in it needs `auto`.
#define TRY(...)                                                 \
  if (auto try_result = (__VA_ARGS__); try_result.has_value()) { \
  } else                                                         \
    return std::unexpected(std::move(try_result).error())

#define TRY_ASSIGN(declaration, ...) TRY_ASSIGN_AT_(__LINE__, declaration, __VA_ARGS__)
#define TRY_ASSIGN_AT_(line, declaration, ...) TRY_ASSIGN_TO_(line, declaration, __VA_ARGS__)
#define TRY_ASSIGN_TO_(line, declaration, ...)                                                      \
  auto try_result_##line = (__VA_ARGS__);                                                           \
  if (!try_result_##line.has_value()) return std::unexpected(std::move(try_result_##line).error()); \
  declaration = *std::move(try_result_##line)
