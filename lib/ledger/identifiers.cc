// SPDX-License-Identifier: Apache-2.0
// How lists name students: Ledger::FindByIdentifier.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/query.h"
#include "lib/roster/mask.h"

namespace gradphoto::ledger {
namespace {

// The first that finds anybody counts.
constexpr std::array<std::string_view, 4> kColumns = {"key", "candidate_number", "student_number", "id_number"};

// "440*************14#k7q2m", "#k7q2m" or "@k7q2m" in its parts; the mask may be empty.
std::optional<std::pair<std::string_view, std::string_view>> MaskAndTag(std::string_view identifier) {
  if (identifier.starts_with('@')) return std::pair(std::string_view(), identifier.substr(1));
  const std::size_t mark = identifier.rfind('#');
  if (mark == std::string_view::npos) return std::nullopt;
  return std::pair(identifier.substr(0, mark), identifier.substr(mark + 1));
}

}  // namespace

void Ledger::UseTags(TagOf tag_of) {
  tag_of_ = std::move(tag_of);
  tagged_.reset();
}

Result<std::vector<StudentId>> Ledger::FindByIdentifier(std::string_view identifier) {
  TRY_ASSIGN(auto ids, FindByValue(identifier));
  const std::string plain = ToHalfWidth(Trim(identifier));
  if (!ids.empty() || plain == identifier) return ids;
  return FindByValue(plain);
}

Result<std::vector<StudentId>> Ledger::FindByValue(std::string_view identifier) {
  std::vector<StudentId> ids;
  if (identifier.starts_with('@') && AllDigits(identifier.substr(1))) {
    StudentId id = 0;
    const char* const end = identifier.data() + identifier.size();
    if (std::from_chars(identifier.data() + 1, end, id).ec != std::errc()) return ids;
    TRY_ASSIGN(const bool exists, HasStudent(id));
    if (exists) ids.push_back(id);
    return ids;
  }
  for (const std::string_view column : kColumns) {
    TRY(Query(
        database_, "SELECT id FROM students WHERE " + std::string(column) + " = ? ORDER BY id",
        [&](const Statement& row) { ids.push_back(row.Int(0)); }, identifier));
    if (!ids.empty()) return ids;
  }
  TRY(Query(
      database_, "SELECT student_id FROM former_keys WHERE key = ? ORDER BY student_id",
      [&](const Statement& row) { ids.push_back(row.Int(0)); }, identifier));
  if (!ids.empty()) return ids;
  const auto tagged = MaskAndTag(identifier);
  return tagged ? FindByTag(tagged->first, tagged->second) : ids;
}

Result<std::vector<StudentId>> Ledger::FindByTag(std::string_view masked, std::string_view tag) {
  std::vector<StudentId> ids;
  if (!tag_of_) return ids;
  if (!tagged_) {
    tagged_.emplace();
    std::size_t rank = 0;
    const auto collect = [&](const Statement& row) {
      const std::string number = row.Text(1);
      if (!number.empty()) tagged_->emplace(tag_of_(number), TaggedNumber{rank, row.Int(0), number});
    };
    for (const std::string_view column : kColumns) {
      TRY(Query(database_, "SELECT id, " + std::string(column) + " FROM students ORDER BY id", collect));
      ++rank;
    }
    TRY(Query(database_, "SELECT student_id, key FROM former_keys ORDER BY student_id", collect));
  }
  const std::string wanted_mask = ToLowerAscii(masked);
  std::optional<std::size_t> rank;
  // In the order of insertion, which is that of the columns.
  const auto [first, last] = tagged_->equal_range(ToLowerAscii(tag));
  for (auto found = first; found != last; ++found) {
    const TaggedNumber& number = found->second;
    if (!masked.empty() && ToLowerAscii(roster::Mask(number.number)) != wanted_mask) continue;
    if (rank && number.rank != *rank) break;
    rank = number.rank;
    if (std::ranges::find(ids, number.student) == ids.end()) ids.push_back(number.student);
  }
  return ids;
}

}  // namespace gradphoto::ledger
