// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/withdraw.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/deliver/files.h"
#include "lib/record/record.h"
#include "lib/table/csv.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;

Result<void> Delete(const fs::path& file, Withdrawn& withdrawn) {
  std::error_code error;
  if (!fs::exists(file, error)) return {};
  if (auto hash = Sha256File(file)) withdrawn.sha256.push_back(std::move(*hash));
  fs::remove(file, error);
  if (error) return Fail(ErrorKind::kOutput, "a file of a pack cannot be deleted: " + error.message());
  return {};
}

// The index lies where anybody can edit it: it must not lead out of the pack.
bool IsInside(const std::string& file) {
  const fs::path path(file);
  return !path.empty() && path.is_relative() && std::ranges::find(path, fs::path("..")) == path.end();
}

// SHA256SUMS without the files that are gone, and with the index as it will be.
Result<void> RenewSums(const fs::path& pack, const std::set<std::string>& gone, std::string_view index) {
  const fs::path file = pack / kPackSumsName;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};
  std::ifstream in(file);
  std::string lines;
  for (std::string line; std::getline(in, line);) {
    const std::size_t blank = line.find("  ");
    const std::string name = blank == std::string::npos ? "" : line.substr(blank + 2);
    if (gone.contains(name)) continue;
    if (name == kPackIndexName) {
      line.replace(0, blank, Sha256Hex(index));
    }
    lines += line + "\n";
  }
  return WriteFileAtomic(file, lines, IfExists::kOverwrite);
}

}  // namespace

Result<void> WithdrawFromPack(const fs::path& pack, const KeyTest& is_withdrawn, Withdrawn& withdrawn) {
  const fs::path index = pack / kPackIndexName;
  std::error_code ignored;
  if (!fs::exists(index, ignored)) return {};
  TRY_ASSIGN(const auto text, ReadTextFile(index, table::kMaxTableBytes));
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const std::string_view body = std::string_view(text).substr(text.starts_with(kMark) ? kMark.size() : 0);
  TRY_ASSIGN(const auto table, table::ParseCsv(body, std::string(kPackIndexName), {.delimiter = ','}));
  std::vector<std::vector<std::string>> rows;  // That stay, the header first.
  std::set<std::string> gone;
  for (const table::TableRow& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::string& cell : row.cells) cells.push_back(table::CleanCell(cell));
    // file, zip, key: see pack.h.
    if (rows.empty() || cells.size() < 3 || !is_withdrawn(cells[2])) {
      rows.push_back(std::move(cells));
      continue;
    }
    for (const std::string& file : {cells[0], cells[1]}) {
      if (IsInside(file)) gone.insert(file);
    }
  }
  if (rows.size() == table.rows.size()) return {};
  table::CsvWriter left;
  for (std::vector<std::string>& cells : rows) {
    if (cells.size() > 1 && gone.contains(cells[1])) cells[1].clear();
    left.AddRow(cells);
  }
  const std::size_t rows_left = rows.size() - 1;
  // The index last: as long as a row stands in it, a purge that was cut short finds what is left to do.
  for (const std::string& file : gone) {
    TRY(Delete(pack / file, withdrawn));
  }
  ++withdrawn.lists;
  if (rows_left > 0) {
    TRY(RenewSums(pack, gone, left.text()));
    return WriteFileAtomic(index, left.text(), IfExists::kOverwrite);
  }
  for (const std::string_view name : {kPackSumsName, kPackIndexName}) {
    TRY(Delete(pack / name, withdrawn));
  }
  // Empty folders, the innermost first.
  std::vector<fs::path> folders = {pack};
  for (fs::recursive_directory_iterator it(pack, ignored); it != fs::recursive_directory_iterator();
       it.increment(ignored)) {
    if (it->is_directory(ignored)) folders.push_back(it->path());
  }
  std::ranges::sort(folders, std::ranges::greater(), [](const fs::path& path) { return path.string().size(); });
  for (const fs::path& folder : folders) fs::remove(folder, ignored);  // Only when empty.
  return {};
}

Result<void> WithdrawFromUnfinishedPack(const fs::path& pack, std::span<const fs::path> files,
                                        const KeyTest& is_withdrawn, Withdrawn& withdrawn) {
  std::map<std::string, std::string> sums;  // By path below the pack.
  std::ifstream in(pack / kPackSumsName);
  for (std::string line; std::getline(in, line);) {
    const std::size_t blank = line.find("  ");
    if (blank != std::string::npos) sums[line.substr(blank + 2)] = line.substr(0, blank);
  }
  in.close();
  const auto agrees = [&](const fs::path& file) {
    const auto sum = sums.find(file.lexically_relative(pack).generic_string());
    const auto hash = Sha256File(file);
    return sum != sums.end() && hash && *hash == sum->second;
  };
  const bool has_index = agrees(pack / kPackIndexName);
  for (const fs::path& file : files) {
    const bool is_list = file == pack / kPackSumsName || file == pack / kPackIndexName;
    if (is_list || (has_index && agrees(file))) continue;
    TRY(Delete(file, withdrawn));
  }
  if (has_index) return WithdrawFromPack(pack, is_withdrawn, withdrawn);
  for (const std::string_view name : {kPackIndexName, kPackSumsName}) TRY(Delete(pack / name, withdrawn));
  return {};
}

Result<void> WithdrawFromRecords(const fs::path& records, const KeyTest& is_withdrawn, Withdrawn& withdrawn) {
  std::ifstream in(records);
  if (!in) return {};
  std::string left;
  bool changed = false;
  for (std::string line; std::getline(in, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    auto record = RecordFromJson(json.is_discarded() ? Json() : json);
    if (!record || (record->student && is_withdrawn(record->student->key))) {
      changed = true;
    } else if (record->ForgetDoubles(is_withdrawn)) {
      changed = true;
      left += ToLine(*record) + "\n";
    } else {
      left += line + "\n";
    }
  }
  if (!changed) return {};
  ++withdrawn.lists;
  return WriteFileAtomic(records, left, IfExists::kOverwrite);
}

}  // namespace gradphoto::deliver
