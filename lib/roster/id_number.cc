// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/id_number.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "lib/base/date.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

using std::chrono::year_month_day;

constexpr std::size_t kDigitsBeforeX = 17;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

// GB/T 2260. Only the first two digits are stable: counties are dissolved, their codes live on in numbers.
bool IsProvince(int code) {
  constexpr std::array<int, 35> kProvinces = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34,
                                              35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
                                              53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83};
  return std::ranges::find(kProvinces, code) != kProvinces.end();
}

// ISO 7064 MOD 11-2 with the weights of GB 11643-1999.
char CheckDigit(std::string_view first17) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kCheckDigits = "10X98765432";
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (first17[i] - '0');
  return kCheckDigits[static_cast<std::size_t>(sum % 11)];
}

// d.dddE+dd, as Excel writes numbers of more than 11 digits.
bool IsScientific(std::string_view text) {
  const std::size_t exponent = text.find('E');
  if (exponent == 0 || exponent == std::string_view::npos) return false;
  std::string_view mantissa = text.substr(0, exponent), power = text.substr(exponent + 1);
  const bool signed_power = power.starts_with('+');
  if (signed_power) power.remove_prefix(1);
  const bool fraction = mantissa.size() > 2 && mantissa[1] == '.';
  const bool plain =
      IsDigit(mantissa.front()) && (fraction ? AllDigits(mantissa.substr(2)) : mantissa.size() == 1);
  // E12345678 is a passport and 1E5 could be one; a sign or a fraction never is.
  return plain && power.size() <= 2 && AllDigits(power) && (signed_power || fraction);
}

Sex SexOf(int sequence) { return sequence % 2 == 1 ? Sex::kMale : Sex::kFemale; }

void CheckBirthDate(IdCheck& check, int year, int month, int day, year_month_day today) {
  check.birth_date = ValidDate(year, month, day);
  if (!check.birth_date) {
    check.problems.push_back(IdProblem::kBirthDate);
  } else if (*check.birth_date > today) {
    check.problems.push_back(IdProblem::kFutureBirthDate);
  }
}

// All numbers of 17 digits and a digit or X.
void CheckEighteen(IdCheck& check, year_month_day today) {
  const std::string_view id = check.number;
  if (id.starts_with("999") && id.back() != 'X') {
    check.kind = IdKind::kTemporary;
    return;
  }
  const int province = Number(id.substr(0, 2));
  if (id.front() == '9') {
    // The digits behind the 9 are not published in full, so only the check digit is held against the number.
    check.kind = IdKind::kForeignPermanentResident;
  } else {
    check.kind = province >= 81 && province <= 83 ? IdKind::kHkMacauTaiwanResident : IdKind::kMainland;
    if (!IsProvince(province)) check.problems.push_back(IdProblem::kRegion);
    CheckBirthDate(check, Number(id.substr(6, 4)), Number(id.substr(10, 2)), Number(id.substr(12, 2)), today);
    check.sex = SexOf(Number(id.substr(14, 3)));
  }
  if (CheckDigit(id.substr(0, 17)) != id.back()) check.problems.push_back(IdProblem::kCheckDigit);
  if (!id.ends_with("000")) return;
  check.problems.push_back(IdProblem::kZeroTail);
  check.sex.reset();  // Its digit is among those lost.
}

void CheckFifteenDigits(IdCheck& check, year_month_day today) {
  const std::string_view id = check.number;
  check.kind = IdKind::kMainlandOld;
  if (!IsProvince(Number(id.substr(0, 2)))) check.problems.push_back(IdProblem::kRegion);
  CheckBirthDate(check, 1900 + Number(id.substr(6, 2)), Number(id.substr(8, 2)), Number(id.substr(10, 2)),
                 today);
  check.sex = SexOf(Number(id.substr(12, 3)));
}

