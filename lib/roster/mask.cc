// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/mask.h"

#include <cstddef>

#include "lib/base/unicode.h"

namespace gradphoto::roster {

std::string Mask(std::string_view identifier) {
  std::u32string characters;
  for (std::size_t i = 0; i < identifier.size();) characters += NextCodePoint(identifier, i);
  const std::size_t size = characters.size();
  const std::size_t head = size >= 10 ? 3 : size >= 6 ? 1 : 0;
  const std::size_t tail = size >= 10 ? 2 : size >= 6 ? 1 : 0;
  std::string masked;
  for (std::size_t i = 0; i < size; ++i) {
    AppendUtf8(i < head || i + tail >= size ? characters[i] : U'*', masked);
  }
  return masked;
}

}  // namespace gradphoto::roster
