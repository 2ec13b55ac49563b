// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/pack.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/deliver/files.h"
#include "lib/deliver/redact.h"
#include "lib/deliver/zip.h"
#include "lib/table/csv.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPhotoBytes = 64u << 20;  // A standardized photo has tens of kilobytes.
constexpr std::size_t kMaxListed = 10;               // Positions and names in one message.

Error InterruptedError() { return {ErrorKind::kOutput, "interrupted"}; }

// Messages end in logs, and a packed photo's path is mostly an identity number.
std::unexpected<Error> Redacted(const Error& error, const Record& record) {
  return Fail(error.kind, Redactor().Text(error.message, &record));
}

std::optional<Refusal> Refuse(const Record& record, std::uint64_t& bytes) {
  if (record.outcome != Outcome::kAccepted) return Refusal::kNotAccepted;
  if (record.output.empty() || record.output_sha256.empty()) return Refusal::kNoOutput;
  const auto photo = ReadFile(record.output, kMaxPhotoBytes);
  if (!photo) return Refusal::kOutputUnreadable;
  if (Sha256Hex(*photo) != record.output_sha256) return Refusal::kOutputChanged;
  bytes = photo->size();
  return std::nullopt;
}

// "records 3 and 8; records 4, 5 and 6"
std::string ListCollisions(const std::vector<std::vector<std::size_t>>& groups,
                           const std::vector<PackedPhoto>& photos) {
  std::string list;
  std::size_t listed = 0;
  for (const auto& group : groups) {
    if (listed >= kMaxListed) return list + "; and more";
    std::vector<std::size_t> positions;
    for (const std::size_t photo : group) positions.push_back(photos[photo].record + 1);
    std::ranges::sort(positions);
    list += list.empty() ? "records " : "; records ";
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (i > 0) list += i + 1 == positions.size() ? " and " : ", ";
      list += std::to_string(positions[i]);
    }
    listed += positions.size();
  }
  return list;
}

std::string ZipName(const std::string& stem, std::size_t number, std::size_t count) {
  if (count == 1) return stem + ".zip";
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
  return stem + "-" + digits + ".zip";
}

bool IsZipName(const std::string& name) { return ToLowerAscii(name).ends_with(".zip"); }

// The photo's path without "photos/", in the encoding of the zip; without folders if so wanted.
Result<std::string> NameInZip(const PackedPhoto& photo, const PackOptions& options) {
  std::string name = photo.file.substr(options.zip_flat ? photo.file.rfind('/') + 1 : kPackPhotoFolder.size());
  if (options.zip_names == ZipNames::kUtf8) return name;
  auto gbk = ConvertFromUtf8(name, "GBK");
  // The reason would hold the name.
  if (!gbk) {
    return Fail(ErrorKind::kUsage,
                "record " + std::to_string(photo.record + 1) +
                    ": the file name holds a character that GBK lacks; use UTF-8 names in the "
                    "zip or a template of numbers");
  }
  return gbk;
}

std::vector<ZipEntry> ZipEntries(std::span<const PackedPhoto* const> photos, const fs::path& directory,
                                 ZipNames names) {
  std::vector<ZipEntry> entries;
  for (const PackedPhoto* photo : photos) {
    entries.push_back({.name = photo->name_in_zip,
                       .file = directory / photo->file,
                       .bytes = photo->bytes,
                       .name_is_gbk = names == ZipNames::kGbk});
  }
  return entries;
}

// The photos of each zip stem, in the order of the plan.
Result<std::map<std::string, std::vector<PackedPhoto*>>> PhotosByZipStem(std::span<const Record> records,
                                                                         const PackOptions& options,
                                                                         PackPlan& plan) {
  std::map<std::string, std::vector<PackedPhoto*>> groups;
  for (PackedPhoto& photo : plan.photos) {
    TRY_ASSIGN(auto stem, options.zip_name.Expand(records[photo.record], photo.record + 1));
    if (stem.contains('/')) return Fail(ErrorKind::kUsage, "the name of a zip must not have folders");
    groups[stem.empty() ? "photos" : stem].push_back(&photo);
  }
  return groups;
}

std::unexpected<Error> Collision(const std::string& what, const std::string& list) {
  return Fail(ErrorKind::kUsage,
              what + " (case is ignored, as on Windows): " + list + "; use another template");
}

