// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/mapping.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"
#include "lib/roster/columns.h"
#include "lib/roster/id_number.h"
#include "lib/roster/match.h"
#include "lib/roster/name.h"
#include "lib/table/csv.h"

namespace gradphoto::roster {
namespace {

constexpr std::size_t kMaxListedProblems = 20;

bool IsOneOf(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool IsPhotoHeader(std::string_view header) {
  constexpr std::array<std::string_view, 7> kNames = {"photo", "file",   "照片", "照片文件",
                                                      "文件",  "文件名", "图片"};
  return IsOneOf(ToLowerAscii(table::CleanCell(header)), kNames);
}

bool IsConfirmHeader(std::string_view header) {
  constexpr std::array<std::string_view, 4> kNames = {"confirm", "确认", "是否确认", "确认关联"};
  return IsOneOf(ToLowerAscii(table::CleanCell(header)), kNames);
}

struct Columns {
  std::optional<std::size_t> photo, name, confirm;
  std::vector<std::size_t> students;  // Of the key and of identifiers.

  bool complete() const { return photo && !students.empty(); }
};

Columns ColumnsOf(const table::TableRow& header) {
  Columns columns;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string& cell = header.cells[i];
    if (IsPhotoHeader(cell) && !columns.photo) columns.photo = i;
    if (IsConfirmHeader(cell) && !columns.confirm) columns.confirm = i;
    if (CanonicalColumn(cell) == "name" && !columns.name) columns.name = i;
    if (IsKeyHeader(cell) || IsIdentifierHeader(cell)) columns.students.push_back(i);
  }
  return columns;
}

enum class Decision { kLink, kKeepApart, kOpen, kUnknown };

Decision DecisionOf(std::string_view cell) {
  const std::string word = ToLowerAscii(Trim(ToHalfWidth(cell)));
  constexpr std::array<std::string_view, 10> kYes = {"是", "对", "y", "yes", "true",
                                                     "1",  "√",  "✓", "✔",   "确认"};
  constexpr std::array<std::string_view, 9> kNo = {"否", "不是", "n", "no", "false", "0", "×", "x", "✗"};
  if (word.empty()) return Decision::kOpen;
  if (IsOneOf(word, kYes)) return Decision::kLink;
  return IsOneOf(word, kNo) ? Decision::kKeepApart : Decision::kUnknown;
}

// Files by every way to name them; several files under one way make it ambiguous.
class FileIndex {
 public:
  void Add(std::span<const PhotoFile> files) {
    for (const PhotoFile& file : files) {
      for (const std::string& way : {file.path, file.relative, NameOf(file.relative)}) {
        Enter(exact_, way, file.path);
        Enter(folded_, ToLowerAscii(way), file.path);
      }
    }
  }

  // Paths that the text can mean; none or several are no answer.
  std::vector<std::string> Find(std::string text) const {
    std::ranges::replace(text, '\\', '/');
    while (text.starts_with("./")) text.erase(0, 2);
    if (const auto found = exact_.find(text); found != exact_.end()) return found->second;
    const auto found = folded_.find(ToLowerAscii(text));
    return found == folded_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  using Index = std::unordered_map<std::string, std::vector<std::string>>;

  static std::string NameOf(const std::string& relative) { return relative.substr(relative.rfind('/') + 1); }

  static void Enter(Index& index, const std::string& way, const std::string& path) {
    auto& paths = index[way];
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  }

  Index exact_, folded_;
};

class MappingReader {
 public:
  MappingReader(const Roster& roster, const FileIndex& files, const Columns& columns)
      : roster_(roster), index_(roster), files_(files), columns_(columns) {}

  void Add(const table::TableRow& row) {
    const auto cell = [&](std::size_t i) {
      return i < row.cells.size() ? table::CleanCell(row.cells[i]) : std::string();
    };
    const std::string photo = cell(*columns_.photo);
    const Decision decision = columns_.confirm ? DecisionOf(cell(*columns_.confirm)) : Decision::kLink;
    if (decision == Decision::kUnknown) return Complain(row, "the column confirm takes 是 (yes) and 否 (no)");
    if (decision == Decision::kOpen) {
      ++open_;
      return;
    }
    const auto student = FindStudent(row, cell);
    if (!student) return;
    if (photo.empty()) {
      ++incomplete_;
      return;
    }
    const auto paths = files_.Find(photo);
    if (paths.size() > 1) return Complain(row, "several files have this name; write the path with its folders");
    if (paths.empty()) {
      ++lost_photos_;
      return;
    }
    if (decision == Decision::kKeepApart) {
      mapping_.excluded.emplace(paths.front(), *student);
      return;
    }
    const auto [place, is_new] = mapping_.row_of.emplace(paths.front(), *student);
    if (!is_new && place->second != *student)
      Complain(row, "an earlier line gives this photo to another student");
  }

