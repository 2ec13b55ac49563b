// SPDX-License-Identifier: Apache-2.0
// The one answer to "is this a photo file?", and the one way through a folder of photos. All tools that are
// given a folder see the same files in it, and what they pass over can be told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto {

enum class ImageFormat { kJpeg, kPng, kWebp, kHeif, kTiff };  // Those that can be decoded. AVIF is HEIF.

// The format that the first bytes of a file tell; nothing when it is none of these. Twelve bytes are enough
// but for HEIF files of an unusual main brand, which are told by the compatible brands behind it.
inline constexpr std::size_t kSniffBytes = 256;
std::optional<ImageFormat> SniffImage(std::string_view head);

// What the first bytes of a file that is none of these formats tell, in plain English: "a PDF document", "a GIF
// picture"... `is_picture`: a picture that some program can save as a JPEG. Nothing when they tell nothing.
struct ForeignKind {
  std::string_view what;
  bool is_picture = false;
};
std::optional<ForeignKind> SniffForeign(std::string_view head);

// Whether the path ends in an extension that photos come with, in any letter case: those of the formats above,
// and BMP and GIF, which are told to be no ID photos.
bool HasPhotoName(const std::filesystem::path& path);

// What systems leave behind, and hidden files: nobody's photo.
bool IsLitterName(const std::string& name);

struct PhotoFile {
  std::string path;              // As it goes into the record.
  std::string relative;          // Below the photo directory, "/" between folders; folders may name groups.
  std::int64_t modified_ns = 0;  // When the file was last written; comparable with others of the same listing.
};

enum class WhyPassedOver {
  kLitter,        // Hidden, or what systems leave behind: .DS_Store, __MACOSX, Thumbs.db, ~$list.xlsx...
  kUnfinished,    // A file of ours that a killed run left behind (file.h).
  kSpecial,       // No file: a FIFO, a socket, a device.
  kBrokenLink,    // A symbolic link to nothing, or in a circle.
  kLinkedFolder,  // A symbolic link to a folder that is listed already or holds one that is: it would never
                  // end.
  kOutput,        // A folder that the tool writes into: results are no photos.
  kUnreadable,    // A folder or file that cannot be read.
};

struct PassedOver {
  std::string path;
  WhyPassedOver why = WhyPassedOver::kLitter;
  std::string detail;  // kUnreadable: the reason that the system gives.
};

struct PhotoListing {
  std::vector<PhotoFile> photos;  // No file twice; this and the others bytewise sorted by path.
  std::vector<PhotoFile> others;  // Neither by content nor by name photos: documents, videos...
  std::vector<PassedOver> passed_over;
  std::vector<std::string> folders;            // That were looked into, in no order.
  std::size_t Count(WhyPassedOver why) const;  // Of `passed_over`.
};

// What lies in `directories`, recursively. A photo is what has the content of one, whatever its name; and what
// has the name of one, whatever its content, so that a damaged one is reported and not passed over. Links to
// files are read. Links to folders are followed after all real folders, once: a folder never comes under two
// paths. `path` is the directory as given joined with `relative`. Zip archives among the directories and in
// them are listed like folders (photo_archive.h). What lies in `output`, which a link may lead to, is passed
// over, unless a directory lies in it itself; empty: none. Errors: kUsage - no such directory; kInput - one of
// them cannot be listed. A folder or archive below that cannot be is passed over (kUnreadable).
Result<PhotoListing> ListPhotos(std::span<const std::filesystem::path> directories,
                                const std::filesystem::path& output = {});

// What was passed over that somebody may miss (all but litter): one line for each reason, "<count> <what>,
// passed over: <the first paths>".
std::vector<std::string> NotesOf(const PhotoListing& listing);

}  // namespace gradphoto