Result<void> PlanZips(std::span<const Record> records, const PackOptions& options, PackPlan& plan) {
  plan.zip_names = options.zip_names;
  TRY_ASSIGN(auto groups, PhotosByZipStem(records, options, plan));
  for (auto& [stem, photos] : groups) {
    std::vector<std::string> names;
    for (PackedPhoto* photo : photos) {
      TRY_ASSIGN(auto name, NameInZip(*photo, options));
      photo->name_in_zip = std::move(name);
      names.push_back(photo->file.substr(options.zip_flat ? photo->file.rfind('/') + 1 : 0));
    }
    if (const auto same = FindCollisions(names); !same.empty()) {
      std::vector<PackedPhoto> copies;
      for (const PackedPhoto* photo : photos) copies.push_back(*photo);
      return Collision("these would get the same name in a zip", ListCollisions(same, copies));
    }
    const auto counts =
        SplitIntoZips(ZipEntries(photos, {}, options.zip_names), options.zip_max_files, options.zip_max_bytes);
    if (!counts) return std::unexpected(counts.error());
    auto photo = photos.begin();
    for (std::size_t i = 0; i < counts->size(); ++i) {
      plan.zips.push_back(ZipName(stem, i + 1, counts->size()));
      for (std::size_t n = 0; n < (*counts)[i]; ++n, ++photo) (*photo)->zip = plan.zips.back();
    }
  }
  if (const auto same = FindCollisions(plan.zips); !same.empty()) {
    return Collision("two zips would get the same name", plan.zips[same.front().front()]);
  }
  std::ranges::sort(plan.zips);  // photos-1000.zip stands before photos-999.zip.
  return {};
}

std::string IndexCsv(std::span<const Record> records, const PackPlan& plan) {
  constexpr std::array<std::string_view, 4> kFields = {"name", "id_number", "student_number",
                                                       "candidate_number"};
  table::CsvWriter csv;
  std::vector<std::string> row = {"file", "zip", "key"};
  row.insert(row.end(), kFields.begin(), kFields.end());
  row.insert(row.end(), {"group", "bytes", "sha256", "source_photo"});
  csv.AddRow(row);
  for (const PackedPhoto& photo : plan.photos) {
    const Record& record = records[photo.record];
    row = {photo.file, photo.zip, record.student ? record.student->key : ""};
    for (const std::string_view field : kFields) {
      row.emplace_back(record.student ? record.student->Field(field) : std::string_view());
    }
    row.insert(row.end(),
               {std::string(GroupOf(record)), std::to_string(photo.bytes), record.output_sha256, record.photo});
    csv.AddRow(row);
  }
  return csv.text();
}

// Lists what is in the pack's places on disk, as paths relative to `directory`.
Result<std::vector<std::string>> PresentFiles(const fs::path& directory) {
  std::vector<std::string> present;
  std::error_code error;
  if (!fs::exists(directory, error)) return present;
  for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (IsZipName(name) || IsTemporaryName(name)) present.push_back(name);
  }
  const fs::path photos = directory / kPackPhotoFolder;
  std::error_code ignored;
  if (!error && fs::exists(photos, ignored)) {
    for (fs::recursive_directory_iterator it(photos, error); !error && it != fs::recursive_directory_iterator();
         it.increment(error)) {
      if (!it->is_directory(ignored))
        present.push_back(fs::relative(it->path(), directory, ignored).generic_string());
    }
  }
  if (error) return Fail(ErrorKind::kOutput, directory.string() + ": cannot be listed: " + error.message());
  std::ranges::sort(present);
  return present;
}

// The names of the plan's files, photos and zips.
std::set<std::string> PlannedFiles(const PackPlan& plan) {
  std::set<std::string> planned(plan.zips.begin(), plan.zips.end());
  for (const PackedPhoto& photo : plan.photos) planned.insert(photo.file);
  return planned;
}

bool IsLeftover(const std::string& name) { return IsTemporaryName(name.substr(name.rfind('/') + 1)); }

Result<void> RemoveLeftovers(const fs::path& directory) {
  TRY_ASSIGN(const auto present, PresentFiles(directory));
  for (const std::string& name : present) {
    std::error_code ignored;  // If it stays, the next look finds it again.
    if (IsLeftover(name)) fs::remove(directory / name, ignored);
  }
  return {};
}

// The first names, numbers masked: those of the plan as their records say, others as far as they can be
// recognized.
std::string ListNames(const std::vector<std::string>& names, std::span<const Record> records,
                      const PackPlan& plan) {
  const Redactor redactor;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kMaxListed; ++i) {
    const auto photo = std::ranges::lower_bound(plan.photos, names[i], {}, &PackedPhoto::file);
    const bool planned = photo != plan.photos.end() && photo->file == names[i];
    list += (i > 0 ? ", " : "") + redactor.Text(names[i], planned ? &records[photo->record] : nullptr);
  }
  return names.size() > kMaxListed ? list + ", and " + std::to_string(names.size() - kMaxListed) + " more"
                                   : list;
}

}  // namespace

std::string_view RefusalName(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNotAccepted:
      return "not-accepted";
    case Refusal::kNoOutput:
      return "no-output";
    case Refusal::kOutputUnreadable:
      return "output-unreadable";
    case Refusal::kOutputChanged:
      return "output-changed";
  }
  return "";
}

std::size_t PackPlan::Count(Refusal why) const {
  return static_cast<std::size_t>(std::ranges::count(refused, why, &RefusedRecord::why));
}

