// SPDX-License-Identifier: Apache-2.0
#include "cli/common/inputs.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <span>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/image/decode.h"

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
    if (!fs::exists(path, error)) {  // Absent, or behind a directory that must not be entered.
      return Fail(ErrorKind::kUsage,
                  path.string() + ": " + (error ? error.message() : "no such file or directory"));
    }
    AddPhoto(path, records);
    return {};
  }
  std::vector<fs::path> found;
  fs::recursive_directory_iterator it(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (IsHidden(it->path())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(error) && (HasPhotoName(it->path()) || HasImageContent(it->path()))) {
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
  if (list != "-") {
    TRY_ASSIGN(auto opened, OpenForReading(list, ErrorKind::kUsage));
    file = std::move(opened);
  }
  std::istream& in = list == "-" ? std::cin : file;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    TRY(AddPath(line, records));
  }
  return {};
}

bool NamesRecords(const std::string& input) { return input == "-" || input.ends_with(".ndjson"); }

}  // namespace

bool IsWithin(const fs::path& inner, const fs::path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

bool HasPhotoName(const fs::path& path) {
  constexpr std::array<std::string_view, 11> kExtensions = {".jpg",  ".jpeg", ".jpe", ".png", ".heic", ".heif",
                                                            ".webp", ".bmp",  ".gif", ".tif", ".tiff"};
  return std::ranges::find(kExtensions, ToLowerAscii(path.extension().string())) != kExtensions.end();
}

bool ReadsRecords(const InputOptions& options) {
  return options.inputs.size() == 1 && options.files_from.empty() && NamesRecords(options.inputs.front());
}

Result<std::vector<Record>> CollectRecords(const InputOptions& options) {
  if (ReadsRecords(options)) {
    const std::string& input = options.inputs.front();
    if (input == "-") return ReadRecords(std::cin, "stdin");
    TRY_ASSIGN(auto file, OpenForReading(input, ErrorKind::kUsage));
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
  std::error_code error;
  const fs::path output = fs::weakly_canonical(output_dir, error);
  for (const std::string& input : options.inputs) {
    if (!fs::is_directory(input, error)) continue;
    if (IsWithin(output, fs::weakly_canonical(input, error))) {
      return Fail(ErrorKind::kUsage, "the output directory " + output_dir.string() + " lies inside the input " +
                                         input + "; the next run would take results for photos");
    }
  }
  return {};
}

}  // namespace gradphoto::cli
