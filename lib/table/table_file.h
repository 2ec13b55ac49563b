// SPDX-License-Identifier: Apache-2.0
// The one place that writes tables for people: a workbook where the name ends in .xlsx, CSV under any other
// name. Both hold the same cells as text (xlsx_writer.h, csv.h).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/table/xlsx_writer.h"

namespace gradphoto::table {

// Errors: as WriteXlsx and WriteFileAtomic.
Result<void> WriteTableFile(const std::filesystem::path& path, const XlsxTable& table, IfExists if_exists);

// What WriteTableFile would say; for dry runs. Nothing stays on the disk.
Result<void> CheckTableFile(const std::filesystem::path& path, const XlsxTable& table, IfExists if_exists);

}  // namespace gradphoto::table
