// SPDX-License-Identifier: Apache-2.0
// The journal of a run that was cut short: what is no record is left out, the rest can be written again.
#include "lib/batch/journal.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/targets/scratch_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = gradphoto::fuzzing::Write("unfinished.ndjson", {reinterpret_cast<const char*>(data), size});
  const auto journal = gradphoto::batch::Journal::ReadOnly(file);
  if (!journal) {
    if (journal.error().message.empty()) std::abort();
    return 0;
  }
  gradphoto::Record linked;
  linked.photo = "a.jpg";
  (void)journal->Find(linked, gradphoto::Json::object());
  if (const auto record = journal->OfStudent("k")) (void)ToLine(*record);
  return 0;
}
