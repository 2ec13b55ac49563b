// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/pack.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/base/temporary_file.h"
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
  const auto photo = ReadPhoto(record.output, kMaxPhotoBytes);
  if (!photo) return Refusal::kOutputUnreadable;
  if (Sha256Hex(*photo) != record.output_sha256) return Refusal::kOutputChanged;
  bytes = photo->size();
  return std::nullopt;
}

std::string ZipName(const std::string& stem, std::size_t number, std::size_t count) {
  if (count == 1) return stem + ".zip";
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
  return stem + "-" + digits + ".zip";
}

bool IsZipName(const std::string& name) { return ToLowerAscii(name).ends_with(".zip"); }

// A photo that goes into the pack, and the name of its zip without number and ending.
struct Named {
  PackedPhoto photo;
  std::string zip_stem;
};

// Errors: kUsage - why there is no name, without the record's position and without personal data.
Result<Named> NameOf(const Record& record, std::size_t position, const PackOptions& options) {
  const auto made = [&]() -> Result<Named> {
    TRY_ASSIGN(const auto path, PhotoPath(options.folder, options.name, record, position));
    Named named{
        {.record = position - 1, .file = std::string(kPackPhotoFolder) + path, .zip = "", .name_in_zip = ""},
        ""};
    if (!options.zip) return named;
    TRY_ASSIGN(auto stem, options.zip_name.Expand(record, position));
    named.zip_stem = stem.empty() ? "photos" : std::move(stem);
    named.photo.name_in_zip = options.zip_flat ? path.substr(path.rfind('/') + 1) : path;
    if (options.zip_names == ZipNames::kGbk) {
      auto gbk = ConvertFromUtf8(named.photo.name_in_zip, "GBK");
      // The reason would hold the name.
      if (!gbk) {
        return Fail(ErrorKind::kUsage,
                    "the file name holds a character that GBK lacks; use UTF-8 names in the zip "
                    "or a template of numbers");
      }
      named.photo.name_in_zip = std::move(*gbk);
    }
    return named;
  }();
  if (made) return made;
  const std::string where = "record " + std::to_string(position) + ": ";
  std::string why = made.error().message;
  if (why.starts_with(where)) why.erase(0, where.size());
  return Fail(made.error().kind, why);
}

// Takes out all photos that would meet under one of `names`, which stand in the order of the photos.
void RefuseShared(std::vector<Named>& photos, const std::vector<std::string>& names, std::string_view what,
                  PackPlan& plan) {
  std::map<std::size_t, std::set<std::size_t>> shared;  // Photo to those it meets.
  for (const auto& group : FindCollisions(names)) {
    for (const std::size_t photo : group) shared[photo].insert(group.begin(), group.end());
  }
  if (shared.empty()) return;
  std::vector<Named> left;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const auto found = shared.find(i);
    if (found == shared.end()) {
      left.push_back(std::move(photos[i]));
      continue;
    }
    RefusedRecord refused{.record = photos[i].photo.record,
                          .why = Refusal::kSameName,
                          .detail = "shares its file name" + std::string(what) + " with "};
    for (const std::size_t other : found->second) {
      if (other != i) refused.others.push_back(photos[other].photo.record);
    }
    std::ranges::sort(refused.others);
    refused.detail += refused.others.size() == 1 ? "record " : "records ";
    for (std::size_t n = 0; n < refused.others.size() && n < kMaxListed; ++n) {
      refused.detail += (n == 0 ? "" : ", ") + std::to_string(refused.others[n] + 1);
    }
    if (refused.others.size() > kMaxListed) refused.detail += " and more";
    plan.refused.push_back(std::move(refused));
  }
  photos = std::move(left);
}

// Errors: kUsage - a template names a field that no accepted record has: the template is wrong, not a row.
Result<void> CheckFields(std::span<const Record> records, const PackOptions& options) {
  if (options.name.empty()) return Fail(ErrorKind::kUsage, "the template for file names is empty");
  std::set<std::string> known;
  bool any = false;
  for (const Record& record : records) {
    if (record.outcome != Outcome::kAccepted) continue;
    any = true;
    for (std::string& name : record.student ? FieldNames(*record.student) : std::vector<std::string>{"stem"}) {
      known.insert(std::move(name));
    }
  }
  if (!any) return {};
  const std::vector<std::string> names(known.begin(), known.end());
  for (const NameTemplate* each : {&options.folder, &options.name, &options.zip_name}) {
    for (const std::string& field : each->Fields()) {
      if (!known.contains(field)) return Fail(ErrorKind::kUsage, UnknownNameMessage("field", field, names));
    }
  }
  return {};
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

// Puts the photos into zips. Two stems that differ in case only are one zip: Windows could not tell them apart.
Result<void> PlanZips(std::vector<Named> photos, const PackOptions& options, PackPlan& plan) {
  plan.zip_names = options.zip_names;
  std::map<std::string, std::vector<Named>> groups;
  for (Named& named : photos) {
    if (named.zip_stem.contains('/')) return Fail(ErrorKind::kUsage, "the name of a zip must not have folders");
    groups[FoldCase(named.zip_stem)].push_back(std::move(named));
  }
  for (auto& [folded, group] : groups) {
    if (options.zip_flat) {
      std::vector<std::string> names;
      for (const Named& named : group)
        names.push_back(named.photo.file.substr(named.photo.file.rfind('/') + 1));
      RefuseShared(group, names, " in a zip", plan);
    }
    if (group.empty()) continue;
    std::vector<const PackedPhoto*> inside;
    for (const Named& named : group) inside.push_back(&named.photo);
    TRY_ASSIGN(const auto counts, SplitIntoZips(ZipEntries(inside, {}, options.zip_names),
                                                options.zip_max_files, options.zip_max_bytes));
    const std::string stem = group.front().zip_stem;
    auto named = group.begin();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      plan.zips.push_back(ZipName(stem, i + 1, counts.size()));
      for (std::size_t n = 0; n < counts[i]; ++n, ++named) {
        named->photo.zip = plan.zips.back();
        plan.photos.push_back(std::move(named->photo));
      }
    }
  }
  // "1-001" beside the first part of "1": nothing that a row could put right.
  if (const auto same = FindCollisions(plan.zips); !same.empty()) {
    return Fail(ErrorKind::kUsage, "two zips would get the same name (case is ignored, as on Windows): " +
                                       plan.zips[same.front().front()] + "; use another template");
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

void TakeFinishedPhotos(std::span<Record> records) {
  for (Record& record : records) {
    if (!record.output.empty()) continue;
    const Json measures = record.measures.Open();
    const auto source = measures.find("source");
    if (source == measures.end() || !source->is_object()) continue;
    const auto finished = source->find("finished");
    if (finished == source->end() || *finished != true) continue;
    record.output = record.photo;
    record.output_sha256 = record.sha256;
  }
}

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
    case Refusal::kNoName:
      return "no-name";
    case Refusal::kSameName:
      return "same-name";
  }
  return "";
}