bool HasLetterForDigit(std::string_view id) {
  constexpr std::string_view kLetters = "OIL";
  const std::string_view first17 = id.substr(0, 17);
  const auto letters = std::ranges::count_if(first17, [&](char c) { return kLetters.contains(c); }) +
                       (kLetters.contains(id.back()) ? 1 : 0);
  const bool others =
      std::ranges::all_of(first17, [&](char c) { return IsDigit(c) || kLetters.contains(c); }) &&
      (IsDigit(id.back()) || id.back() == 'X' || kLetters.contains(id.back()));
  return others && letters > 0 && letters <= 4;
}

bool IsLookAlikeOfX(char32_t c) {
  // The multiplication sign, crosses, Cyrillic, Greek and Roman letters, the Chinese character in handwriting
  // recognition.
  constexpr std::u32string_view kLookAlikes =
      U"\u00D7\u0425\u0445\u03A7\u03C7\u2169\u2179\u2715\u2716\u2717\u2718\u2573\u2A09\u2A2F\u274C\u274E\u3405"
      U"\u4E42\u2613\u2612\U0001D417\U0001D431";
  return kLookAlikes.contains(c);
}

IdKind KindByForm(std::string_view id) {
  const std::size_t size = id.size();
  const auto letters = static_cast<std::size_t>(std::ranges::find_if_not(id, IsUpper) - id.begin());
  const bool digits_follow = letters < size && AllDigits(id.substr(letters));
  if (letters == 3 && size == 15 && digits_follow) return IdKind::kForeignPermanentResidentOld;
  const bool h_or_m = id.starts_with('H') || id.starts_with('M');
  if (h_or_m && letters == 1 && digits_follow && (size == 9 || size == 11)) return IdKind::kHkMacauPermit;
  if (AllDigits(id) && size == 8) return IdKind::kTaiwanPermit;
  // Longer digits alone are rather a resident number with digits lost.
  const bool alphanumeric = std::ranges::all_of(id, [](char c) { return IsDigit(c) || IsUpper(c); });
  const bool passport =
      alphanumeric && std::ranges::any_of(id, IsDigit) && size >= 5 && size <= (AllDigits(id) ? 12 : 17);
  return passport ? IdKind::kPassport : IdKind::kUnknown;
}

// A resident number but for one character, of whatever script.
bool HasOneWrongCharacter(std::string_view id) {
  std::size_t digits = 0, size = 0;
  for (std::size_t i = 0; i < id.size(); ++size) {
    const char32_t c = NextCodePoint(id, i);
    const bool is_last = i == id.size();
    digits += (c >= U'0' && c <= U'9') || (is_last && c == U'X') ? 1U : 0U;
  }
  return size == 18 && digits == 17;
}

}  // namespace

bool IsScientificNotation(std::string_view text) { return IsScientific(NormalizeId(text)); }

std::string_view IdProblemText(IdProblem problem) {
  switch (problem) {
    case IdProblem::kScientificNotation:
      return "a spreadsheet has turned the number into scientific notation";
    case IdProblem::kStoredAsNumber:
      return "the workbook stores it as a number, of which it keeps 15 digits";
    case IdProblem::kZeroTail:
      return "the number ends in 000, as numbers do that a spreadsheet has rounded";
    case IdProblem::kForm:
      return "length or characters fit no kind of document";
    case IdProblem::kOneCharacter:
      return "18 characters, but one of them is neither a digit nor an X at the end";
    case IdProblem::kLetterForDigit:
      return "letters stand among the digits: the letter O for 0, or I or l for 1";
    case IdProblem::kRegion:
      return "the first two digits are no province";
    case IdProblem::kBirthDate:
      return "the birth date in the number is no calendar day";
    case IdProblem::kFutureBirthDate:
      return "the birth date in the number is in the future";
    case IdProblem::kCheckDigit:
      return "the check digit is wrong";
  }
  return "";
}

bool IdCheck::IsExcelDamaged() const {
  return std::ranges::any_of(problems, [](IdProblem problem) {
    return problem == IdProblem::kScientificNotation || problem == IdProblem::kStoredAsNumber ||
           problem == IdProblem::kZeroTail;
  });
}

