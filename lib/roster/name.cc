// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/name.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/fold.h"

namespace gradphoto::roster {
namespace {

constexpr char32_t kMiddleDot = 0xB7;
// Bullet, katakana middle dot (both widths), hyphenation point, bullet operator, dot operator, runic and Latin
// dots, one dot leader. U+FF0E arrives here as a full stop.
constexpr std::u32string_view kDotLookAlikes = U"\u2022\u30FB\uFF65\u2027\u2219\u22C5\u16EB\u2E31\uA78F\u2024";

// Family names of one character: the 300 most frequent ones and others that students have. 新, 老, 高清 and the
// like are words beside a name far more often; 高 and 新 are told apart by the caller's words first.
constexpr std::u32string_view kFamilyNames =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    U"姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    U"常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴"
    U"霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    U"岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
    U"官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆"
    U"巴"
    U"丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕"
    U"危玉银亢嵇公哈湛宾戎勾茅利于尧揭干蒯刑邴";

constexpr std::array<std::u32string_view, 30> kLongFamilyNames = {
    U"欧阳", U"上官", U"司马", U"诸葛", U"夏侯", U"东方", U"皇甫", U"尉迟", U"公孙", U"慕容",
    U"司徒", U"令狐", U"长孙", U"宇文", U"司空", U"南宫", U"西门", U"东郭", U"百里", U"端木",
    U"轩辕", U"呼延", U"闻人", U"澹台", U"公冶", U"宗政", U"濮阳", U"淳于", U"太史", U"万俟"};

bool IsHanAt(std::u32string_view text, std::size_t i) { return i < text.size() && IsHan(text[i]); }

}  // namespace

bool IsNameDot(char32_t c) { return c == kMiddleDot || kDotLookAlikes.find(c) != std::u32string_view::npos; }

std::string NameForMatching(std::string_view name) {
  std::u32string characters = FoldForMatching(name);
  for (char32_t& c : characters) c = IsNameDot(c) ? kMiddleDot : IsBlankOrInvisible(c) ? U' ' : c;
  for (std::size_t i = 1; i < characters.size(); ++i) {
    if (characters[i] == U'.' && IsHan(characters[i - 1]) && IsHanAt(characters, i + 1)) {
      characters[i] = kMiddleDot;
    }
  }
  const bool ideographs =
      std::ranges::all_of(characters, [](char32_t c) { return IsHan(c) || c == U' ' || c == kMiddleDot; });
  std::string matching;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const bool repeated = characters[i] == U' ' && (ideographs || (i > 0 && characters[i - 1] == U' '));
    if (!repeated) AppendUtf8(characters[i], matching);
  }
  return std::string(Trim(matching));
}

bool HasLostGlyph(std::string_view name) {
  for (std::size_t i = 0; i < name.size();) {
    const char32_t c = ToHalfWidth(NextCodePoint(name, i));
    if (c == U'?' || c == 0x3013 || c == 0x25A1 || c == 0xFFFD) return true;
  }
  return false;
}

bool MayBeFamilyNameBefore(std::u32string_view before, std::u32string_view name) {
  if (before.empty() || name.empty()) return false;
  const auto is_long = [&](std::u32string_view pair) {
    return std::ranges::find(kLongFamilyNames, pair) != kLongFamilyNames.end();
  };
  const std::u32string across = {before.back(), name.front()};
  if (is_long(across)) return true;
  if (before.size() >= 2 && is_long(before.substr(before.size() - 2))) return true;
  // One family name before a full name of three characters is hardly ever a name.
  return name.size() <= 2 && kFamilyNames.find(before.back()) != std::u32string_view::npos;
}

std::vector<std::u32string> NameTokens(std::u32string_view folded) {
  std::vector<std::u32string> tokens;
  bool inside = false;
  for (const char32_t c : folded) {
    if (c == U'\'' || c == 0x2019 || c == 0x2BC) continue;  // O'Neil is one word.
    const bool letter = IsLetter(c);
    if (letter && !inside) tokens.emplace_back();
    if (letter) tokens.back() += c;
    inside = letter;
  }
  return tokens;
}

}  // namespace gradphoto::roster