std::size_t PackPlan::Count(Refusal why) const {
  return static_cast<std::size_t>(std::ranges::count(refused, why, &RefusedRecord::why));
}

Json ToJson(const PackPlan& plan) {
  Json json;
  json["packed"] = plan.photos.size();
  json["refused"] = Json::object();
  for (const auto why :
       {Refusal::kNotAccepted, Refusal::kNoOutput, Refusal::kOutputUnreadable, Refusal::kOutputChanged}) {
    json["refused"][std::string(RefusalName(why))] = plan.Count(why);
  }
  json["zips"] = plan.zips;
  return json;
}

Result<PackPlan> PlanPack(std::span<const Record> records, const PackOptions& options) {
  TRY(CheckFields(records, options));
  PackPlan plan;
  std::vector<Named> photos;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (options.interrupted && options.interrupted()) return Fail(InterruptedError());
    std::uint64_t bytes = 0;
    if (const auto why = Refuse(records[i], bytes)) {
      plan.refused.push_back({.record = i, .why = *why});
      continue;
    }
    auto named = NameOf(records[i], i + 1, options);
    if (!named) {
      plan.refused.push_back({.record = i, .why = Refusal::kNoName, .detail = named.error().message});
      continue;
    }
    named->photo.bytes = bytes;
    photos.push_back(std::move(*named));
  }
  std::ranges::stable_sort(photos, {}, [](const Named& named) { return named.photo.file; });
  std::vector<std::string> files;
  for (const Named& named : photos) files.push_back(named.photo.file);
  RefuseShared(photos, files, "", plan);
  if (options.zip) {
    TRY(PlanZips(std::move(photos), options, plan));
    std::ranges::sort(plan.photos, {}, &PackedPhoto::file);
  } else {
    for (Named& named : photos) plan.photos.push_back(std::move(named.photo));
  }
  std::ranges::sort(plan.refused, {}, &RefusedRecord::record);
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
  TRY_ASSIGN(const auto conflicts, FindConflicts(records, plan, directory));
  const auto fail = [&](const std::vector<std::string>& names, const std::string& what) {
    return Fail(ErrorKind::kOutput, directory.string() + ": " + what + " (" + std::to_string(names.size()) +
                                        "): " + ListNames(names, records, plan));
  };
  if (!conflicts.foreign.empty()) {
    return fail(conflicts.foreign, "holds files of no such pack, move them away or use a fresh directory");
  }
  if (!conflicts.different.empty() && if_exists == IfExists::kRefuse) {
    return fail(conflicts.different, "files exist with other contents, use --overwrite or another directory");
  }
  return {};
}

Result<void> WritePack(std::span<const Record> records, const PackPlan& plan, const PackOptions& options,
                       const fs::path& directory) {
  TRY(CheckPackDirectory(records, plan, options.if_exists, directory));
  TRY(RemoveLeftovers(directory));
  std::map<std::string, std::string> sums;  // By file.
  std::set<fs::path> folders;
  for (const PackedPhoto& photo : plan.photos) {
    if (options.interrupted && options.interrupted()) return Fail(InterruptedError());
    const Record& record = records[photo.record];
    const auto bytes = ReadPhoto(record.output, kMaxPhotoBytes);
    if (!bytes) return Redacted(Error{ErrorKind::kInput, bytes.error().message}, record);
    if (Sha256Hex(*bytes) != record.output_sha256) {
      return Fail(ErrorKind::kInput, "record " + std::to_string(photo.record + 1) +
                                         ": the standardized photo changed while it was packed");
    }
    if (auto written = WriteFileAtomic(directory / photo.file, *bytes, options.if_exists, Sync::kContents);
        !written) {
      return Redacted(written.error(), record);
    }
    sums[photo.file] = record.output_sha256;
    folders.insert((directory / photo.file).parent_path());
  }
  std::ranges::for_each(folders, SyncDirectory);  // Before SHA256SUMS says that they are there.
  for (const std::string& zip : plan.zips) {
    if (options.interrupted && options.interrupted()) return Fail(InterruptedError());
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
