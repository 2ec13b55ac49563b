// SPDX-License-Identifier: Apache-2.0
// Which students' names stand in the name of a file, beside whatever else people write there: 张三照片, 新张伟,
// 会计1班张伟, "khan ali 2". Compares folded texts (fold.h) and chooses nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/roster/roster.h"

namespace gradphoto::roster {

// Class, teaching point, branch and group.
std::span<const std::string_view> GroupColumns();

struct FoundNames {
  // Rows whose name stands there for itself: alone, between signs, digits or words that files are named with,
  // or where what touches it cannot make it a longer name. Ascending.
  std::vector<std::size_t> rows;
  // Those whose name may be a part of another one: 张三 in 张三丰, Ali Khan in "Muhammad Ali Khan". Ascending.
  std::vector<std::size_t> doubtful;
  // What is left and may be a name: runs of two ideographs or more, Latin words; folded.
  std::vector<std::string> han_left, latin_left;
  std::vector<std::string> groups;  // Of the roster, that the text names, as in GroupForMatching.
};

class NameFinder {
 public:
  explicit NameFinder(const Roster& roster);

  // `stem`: a file name without folders and extension, UTF-8.
  FoundNames Find(std::string_view stem) const;

 private:
  using Rows = std::vector<std::size_t>;

  // A name of ideographs, without its dots and blanks.
  struct HanName {
    std::u32string letters;
    std::vector<bool> dot_before;  // By letter.
    Rows rows;
  };
  struct LatinName {
    std::vector<std::u32string> tokens;  // Sorted.
    Rows rows;
  };
  struct Span {
    std::size_t begin = 0, end = 0, name = 0;
  };
  enum class Use : unsigned char { kFree, kWord, kName };

  void AddHan(const std::u32string& name, std::size_t row);
  void AddLatin(const std::u32string& name, std::size_t row);
  void AddWord(const std::u32string& word);
  std::vector<Span> HanNamesIn(const std::u32string& text) const;
  void MarkWords(const std::u32string& text, std::vector<Use>& uses) const;
  void MarkGroups(const std::u32string& text, std::vector<Use>& uses, FoundNames& found) const;
  bool MayBePart(const std::u32string& text, const std::vector<Use>& uses, const Span& span) const;
  void FindLatin(const std::u32string& text, const std::vector<Use>& uses, FoundNames& found) const;
  static void CollectHanLeft(const std::u32string& text, const std::vector<Use>& uses, FoundNames& found);

  std::vector<HanName> han_;
  std::vector<LatinName> latin_;
  std::unordered_map<std::u32string, std::size_t> han_by_name_, latin_by_tokens_;  // Dots told apart by a mark.
  std::unordered_map<std::u32string, std::vector<std::size_t>> han_by_start_, latin_by_token_, latin_by_joined_;
  std::unordered_map<char32_t, std::vector<std::u32string>> words_;  // By first character, longest first.
  std::vector<std::pair<std::u32string, std::string>> groups_;
};

}  // namespace gradphoto::roster
