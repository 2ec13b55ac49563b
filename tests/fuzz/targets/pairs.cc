// SPDX-License-Identifier: Apache-2.0
// Lists of photos and what each is to be compared with. Errors name the file.
#include "lib/pipeline/pairs.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/targets/scratch_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = gradphoto::fuzzing::Write("pairs", {reinterpret_cast<const char*>(data), size});
  const auto pairs = gradphoto::pipeline::ReadPairs(file);
  if (!pairs) {
    if (!pairs.error().message.contains(file.string())) std::abort();
    return 0;
  }
  for (const gradphoto::Record& pair : *pairs) {
    if (pair.photo.empty() || pair.comparison.value("reference", "").empty()) std::abort();
  }
  return 0;
}
