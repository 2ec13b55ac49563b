// SPDX-License-Identifier: Apache-2.0
// From the bytes of a roster to UTF-8. Rosters come without any word on their encoding, so it is found out:
// byte order mark, then UTF-16 without a mark (by its NUL bytes), then valid UTF-8, then GB18030 (which
// contains GBK and GB2312). The result says what was taken and whether it was a guess; bytes that no guess fits
// are an error and never mojibake.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace gradphoto::table {

struct DecodedText {
  std::string text;      // Valid UTF-8 without byte order mark.
  std::string encoding;  // "UTF-8", "UTF-8 with BOM", "UTF-16LE", "UTF-16BE" or "GB18030".
  // True for GB18030, because other double-byte encodings can look the same, and for UTF-16 without a mark.
  bool guessed = false;
};

// `name` stands for the file in errors.
// Errors, all kInput with the remedy "CSV UTF-8": an old Excel workbook (XLSX is for table.h); a web page
// or an XML table saved as one; NUL bytes; bytes
// that are neither UTF-8 nor GB18030, with the offset of the first; UTF-8 with a few damaged bytes, with offset
// and line; bytes that would decode as GB18030 into characters that rosters do not have (under 80 % of them in
// GB2312), with the encoding that uchardet takes them for.
Result<DecodedText> DecodeText(std::string_view bytes, std::string_view name);

}  // namespace gradphoto::table
