// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/zip.h"

#include <memory>
#include <system_error>

#include <zip.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/temporary_file.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLocalHeaderBytes = 30;
constexpr std::uint64_t kCentralHeaderBytes = 46;
constexpr std::uint64_t kEndRecordBytes = 22;
constexpr zip_uint16_t kDosMidnight = 0;
constexpr zip_uint16_t kDosFirstOfJanuary1980 = (1 << 5) | 1;
constexpr zip_uint32_t kUnixRegularFile0644 = 0100644u << 16;

std::uint64_t EntrySize(const ZipEntry& entry) {
  return kLocalHeaderBytes + kCentralHeaderBytes + 2 * entry.name.size() + entry.bytes;
}

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

Result<void> AddEntry(zip_t* archive, const ZipEntry& entry) {
  const auto fail = [&](const std::string& step) {
    return Fail(ErrorKind::kInternal, "zip: " + step + ": " + zip_strerror(archive));
  };
  // Read only in zip_close, one file at a time.
  zip_source_t* source = zip_source_file(archive, entry.file.c_str(), 0, static_cast<zip_int64_t>(entry.bytes));
  if (source == nullptr) return fail("source");
  // As CP437, the code page of the format, libzip stores the bytes as they are.
  const zip_flags_t encoding = entry.name_is_gbk ? ZIP_FL_ENC_CP437 : ZIP_FL_ENC_UTF_8;
  const zip_int64_t index = zip_file_add(archive, entry.name.c_str(), source, encoding);
  if (index < 0) {
    zip_source_free(source);  // Owned by the archive only after success.
    return fail("add");
  }
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive, at, ZIP_CM_STORE, 0) != 0) return fail("store");
  // Not zip_file_set_mtime: that converts by the time zone of the machine.
  if (zip_file_set_dostime(archive, at, kDosMidnight, kDosFirstOfJanuary1980, 0) != 0) return fail("time");
  if (zip_file_set_external_attributes(archive, at, 0, ZIP_OPSYS_UNIX, kUnixRegularFile0644) != 0)
    return fail("mode");
  return {};
}

}  // namespace

Result<std::vector<std::size_t>> SplitIntoZips(std::span<const ZipEntry> entries, std::size_t max_files,
                                               std::uint64_t max_bytes) {
  if (max_files == 0 || max_files > kZipMaxFiles) max_files = kZipMaxFiles;
  if (max_bytes == 0 || max_bytes > kZipMaxBytes) max_bytes = kZipMaxBytes;
  std::vector<std::size_t> counts;
  std::uint64_t size = 0;
  for (const ZipEntry& entry : entries) {
    const std::uint64_t alone = kEndRecordBytes + EntrySize(entry);
    if (alone > max_bytes) {
      return Fail(ErrorKind::kUsage, "a zip with one photo has " + std::to_string(alone) +
                                         " bytes, more than the " + std::to_string(max_bytes) + " allowed");
    }
    if (counts.empty() || counts.back() == max_files || size + EntrySize(entry) > max_bytes) {
      counts.push_back(0);
      size = kEndRecordBytes;
    }
    ++counts.back();
    size += EntrySize(entry);
  }
  return counts;
}

Result<void> WriteZip(const fs::path& path, std::span<const ZipEntry> entries, IfExists if_exists) {
  for (const ZipEntry& entry : entries) {
    std::error_code error;
    if (const auto bytes = fs::file_size(entry.file, error); error || bytes != entry.bytes) {
      return Fail(
          ErrorKind::kInput,
          entry.file.string() + ": " + (error ? error.message() : "has another size than when it was planned"));
    }
  }
  // libzip writes a file of its own and renames it to this one, whose mode it takes over.
  TRY_ASSIGN(auto temporary, TemporaryFile::For(path));

  int code = 0;
  std::unique_ptr<zip_t, Discard> archive(zip_open(temporary.path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (archive == nullptr)
    return Fail(ErrorKind::kOutput, path.string() + ": zip error " + std::to_string(code));
  for (const ZipEntry& entry : entries) {
    TRY(AddEntry(archive.get(), entry));
  }
  if (zip_close(archive.get()) != 0) {
    return Fail(ErrorKind::kOutput, path.string() + ": cannot be written: " + zip_strerror(archive.get()));
  }
  (void)archive.release();  // Freed by zip_close.

  std::error_code error;
  if (fs::exists(path, error)) {
    const auto present = Sha256File(path);
    const auto made = Sha256File(temporary.path());
    if (present && made && *present == *made) return {};
    if (if_exists == IfExists::kRefuse) {
      return Fail(ErrorKind::kOutput,
                  path.string() + ": exists with other contents; use --overwrite or another directory");
    }
  }
  return temporary.MoveToTarget(TemporaryFile::Replace::kYes);
}

}  // namespace gradphoto::deliver
