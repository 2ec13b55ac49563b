// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/search.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "lib/base/text.h"

namespace gradphoto::deliver {
namespace {

// 15 digits, or 17 and a check digit: an identity number or as good as one.
bool LooksLikeIdentityNumber(std::string_view number) {
  const bool has_check_digit =
      number.size() == 18 && (IsDigit(number.back()) || number.back() == 'x' || number.back() == 'X');
  if (!has_check_digit && number.size() != 15) return false;
  return AllDigits(has_check_digit ? number.substr(0, 17) : number);
}

}  // namespace

unsigned BucketOf(std::string_view number) {
  std::uint32_t hash = 0x811C9DC5;
  for (const char c : ToLowerAscii(number)) {
    if (c == ' ' || c == '\t') continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  }
  return (hash ^ (hash >> 16U)) & 0xFFFU;
}

std::string SearchNumbers(const Record& record, const Redactor& redactor) {
  if (!record.student) return {};
  const std::string_view identity = record.student->Field("id_number");
  std::vector<std::string_view> seen;
  std::string lines;
  for (const std::string_view number :
       {std::string_view(record.student->key), record.student->Field("student_number"),
        record.student->Field("candidate_number"), identity}) {
    if (number.empty() || std::ranges::find(seen, number) != seen.end()) continue;
    seen.push_back(number);
    if (!lines.empty()) lines += '\n';
    lines += redactor.Number(number);
    const bool is_secret = number == identity || LooksLikeIdentityNumber(number);
    if (redactor.display() == IdDisplay::kFull) continue;
    lines +=
        is_secret ? fmt::format("\t{:x}", BucketOf(number) & 0xFU) : fmt::format("\t{:03x}", BucketOf(number));
  }
  return lines;
}

}  // namespace gradphoto::deliver
