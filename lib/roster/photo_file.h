// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace gradphoto::roster {

struct PhotoFile {
  std::string path;              // As it goes into the record.
  std::string relative;          // Below the photo directory, "/" between folders; folders may name groups.
  std::int64_t modified_ns = 0;  // When the file was last written; comparable with others of the same listing.
};

}  // namespace gradphoto::roster
