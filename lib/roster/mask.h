// SPDX-License-Identifier: Apache-2.0
// Masked identifiers for everything people look at: logs, tables, reports. First 6 + last 4 digits, as often
// seen, leave about 34 candidates once the birth year is known, so the birth date is always covered here.
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::roster {

// Keeps the first 3 and the last 2 characters of an identifier of 10 or more, the first and the last one of 6
// to 9, none of a shorter one; every other character becomes '*'. Counts UTF-8 characters, not bytes.
std::string Mask(std::string_view identifier);

}  // namespace gradphoto::roster
