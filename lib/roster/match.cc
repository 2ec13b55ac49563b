// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/match.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/id_number.h"
#include "lib/roster/name.h"

namespace gradphoto::roster {
namespace {

using Rows = std::vector<std::size_t>;

constexpr std::array<std::string_view, 3> kIdentifierColumns = {"id_number", "student_number",
                                                                "candidate_number"};
constexpr std::array<std::string_view, 4> kGroupColumns = {"class", "teaching_point", "branch", "group"};
constexpr std::size_t kMinPartLength = 5;
constexpr std::size_t kMinPartLengthOfCamera = 15;
constexpr std::size_t kMaxJoinedParts = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsNonAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::string GroupForMatching(std::string_view group) { return ToUpperAscii(Trim(ToHalfWidth(group))); }

struct Span {
  std::size_t begin = 0, end = 0;
};

template <typename Predicate>
std::vector<Span> RunsOf(std::string_view text, Predicate belongs) {
  std::vector<Span> runs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!belongs(text[i])) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

std::string_view Cut(std::string_view text, const Span& span) {
  return text.substr(span.begin, span.end - span.begin);
}

// Everything in the stem that may be an identifier by rule 2.
std::vector<std::string> IdentifierParts(std::string_view stem, PhotoUse use) {
  std::vector<std::string> parts;
  const std::size_t min_length = IsCameraName(stem) ? kMinPartLengthOfCamera : kMinPartLength;
  const auto add = [&](std::string_view part) {
    if (part.size() >= min_length) parts.emplace_back(part);
  };
  const std::vector<Span> runs = RunsOf(stem, IsAlphanumeric);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (std::size_t j = i; j < std::min(runs.size(), i + kMaxJoinedParts); ++j) {
      add(Cut(stem, {runs[i].begin, runs[j].end}));
    }
    const std::string_view run = Cut(stem, runs[i]);
    if (run.starts_with("ZP") || (use == PhotoUse::kReference && run.starts_with("SF"))) add(run.substr(2));
  }
  for (Span digits : RunsOf(stem, IsDigit)) {
    if (digits.end < stem.size() && stem[digits.end] == 'X') ++digits.end;
    if (digits.end - digits.begin >= kMinPartLengthOfCamera) add(Cut(stem, digits));
  }
  return parts;
}

Rows Union(const Rows& a, const Rows& b) {
  Rows rows;
  std::ranges::set_union(a, b, std::back_inserter(rows));
  return rows;
}

Rows Intersection(const Rows& a, const Rows& b) {
  Rows rows;
  std::ranges::set_intersection(a, b, std::back_inserter(rows));
  return rows;
}

// Rows are entered in ascending order, so a row can only repeat at the end.
void Enter(std::unordered_map<std::string_view, Rows>& index, std::string_view word, std::size_t row) {
  if (word.empty()) return;
  Rows& rows = index[word];
  if (rows.empty() || rows.back() != row) rows.push_back(row);
}

Rows LookUp(const std::unordered_map<std::string_view, Rows>& index, std::string_view word) {
  const auto found = index.find(word);
  return found == index.end() ? Rows() : found->second;
}

}  // namespace

std::string StemForMatching(std::string_view relative) {
  std::string_view name = relative.substr(relative.rfind('/') + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0)
    name = name.substr(0, dot);
  return ToUpperAscii(Trim(ToHalfWidth(name)));
}

bool IsCameraName(std::string_view stem) {
  constexpr std::array<std::string_view, 13> kPrefixes = {
      "IMG",       "DSC",      "PXL",    "MVIMG",  "WIN_",     "SCREENSHOT", "MMEXPORT",
      "WX_CAMERA", "微信图片", "QQ图片", "QQ截图", "屏幕截图", "WECHAT"};
  if (std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return stem.starts_with(prefix); }))
    return true;
  // 20260315_101010
  return stem.size() >= 15 && std::ranges::all_of(stem.substr(0, 8), IsDigit) &&
         (stem[8] == '_' || stem[8] == '-') && std::ranges::all_of(stem.substr(9, 6), IsDigit) &&
         (stem.size() == 15 || !IsDigit(stem[15]));
}

