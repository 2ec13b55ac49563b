// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/match.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/fold.h"
#include "lib/roster/garbled.h"
#include "lib/roster/id_number.h"
#include "lib/roster/name.h"

namespace gradphoto::roster {
namespace {

using Rows = std::vector<std::size_t>;

constexpr std::array<std::string_view, 3> kIdentifierColumns = {"id_number", "student_number",
                                                                "candidate_number"};
constexpr std::string_view kInArchive = "!";
constexpr std::size_t kMinPartLength = 5;
constexpr std::size_t kMinPartLengthOfCamera = 15;
constexpr std::size_t kMaxJoinedParts = 4;

bool IsAlphanumeric(char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::string GroupForMatching(std::string_view group) { return ToUtf8(FoldForMatching(Trim(group))); }

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
  if (name.ends_with(kInArchive)) name.remove_suffix(kInArchive.size());  // "a.zip!", as a folder.
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

RosterIndex::RosterIndex(const Roster& roster) : roster_(roster), finder_(roster) {
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
    for (const std::string_view column : GroupColumns()) {
      const std::string_view field = row.student.Field(column);
      if (!seen_groups.insert(field).second) continue;
      if (std::string group = GroupForMatching(field); !group.empty()) groups_.insert(std::move(group));
    }
  }
}

Match RosterIndex::Find(std::string_view relative, PhotoUse use) const {
  const bool valid = IsValidUtf8(relative);
  Match match = valid ? FindReadable(relative, use)
                      : Match{{}, "the file name is not UTF-8; rename it (convmv -f GB18030 -t UTF-8)"};
  if (!match.rows.empty()) return match;
  for (const Repaired& repaired : Repairs(relative)) {
    Match of_repaired = FindReadable(repaired.text, use);
    const std::string how = "the file name looks like " + std::string(repaired.how);
    if (valid && !of_repaired.rows.empty()) {
      of_repaired.reason = how + "; repaired, it fits: " + of_repaired.reason;
      return of_repaired;
    }
    if (match.reason.contains(how.substr(0, how.find(" like ")))) continue;
    match.reason =
        how + "; it may be '" + repaired.text.substr(repaired.text.rfind('/') + 1) + "': " + match.reason;
  }
  return match;
}

Match RosterIndex::FindReadable(std::string_view relative, PhotoUse use) const {
  Match match = FindStem(relative, use);
  const std::size_t slash = relative.rfind('/');
  if (!match.rows.empty() || slash == std::string_view::npos) return match;
  // The groups are those of the folders above.
  Match of_folder = FindStem(relative.substr(0, slash), use);
  if (of_folder.rows.empty()) return match;
  of_folder.by_folder = true;
  of_folder.reason = "the folder: " + of_folder.reason;
  return of_folder;
}

Match RosterIndex::FindStem(std::string_view relative, PhotoUse use) const {
  const std::string stem = StemForMatching(relative);
  const std::vector<std::string> groups = FolderGroups(relative);
  FoundNames found = finder_.Find(stem);
  if (Rows whole = LookUp(names_, NameForMatching(stem)); !whole.empty()) {
    found = {.rows = std::move(whole), .doubtful = {}, .han_left = {}, .latin_left = {}, .groups = {}};
  }
  if (Rows identified = ByIdentifier(stem, use); !identified.empty()) {
    return NarrowIdentified(std::move(identified), found, groups);
  }
  return ByName(found, groups);
}

Match RosterIndex::ByName(const FoundNames& found, const std::vector<std::string>& groups) const {
  const bool sure = !found.rows.empty();
  const Rows& named = sure ? found.rows : found.doubtful;
  if (named.empty()) return {{}, "the file name holds no identifier and no name of the roster"};
  Rows in_folder = InGroups(named, groups);
  if (in_folder.empty()) return {{}, "the name is in the roster, but not in the group that the folder names"};
  Rows rows = InGroups(in_folder, found.groups);
  if (rows.empty()) {
    return {std::move(in_folder), "the name is in the roster, but not in the group that the file name names",
            Certainty::kCandidate};
  }
  if (!sure) return {std::move(rows), "the name may be a part of a longer one", Certainty::kCandidate};
  return {std::move(rows), "by name"};
}

Rows RosterIndex::InGroups(const Rows& rows, const std::vector<std::string>& groups) const {
  Rows in_groups;
  std::ranges::copy_if(rows, std::back_inserter(in_groups),
                       [&](std::size_t row) { return IsInGroups(row, groups); });
  return in_groups;
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
    return std::ranges::any_of(GroupColumns(), [&](std::string_view column) {
      return GroupForMatching(student.Field(column)) == group;
    });
  });
}

Match RosterIndex::NarrowIdentified(Rows rows, const FoundNames& found,
                                    const std::vector<std::string>& groups) const {
  constexpr std::string_view kContradiction =
      "the number and the name in the file name belong to different students";
  const Rows named = Union(found.rows, found.doubtful);
  const Rows both = Intersection(rows, named);
  if (both.empty() && !found.rows.empty()) return {Union(rows, found.rows), std::string(kContradiction)};
  if (!both.empty()) rows = both;
  if (rows.size() > 1 && !groups.empty()) {
    if (Rows in_group = InGroups(rows, groups); !in_group.empty()) rows = std::move(in_group);
  }
  Match match{std::move(rows), "by identifier"};
  if (match.rows.size() != 1) return match;
  const std::size_t row = match.rows.front();
  const std::string& name = roster_.rows[row].name_for_matching;
  const auto is_other = [&](std::size_t other) { return roster_.rows[other].name_for_matching != name; };
  const bool other_named = !both.empty() && std::ranges::any_of(found.rows, is_other);
  if (other_named || (both.empty() && (!found.doubtful.empty() || !ExplainsLeft(row, found)))) {
    match.reason = "the number in the file name is this student's, but the name beside it is not";
    match.certainty = Certainty::kReview;
  }
  return match;
}

// Whether what stands beside the number is no name, or belongs to the row: a part of its name, a cell of it.
bool RosterIndex::ExplainsLeft(std::size_t row, const FoundNames& found) const {
  const RosterRow& of = roster_.rows[row];
  if (of.name_for_matching.empty()) return true;  // There is no name to compare with.
  const std::u32string name = FoldForMatching(of.name_for_matching);
  const bool latin = std::ranges::none_of(name, IsHan);
  const auto in_a_cell = [&](const std::string& word) {
    return std::ranges::any_of(of.student.fields, [&](const auto& field) {
      return ToUtf8(FoldForMatching(field.second)).contains(word);
    });
  };
  // Letters beside a Chinese name are pinyin, a camera's, a class's.
  const auto fits = [&](const std::string& word) { return in_a_cell(word); };
  return std::ranges::all_of(found.han_left, fits) && (!latin || std::ranges::all_of(found.latin_left, fits));
}

}  // namespace gradphoto::roster
