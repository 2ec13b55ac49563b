// SPDX-License-Identifier: Apache-2.0
// Photos inside zip archives, read where they are: nothing is ever unpacked to disk. A photo in an archive has
// a path like any other, "<archive>!/<name in it>" (the form of Java's jar: URLs), and one in an archive in the
// archive "<archive>!/<inner archive>!/<name>"; deeper ones are not opened. Whoever reads or hashes a photo by
// the path in its record does so here. The only file that sees libzip for reading photos is photo_archive.cc.
//
// Names: "/" and "\" both separate folders; empty parts, ".", ".." and a drive before them are dropped, so that
// no name leads out of the archive, not even as text. UTF-8 where the archive says so or the bytes are; else
// GB18030, the code page of Chinese Windows; else CP437, that of the format.
//
// Bounds: kMaxArchiveEntries in one archive; an entry that inflates to more than kMaxInflation times its size
// (above kSmallBytes), or beyond what the reader allows, is not read; an archive whose entries claim that
// together (entries that overlap...) is not opened; nor is an inner archive of more than kMaxInnerBytes, which
// has to be held in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/base/photo_file.h"

namespace gradphoto {

inline constexpr std::uint64_t kMaxArchiveEntries = 100'000;
inline constexpr std::uint64_t kMaxInflation = 200;
inline constexpr std::uint64_t kSmallBytes = 64U << 20U;
inline constexpr std::uint64_t kMaxInnerBytes = 512U << 20U;

// Whether the file is an archive that is looked into: named .zip, and with the content of one.
bool IsArchive(const std::filesystem::path& file);

// What lies in the archive, as a folder of its name without the extension would be listed: `path` in the form
// above, `relative` below `relative_folder`/<name of the archive>. Encrypted and damaged entries with the name
// of a photo are listed; reading them says what is wrong. Passed over (kUnreadable) are inner archives that
// cannot be opened and a second entry of one name. Errors: kInput - no whole archive, or beyond the bounds.
Result<PhotoListing> ListArchive(const std::filesystem::path& archive,
                                 const std::filesystem::path& relative_folder);

enum class WhyNotRead {
  kFile,         // It cannot be opened, is gone or too large.
  kEncrypted,    // An entry with a password.
  kDamaged,      // An entry whose bytes do not come to its checksum.
  kCompression,  // An entry that is packed by a method that libzip does not know.
  kInflates,     // An entry beyond the bounds.
};
struct ReadFailure {
  WhyNotRead why = WhyNotRead::kFile;
  std::string message;  // With the path.
};
// As the detail of a finding: without the path.
std::string_view DetailOf(WhyNotRead why);

// The bytes of a photo, in an archive or not.
std::expected<std::vector<std::byte>, ReadFailure> ReadPhoto(const std::filesystem::path& photo,
                                                             std::uint64_t max_bytes);

// The SHA-256 of a photo, in an archive or not, as Sha256File gives it. Errors: kInput - it cannot be read.
Result<std::string> HashPhoto(const std::filesystem::path& photo);

// Whether the path names a file, or an entry of an archive.
bool PhotoExists(const std::filesystem::path& photo);

}  // namespace gradphoto
