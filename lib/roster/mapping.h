// SPDX-License-Identifier: Apache-2.0
// 手动关联: a table in which a person says which photo is whose, for what file names cannot tell. It is what
// suggest.h writes and a clerk fills in, or any table of one's own with the columns photo and student.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/roster/photo_file.h"
#include "lib/roster/roster.h"
#include "lib/table/table.h"

namespace gradphoto::roster {

// A mapping, applied to a roster and to the photos that are there.
struct Mapping {
  std::map<std::string, std::size_t> row_of;               // Path of a photo or reference to its row.
  std::set<std::pair<std::string, std::size_t>> excluded;  // Not this student's, however well the name fits.
  std::vector<std::string> notes;                          // What was left out and why, without personal data.
};

// Columns, whatever their order: `photo` (照片, 文件名): the path as records tell it, the path below the photo
// directory, or a file name that occurs once; letter case matters only where two files differ in it. The
// student by `key` (编号) or any identifier column of columns.h. `name`, if filled, must be the student's.
// `confirm` (确认): 是 yes y 1 √ links, 否 no n 0 × keeps the two apart, nothing leaves the line out; without
// that column all lines link. Lines without photo or without student are left out and counted, as are photos
// and students that are not there any more. Errors: kInput - unreadable (table.h). kUsage - no photo or student
// column, and, all lines in one message: a photo or student that is ambiguous, one photo for two students, a
// name that is not the student's, an unknown word of confirmation, a number that a spreadsheet has turned into
// scientific notation.
Result<Mapping> ReadMapping(const std::filesystem::path& path, const Roster& roster,
                            std::span<const PhotoFile> photos, std::span<const PhotoFile> references = {});

// The same on bytes in memory; `name` stands for the file in errors.
Result<Mapping> ParseMapping(std::string_view bytes, std::string_view name, const Roster& roster,
                             std::span<const PhotoFile> photos, std::span<const PhotoFile> references = {});

}  // namespace gradphoto::roster
