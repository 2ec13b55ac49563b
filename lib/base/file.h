// SPDX-License-Identifier: Apache-2.0
// Reading whole files with a bound, and writing files so that a crash leaves either the old or the new one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto {

// What the system says about an errno, e.g. "No space left on device". Safe in threads.
std::string SystemReason(int error_number);
// The same about the call that failed last (errno).
std::string ErrnoText();

// A file to be read by and by, from its beginning; pipes are welcome. Errors: `kind` - absent, a directory, no
// permission, with the system's reason.
Result<std::ifstream> OpenForReading(const std::filesystem::path& path, ErrorKind kind = ErrorKind::kInput);

// Reads a regular file of at most `max_bytes`. Errors: kInput - absent, not a regular file, unreadable, too
// large.
Result<std::vector<std::byte>> ReadFile(const std::filesystem::path& path, std::uint64_t max_bytes);
Result<std::string> ReadTextFile(const std::filesystem::path& path, std::uint64_t max_bytes);

// Makes the directory and its missing parents with mode 0700. Errors: kOutput.
Result<void> MakePrivateDirectories(const std::filesystem::path& directory);

// A name is safe only when the directory that holds it is on the disk. Some file systems cannot sync
// directories; that is no reason to fail.
void SyncDirectory(const std::filesystem::path& directory);

// What WriteFileAtomic does with a file that is already there and has other contents.
// The same contents are never an error: re-running a batch changes nothing.
enum class IfExists { kRefuse, kOverwrite };

// Files are written under a name of ours, ".gradphoto-XXXXXX.tmp", in the directory where they are to be:
// hidden and recognizable, so that what a killed run left behind is never taken for a photo or for somebody's
// file. The pattern is for mkostemps, its suffix has kTemporarySuffixBytes.
inline constexpr int kTemporarySuffixBytes = 4;
std::string TemporaryPattern(const std::filesystem::path& path);
bool IsTemporaryName(std::string_view file_name);

// Writes to a temporary file in the same directory, syncs it and renames it; missing parent directories are
// made with mode 0700, the file gets mode 0600 (photos and rosters are personal data). Errors: kOutput -
// refused, disk full, no permission.
Result<void> WriteFileAtomic(const std::filesystem::path& path, std::span<const std::byte> bytes,
                             IfExists if_exists);
Result<void> WriteFileAtomic(const std::filesystem::path& path, std::string_view text, IfExists if_exists);

// What WriteFileAtomic would say, as far as that can be known without writing: refused, a directory in the
// place of the file or a file in that of a directory, no permission. For dry runs. Errors: kOutput.
Result<void> CheckWriteFile(const std::filesystem::path& path, std::span<const std::byte> bytes,
                            IfExists if_exists);
Result<void> CheckWriteFile(const std::filesystem::path& path, std::string_view text, IfExists if_exists);

}  // namespace gradphoto
