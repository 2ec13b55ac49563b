// SPDX-License-Identifier: Apache-2.0
// Lists of students by their keys, for commands that are about some of them.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::ledger {

// What names the students, in the order of the list: a key, an identifier or "@N" each. The list is one of them
// a line, or a table (table/table.h) whose header has a column key (编号), 考生号, 学号 or 身份证号; of several
// the first that is filled counts, key before the others. `name` stands for the file in errors. Errors: kInput
// - as ParseTable; kUsage - several columns without such a header; and, all rows in one message, nothing in the
// column, a number that a spreadsheet has rounded.
Result<std::vector<std::string>> ReadKeys(std::istream& in, std::string_view name);

}  // namespace gradphoto::ledger
