// SPDX-License-Identifier: Apache-2.0
// Where a tool may write: never into what it reads.
#pragma once

#include <filesystem>
#include <span>

#include "lib/base/error.h"

namespace gradphoto {

// Whether `inner` is `outer` or lies below it, by the names alone: make both absolute or canonical first.
bool IsWithin(const std::filesystem::path& inner, const std::filesystem::path& outer);

// Refuses an output directory that is, or lies inside, one of the input directories; inputs that are no
// directories do not matter. Errors: kUsage.
Result<void> RefuseOutputInside(std::span<const std::filesystem::path> inputs,
                                const std::filesystem::path& output);

}  // namespace gradphoto
