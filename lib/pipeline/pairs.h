// SPDX-License-Identifier: Apache-2.0
// A list of photos and what each is to be compared with.
#pragma once

#include <filesystem>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::pipeline {

// A record with this photo and, under comparison, this reference.
Record PairRecord(std::string photo, std::string reference);

// A table (table/table.h) with the columns `photo` (照片) and `reference` (比对照片): a record for each row, in
// order. Errors: as ReadTable; kUsage - no such columns; rows with an empty cell, all in one message with line
// and column.
Result<std::vector<Record>> ReadPairs(const std::filesystem::path& list);

}  // namespace gradphoto::pipeline
