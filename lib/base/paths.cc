// SPDX-License-Identifier: Apache-2.0
#include "lib/base/paths.h"

#include <algorithm>
#include <system_error>

namespace gradphoto {

namespace fs = std::filesystem;

bool IsWithin(const fs::path& inner, const fs::path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

Result<void> RefuseOutputInside(std::span<const fs::path> inputs, const fs::path& output) {
  std::error_code error;
  const fs::path place = fs::weakly_canonical(output, error);
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input, error)) continue;
    if (IsWithin(place, fs::weakly_canonical(input, error))) {
      return Fail(ErrorKind::kUsage, "the output directory " + output.string() + " lies inside the input " +
                                         input.string() + "; the next run would take results for photos");
    }
  }
  return {};
}

}  // namespace gradphoto
