// SPDX-License-Identifier: Apache-2.0
#include "lib/batch/preflight.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "lib/base/text.h"
#include "lib/deliver/naming.h"
#include "lib/deliver/pack_options.h"

namespace gradphoto::batch {
namespace {

namespace fs = std::filesystem;
using deliver::NameTemplate;

// Fields of the roster: those that exist, and those of them that any student has filled.
struct Fields {
  std::set<std::string, std::less<>> known, filled;
};

Fields FieldsOf(std::span<const Record> records) {
  Fields fields;
  for (const Record& record : records) {
    if (!record.student) continue;
    for (std::string& name : deliver::FieldNames(*record.student)) fields.known.insert(std::move(name));
    for (const auto& [name, value] : record.student->fields) {
      if (!Trim(value).empty()) fields.filled.insert(name);
    }
  }
  fields.filled.insert({"key", "stem"});
  return fields;
}

bool HasAll(const NameTemplate& wanted, const std::set<std::string, std::less<>>& fields) {
  return std::ranges::all_of(wanted.Fields(), [&](const std::string& field) { return fields.contains(field); });
}

// Errors: kUsage - the job names a field that the roster lacks.
Result<void> CheckTemplate(std::string_view what, const NameTemplate& wanted, const Fields& fields) {
  const std::vector<std::string> known(fields.known.begin(), fields.known.end());
  for (const std::string& field : wanted.Fields()) {
    if (fields.known.contains(field)) continue;
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: {}; correct it in the job, or map a column of the roster to it "
                            "with columns:",
                            what, UnknownNameMessage("field", field, known)));
  }
  return {};
}

}  // namespace

Result<Packing> PackingOf(const Job& job, const fs::path& config_dir, std::span<const Record> records) {
  TRY_ASSIGN(auto named,
             deliver::PackOptionsFor(config_dir, job.standard, job.name_template, job.folder_template));
  Packing packing{
      .options = std::move(named.options), .official_tool = std::move(named.official_tool), .told = {}};
  deliver::PackOptions& pack = packing.options;
  pack.zip = job.zip;
  if (!job.zip_template.empty()) {
    TRY_ASSIGN(pack.zip_name, NameTemplate::Parse(job.zip_template));
  }
  const Fields fields = FieldsOf(records);
  const bool any =
      std::ranges::any_of(records, [](const Record& record) { return record.student.has_value(); });
  if (!any) return packing;
  if (!job.name_template.empty()) {
    TRY(CheckTemplate("name_template", pack.name, fields));
  } else if (!HasAll(pack.name, fields.filled)) {
    static constexpr std::array<std::string_view, 3> kInstead = {"student_number", "candidate_number", "key"};
    const auto field = std::ranges::find_if(kInstead, [&](auto name) { return fields.filled.contains(name); });
    TRY_ASSIGN(pack.name, NameTemplate::Parse(fmt::format("{{{}}}", *field)));
    packing.told.push_back(
        fmt::format("the roster does not fill the columns of the standard's file names: photos "
                    "are named by {} (name_template says otherwise)",
                    *field));
  }
  if (!job.folder_template.empty()) {
    TRY(CheckTemplate("folder_template", pack.folder, fields));
  } else if (!HasAll(pack.folder, fields.filled)) {
    pack.folder = {};
    packing.told.emplace_back(
        "the roster does not fill the columns of the standard's folders: photos are packed "
        "without folders (folder_template says otherwise)");
  }
  if (pack.zip && !job.zip_template.empty()) {
    TRY(CheckTemplate("zip_template", pack.zip_name, fields));
  } else if (!HasAll(pack.zip_name, fields.filled)) {
    pack.zip_name = {};
  }
  return packing;
}

Result<void> CheckFolders(const Job& job, std::size_t last) {
  for (const fs::path& folder : job.photos) {
    std::error_code ignored;
    if (last == 0 || fs::exists(folder, ignored)) continue;
    return Fail(ErrorKind::kOutput,
                fmt::format("{}: the folder is gone; the last run found {} photos. Is the disk "
                            "mounted? Nothing was done",
                            folder.string(), last));
  }
  return {};
}

Result<void> CheckCount(std::size_t photos, std::size_t last) {
  if (photos * 2 >= last) return {};
  return Fail(ErrorKind::kOutput,
              fmt::format("only {} photos are there, the last run found {}. Is the disk mounted, "
                          "were files moved? Nothing was done; if it is meant, say --accept-fewer",
                          photos, last));
}

std::size_t CountPhotos(std::span<const Record> records) {
  return static_cast<std::size_t>(
      std::ranges::count_if(records, [](const Record& record) { return !record.photo.empty(); }));
}

}  // namespace gradphoto::batch
