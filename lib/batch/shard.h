// SPDX-License-Identifier: Apache-2.0
// One part of the students, for one of many machines that share an output directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

struct Shard {
  std::uint64_t number = 1, count = 1;  // 1 <= number <= count.

  // "3/8". Errors: kUsage - not K/N with 1 <= K <= N <= 10,000.
  static Result<Shard> Parse(const std::string& text);
  // Whether the record's student is of this part: by the hash of the key, so that it stays so when students are
  // added. Photos without a student go by their path.
  bool Has(const Record& record) const;
  std::string Name() const;  // "3-of-8".
};

// The files of all shards in the folder where they leave their records (OutputLayout::Shards). Errors: kUsage -
// there are none, not all of one count, or of several counts.
Result<std::vector<std::filesystem::path>> FinishedShards(const std::filesystem::path& folder);

}  // namespace gradphoto::batch
