// SPDX-License-Identifier: Apache-2.0
#include "lib/base/read_line.h"

namespace gradphoto {

bool ReadLine(std::istream& in, std::string& line, std::size_t max_bytes) {
  line.clear();
  for (char c = 0; line.size() <= max_bytes && in.get(c) && c != '\n';) line += c;
  return !line.empty() || in.good();
}

}  // namespace gradphoto
