// SPDX-License-Identifier: Apache-2.0
#include "cli/common/inputs.h"

#include <fstream>
#include <iostream>
#include <span>
#include <utility>

#include <spdlog/spdlog.h>

#include "lib/base/file.h"
#include "lib/base/paths.h"
#include "lib/base/photo_archive.h"
#include "lib/base/read_line.h"
#include "lib/deliver/redact.h"

namespace gradphoto::cli {
namespace {

namespace fs = std::filesystem;

// Of a list: several times the longest path that Linux takes, and the photos of a province.
constexpr std::size_t kMaxPathBytes = 16 << 10, kMaxListed = 5'000'000;

void AddPhoto(const fs::path& path, std::vector<Record>& records) {
  Record record;
  record.photo = path.string();
  records.push_back(std::move(record));
}

Result<void> AddPath(const fs::path& path, const fs::path& output, std::vector<Record>& records) {
  std::error_code error;
  if (!fs::is_directory(path, error) && !IsArchive(path)) {
    if (!fs::exists(path, error) &&
        !PhotoExists(path)) {  // Absent, or behind a directory that must not be entered.
      return Fail(ErrorKind::kUsage,
                  path.string() + ": " + (error ? error.message() : "no such file or directory"));
    }
    AddPhoto(path, records);
    return {};
  }
  TRY_ASSIGN(const auto listing, ListPhotos(std::span(&path, 1), output));
  for (const PhotoFile& photo : listing.photos) AddPhoto(photo.path, records);
  TellPassedOver(listing);
  return {};
}

Result<void> AddListed(const InputOptions& options, std::vector<Record>& records) {
  const std::string& list = options.files_from;
  std::ifstream file;
  if (list != "-") {
    TRY_ASSIGN(auto opened, OpenForReading(list, ErrorKind::kUsage));
    file = std::move(opened);
  }
  std::istream& in = list == "-" ? std::cin : file;
  std::string line;
  for (std::size_t number = 1; ReadLine(in, line, kMaxPathBytes); ++number) {
    if (line.size() > kMaxPathBytes) {
      return Fail(ErrorKind::kUsage,
                  list + ":" + std::to_string(number) + ": the line is too long; is this a list of paths?");
    }
    if (number > kMaxListed) {
      return Fail(ErrorKind::kUsage, list + ": more than " + std::to_string(kMaxListed) + " lines");
    }
    if (line.ends_with('\r')) line.pop_back();
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // Of Windows' editor.
    if (line.empty()) continue;
    TRY(AddPath(line, options.output, records));
  }
  return {};
}

bool NamesRecords(const std::string& input) { return input == "-" || input.ends_with(".ndjson"); }

}  // namespace

void TellPassedOver(const PhotoListing& listing) {
  for (const std::string& note : NotesOf(listing)) spdlog::warn("{}", deliver::Redactor().Text(note, nullptr));
  if (!listing.others.empty()) spdlog::info("{} files that are no photos left out", listing.others.size());
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
    TRY(AddPath(input, options.output, records));
  }
  if (!options.files_from.empty()) {
    TRY(AddListed(options, records));
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