Result<PackPlan> PlanPack(std::span<const Record> records, const PackOptions& options) {
  PackPlan plan;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (options.interrupted && options.interrupted()) return std::unexpected(InterruptedError());
    std::uint64_t bytes = 0;
    if (const auto why = Refuse(records[i], bytes)) {
      plan.refused.push_back({.record = i, .why = *why});
      continue;
    }
    TRY_ASSIGN(auto path, PhotoPath(options.folder, options.name, records[i], i + 1));
    plan.photos.push_back({.record = i,
                           .file = std::string(kPackPhotoFolder) + path,
                           .zip = "",
                           .name_in_zip = "",
                           .bytes = bytes});
  }
  std::ranges::stable_sort(plan.photos, {}, &PackedPhoto::file);
  std::vector<std::string> files;
  for (const PackedPhoto& photo : plan.photos) files.push_back(photo.file);
  if (const auto groups = FindCollisions(files); !groups.empty()) {
    return Collision("these would get the same file name", ListCollisions(groups, plan.photos));
  }
  if (options.zip) {
    TRY(PlanZips(records, options, plan));
  }
  return plan;
}

Result<Conflicts> FindConflicts(std::span<const Record> records, const PackPlan& plan,
                                const fs::path& directory) {
  TRY_ASSIGN(const auto present, PresentFiles(directory));
  Conflicts conflicts;
  const std::set<std::string> planned = PlannedFiles(plan);
  for (const std::string& name : present) {
    if (!planned.contains(name) && !IsLeftover(name)) conflicts.foreign.push_back(name);
  }
  for (const PackedPhoto& photo : plan.photos) {
    if (!std::ranges::binary_search(present, photo.file)) continue;
    const auto digest = Sha256File(directory / photo.file);
    if (!digest || *digest != records[photo.record].output_sha256) conflicts.different.push_back(photo.file);
  }
  std::error_code ignored;
  const fs::path index = directory / kPackIndexName;
  if (fs::exists(index, ignored)) {
    const auto digest = Sha256File(index);
    if (!digest || *digest != Sha256Hex(IndexCsv(records, plan)))
      conflicts.different.emplace_back(kPackIndexName);
  }
  std::ranges::sort(conflicts.different);
  return conflicts;
}

Result<void> CheckPackDirectory(std::span<const Record> records, const PackPlan& plan, IfExists if_exists,
                                const fs::path& directory) {
  const auto conflicts = FindConflicts(records, plan, directory);
  if (!conflicts) return std::unexpected(conflicts.error());
  const auto fail = [&](const std::vector<std::string>& names, const std::string& what) {
    return Fail(ErrorKind::kOutput, directory.string() + ": " + what + " (" + std::to_string(names.size()) +
                                        "): " + ListNames(names, records, plan));
  };
  if (!conflicts->foreign.empty()) {
    return fail(conflicts->foreign, "holds files of no such pack, move them away or use a fresh directory");
  }
  if (!conflicts->different.empty() && if_exists == IfExists::kRefuse) {
    return fail(conflicts->different, "files exist with other contents, use --overwrite or another directory");
  }
  return {};
}

Result<void> WritePack(std::span<const Record> records, const PackPlan& plan, const PackOptions& options,
                       const fs::path& directory) {
  TRY(CheckPackDirectory(records, plan, options.if_exists, directory));
  TRY(RemoveLeftovers(directory));
  std::map<std::string, std::string> sums;  // By file.
  for (const PackedPhoto& photo : plan.photos) {
    if (options.interrupted && options.interrupted()) return std::unexpected(InterruptedError());
    const Record& record = records[photo.record];
    const auto bytes = ReadFile(record.output, kMaxPhotoBytes);
    if (!bytes) return Redacted(bytes.error(), record);
    if (Sha256Hex(*bytes) != record.output_sha256) {
      return Fail(ErrorKind::kInput, "record " + std::to_string(photo.record + 1) +
                                         ": the standardized photo changed while it was packed");
    }
    if (auto written = WriteFileAtomic(directory / photo.file, *bytes, options.if_exists); !written) {
      return Redacted(written.error(), record);
    }
    sums[photo.file] = record.output_sha256;
  }
  for (const std::string& zip : plan.zips) {
    if (options.interrupted && options.interrupted()) return std::unexpected(InterruptedError());
    std::vector<const PackedPhoto*> inside;
    for (const PackedPhoto& photo : plan.photos) {
      if (photo.zip == zip) inside.push_back(&photo);
    }
    const fs::path path = directory / zip;
    if (auto written = WriteZip(path, ZipEntries(inside, directory, plan.zip_names), options.if_exists);
        !written) {
      return Fail(written.error().kind, Redactor().Text(written.error().message, nullptr));
    }
    TRY_ASSIGN(auto digest, Sha256File(path));
    sums[zip] = std::move(digest);
  }
  const std::string index = IndexCsv(records, plan);
  TRY(WriteFileAtomic(directory / kPackIndexName, index, options.if_exists));
  sums[std::string(kPackIndexName)] = Sha256Hex(index);
  std::string lines;
  for (const auto& [file, digest] : sums) lines.append(digest).append("  ").append(file).append("\n");
  return WriteFileAtomic(directory / kPackSumsName, lines, options.if_exists);
}

}  // namespace gradphoto::deliver
