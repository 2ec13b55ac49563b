// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/name_finder.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "lib/base/unicode.h"
#include "lib/roster/fold.h"
#include "lib/roster/name.h"

namespace gradphoto::roster {
namespace {

constexpr std::array<std::string_view, 4> kGroupColumns = {"class", "teaching_point", "branch", "group"};
// Their words may stand in file names and are no names of people.
constexpr std::array<std::string_view, 9> kWordColumns = {"class", "teaching_point", "branch", "group", "major",
                                                          "level", "duration",       "mode",   "season"};
constexpr std::size_t kMinWord = 2;
constexpr std::size_t kMaxPermuted = 4;  // Tokens of a name that may be written together in any order.
constexpr std::size_t kMinLatinToken = 2;

// What files of photos are named with besides names and numbers. One character only where it cannot belong to a
// name.
constexpr std::array kFileWords = {
    U"照片",   U"相片",   U"证件照", U"证件",     U"身份证", U"身份证号", U"学号",   U"姓名",   U"同学",
    U"学生",   U"本人",   U"一寸",   U"二寸",     U"两寸",   U"三寸",     U"小一寸", U"小二寸", U"大一寸",
    U"大二寸", U"寸照",   U"寸",     U"白底",     U"蓝底",   U"红底",     U"灰底",   U"底色",   U"背景",
    U"白色",   U"蓝色",   U"红色",   U"电子照片", U"电子照", U"电子版",   U"电子",   U"免冠照", U"免冠",
    U"正面照", U"正面",   U"登记照", U"标准照",   U"毕业照", U"毕业证",   U"毕业生", U"毕业",   U"近照",
    U"近期",   U"自拍照", U"自拍",   U"重拍",     U"补拍",   U"新拍",     U"再拍",   U"拍摄",   U"拍照",
    U"重交",   U"补交",   U"再交",   U"重传",     U"补传",   U"重新",     U"重做",   U"提交",   U"上传",
    U"上交",   U"修改",   U"修图",   U"已修",     U"修过",   U"修正",     U"更正",   U"更新",   U"更换",
    U"替换",   U"精修",   U"美颜",   U"原图",     U"原片",   U"原件",     U"原始",   U"副本",   U"复制",
    U"备份",   U"最终版", U"最终",   U"最新版",   U"最新",   U"终稿",     U"终版",   U"定稿",   U"新版",
    U"旧版",   U"新的",   U"旧的",   U"新照",     U"旧照",   U"初次",     U"首次",   U"第一次", U"第二次",
    U"第三次", U"第四次", U"一次",   U"二次",     U"三次",   U"再次",     U"多次",   U"第一张", U"第二张",
    U"第三张", U"一张",   U"两张",   U"版本",     U"高清",   U"压缩",     U"裁剪",   U"剪裁",   U"抠图",
    U"换底",   U"改底",   U"处理后", U"处理",     U"完成",   U"合格",     U"不合格", U"通过",   U"退回",
    U"正确",   U"头像",   U"人像",   U"肖像",     U"图像",   U"图片",     U"采集",   U"信息",   U"反面",
    U"背面",   U"正反面", U"人像面", U"国徽面",   U"扫描件", U"扫描",     U"复印件", U"截图",   U"截屏",
    U"微信",   U"手机",   U"相机",   U"考生号",   U"考生",   U"准考证",   U"学籍",   U"学历",   U"学位",
    U"班级",   U"专业",   U"本科",   U"专科",     U"专升本", U"高起专",   U"高起本", U"成教",   U"成人",
    U"函授",   U"业余",   U"自考",   U"研究生",   U"硕士",   U"博士",     U"男生",   U"女生",   U"应届",
    U"往届",   U"报名",   U"注册",   U"入学",     U"录取",   U"新生",     U"老生",   U"考试",   U"专用",
    U"用于",   U"用的",   U"使用",   U"已缴费",   U"已交费", U"未缴费",   U"请用",   U"这张",   U"此张",
    U"以此",   U"为准",   U"调整",   U"调色",     U"尺寸",   U"大小",     U"像素",   U"格式",   U"竖版",
    U"横版",   U"春季",   U"夏季",   U"秋季",     U"冬季",   U"上半年",   U"下半年", U"年级",   U"年",
    U"月",     U"日",     U"级",     U"届",       U"班",     U"号",       U"组",     U"的",     U"照相馆",
    U"照相",   U"影楼",   U"摄影",   U"文件",     U"附件",   U"未命名",   U"无标题", U"老师",   U"班长",
    U"代交",   U"转交",   U"家长",   U"制作",     U"打印",   U"冲印",     U"护照",   U"签证",   U"简历",
    U"档案",   U"表格",   U"登记表", U"报名表",   U"申请表", U"信息表",   U"资料",   U"材料",   U"文档",
    U"压缩包", U"打包"};

// Stand for a word only before a name: 新张伟. Behind one they may belong to it.
constexpr std::u32string_view kBeforeNames = U"新旧系校院站点部处科队期";
// Words only behind a number: 3月15日, 2班; elsewhere names have them.
constexpr std::u32string_view kBehindDigits = U"年月日级届班号组";
// What ends names of schools, classes and places; the run before it belongs to it.
constexpr std::array kInstitutions = {U"大学",     U"学院", U"学校", U"中学", U"小学",   U"教学点", U"函授站",
                                      U"学习中心", U"中心", U"校区", U"分校", U"分院",   U"公司",   U"班",
                                      U"专业",     U"系",   U"级",   U"届",   U"工作站", U"校",     U"职教中心",
                                      U"党校",     U"电大", U"技校", U"职高"};

constexpr std::array kLatinWords = {
    U"photo",  U"pic",        U"picture",  U"image",      U"img",        U"new",      U"old",       U"final",
    U"copy",   U"edited",     U"edit",     U"id",         U"card",       U"passport", U"portrait",  U"scan",
    U"blue",   U"white",      U"red",      U"background", U"bg",         U"class",    U"jpg",       U"jpeg",
    U"png",    U"heic",       U"resized",  U"crop",       U"cropped",    U"retake",   U"retouched", U"student",
    U"face",   U"head",       U"headshot", U"selfie",     U"ver",        U"version",  U"front",     U"back",
    U"hd",     U"original",   U"of",       U"the",        U"my",         U"mr",       U"ms",        U"mrs",
    U"and",    U"no",         U"number",   U"name",       U"zp",         U"sf",       U"xh",        U"dsc",
    U"wechat", U"screenshot", U"small",    U"large",      U"compressed", U"inch",     U"cm",        U"mm",
    U"px",     U"kb"};

bool IsLatinWord(std::u32string_view word) {
  return std::ranges::any_of(kLatinWords, [&](const char32_t* known) { return word == known; });
}

bool IsDigitPoint(char32_t c) { return c >= U'0' && c <= U'9'; }

// Characters that may stand between the letters of one name; `dot`: the name has its dot there.
bool MayStandBetween(char32_t c, bool dot) {
  if (IsBlankOrInvisible(c) || IsNameDot(c)) return true;
  return dot && (c == U'.' || c == U'_' || c == U'-');
}

void AddRow(std::vector<std::size_t>& rows, std::size_t row) {
  if (rows.empty() || rows.back() != row) rows.push_back(row);
}

void AddRows(const std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

void SortRows(std::vector<std::size_t>& rows) {
  std::ranges::sort(rows);
  rows.erase(std::ranges::unique(rows).begin(), rows.end());
}

std::u32string Joined(const std::vector<std::u32string>& tokens) {
  std::u32string joined;
  for (const std::u32string& token : tokens) joined += token;
  return joined;
}

// At a border of digits or Latin letters, so that 1班 is not found in 11班.
bool StandsFree(const std::u32string& text, std::size_t begin, std::size_t end) {
  const auto same = [](char32_t a, char32_t b) {
    return (IsDigitPoint(a) && IsDigitPoint(b)) || (IsLetter(a) && IsLetter(b));
  };
  return (begin == 0 || !same(text[begin - 1], text[begin])) &&
         (end == text.size() || !same(text[end - 1], text[end]));
}

}  // namespace

std::span<const std::string_view> GroupColumns() { return kGroupColumns; }

NameFinder::NameFinder(const Roster& roster) {
  std::unordered_set<std::string_view> seen;
  for (const char32_t* word : kFileWords) words_[word[0]].emplace_back(word);
  for (std::size_t i = 0; i < roster.rows.size(); ++i) {
    const RosterRow& row = roster.rows[i];
    if (!row.name_for_matching.empty()) {
      const std::u32string name = FoldForMatching(row.name_for_matching);
      AddHan(name, i);
      AddLatin(name, i);
    }
    for (const std::string_view column : kWordColumns) {
      const std::string_view field = row.student.Field(column);
      if (field.empty() || !seen.insert(field).second) continue;
      const std::u32string word = FoldForMatching(field);
      if (word.size() < kMinWord) continue;
      AddWord(word);
      const bool is_group = std::ranges::find(kGroupColumns, column) != kGroupColumns.end();
      if (is_group) groups_.emplace_back(word, ToUtf8(word));
    }
  }
  for (auto& [first, words] : words_) std::ranges::sort(words, std::greater(), &std::u32string::size);
  std::ranges::sort(groups_, std::greater(), [](const auto& group) { return group.first.size(); });
}

void NameFinder::AddWord(const std::u32string& word) {
  if (IsHan(word.front())) words_[word.front()].push_back(word);
}

void NameFinder::AddHan(const std::u32string& name, std::size_t row) {
  HanName entry;
  bool dot = false;
  std::u32string key;
  for (const char32_t c : name) {
    if (IsNameDot(c) || IsBlankOrInvisible(c)) {
      dot = true;
      key += U'\u00B7';
      continue;
    }
    if (!IsHan(c)) return;
    entry.letters += c;
    key += c;
    entry.dot_before.push_back(std::exchange(dot, false));
  }
  if (entry.letters.size() < 2) return;
  const auto [known, is_new] = han_by_name_.try_emplace(key, han_.size());
  if (is_new) {
    han_by_start_[entry.letters.substr(0, 2)].push_back(han_.size());
    han_.push_back(std::move(entry));
  }
  AddRow(han_[known->second].rows, row);
}

void NameFinder::AddLatin(const std::u32string& name, std::size_t row) {
  if (std::ranges::any_of(name, IsHan)) return;
  std::vector<std::u32string> tokens = NameTokens(name);
  if (tokens.empty() || Joined(tokens).size() < 3) return;
  std::ranges::sort(tokens);
  std::u32string key;
  for (const std::u32string& token : tokens) key += token + U' ';
  const auto [known, is_new] = latin_by_tokens_.try_emplace(key, latin_.size());
  if (is_new) {
    for (const std::u32string& token : tokens) latin_by_token_[token].push_back(latin_.size());
    if (tokens.size() > 1 && tokens.size() <= kMaxPermuted) {
      std::vector<std::u32string> order = tokens;
      do {
        latin_by_joined_[Joined(order)].push_back(latin_.size());
      } while (std::ranges::next_permutation(order).found);
    }
    latin_.push_back({.tokens = std::move(tokens), .rows = {}});
  }
  AddRow(latin_[known->second].rows, row);
}

// Occurrences of names of ideographs, without those inside longer ones.
std::vector<NameFinder::Span> NameFinder::HanNamesIn(const std::u32string& text) const {
  std::vector<Span> spans;
  const auto match = [&](const HanName& name, std::size_t at) -> std::optional<std::size_t> {
    for (std::size_t k = 0; k < name.letters.size(); ++k, ++at) {
      while (k > 0 && at < text.size() && MayStandBetween(text[at], name.dot_before[k])) ++at;
      if (at >= text.size() || text[at] != name.letters[k]) return std::nullopt;
    }
    return at;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsHan(text[i])) continue;
    std::size_t next = i + 1;
    while (next < text.size() && MayStandBetween(text[next], true)) ++next;
    if (next == text.size()) break;
    const auto candidates = han_by_start_.find({text[i], text[next]});
    if (candidates == han_by_start_.end()) continue;
    for (const std::size_t name : candidates->second) {
      if (const auto end = match(han_[name], i)) spans.push_back({.begin = i, .end = *end, .name = name});
    }
  }
  std::erase_if(spans, [&, all = spans](const Span& span) {
    return std::ranges::any_of(all, [&](const Span& other) {
      return other.begin <= span.begin && span.end <= other.end &&
             other.end - other.begin > span.end - span.begin;
    });
  });
  return spans;
}

void NameFinder::MarkGroups(const std::u32string& text, std::vector<Use>& uses, FoundNames& found) const {
  for (const auto& [group, name] : groups_) {  // Longest first.
    for (std::size_t at = text.find(group); at != std::u32string::npos; at = text.find(group, at + 1)) {
      const std::size_t end = at + group.size();
      const auto taken = [](Use use) { return use == Use::kWord; };
      const auto begin = uses.begin() + static_cast<std::ptrdiff_t>(at);
      if (!StandsFree(text, at, end) ||
          std::any_of(begin, begin + static_cast<std::ptrdiff_t>(group.size()), taken)) {
        continue;
      }
      std::fill_n(begin, group.size(), Use::kWord);
      if (std::ranges::find(found.groups, name) == found.groups.end()) found.groups.push_back(name);
    }
  }
}

void NameFinder::MarkWords(const std::u32string& text, std::vector<Use>& uses) const {
  const auto mark = [&](std::size_t at, std::u32string_view word) {
    if (text.compare(at, word.size(), word) != 0) return false;
    if (word.size() == 1 && kBehindDigits.contains(word.front()) && (at == 0 || !IsDigitPoint(text[at - 1])))
      return false;
    const auto begin = uses.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(word.size());
    if (std::any_of(begin, end, [](Use use) { return use != Use::kFree; })) return false;
    std::fill(begin, end, Use::kWord);
    return true;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (uses[i] != Use::kFree) continue;
    const auto words = words_.find(text[i]);
    if (words == words_.end()) continue;
    for (const std::u32string& word : words->second) {
      if (mark(i, word)) break;
    }
  }
  // The name of a school or class is one word up to its end.
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char32_t* institution : kInstitutions) {
      const std::u32string_view word = institution;
      if (text.compare(i, word.size(), word) != 0 || uses[i] == Use::kName) continue;
      std::size_t at = i;
      while (at > 0 && uses[at - 1] == Use::kFree && IsHan(text[at - 1])) --at;
      const bool alone = word.size() == 1 && at == i;  // 班 or 系 without what it is of.
      if (uses[i] == Use::kFree && alone) continue;
      const std::size_t end = uses[i] == Use::kFree ? i + word.size() : i;
      std::fill(uses.begin() + static_cast<std::ptrdiff_t>(at), uses.begin() + static_cast<std::ptrdiff_t>(end),
                Use::kWord);
    }
  }
}

