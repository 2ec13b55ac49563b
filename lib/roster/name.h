// SPDX-License-Identifier: Apache-2.0
// Names of people, prepared for matching only; what is delivered is always the original.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradphoto::roster {

// The form under which two spellings of one name meet: folded as in fold.h; every look-alike of the separator
// in minority names to U+00B7 (the only one GB 18030 names have), an ASCII full stop between two ideographs
// included; blanks removed in names of ideographs ("张　三"), elsewhere runs of them made one. Rare characters
// stay as they are. Nothing is guessed: 1 and l, or variants of a character, stay different.
std::string NameForMatching(std::string_view name);

// True when the name holds a mark of a glyph lost on the way: ?, 〓, □ or U+FFFD. Such a name identifies
// nobody.
bool HasLostGlyph(std::string_view name);

// One of the signs that stand for the separator in minority names.
bool IsNameDot(char32_t code_point);

// Whether `before` can be the end of a family name and `name` its rest, so that both together may be another
// person's name: 王 before 张伟, 司 before 马光; and 新 before 张伟 is not. Folded texts (fold.h).
bool MayBeFamilyNameBefore(std::u32string_view before, std::u32string_view name);

// The parts of a name in other scripts than Han, folded: "Jean-Pierre O'Neil" -> {"jean", "pierre", "oneil"}.
std::vector<std::u32string> NameTokens(std::u32string_view folded);

}  // namespace gradphoto::roster
