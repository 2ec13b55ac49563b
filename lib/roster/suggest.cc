// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/suggest.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/id_number.h"
#include "lib/roster/match.h"
#include "lib/roster/name.h"
#include "lib/roster/pinyin.h"

namespace gradphoto::roster {
namespace {

using Rows = std::vector<std::size_t>;

constexpr std::size_t kMaxCandidates = 3;
constexpr std::size_t kMinPartOfNumber = 4;
constexpr std::size_t kMinNumberOneOff = 8;  // Shorter numbers have too many neighbours.
constexpr std::size_t kMaxLeftInFolder = 3;
// Rows that share one character of their name, or half of their number; more say nothing.
constexpr std::size_t kMaxBucket = 5'000;
constexpr std::array<std::string_view, 3> kNumbers = {"id_number", "student_number", "candidate_number"};

std::u32string CodePoints(std::string_view text) {
  std::u32string points;
  for (std::size_t i = 0; i < text.size();) points += NextCodePoint(text, i);
  return points;
}

// One character changed, added, lost, or two neighbours swapped; equal texts are not.
template <typename Text>
bool IsOneOff(const Text& a, const Text& b) {
  if (a.size() > b.size()) return IsOneOff(b, a);
  if (b.size() - a.size() > 1 || a == b) return false;
  std::size_t front = 0;
  while (front < a.size() && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < a.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  const std::size_t left_a = a.size() - front - back, left_b = b.size() - front - back;
  if (left_b <= 1) return true;
  return left_a == 2 && left_b == 2 && a[front] == b[front + 1] && a[front + 1] == b[front];
}

struct StemParts {
  std::vector<std::string> names;    // Runs of other than ASCII characters, as in name.h.
  std::vector<std::string> letters;  // Runs of letters, lower case; and all of them joined.
  std::vector<std::string> numbers;  // Runs of digits, with an X behind if there is one.
};

StemParts PartsOf(std::string_view relative) {
  StemParts parts;
  const std::string stem = StemForMatching(relative);
  const bool camera = IsCameraName(stem);
  std::string joined;
  for (std::size_t i = 0; i < stem.size();) {
    const auto kind = [&](std::size_t at) {
      const char c = stem[at];
      return IsDigit(c) ? 1 : c >= 'A' && c <= 'Z' ? 2 : static_cast<unsigned char>(c) >= 0x80 ? 3 : 0;
    };
    std::size_t end = i + 1;
    while (end < stem.size() && kind(end) == kind(i)) ++end;
    const int what = kind(i);
    if (what == 1 && end < stem.size() && stem[end] == 'X' && end - i >= 17) ++end;
    const std::string run = stem.substr(i, end - i);
    if (what == 1 && !camera) parts.numbers.push_back(run);
    if (what == 2) {
      parts.letters.push_back(ToLowerAscii(run));
      joined += parts.letters.back();
    }
    if (what == 3) parts.names.push_back(NameForMatching(run));
    i = end;
  }
  if (camera) parts.letters.clear();
  if (parts.letters.size() > 1) parts.letters.push_back(joined);
  return parts;
}

std::string Joined(const std::vector<std::string>& syllables) {
  std::string joined;
  for (const std::string& syllable : syllables) joined += syllable;
  return joined;
}

// The rows without a photo, by what may betray them.
class MissingIndex {
 public:
  MissingIndex(const Roster& roster, const Rows& missing, const PinyinReader& pinyin)
      : roster_(roster), pinyin_(pinyin) {
    for (const std::size_t row : missing) Add(row);
  }

  void Find(const StemParts& parts, std::map<std::size_t, std::set<Hint>>& hints) const {
    for (const std::string& name : parts.names) ByName(name, hints);
    for (const std::string& letters : parts.letters) ByLetters(letters, hints);
    for (const std::string& number : parts.numbers) ByNumber(number, hints);
  }

 private:
  template <typename Word>
  using Index = std::unordered_map<Word, Rows>;

  void Add(std::size_t row) {
    const RosterRow& student = roster_.rows[row];
    const std::u32string name = CodePoints(student.name_for_matching);
    for (const char32_t character : std::set<char32_t>(name.begin(), name.end())) {
      by_character_[character].push_back(row);
    }
    if (const auto syllables = pinyin_.Syllables(student.name_for_matching); syllables.size() >= 2) {
      by_pinyin_[Joined(syllables)].push_back(row);
      // Given name first, as in English.
      std::vector<std::string> turned(syllables.begin() + 1, syllables.end());
      turned.push_back(syllables.front());
      by_pinyin_[Joined(turned)].push_back(row);
      std::string initials;
      for (const std::string& syllable : syllables) initials += syllable.front();
      by_initials_[initials].push_back(row);
    }
    for (const std::string_view column : kNumbers) {
      const std::string number = NormalizeId(student.student.Field(column));
      if (number.size() >= kMinPartOfNumber) {
        by_tail_[number.substr(number.size() - kMinPartOfNumber)].emplace_back(row, number);
      }
      if (number.size() < kMinNumberOneOff) continue;
      const std::size_t half = number.size() / 2;
      by_half_["<" + number.substr(0, half - 1)].emplace_back(row, number);
      by_half_[">" + number.substr(number.size() - (half - 1))].emplace_back(row, number);
    }
  }

  void ByName(const std::string& name, std::map<std::size_t, std::set<Hint>>& hints) const {
    const std::u32string points = CodePoints(name);
    if (points.size() < 2) return;
    for (const char32_t character : std::set<char32_t>(points.begin(), points.end())) {
      const auto rows = by_character_.find(character);
      if (rows == by_character_.end() || rows->second.size() > kMaxBucket) continue;
      for (const std::size_t row : rows->second) {
        const std::u32string other = CodePoints(roster_.rows[row].name_for_matching);
        if (other.size() < 2 || !IsOneOff(points, other)) continue;
        hints[row].insert(std::max(points.size(), other.size()) == 2 ? Hint::kHalfOfName : Hint::kNameOneOff);
      }
    }
    // Signs and words that are no name have no syllables, or too many.
    const auto rows = by_pinyin_.find(Joined(pinyin_.Syllables(name)));
    if (rows == by_pinyin_.end()) return;
    for (const std::size_t row : rows->second) {
      if (roster_.rows[row].name_for_matching != name) hints[row].insert(Hint::kSamePinyin);
    }
  }

  void ByLetters(const std::string& letters, std::map<std::size_t, std::set<Hint>>& hints) const {
    if (const auto rows = by_pinyin_.find(letters); rows != by_pinyin_.end()) {
      for (const std::size_t row : rows->second) hints[row].insert(Hint::kPinyin);
    }
    if (const auto rows = by_initials_.find(letters); rows != by_initials_.end()) {
      for (const std::size_t row : rows->second) hints[row].insert(Hint::kInitials);
    }
  }

  void ByNumber(const std::string& number, std::map<std::size_t, std::set<Hint>>& hints) const {
    if (number.size() < kMinPartOfNumber) return;
    if (const auto rows = by_tail_.find(number.substr(number.size() - kMinPartOfNumber));
        rows != by_tail_.end()) {
      for (const auto& [row, own] : rows->second) {
        if (own.size() > number.size() && own.ends_with(number)) hints[row].insert(Hint::kPartOfNumber);
      }
    }
    if (number.size() + 1 < kMinNumberOneOff) return;
    // With one error, all before or all behind the middle is right. A lost digit moves the middle by one.
    std::set<std::string> halves;
    for (const std::size_t length : {number.size() - 1, number.size(), number.size() + 1}) {
      const std::size_t half = length / 2 - 1;
      halves.insert("<" + number.substr(0, half));
      halves.insert(">" + number.substr(number.size() - half));
    }
    for (const std::string& half : halves) {
      const auto rows = by_half_.find(half);
      if (rows == by_half_.end() || rows->second.size() > kMaxBucket) continue;
      for (const auto& [row, own] : rows->second) {
        if (IsOneOff(number, own)) hints[row].insert(Hint::kNumberOneOff);
      }
    }
  }

  const Roster& roster_;
  const PinyinReader& pinyin_;
  Index<char32_t> by_character_;
  Index<std::string> by_pinyin_, by_initials_;
  std::unordered_map<std::string, std::vector<std::pair<std::size_t, std::string>>> by_tail_, by_half_;
};

Candidate MakeCandidate(std::size_t row, const std::set<Hint>& hints) {
  Candidate candidate{.row = row, .score = 0, .hints = {hints.begin(), hints.end()}};
  double doubt = 1;
  for (const Hint hint : hints) doubt *= 1 - HintWeight(hint);
  candidate.score = 1 - doubt;
  return candidate;
}

// The group a clerk knows the student by.
std::string_view GroupOf(const Student& student) {
  for (const std::string_view column : {"group", "class", "teaching_point", "branch"}) {
    if (const std::string_view value = student.Field(column); !value.empty()) return value;
  }
  return {};
}

}  // namespace

double HintWeight(Hint hint) {
  switch (hint) {
    case Hint::kNumberOneOff:
    case Hint::kFaceMatch:
      return 0.8;
    case Hint::kHoldsName:
    case Hint::kSamePinyin:
    case Hint::kPinyin:
      return 0.7;
    case Hint::kPartOfNumber:
      return 0.6;
    case Hint::kFits:
    case Hint::kOneOfSeveral:
    case Hint::kNameOneOff:
      return 0.5;
    case Hint::kLastOfFolder:
    case Hint::kFaceLike:
      return 0.4;
    case Hint::kNoPhotoYet:
      return 0.3;
    case Hint::kHalfOfName:
    case Hint::kInitials:
    case Hint::kSameFolder:
      return 0.2;
  }
  return 0;
}

std::string_view HintText(Hint hint, const standard::Texts& texts) {
  switch (hint) {
    case Hint::kFits:
      return texts.Get("hint.fits");
    case Hint::kNoPhotoYet:
      return texts.Get("hint.no_photo_yet");
    case Hint::kOneOfSeveral:
      return texts.Get("hint.one_of_several");
    case Hint::kHoldsName:
      return texts.Get("hint.holds_name");
    case Hint::kNameOneOff:
      return texts.Get("hint.name_one_off");
    case Hint::kHalfOfName:
      return texts.Get("hint.half_of_name");
    case Hint::kSamePinyin:
      return texts.Get("hint.same_pinyin");
    case Hint::kPinyin:
      return texts.Get("hint.pinyin");
    case Hint::kInitials:
      return texts.Get("hint.initials");
    case Hint::kNumberOneOff:
      return texts.Get("hint.number_one_off");
    case Hint::kPartOfNumber:
      return texts.Get("hint.part_of_number");
    case Hint::kSameFolder:
      return texts.Get("hint.same_folder");
    case Hint::kLastOfFolder:
      return texts.Get("hint.last_of_folder");
    case Hint::kFaceMatch:
      return texts.Get("hint.face_match");
    case Hint::kFaceLike:
      return texts.Get("hint.face_like");
  }
  return "";
}

Result<std::vector<Suggestion>> Suggest(const Roster& roster, const LinkResult& linked, const Mapping* mapping,
                                        const FaceHints* faces) {
  TRY_ASSIGN(const auto pinyin, PinyinReader::Create());
  const MissingIndex missing(roster, linked.missing, pinyin);
  const RosterIndex index(roster);
  std::map<std::vector<std::string>, Rows> left_in;  // By groups of a folder: its rows without a photo.
  std::vector<Suggestion> suggestions;
  for (const OpenFile& open : linked.open) {
    std::map<std::size_t, std::set<Hint>> hints;
    const bool one_of_several = open.rows.size() == 1 && !open.candidate;
    for (const std::size_t row : open.rows) {
      hints[row].insert(one_of_several ? Hint::kOneOfSeveral : open.candidate ? Hint::kHoldsName : Hint::kFits);
      if (!one_of_several && std::ranges::binary_search(linked.missing, row))
        hints[row].insert(Hint::kNoPhotoYet);
    }
    if (!one_of_several) missing.Find(PartsOf(open.file.relative), hints);
    if (const auto seen = faces != nullptr ? faces->find(open.file.path) : FaceHints::const_iterator();
        faces != nullptr && seen != faces->end()) {
      for (const auto& [row, hint] : seen->second) hints[row].insert(hint);
    }
    const auto kept_apart = [&](std::size_t row) {
      return mapping != nullptr && mapping->excluded.contains({open.file.path, row});
    };
    std::erase_if(hints, [&](const auto& item) { return kept_apart(item.first); });

    if (const auto groups = index.FolderGroups(open.file.relative); !groups.empty()) {
      const auto [left, is_new] = left_in.try_emplace(groups);
      if (is_new) {
        std::ranges::copy_if(linked.missing, std::back_inserter(left->second),
                             [&](std::size_t row) { return index.IsInGroups(row, groups); });
      }
      for (auto& [row, of_row] : hints) {
        if (index.IsInGroups(row, groups)) of_row.insert(Hint::kSameFolder);
      }
      if (hints.empty() && left->second.size() <= kMaxLeftInFolder) {
        for (const std::size_t row : left->second) {
          if (kept_apart(row)) continue;
          hints[row].insert(Hint::kSameFolder);
          if (left->second.size() == 1) hints[row].insert(Hint::kLastOfFolder);
        }
      }
    }
    Suggestion suggestion{.file = open, .candidates = {}};
    for (const auto& [row, of_row] : hints) suggestion.candidates.push_back(MakeCandidate(row, of_row));
    std::ranges::stable_sort(suggestion.candidates, std::greater(), &Candidate::score);
    const std::size_t keep = std::max(kMaxCandidates, open.rows.size());
    if (suggestion.candidates.size() > keep) suggestion.candidates.resize(keep);
    suggestions.push_back(std::move(suggestion));
  }
  return suggestions;
}

std::vector<std::vector<std::string>> SuggestionTable(const Roster& roster, const LinkResult& linked,
                                                      const std::vector<Suggestion>& suggestions,
                                                      const standard::Texts& texts) {
  std::vector<std::vector<std::string>> table{
      texts.Row({"table.photo", "table.key", "table.name", "table.group", "table.score", "table.hints",
                 "table.confirm"})};
  std::set<std::size_t> named;
  for (const Suggestion& suggestion : suggestions) {
    const std::string& photo = suggestion.file.file.path;
    if (suggestion.candidates.empty()) table.push_back({photo, "", "", "", "", "", ""});
    for (const Candidate& candidate : suggestion.candidates) {
      const Student& student = roster.rows[candidate.row].student;
      named.insert(candidate.row);
      std::string reason;
      for (const Hint hint : candidate.hints) {
        if (!reason.empty()) reason += texts.Get("list.separator");
        reason += HintText(hint, texts);
      }
      table.push_back({photo, student.key, std::string(student.Field("name")), std::string(GroupOf(student)),
                       std::to_string(std::lround(candidate.score * 100)), std::move(reason), ""});
    }
  }
  for (const std::size_t row : linked.missing) {
    if (named.contains(row)) continue;
    const Student& student = roster.rows[row].student;
    table.push_back(
        {"", student.key, std::string(student.Field("name")), std::string(GroupOf(student)), "", "", ""});
  }
  return table;
}

}  // namespace gradphoto::roster
