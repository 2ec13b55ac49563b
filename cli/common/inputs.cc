// SPDX-License-Identifier: Apache-2.0
#include "cli/common/inputs.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <span>

#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/image/decode.h"
#include "lib/image/photo_file.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(".") || name == "__MACOSX";
}

bool HasImageContent(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 12> head{};
  in.read(head.data(), head.size());
  const std::span bytes(head.data(), static_cast<std::size_t>(in.gcount()));
  return image::SniffFormat(std::as_bytes(bytes)).has_value();
}

void AddPhoto(const fs::path& path, std::vector<Record>& records) {
  Record record;
  record.photo = path.string();
  records.push_back(std::move(record));
}

Result<void> AddPath(const fs::path& path, std::vector<Record>& records) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error)) return Fail(ErrorKind::kUsage, path.string() + ": no such file or directory");
    AddPhoto(path, records);
    return {};
  }
  std::vector<fs::path> found;
  fs::recursive_directory_iterator it(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (IsHidden(it->path())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(error) && (image::HasPhotoName(it->path()) || HasImageContent(it->path()))) {
      found.push_back(it->path());
    }
  }
  if (error) return Fail(ErrorKind::kInput, path.string() + ": cannot be listed: " + error.message());
  std::ranges::sort(found, {}, [](const fs::path& p) { return p.string(); });
  for (const fs::path& photo : found) AddPhoto(photo, records);
  return {};
}

Result<void> AddListed(const std::string& list, std::vector<Record>& records) {
  std::ifstream file;
  if (list != "-") file.open(list);
  std::istream& in = list == "-" ? std::cin : file;
  if (!in) return Fail(ErrorKind::kUsage, list + ": cannot be opened");
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    TRY(AddPath(line, records));
  }
  return {};
}

bool NamesRecords(const std::string& input) { return input == "-" || input.ends_with(".ndjson"); }

}  // namespace

bool ReadsRecords(const InputOptions& options) {
  return options.inputs.size() == 1 && options.files_from.empty() && NamesRecords(options.inputs.front());
}

Result<std::vector<Record>> CollectRecords(const InputOptions& options) {
  if (ReadsRecords(options)) {
    const std::string& input = options.inputs.front();
    if (input == "-") return ReadRecords(std::cin, "stdin");
    std::ifstream file(input);
    if (!file) return Fail(ErrorKind::kUsage, input + ": cannot be opened");
    return ReadRecords(file, input);
  }
  std::vector<Record> records;
  for (const std::string& input : options.inputs) {
    if (NamesRecords(input)) {
      return Fail(ErrorKind::kUsage,
                  "records ('" + input + "') cannot be mixed with other inputs; run the tool twice");
    }
    TRY(AddPath(input, records));
  }
  if (!options.files_from.empty()) {
    TRY(AddListed(options.files_from, records));
  }
  if (options.inputs.empty() && options.files_from.empty()) {
    return Fail(ErrorKind::kUsage, "no input: name photos, directories, an .ndjson file or '-'");
  }
  return records;
}

Result<void> RefuseOutputInsideInput(const InputOptions& options, const fs::path& output_dir) {
  const std::vector<fs::path> inputs(options.inputs.begin(), options.inputs.end());
  return RefuseOutputInside(inputs, output_dir);
}

}  // namespace gradphoto::cli
