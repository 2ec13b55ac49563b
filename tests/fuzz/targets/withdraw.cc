// SPDX-License-Identifier: Apache-2.0
// What a purge reads to find a student's traces: a pack's index and checksums, and a list of records. The input
// is all three, parted by lines "---". Nothing outside of the pack is touched, and a second run finds nothing
// to do.
#include "lib/deliver/withdraw.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "lib/base/file.h"
#include "lib/deliver/files.h"
#include "tests/fuzz/targets/scratch_folder.h"

namespace {

namespace fs = std::filesystem;
using namespace gradphoto;

std::string_view TakePart(std::string_view& rest) {
  constexpr std::string_view kEnd = "\n---\n";
  const std::size_t end = rest.find(kEnd);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kEnd.size());
  return part;
}

bool IsWithdrawn(std::string_view key) { return key == "20220101"; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const fs::path pack = fuzzing::ScratchFolder() / "pack";
  std::error_code ignored;
  fs::remove_all(pack, ignored);
  fs::create_directories(pack / "photos");
  const fs::path outside = fuzzing::Write("20220101.jpg", "outside");
  for (const char* photo : {"pack/photos/20220101.jpg", "pack/photos/20220102.jpg"})
    fuzzing::Write(photo, photo);
  fuzzing::Write("pack/index.csv", TakePart(rest));
  fuzzing::Write("pack/SHA256SUMS", TakePart(rest));
  const fs::path records = fuzzing::Write("batch.ndjson", rest);

  deliver::Withdrawn first, second;
  const auto pack_result = WithdrawFromPack(pack, IsWithdrawn, first);
  if (!pack_result && pack_result.error().message.empty()) std::abort();
  if (pack_result && (!WithdrawFromPack(pack, IsWithdrawn, second) || second.lists > 0)) std::abort();
  const auto list_result = WithdrawFromRecords(records, IsWithdrawn, first);
  if (!list_result && list_result.error().message.empty()) std::abort();
  if (list_result && (!WithdrawFromRecords(records, IsWithdrawn, second) || second.lists > 0)) std::abort();
  const std::array files = {pack / "photos/20220101.jpg", pack / "photos/20220102.jpg"};
  (void)WithdrawFromUnfinishedPack(pack, files, IsWithdrawn, first);
  if (!fs::exists(outside)) std::abort();
  return 0;
}