// Whether ideographs that nobody knows touch a name so that both may be one longer name.
bool NameFinder::MayBePart(const std::u32string& text, const std::vector<Use>& uses, const Span& span) const {
  const HanName& name = han_[span.name];
  const bool dotted = std::ranges::find(name.dot_before, true) != name.dot_before.end();
  const auto is_free = [&](std::size_t i) {
    return i < text.size() && uses[i] == Use::kFree && IsHan(text[i]);
  };
  std::size_t before = span.begin;
  while (before > 0 && is_free(before - 1)) --before;
  const std::u32string_view left = std::u32string_view(text).substr(before, span.begin - before);
  const bool only_word = left.size() == 1 && kBeforeNames.contains(left.front());
  if (!left.empty() && !only_word && (dotted || MayBeFamilyNameBefore(left, name.letters))) return true;
  // A dot goes on with the name: 艾力·买买提 in 艾力·买买提·吐尔逊.
  const auto joins = [&](std::size_t i) {
    return i < text.size() &&
           (IsNameDot(text[i]) || (dotted && (text[i] == U'.' || text[i] == U'_' || text[i] == U'-')));
  };
  if (joins(span.end) && is_free(span.end + 1)) return true;
  if (span.begin >= 2 && joins(span.begin - 1) && is_free(span.begin - 2)) return true;
  if (!is_free(span.end)) return false;
  // A family name and two characters are a whole name.
  const std::u32string_view letters = name.letters;
  const bool whole = !dotted && letters.size() == 3 && MayBeFamilyNameBefore(letters.substr(0, 1), U"们们") &&
                     !MayBeFamilyNameBefore(letters.substr(0, 2), U"们们们");
  return !whole;
}

