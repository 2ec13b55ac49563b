// SPDX-License-Identifier: Apache-2.0
// Configuration: jobs, standards, portal rules.
#include "lib/base/yaml.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto node = gradphoto::ParseYaml({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!node && !node.error().message.contains("fuzz.yaml")) std::abort();
  return 0;
}