  Result<Mapping> Finish(std::string_view name) {
    if (!problems_.empty()) {
      std::string message;
      for (std::size_t i = 0; i < problems_.size() && i < kMaxListedProblems; ++i) {
        message += (i == 0 ? "" : "\n") + std::string(name) + ":" + problems_[i];
      }
      if (problems_.size() > kMaxListedProblems) {
        message += "\nand " + std::to_string(problems_.size() - kMaxListedProblems) + " more lines";
      }
      return Fail(ErrorKind::kUsage, message);
    }
    const auto note = [&](std::size_t count, const std::string& what) {
      if (count > 0) mapping_.notes.push_back(what + ": " + std::to_string(count));
    };
    note(open_, "lines that nobody has decided yet, left out");
    note(incomplete_, "lines without photo or without student, left out");
    note(lost_photos_, "lines whose photo is not there, left out");
    note(lost_students_, "lines whose student is not in the roster, left out");
    return std::move(mapping_);
  }

 private:
  void Complain(const table::TableRow& row, const std::string& why) {
    problems_.push_back(std::to_string(row.line) + ": " + why);
  }

  // The row of the roster that all filled student cells agree on.
  template <typename Cell>
  std::optional<std::size_t> FindStudent(const table::TableRow& row, const Cell& cell) {
    std::optional<std::vector<std::size_t>> rows;
    for (const std::size_t column : columns_.students) {
      const std::string text = cell(column);
      if (text.empty()) continue;
      if (IsScientificNotation(text) || std::ranges::find(row.rounded, column) != row.rounded.end()) {
        Complain(row, "a spreadsheet has rounded the number; format the column as text and enter it again");
        return std::nullopt;
      }
      auto found = index_.FindIdentifier(text);
      if (rows) {
        std::erase_if(found, [&](std::size_t r) { return std::ranges::find(*rows, r) == rows->end(); });
        if (found.empty() && !rows->empty()) {
          Complain(row, "the numbers belong to different students");
          return std::nullopt;
        }
      }
      rows = std::move(found);
    }
    if (!rows) {
      ++incomplete_;
      return std::nullopt;
    }
    if (rows->empty()) {
      ++lost_students_;
      return std::nullopt;
    }
    if (rows->size() > 1) {
      Complain(row, "several rows of the roster have this number; name the student by the key");
      return std::nullopt;
    }
    const RosterRow& student = roster_.rows[rows->front()];
    const std::string name = columns_.name ? NameForMatching(cell(*columns_.name)) : std::string();
    if (!name.empty() && !student.name_for_matching.empty() && name != student.name_for_matching) {
      Complain(row, "the name is not that of the student in the roster");
      return std::nullopt;
    }
    return rows->front();
  }

  const Roster& roster_;
  RosterIndex index_;
  const FileIndex& files_;
  const Columns& columns_;
  Mapping mapping_;
  std::vector<std::string> problems_;  // "<line>: ...".
  std::size_t open_ = 0, incomplete_ = 0, lost_photos_ = 0, lost_students_ = 0;
};

bool IsHeader(const table::TableRow& row) { return ColumnsOf(row).complete(); }

}  // namespace

Result<Mapping> ParseMapping(std::string_view bytes, std::string_view name, const Roster& roster,
                             std::span<const PhotoFile> photos, std::span<const PhotoFile> references) {
  table::TableOptions options;
  options.is_wanted = [](std::span<const table::TableRow> rows) { return std::ranges::any_of(rows, IsHeader); };
  TRY_ASSIGN(const auto table, table::ParseTable(bytes, name, options));
  const auto header = std::ranges::find_if(table.rows, IsHeader);
  if (header == table.rows.end()) {
    return Fail(ErrorKind::kUsage, std::string(name) +
                                       ": no header with a column photo (照片) and one that names "
                                       "the student: key (编号), 学号, 考生号 or 身份证号");
  }
  const Columns columns = ColumnsOf(*header);
  FileIndex files;
  files.Add(photos);
  files.Add(references);
  MappingReader reader(roster, files, columns);
  for (auto row = header + 1; row != table.rows.end(); ++row) reader.Add(*row);
  auto mapping = reader.Finish(name);
  if (mapping) mapping->notes.insert(mapping->notes.begin(), table.notes.begin(), table.notes.end());
  return mapping;
}

Result<Mapping> ReadMapping(const std::filesystem::path& path, const Roster& roster,
                            std::span<const PhotoFile> photos, std::span<const PhotoFile> references) {
  TRY_ASSIGN(const auto bytes, ReadTextFile(path, table::kMaxTableBytes));
  return ParseMapping(bytes, path.string(), roster, photos, references);
}

}  // namespace gradphoto::roster
