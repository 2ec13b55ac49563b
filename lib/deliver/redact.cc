// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/redact.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "lib/base/text.h"
#include "lib/roster/mask.h"

namespace gradphoto::deliver {
namespace {

constexpr std::size_t kIdentityDigits =
    15;  // Identity numbers of before 1999; later ones have 17 and a check digit.
constexpr std::size_t kShortestNumber = 4;

std::string MaskDigitRuns(std::string_view text) {
  std::string masked;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end - i >= kIdentityDigits) {
      if (end < text.size() && (text[end] == 'X' || text[end] == 'x')) ++end;
      masked += roster::Mask(text.substr(i, end - i));
    } else {
      end = std::max(end, i + 1);
      masked += text.substr(i, end - i);
    }
    i = end;
  }
  return masked;
}

// Case is ignored for ASCII letters, which is all that numbers have.
std::string MaskEvery(const std::string& text, std::string_view number) {
  const std::string lower_text = ToLowerAscii(text), lower_number = ToLowerAscii(number);
  std::string masked;
  std::size_t from = 0;
  for (std::size_t at = lower_text.find(lower_number); at != std::string::npos;
       at = lower_text.find(lower_number, from)) {
    masked += text.substr(from, at - from) + roster::Mask(text.substr(at, number.size()));
    from = at + number.size();
  }
  return masked + text.substr(from);
}

std::vector<std::string_view> OwnNumbers(const Student& student) {
  std::vector<std::string_view> numbers = {student.key};
  for (const std::string_view field : {"id_number", "student_number", "candidate_number", "phone"}) {
    numbers.push_back(student.Field(field));
  }
  std::erase_if(numbers, [](std::string_view number) { return number.size() < kShortestNumber; });
  // A key like "10001-2021001" holds the student number; the longest goes first or its rest would stay
  // readable.
  std::ranges::sort(numbers, std::ranges::greater(), [](std::string_view number) { return number.size(); });
  return numbers;
}

}  // namespace

std::string Redactor::Number(std::string_view number) const {
  return display_ == IdDisplay::kFull ? std::string(number) : Masked(number);
}

std::string Redactor::Masked(std::string_view number) const {
  std::string masked = roster::Mask(number);
  if (key_ && !number.empty()) masked += "#" + key_->TagOf(number);
  return masked;
}

std::string Redactor::Text(std::string_view text, const Record* record) const {
  if (display_ == IdDisplay::kFull) return std::string(text);
  std::string masked(text);
  if (record != nullptr && record->student) {
    for (const std::string_view number : OwnNumbers(*record->student)) masked = MaskEvery(masked, number);
  }
  return MaskDigitRuns(masked);
}

std::string_view GroupOf(const Record& record) {
  if (!record.student) return {};
  for (const std::string_view column : {"group", "class", "teaching_point", "branch"}) {
    const std::string_view group = record.student->Field(column);
    if (!group.empty()) return group;
  }
  return {};
}

}  // namespace gradphoto::deliver