void NameFinder::FindLatin(const std::u32string& text, const std::vector<Use>& uses, FoundNames& found) const {
  std::u32string free;
  for (std::size_t i = 0; i < text.size(); ++i)
    free += uses[i] == Use::kFree && !IsHan(text[i]) ? text[i] : U' ';
  std::vector<std::u32string> tokens = NameTokens(free);
  std::vector<std::size_t> names;
  const auto add = [&](const auto& index, const std::u32string& word) {
    if (const auto hit = index.find(word); hit != index.end()) AddRows(hit->second, names);
  };
  std::vector<std::u32string> sorted = tokens;
  std::ranges::sort(sorted);
  for (const std::u32string& token : tokens) add(latin_by_token_, token);
  std::erase_if(names, [&](std::size_t name) { return !std::ranges::includes(sorted, latin_[name].tokens); });
  std::vector<std::size_t> joined;
  std::swap(names, joined);
  for (const std::u32string& token : tokens) add(latin_by_joined_, token);
  std::vector<std::u32string> unknown;
  std::ranges::copy_if(tokens, std::back_inserter(unknown),
                       [](const auto& token) { return !IsLatinWord(token); });
  if (tokens.size() > 1) add(latin_by_joined_, Joined(unknown));
  if (!names.empty()) {
    for (const std::size_t name : names) AddRows(latin_[name].rows, found.rows);
    return;
  }
  names = std::move(joined);
  SortRows(names);
  // Ali Khan is no finding where Muhammad Ali Khan is one.
  std::erase_if(names, [&, all = names](std::size_t name) {
    return std::ranges::any_of(all, [&](std::size_t other) {
      return latin_[other].tokens.size() > latin_[name].tokens.size() &&
             std::ranges::includes(latin_[other].tokens, latin_[name].tokens);
    });
  });
  for (const std::u32string& token : unknown) {
    const bool used = std::ranges::any_of(
        names, [&](std::size_t name) { return std::ranges::binary_search(latin_[name].tokens, token); });
    if (!used && token.size() >= kMinLatinToken) found.latin_left.push_back(ToUtf8(token));
  }
  for (const std::size_t name : names) {
    AddRows(latin_[name].rows, found.latin_left.empty() ? found.rows : found.doubtful);
  }
}

