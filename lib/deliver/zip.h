// SPDX-License-Identifier: Apache-2.0
// Writing zip archives that upload portals take and whose bytes depend on nothing but names and contents:
// stored (JPEG does not compress), every time 1980-01-01 00:00:00, every mode 0644, no extra fields, no
// comments, entries in the order given. Not a general zip library; the only file that sees libzip is zip.cc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/file.h"

namespace gradphoto::deliver {

// What a zip without the zip64 extension can hold; old portals and unpackers read nothing else.
inline constexpr std::size_t kZipMaxFiles = 65'535;
inline constexpr std::uint64_t kZipMaxBytes = 0xFFFF'FFFE;

struct ZipEntry {
  // Inside the archive: '/' between folders; UTF-8, marked by the language flag unless it is ASCII.
  std::string name;
  std::filesystem::path file;  // Whose bytes are stored.
  std::uint64_t bytes = 0;     // Size of that file.
  // `name` is in GBK and gets no flag: what old portals and the unpackers of Chinese Windows expect.
  bool name_is_gbk = false;
};

// Splits entries, in order, into archives of at most `max_files` entries and `max_bytes` bytes each; 0 means
// the limits of the format. Returns the number of entries of each archive.
// Errors: kUsage - one photo alone exceeds `max_bytes`.
Result<std::vector<std::size_t>> SplitIntoZips(std::span<const ZipEntry> entries, std::size_t max_files,
                                               std::uint64_t max_bytes);

// Writes the archive with mode 0600 beside its final place and renames it, so a crash leaves the old file or
// the new one. The files are read one after the other; memory does not grow with the archive. A file with the
// same bytes that is already there is left alone.
// Errors: kOutput - refused by `if_exists`, disk full, no permission; kInput - a file cannot be read or has
// changed its size.
Result<void> WriteZip(const std::filesystem::path& path, std::span<const ZipEntry> entries, IfExists if_exists);

}  // namespace gradphoto::deliver
