// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xlsx_text.h"

#include "lib/base/unicode.h"

namespace gradphoto::table {

std::string UnescapeXlsx(std::string text) {
  for (std::size_t at = text.find("_x"); at != std::string::npos; at = text.find("_x", at + 1)) {
    if (at + 7 > text.size() || text[at + 6] != '_') continue;
    unsigned code = 0;
    const char* end = text.data() + at + 6;
    if (std::from_chars(text.data() + at + 2, end, code, 16).ptr != end) continue;
    if (code >= 0xD800 && code <= 0xDFFF) continue;
    std::string character;
    AppendUtf8(code, character);
    text.replace(at, 7, character);
  }
  return text;
}

}  // namespace gradphoto::table
