// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <istream>
#include <string>

namespace gradphoto {

// std::getline that stops one byte beyond `max_bytes` instead of filling the memory: a longer line is too long.
// False at the end, and where the stream cannot be read: then it is not at its end.
bool ReadLine(std::istream& in, std::string& line, std::size_t max_bytes);

}  // namespace gradphoto
