// SPDX-License-Identifier: Apache-2.0
// Tables that people send: CSV in every encoding, workbooks. Errors name the file.
#include "lib/table/table.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto tables = gradphoto::table::ParseTables(bytes, "fuzz.table");
  if (!tables && !tables.error().message.contains("fuzz.table")) std::abort();
  return 0;
}
