// SPDX-License-Identifier: Apache-2.0
// Rosters, and mappings of photos to the students of a small roster.
#include "lib/roster/roster.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "lib/roster/mapping.h"

namespace {

const gradphoto::roster::Roster& Students() {
  static const auto roster = gradphoto::roster::ParseRoster(
      "学号,姓名,身份证号\n20220101,林晓月,110000200302118621\n20220102,王芳,\n", "students.csv");
  return *roster;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto roster = gradphoto::roster::ParseRoster(bytes, "fuzz.csv");
  if (!roster && !roster.error().message.contains("fuzz.csv")) std::abort();
  const std::vector<gradphoto::PhotoFile> photos = {{"photos/a.jpg", "a.jpg"}, {"photos/b.jpg", "b.jpg"}};
  const auto mapping = gradphoto::roster::ParseMapping(bytes, "map.csv", Students(), photos);
  if (!mapping && mapping.error().message.empty()) std::abort();
  return 0;
}
