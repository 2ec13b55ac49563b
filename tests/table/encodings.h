// SPDX-License-Identifier: Apache-2.0
// One table in every shape in which an office may hand it in.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/table/csv.h"
#include "lib/table/xlsx_writer.h"

namespace gradphoto::table::testing {

// Writes the rows to `directory` as UTF-8 CSV without and with byte order mark, GB18030 CSV, UTF-16 TSV and
// XLSX.
inline std::vector<std::filesystem::path> InEveryShape(const std::filesystem::path& directory,
                                                       const std::vector<std::vector<std::string>>& rows) {
  const std::string csv = WriteCsv(rows, ByteOrderMark::kOmit);
  std::string tsv;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) tsv += (i == 0 ? "" : "\t") + row[i];
    tsv += "\r\n";
  }
  const auto in = [](std::string_view text, const char* encoding) {
    const auto bytes = ConvertFromUtf8(text, encoding);
    REQUIRE_MESSAGE(bytes.has_value(), encoding);
    return *bytes;
  };
  std::vector<std::filesystem::path> paths;
  const auto write = [&](const char* name, const std::string& bytes) {
    paths.push_back(directory / name);
    REQUIRE(WriteFileAtomic(paths.back(), bytes, IfExists::kOverwrite).has_value());
  };
  write("utf8.csv", csv);
  write("mark.csv", "\xEF\xBB\xBF" + csv);
  write("gb18030.csv", in(csv, "GB18030"));
  write("utf16.tsv", "\xFF\xFE" + in(tsv, "UTF-16LE"));
  paths.push_back(directory / "book.xlsx");
  REQUIRE(WriteXlsx(paths.back(), {{.name = "名单", .rows = rows}}, IfExists::kOverwrite).has_value());
  return paths;
}

}  // namespace gradphoto::table::testing