void NameFinder::CollectHanLeft(const std::u32string& text, const std::vector<Use>& uses, FoundNames& found) {
  std::u32string run;
  const auto end_run = [&] {
    if (run.size() >= 2) found.han_left.push_back(ToUtf8(run));
    run.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool free = uses[i] == Use::kFree && IsHan(text[i]);
    if (free) {
      run += text[i];
    } else if (run.empty() || !MayStandBetween(text[i], true)) {
      end_run();
    }
  }
  end_run();
}

FoundNames NameFinder::Find(std::string_view stem) const {
  const std::u32string text = FoldForMatching(stem);
  FoundNames found;
  std::vector<Use> uses(text.size(), Use::kFree);
  MarkGroups(text, uses, found);
  std::vector<Span> spans = HanNamesIn(text);
  // 白云 is no student in 白云学院.
  std::erase_if(spans, [&](const Span& span) {
    return std::any_of(uses.begin() + static_cast<std::ptrdiff_t>(span.begin),
                       uses.begin() + static_cast<std::ptrdiff_t>(span.end),
                       [](Use use) { return use == Use::kWord; });
  });
  for (const Span& span : spans) {
    std::fill(uses.begin() + static_cast<std::ptrdiff_t>(span.begin),
              uses.begin() + static_cast<std::ptrdiff_t>(span.end), Use::kName);
  }
  MarkWords(text, uses);
  for (const Span& span : spans) {
    AddRows(han_[span.name].rows, MayBePart(text, uses, span) ? found.doubtful : found.rows);
  }
  FindLatin(text, uses, found);
  CollectHanLeft(text, uses, found);
  SortRows(found.rows);
  SortRows(found.doubtful);
  return found;
}

}  // namespace gradphoto::roster
