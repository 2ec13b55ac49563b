// SPDX-License-Identifier: Apache-2.0
// Compiled by misspelt_code.cmake, once in each spelling.
#include "lib/standard/codes.h"

using gradphoto::standard::Code;
using gradphoto::standard::Codes;

std::string_view NameOf(Code code) { return code; }

#if defined(SPELLING_misspelt)
std::string_view Name() { return NameOf("EYE_LIEN"); }
#elif defined(SPELLING_misspelt_among_several)
constexpr Codes kCodes = "EYE_LINE CROWM CHIN";
#else
constexpr Codes kCodes = "EYE_LINE CROWN CHIN";
std::string_view Name() { return NameOf("EYE_LINE"); }
#endif