std::string IdCheck::ProblemsText() const {
  std::string text;
  for (const IdProblem problem : problems) {
    if (!text.empty()) text += "; ";
    text += IdProblemText(problem);
  }
  return text;
}

std::string NormalizeId(std::string_view text) {
  // Nearly all are in that form already, and this is called for every number of a roster.
  if (std::ranges::all_of(text, [](char c) { return IsDigit(c) || IsUpper(c); })) return std::string(text);
  const std::string cleaned = table::CleanCell(ToHalfWidth(table::CleanCell(text)));
  std::string id;
  for (std::size_t i = 0; i < cleaned.size();) {
    const char32_t c = NextCodePoint(cleaned, i);
    if (IsBlankOrInvisible(c) || c == 0xFE0E || c == 0xFE0F) continue;
    if (id.size() == kDigitsBeforeX && i == cleaned.size() && IsLookAlikeOfX(c) && AllDigits(id)) {
      id += 'X';
    } else {
      AppendUtf8(c, id);
    }
  }
  return ToUpperAscii(id);
}

bool EndsInLookAlikeOfX(std::string_view text) {
  const std::string id = NormalizeId(text);
  if (id.size() != kDigitsBeforeX + 1 || id.back() != 'X') return false;
  return !ToUpperAscii(ToHalfWidth(text)).contains('X');
}

bool IsMasked(std::string_view text) {
  constexpr std::u32string_view kSigns = U"*\u2217\u273D\u25CF\u2022\u00B7\u2588\u25A0\u25A1?\u00D7#";
  constexpr std::size_t kMinSigns = 2, kMinX = 3;  // A passport may hold X or XX.
  std::size_t digits = 0, signs = 0, run = 0, size = 0;
  bool hidden = false;
  char32_t last = 0;
  const std::string id = NormalizeId(text);
  for (std::size_t i = 0; i < id.size();) {
    const char32_t c = NextCodePoint(id, i);
    ++size;
    const bool is_sign = kSigns.contains(c) || c == U'X';
    run = is_sign ? (c == last ? run + 1 : 1) : 0;
    hidden |= run >= (c == U'X' ? kMinX : kMinSigns);
    signs += is_sign ? 1U : 0U;
    digits += c >= U'0' && c <= U'9' ? 1U : 0U;
    last = c;
  }
  const std::size_t others = size - digits - signs;
  return size >= 6 && digits > 0 && hidden && others <= 2;
}

IdCheck CheckIdNumber(std::string_view text, year_month_day today) {
  IdCheck check;
  check.number = NormalizeId(text);
  const std::string_view id = check.number;
  if (IsScientific(id)) {
    check.problems.push_back(IdProblem::kScientificNotation);
  } else if (id.size() == 18 && AllDigits(id.substr(0, 17)) && (IsDigit(id.back()) || id.back() == 'X')) {
    CheckEighteen(check, today);
  } else if (id.size() == 15 && AllDigits(id)) {
    CheckFifteenDigits(check, today);
  } else if (id.size() == 18 && HasLetterForDigit(id)) {
    check.problems.push_back(IdProblem::kLetterForDigit);
  } else if (HasOneWrongCharacter(id)) {
    check.problems.push_back(IdProblem::kOneCharacter);
  } else {
    check.kind = KindByForm(id);
    if (check.kind == IdKind::kUnknown) check.problems.push_back(IdProblem::kForm);
  }
  return check;
}

std::optional<Sex> ParseSex(std::string_view text) {
  const std::string word = ToLowerAscii(NormalizeId(text));
  constexpr std::array<std::string_view, 6> kMale = {"男", "男性", "1", "m", "male", "男生"};
  constexpr std::array<std::string_view, 6> kFemale = {"女", "女性", "2", "f", "female", "女生"};
  if (std::ranges::find(kMale, word) != kMale.end()) return Sex::kMale;
  if (std::ranges::find(kFemale, word) != kFemale.end()) return Sex::kFemale;
  return std::nullopt;
}

}  // namespace gradphoto::roster
