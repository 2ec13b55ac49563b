// SPDX-License-Identifier: Apache-2.0
// Template files, with the checksum put right so that the rest of the reader is reached.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/base/sha256.h"
#include "lib/compare/template_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string hex = gradphoto::Sha256Hex(std::string_view(bytes));
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  const auto file = gradphoto::compare::ParseTemplates(bytes);
  if (!file && file.error().message.empty()) std::abort();
  return 0;
}
