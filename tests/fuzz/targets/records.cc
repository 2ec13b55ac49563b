// SPDX-License-Identifier: Apache-2.0
// Records and journals (NDJSON). What is read is written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "lib/record/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto records = gradphoto::ReadRecords(in, "fuzz.ndjson");
  if (!records) {
    if (!records.error().message.contains("fuzz.ndjson")) std::abort();
    return 0;
  }
  std::string lines;
  for (const gradphoto::Record& record : *records) lines += gradphoto::ToLine(record) + '\n';
  std::istringstream again(lines);
  const auto same = gradphoto::ReadRecords(again, "again.ndjson");
  if (!same || same->size() != records->size()) std::abort();
  return 0;
}
