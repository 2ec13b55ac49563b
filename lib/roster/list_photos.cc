// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <set>
#include <system_error>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/roster/link.h"

namespace gradphoto::roster {
namespace {

namespace fs = std::filesystem;

bool IsPassedOver(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(".") || name == "__MACOSX" || ToLowerAscii(name) == "thumbs.db";
}

bool HasPhotoName(const fs::path& path) {
  constexpr std::array<std::string_view, 12> kExtensions = {".jpg",  ".jpeg", ".jpe", ".jfif", ".png", ".heic",
                                                            ".heif", ".webp", ".bmp", ".gif",  ".tif", ".tiff"};
  return std::ranges::find(kExtensions, ToLowerAscii(path.extension().string())) != kExtensions.end();
}

// JPEG, PNG, WebP or an HEIF brand: a photo whose extension was lost must not be passed over.
bool HasPhotoContent(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 12> head{};
  in.read(head.data(), head.size());
  const std::string_view bytes(head.data(), static_cast<std::size_t>(in.gcount()));
  constexpr std::array<std::string_view, 5> kBrands = {"heic", "heix", "mif1", "msf1", "heim"};
  const bool heif = bytes.size() == 12 && bytes.substr(4, 4) == "ftyp" &&
                    std::ranges::find(kBrands, bytes.substr(8)) != kBrands.end();
  return bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("\x89PNG") || heif ||
         (bytes.starts_with("RIFF") && bytes.size() == 12 && bytes.ends_with("WEBP"));
}

}  // namespace

Result<PhotoListing> ListPhotos(std::span<const fs::path> directories) {
  PhotoListing listing;
  std::set<fs::path> seen;  // Directories may be given twice or lie in each other.
  for (const fs::path& directory : directories) {
    std::error_code error;
    if (!fs::is_directory(directory, error)) {
      return Fail(ErrorKind::kUsage, directory.string() + ": no such directory");
    }
    const fs::path canonical = fs::canonical(directory, error);
    fs::recursive_directory_iterator it(directory, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      if (IsTemporaryName(it->path().filename().string())) ++listing.unfinished;
      if (IsPassedOver(it->path())) {
        it.disable_recursion_pending();
        continue;
      }
      std::error_code ignored;  // A dangling link is no regular file.
      if (!it->is_regular_file(ignored)) continue;
      const fs::path relative = it->path().lexically_relative(directory);
      if (!seen.insert(canonical / relative).second) continue;
      if (HasPhotoName(it->path()) || HasPhotoContent(it->path())) {
        const auto written = fs::last_write_time(it->path(), ignored).time_since_epoch();
        listing.photos.push_back({(directory / relative).string(), relative.generic_string(),
                                  std::chrono::duration_cast<std::chrono::nanoseconds>(written).count()});
      } else {
        ++listing.skipped;
      }
    }
    if (error) return Fail(ErrorKind::kInput, directory.string() + ": cannot be listed: " + error.message());
  }
  std::ranges::sort(listing.photos, {}, &PhotoFile::path);
  return listing;
}

}  // namespace gradphoto::roster
