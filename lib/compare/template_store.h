// SPDX-License-Identifier: Apache-2.0
// Templates of earlier batches, for jobs that ask for it: one current photo for each student, in one file
// (templates.bin, mode 0600) that only this class reads and writes. Templates are biometric data: a
// purge takes students out with RemoveStudents().
//
// The file, all numbers little-endian: "GPTMPL1\n"; dimension u32; side of the shot fingerprint u32; id of the
// nets, 16 characters; count u64; for each student: length of the key u16, key, SHA-256 of the photo (32
// bytes), flags u8 (bit 0: confirmed), scale f32, `dimension` x i8, fingerprint; at the end the SHA-256 of all
// before it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file_lock.h"
#include "lib/compare/shot.h"
#include "lib/compare/similar_pairs.h"

namespace gradphoto::compare {

struct StoredTemplate {
  std::string photo_sha256;  // 64 hexadecimal digits.
  bool confirmed = false;    // The photo matched the student's own reference.
  PackedTemplate face;
  ShotFingerprint shot{};
};

class TemplateStore {
 public:
  // `id` is TemplateId() of the nets now in use; empty: whatever the file has. An absent file is an empty
  // store. A file of other nets is an empty store, too, with a note: its templates can be compared with nothing
  // any more, and the next Save replaces them. kWrite makes the directory and locks it until the store goes;
  // kRead leaves no trace. Errors: kOutput - the directory cannot be made, or another process holds it; kInput
  // - the file is damaged.
  enum class Access { kRead, kWrite };
  static Result<TemplateStore> Open(const std::filesystem::path& directory, const std::string& id,
                                    Access access = Access::kWrite);

  // By the student's key.
  const std::map<std::string, StoredTemplate, std::less<>>& entries() const { return entries_; }
  const std::string& note() const { return note_; }  // Empty, or why earlier templates are left out.

  // Replaces the student's earlier one. Precondition: the key has 1 to kMaxKeyBytes bytes; all templates are of
  // the store's nets, so of one dimension.
  void Put(const std::string& key, StoredTemplate entry);
  // Writes the file anew (temporary file, sync, rename; 0600). Precondition: opened to write. Errors: kOutput.
  Result<void> Save() const;

  // Deletes the templates of these students from the store in `directory`, whatever nets they are of; returns
  // how many there were. No file, no templates. Errors: as Open and Save.
  static Result<std::size_t> RemoveStudents(const std::filesystem::path& directory,
                                            const std::function<bool(std::string_view key)>& is_removed);

  static constexpr std::string_view kFileName = "templates.bin", kLockName = ".templates.lock";
  static constexpr std::size_t kMaxKeyBytes = 256;
  static constexpr std::uint64_t kMaxEntries = 2'000'000;

 private:
  TemplateStore(std::filesystem::path directory, std::string id)
      : directory_(std::move(directory)), id_(std::move(id)) {}

  std::filesystem::path directory_;
  std::string id_, note_;
  std::map<std::string, StoredTemplate, std::less<>> entries_;
  std::optional<FileLock> lock_;  // Of kWrite.
};

// The contents of a file. Errors: kInput - not such a file, damaged, or beyond the bounds; says where.
struct TemplateFile {
  std::string id;  // 16 characters.
  std::map<std::string, StoredTemplate, std::less<>> entries;
};
Result<TemplateFile> ParseTemplates(std::string_view bytes);
// Precondition: every template has the same dimension, 1..4096.
std::string SerializeTemplates(const TemplateFile& file);

}  // namespace gradphoto::compare
