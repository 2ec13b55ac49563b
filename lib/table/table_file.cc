// SPDX-License-Identifier: Apache-2.0
#include "lib/table/table_file.h"

#include "lib/base/text.h"
#include "lib/table/csv.h"

namespace gradphoto::table {
namespace {

bool IsWorkbook(const std::filesystem::path& path) {
  return ToLowerAscii(path.extension().string()) == ".xlsx";
}

}  // namespace

Result<void> WriteTableFile(const std::filesystem::path& path, const XlsxTable& table, IfExists if_exists) {
  if (IsWorkbook(path)) return WriteXlsx(path, {table}, if_exists);
  return WriteFileAtomic(path, WriteCsv(table.rows), if_exists);
}

Result<void> CheckTableFile(const std::filesystem::path& path, const XlsxTable& table, IfExists if_exists) {
  if (IsWorkbook(path)) return CheckXlsx(path, {table}, if_exists);
  return CheckWriteFile(path, WriteCsv(table.rows), if_exists);
}

}  // namespace gradphoto::table
