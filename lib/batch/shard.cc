// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/shard.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "lib/base/sha256.h"
#include "lib/batch/layout.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxShards = 10'000;

// The shard whose records the file holds.
std::optional<Shard> ShardOf(const fs::path& file) {
  const std::string file_name = file.filename().string();
  std::string name(OutputLayout::ShardOf(file_name));
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = name.find(kOf);
  if (of == std::string::npos) return std::nullopt;
  const auto shard = Shard::Parse(name.replace(of, kOf.size(), "/"));
  return shard ? std::optional(*shard) : std::nullopt;
}

}  // namespace

Result<Shard> Shard::Parse(const std::string& text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.number);
  const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = slash ? std::from_chars(first.ptr + 1, end, shard.count) : first;
  if (!slash || second.ec != std::errc() || second.ptr != end || shard.number < 1 || shard.count > kMaxShards ||
      shard.number > shard.count) {
    return Fail(ErrorKind::kUsage, "--shard '" + text + "': expected K/N with K from 1 to N, such as 3/8");
  }
  return shard;
}

bool Shard::Has(const Record& record) const {
  constexpr std::size_t kDigits = 15;  // 60 bits.
  const std::string hash = Sha256Hex(record.student ? record.student->key : record.photo);
  return std::stoull(hash.substr(0, kDigits), nullptr, 16) % count + 1 == number;
}

std::string Shard::Name() const { return std::to_string(number) + "-of-" + std::to_string(count); }

Result<std::vector<fs::path>> FinishedShards(const fs::path& folder) {
  std::map<std::uint64_t, fs::path> done;
  std::optional<std::uint64_t> count;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const auto shard = ShardOf(entry.path());
    if (!shard) continue;
    if (count && *count != shard->count) {
      return Fail(ErrorKind::kUsage, folder.string() + ": shards of " + std::to_string(*count) + " and of " +
                                         std::to_string(shard->count) +
                                         "; remove those that are not of the last run");
    }
    count = shard->count;
    done.emplace(shard->number, entry.path());
  }
  if (!count) return Fail(ErrorKind::kUsage, folder.string() + ": no shards to merge; run --shard K/N first");
  std::vector<fs::path> files;
  for (std::uint64_t number = 1; number <= *count; ++number) {
    const auto found = done.find(number);
    if (found == done.end()) {
      return Fail(
          ErrorKind::kUsage,
          fmt::format("shard {0}/{1} has not finished; run it (again) with --shard {0}/{1}", number, *count));
    }
    files.push_back(found->second);
  }
  return files;
}

}  // namespace gradphoto::batch
