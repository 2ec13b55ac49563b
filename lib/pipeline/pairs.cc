// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/pairs.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "lib/table/named_table.h"

namespace gradphoto::pipeline {

Record PairRecord(std::string photo, std::string reference) {
  Record record;
  record.photo = std::move(photo);
  record.comparison["reference"] = std::move(reference);
  return record;
}

Result<std::vector<Record>> ReadPairs(const std::filesystem::path& list) {
  const std::array<table::ColumnNames, 2> columns = {table::ColumnNames{"photo", "照片"},
                                                     table::ColumnNames{"reference", "比对照片", "参照照片"}};
  constexpr std::size_t kPhoto = 0, kReference = 1, kMaxListed = 20;
  TRY_ASSIGN(const auto table, table::ReadNamedTable(list, columns));
  std::vector<Record> records;
  std::string problems;
  std::size_t bad_rows = 0;
  for (const table::TableRow& row : table.rows()) {
    std::string photo = table.Cell(row, kPhoto), reference = table.Cell(row, kReference);
    if (!photo.empty() && !reference.empty()) {
      records.push_back(PairRecord(std::move(photo), std::move(reference)));
    } else if (++bad_rows <= kMaxListed) {
      problems += "\n" + list.string() + ":" + std::to_string(row.line) + ": no " +
                  (photo.empty() ? "photo" : "reference");
    }
  }
  if (bad_rows == 0) return records;
  return Fail(ErrorKind::kUsage, list.string() + ": " + std::to_string(bad_rows) +
                                     " rows name no pair; fill in the cells or delete the rows" + problems);
}

}  // namespace gradphoto::pipeline
