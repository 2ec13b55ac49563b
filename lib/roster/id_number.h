// SPDX-License-Identifier: Apache-2.0
// Identity document numbers as rosters carry them: which kind, whether it can be right, and whether Excel has
// rounded it. Says nothing on whether the number belongs to the person. No reason text repeats digits of the
// number.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradphoto::roster {

enum class IdKind {
  kUnknown,                      // None of the following, or unreadable.
  kMainland,                     // 公民身份号码, 18 characters, GB 11643-1999.
  kMainlandOld,                  // 15 digits of before 1999, no check digit.
  kHkMacauTaiwanResident,        // 港澳台居民居住证: 18 characters from 81, 82 or 83, checked like kMainland.
  kForeignPermanentResident,     // 外国人永久居留身份证 since 2023: 18 characters from 9, same check digit.
  kForeignPermanentResidentOld,  // Its forerunner: 3 letters and 12 digits.
  kHkMacauPermit,                // 港澳居民来往内地通行证: H or M and 8 or 10 digits.
  kTaiwanPermit,                 // 台湾居民来往大陆通行证: 8 digits.
  kPassport,                     // 5 to 17 letters and digits, at least one digit; digits alone only up to 12.
  kTemporary,                    // Given by schools: 999 and digits, 18 in all.
};

enum class IdProblem {
  kScientificNotation,  // 3.20106E+17: Excel has rounded it to a number.
  kStoredAsNumber,      // A workbook's cell holds a number that was cut to 15 digits; the caller sees the cell.
  // 18 digits ending in 000: what is left when Excel has kept 15 digits. A sound number ends so once in about
  // 1,100, hence with no other problem this is a suspicion.
  kZeroTail,
  kForm,             // Length or characters fit no kind.
  kOneCharacter,     // Of a resident number one character is neither a digit nor an X at the end.
  kLetterForDigit,   // Of 18 characters one or more are O, I or l where digits must be.
  kRegion,           // The first two digits are no province.
  kBirthDate,        // The digits of the birth date are no day of the calendar.
  kFutureBirthDate,  // Born after today.
  kCheckDigit,       // ISO 7064 MOD 11-2 fails.
};
// One clause in plain English, e.g. "the check digit is wrong".
std::string_view IdProblemText(IdProblem problem);

enum class Sex { kMale, kFemale };

struct IdCheck {
  std::string number;  // Normalized, see NormalizeId.
  IdKind kind = IdKind::kUnknown;
  std::vector<IdProblem> problems;
  // What the number says, for kinds that say it and when it can be read.
  std::optional<std::chrono::year_month_day> birth_date;
  std::optional<Sex> sex;

  bool IsValid() const { return problems.empty(); }
  bool IsExcelDamaged() const;       // kScientificNotation, kStoredAsNumber or kZeroTail.
  std::string ProblemsText() const;  // All problems, joined by "; "; empty when valid.
};

// Full-width to ASCII, letters to upper case, blanks and invisible characters anywhere removed, and what
// protects numbers from Excel (leading ' or tab, ="..."). Behind 17 digits a look-alike of X (×, Cyrillic Х,
// Greek Χ, the Roman numeral, ✕...) is read as X.
std::string NormalizeId(std::string_view text);

// Whether a cell needed that reading.
bool EndsInLookAlikeOfX(std::string_view text);

// Whether digits of a number are hidden: 110000********0010, 1100XXXXXXXX0010, with any of the usual signs.
bool IsMasked(std::string_view text);

// 2.63210E+13: what a spreadsheet makes of any number of 12 digits or more. Passports such as E12345678 are
// not.
bool IsScientificNotation(std::string_view text);

// Checks a number that is not blank. `today` decides what is in the future.
IdCheck CheckIdNumber(std::string_view text, std::chrono::year_month_day today);

// 男 1 M male / 女 2 F female, any case. Nothing otherwise.
std::optional<Sex> ParseSex(std::string_view text);

}  // namespace gradphoto::roster
