// SPDX-License-Identifier: Apache-2.0
// Names of people, prepared for matching only; what is delivered is always the original.
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::roster {

// The form under which two spellings of one name meet: full-width Latin to ASCII and to lower case; every
// look-alike of the separator in minority names to U+00B7 (the only one GB 18030 names have), an ASCII full
// stop between two ideographs included; blanks removed in names of ideographs ("张　三"), elsewhere runs of
// them made one. Rare characters stay as they are. Nothing is guessed: 1 and l, or variants of a character,
// stay different.
std::string NameForMatching(std::string_view name);

// True when the name holds a mark of a glyph lost on the way: ?, 〓, □ or U+FFFD. Such a name identifies
// nobody.
bool HasLostGlyph(std::string_view name);

}  // namespace gradphoto::roster
