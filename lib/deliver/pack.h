// SPDX-License-Identifier: Apache-2.0
// From records to an upload directory: the standardized photos under the names a portal wants, an index,
// checksums and, if asked, zips. In two steps, so that every obstacle is known before the first file is
// written: PlanPack reads the records and the photos, WritePack writes. It does not judge photos: what is not
// accepted stays out.
//
//   photos/<folder>/<name>.jpg   the photos, bytes unchanged
//   photos.zip                   with zip: the photos only, without "photos/"; photos-001.zip... if several;
//   1班.zip, 2班-001.zip...      the same for each class, teaching point... where zips have a name template
//   index.csv                    which file is whose, numbers in full: file, zip, key, name, id_number,
//                                student_number, candidate_number, group, bytes, sha256, source_photo
//   SHA256SUMS                   of all the above, for `sha256sum -c`; written last: the mark of a whole pack
//
// The same records and photos give the same bytes in every file. Files get mode 0600, directories 0700.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/deliver/naming.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

// In which encoding zips hold names. GBK has no language flag, so unpackers outside of China show it garbled.
enum class ZipNames { kUtf8, kGbk };

struct PackOptions {
  NameTemplate folder;  // Default: no folders below photos/.
  NameTemplate name;    // Required.
  bool zip = false;
  NameTemplate zip_name;  // Photos with the same value go into one zip, e.g. "{class}"; default: "photos".
  bool zip_flat = false;  // No folders inside zips.
  ZipNames zip_names = ZipNames::kUtf8;
  std::size_t zip_max_files = 0;    // Photos per zip; 0 = the format's limit of 65,535.
  std::uint64_t zip_max_bytes = 0;  // Bytes per zip; 0 = the format's limit of 4 GiB.
  IfExists if_exists = IfExists::kRefuse;
  std::function<bool()> interrupted;  // Asked before each photo; may be empty.
};

// Why a record is not in the pack.
enum class Refusal {
  kNotAccepted,       // Its outcome is not "accepted".
  kNoOutput,          // Accepted, but no standardized photo or no checksum of one is recorded.
  kOutputUnreadable,  // The standardized photo is gone or cannot be read.
  kOutputChanged,     // The standardized photo is not the one that was checked.
  kNoName,            // The student's columns do not give a file name, or none that GBK can hold.
  kSameName,          // Another student's photo would get the same file name.
};
inline constexpr std::array kRefusals = {Refusal::kNotAccepted,      Refusal::kNoOutput,
                                         Refusal::kOutputUnreadable, Refusal::kOutputChanged,
                                         Refusal::kNoName,           Refusal::kSameName};
// "not-accepted", "no-output", "output-unreadable", "output-changed", "no-name", "same-name".
std::string_view RefusalName(Refusal refusal);

struct RefusedRecord {
  std::size_t record = 0;  // Index into the records.
  Refusal why = Refusal::kNotAccepted;
  // Of the last two, plain English without personal data.
  std::string detail{};  // NOLINT(readability-redundant-member-init): may be left unnamed
  // Of kSameName: the records it shares the name with.
  std::vector<std::size_t> others{};  // NOLINT(readability-redundant-member-init): may be left unnamed
};

struct PackedPhoto {
  std::size_t record = 0;   // Index into the records.
  std::string file;         // Relative to the pack, "photos/...", UTF-8.
  std::string zip;          // Name of its zip; empty without zips.
  std::string name_in_zip;  // In the encoding of the zip; empty without zips.
  std::uint64_t bytes = 0;
};

struct PackPlan {
  std::vector<PackedPhoto> photos;     // Bytewise sorted by file.
  std::vector<RefusedRecord> refused;  // In order of the records.
  std::vector<std::string> zips;       // Bytewise sorted; empty without zips.
  ZipNames zip_names = ZipNames::kUtf8;

  std::size_t Count(Refusal why) const;
};

// Photos that were judged as finished ones and not standardized (gradphoto-check --finished) are packed as they
// are: the photo becomes the output.
void TakeFinishedPhotos(std::span<Record> records);

// Reads every accepted photo once to compare its SHA-256. Relative output paths are taken from the current
// directory. A student whose name cannot be made, and all who would share one, are refused; the others are
// packed. Errors: kUsage - a template names a field that no accepted record has (the message has those that
// exist), no template for names, a zip template with folders, a photo exceeds zip_max_bytes; kOutput -
// interrupted.
Result<PackPlan> PlanPack(std::span<const Record> records, const PackOptions& options);

// {"packed":N,"refused":{"not-accepted":N,...},"zips":[...]}, what gradphoto-pack prints.
Json ToJson(const PackPlan& plan);

// What stands in the way in a directory; relative paths, bytewise sorted.
struct Conflicts {
  std::vector<std::string>
      different;  // Files of the plan that exist with other contents (zips are not compared).
  std::vector<std::string> foreign;  // Under photos/ or zips beside it, but of no plan like this: uploading the
                                     // directory would upload them too.
  bool empty() const { return different.empty() && foreign.empty(); }
};

// Looks, writes nothing. An absent directory has no conflicts; leftovers of an interrupted WritePack are none
// either.
// Errors: kOutput - the directory cannot be listed.
Result<Conflicts> FindConflicts(std::span<const Record> records, const PackPlan& plan,
                                const std::filesystem::path& directory);

// Whether WritePack would take the directory: no foreign files, and with IfExists::kRefuse none that differ.
// Errors: kOutput - with the number of such files and the first ten names, numbers masked.
Result<void> CheckPackDirectory(std::span<const Record> records, const PackPlan& plan, IfExists if_exists,
                                const std::filesystem::path& directory);

// Writes the pack. Nothing is written when there are foreign files, or files that differ and IfExists::kRefuse.
// Running it again with the same inputs changes nothing.
// Errors: kOutput - conflicts, disk, interrupted (the files there are whole, SHA256SUMS is missing or old);
// kInput - a standardized photo changed since the plan.
Result<void> WritePack(std::span<const Record> records, const PackPlan& plan, const PackOptions& options,
                       const std::filesystem::path& directory);

}  // namespace gradphoto::deliver
