// SPDX-License-Identifier: Apache-2.0
// Tables on stdout, for people.
#pragma once

#include <string>
#include <vector>

namespace gradphoto::cli {

// What a terminal may be given: foreign text, a blank for each control character.
std::string Printable(std::string text);

// Columns as wide as their widest entry, Han characters counted twice; the last entry of a row is not padded.
void PrintTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent);

}  // namespace gradphoto::cli
