// SPDX-License-Identifier: Apache-2.0
// Tables on stdout, for people.
#pragma once

#include <string>
#include <vector>

namespace gradphoto::cli {

// Columns as wide as their widest entry; the last entry of a row is not padded, so it may hold wide characters.
void PrintTable(const std::vector<std::vector<std::string>>& rows, const std::string& indent);

}  // namespace gradphoto::cli