RosterIndex::RosterIndex(const Roster& roster) : roster_(roster) {
  identifiers_.reserve(kIdentifierColumns.size() * roster.rows.size());
  names_.reserve(roster.rows.size());
  std::unordered_set<std::string_view> seen_groups;
  const auto enter = [&](std::string_view word, std::size_t row) {
    if (std::string normalized = NormalizeId(word); normalized != word) {
      word = own_words_.emplace_back(std::move(normalized));
    }
    Enter(identifiers_, word, row);
  };
  for (std::size_t i = 0; i < roster.rows.size(); ++i) {
    const RosterRow& row = roster.rows[i];
    for (const std::string_view column : kIdentifierColumns) {
      enter(row.student.Field(column), i);
    }
    if (!row.student.key.starts_with("line-")) enter(row.student.key, i);
    Enter(names_, row.name_for_matching, i);
    for (const std::string_view column : kGroupColumns) {
      const std::string_view field = row.student.Field(column);
      if (!seen_groups.insert(field).second) continue;
      if (std::string group = GroupForMatching(field); !group.empty()) groups_.insert(std::move(group));
    }
  }
}

Match RosterIndex::Find(std::string_view relative, PhotoUse use) const {
  if (!IsValidUtf8(relative)) return {{}, "the file name is not UTF-8; rename it (convmv -f GB18030 -t UTF-8)"};
  const std::string stem = StemForMatching(relative);
  const std::vector<std::string> groups = FolderGroups(relative);
  const Rows named = ByNameParts(stem);
  if (Rows identified = ByIdentifier(stem, use); !identified.empty()) {
    return NarrowIdentified(std::move(identified), named, groups);
  }
  if (named.empty()) return {{}, "the file name holds no identifier and no name of the roster"};
  Rows in_group;
  std::ranges::copy_if(named, std::back_inserter(in_group),
                       [&](std::size_t row) { return IsInGroups(row, groups); });
  if (in_group.empty()) return {{}, "the name is in the roster, but not in the group that the folder names"};
  return {std::move(in_group), "by name"};
}

Rows RosterIndex::FindIdentifier(std::string_view text) const {
  return LookUp(identifiers_, NormalizeId(text));
}

Rows RosterIndex::ByIdentifier(const std::string& stem, PhotoUse use) const {
  if (Rows exact = LookUp(identifiers_, NormalizeId(stem)); !exact.empty()) return exact;
  Rows all, common;
  for (const std::string& part : IdentifierParts(stem, use)) {
    const Rows rows = LookUp(identifiers_, part);
    if (rows.empty()) continue;
    common = all.empty() ? rows : Intersection(common, rows);
    all = Union(all, rows);
  }
  return common.empty() ? all : common;
}

Rows RosterIndex::ByNameParts(const std::string& stem) const {
  if (Rows whole = LookUp(names_, NameForMatching(stem)); !whole.empty()) return whole;
  Rows rows;
  const auto add = [&](const Span& part) {
    rows = Union(rows, LookUp(names_, NameForMatching(Cut(stem, part))));
  };
  for (const Span& part : RunsOf(stem, IsNonAscii)) add(part);
  for (const Span& part : RunsOf(stem, [](char c) { return IsNonAscii(c) || c == ' '; })) add(part);
  return rows;
}

std::vector<std::string> RosterIndex::FolderGroups(std::string_view relative) const {
  std::vector<std::string> groups;
  for (std::size_t slash = relative.find('/'); slash != std::string_view::npos; slash = relative.find('/')) {
    if (std::string group = GroupForMatching(relative.substr(0, slash)); groups_.contains(group)) {
      groups.push_back(std::move(group));
    }
    relative.remove_prefix(slash + 1);
  }
  return groups;
}

bool RosterIndex::IsInGroups(std::size_t row, const std::vector<std::string>& groups) const {
  const Student& student = roster_.rows[row].student;
  return std::ranges::all_of(groups, [&](const std::string& group) {
    return std::ranges::any_of(kGroupColumns, [&](std::string_view column) {
      return GroupForMatching(student.Field(column)) == group;
    });
  });
}

Match RosterIndex::NarrowIdentified(Rows rows, const Rows& named,
                                    const std::vector<std::string>& groups) const {
  if (const Rows both = Intersection(rows, named); !both.empty()) {
    rows = both;
  } else if (!named.empty()) {
    return {Union(rows, named), "the number and the name in the file name belong to different students"};
  }
  if (rows.size() > 1 && !groups.empty()) {
    Rows in_group;
    std::ranges::copy_if(rows, std::back_inserter(in_group),
                         [&](std::size_t row) { return IsInGroups(row, groups); });
    if (!in_group.empty()) rows = std::move(in_group);
  }
  return {std::move(rows), "by identifier"};
}

}  // namespace gradphoto::roster
