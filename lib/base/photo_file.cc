// SPDX-License-Identifier: Apache-2.0
#include "lib/base/photo_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/photo_archive.h"
#include "lib/base/text.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

bool Contains(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// The file type box, ISO/IEC 14496-12 4.3: size, "ftyp", main brand, version, compatible brands.
bool IsHeif(std::string_view head) {
  // Of ISO/IEC 23008-12 and AVIF; the sequences (hevc, msf1, avis...) hold a still picture, too.
  constexpr std::array<std::string_view, 12> kBrands = {"heic", "heix", "heim", "heis", "hevc", "hevx",
                                                        "hevm", "hevs", "mif1", "msf1", "avif", "avis"};
  // With one of these libheif reads a file whatever its main brand.
  constexpr std::array<std::string_view, 4> kCompatible = {"heic", "heix", "mif1", "avif"};
  if (head.size() < 12 || head.substr(4, 4) != "ftyp") return false;
  if (Contains(kBrands, head.substr(8, 4))) return true;
  std::size_t box_bytes = 0;
  for (const char c : head.substr(0, 4)) box_bytes = box_bytes << 8 | static_cast<unsigned char>(c);
  for (std::size_t at = 16; at + 4 <= std::min(box_bytes, head.size()); at += 4) {
    if (Contains(kCompatible, head.substr(at, 4))) return true;
  }
  return false;
}

// The first bytes; nothing when the file cannot be read (errno tells why).
std::optional<std::string> HeadOf(const fs::path& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string head(kSniffBytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (in.bad()) return std::nullopt;
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

// Whether `inner` is `outer` or lies below it; both canonical.
bool LiesIn(const fs::path& inner, const fs::path& outer) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

class Walk {
 public:
  explicit Walk(const fs::path& output) {
    std::error_code ignored;
    if (!output.empty()) output_ = fs::weakly_canonical(output, ignored);
  }

  Result<void> Root(const fs::path& directory) {
    std::error_code error;
    if (IsArchive(directory)) return RootArchive(directory);
    if (!fs::is_directory(directory, error)) {
      const bool is_there = fs::exists(directory, error);
      return Fail(ErrorKind::kUsage,
                  directory.string() + (is_there ? ": neither a directory nor a zip" : ": no such directory"));
    }
    const fs::path canonical = fs::canonical(directory, error);
    if (error) return Fail(ErrorKind::kInput, directory.string() + ": cannot be listed: " + error.message());
    if (seen_.contains(canonical)) return {};  // Directories may be given twice or lie in each other.
    const bool in_output = !output_.empty() && LiesIn(canonical, output_);
    folders_.push_back({directory, {}, canonical, in_output});
    if (const std::error_code why = ListNext()) {
      return Fail(ErrorKind::kInput, directory.string() + ": cannot be listed: " + why.message());
    }
    ListAll();
    return {};
  }

  // After all roots: links are followed where real folders had the first word.
  PhotoListing Finish() {
    while (!links_.empty()) {
      std::ranges::sort(links_, {}, &Folder::relative);
      for (Folder& link : std::exchange(links_, {})) {
        const bool is_circle =
            std::ranges::any_of(seen_, [&](const fs::path& listed) { return LiesIn(listed, link.canonical); });
        if (is_circle) {
          PassOver(link.Path(), WhyPassedOver::kLinkedFolder);
        } else {
          folders_.push_back(std::move(link));
          ListAll();
        }
      }
    }
    std::ranges::sort(listing_.photos, {}, &PhotoFile::path);
    std::ranges::sort(listing_.others, {}, &PhotoFile::path);
    std::ranges::sort(listing_.passed_over, {}, &PassedOver::path);
    return std::move(listing_);
  }

 private:
  struct Folder {
    fs::path root, relative, canonical;
    bool in_output = false;  // Its root lies in the output: that is meant.
    fs::path Path() const { return relative.empty() ? root : root / relative; }
  };

  void PassOver(const fs::path& path, WhyPassedOver why, std::string detail = {}) {
    listing_.passed_over.push_back({path.string(), why, std::move(detail)});
  }

  void ListAll() {
    while (!folders_.empty()) {
      const fs::path path = folders_.back().Path();
      if (const std::error_code why = ListNext()) {
        PassOver(path, WhyPassedOver::kUnreadable, why.message());
      }
    }
  }

  // The last of `folders_`, without what lies deeper: no more than one directory is open at a time.
  std::error_code ListNext() {
    const Folder folder = std::move(folders_.back());
    folders_.pop_back();
    if (!seen_.insert(folder.canonical).second) return {};
    if (!folder.in_output && !output_.empty() && LiesIn(folder.canonical, output_)) {
      PassOver(folder.Path(), WhyPassedOver::kOutput);
      return {};
    }
    listing_.folders.push_back(folder.Path().string());
    std::error_code error;
    fs::directory_iterator it(folder.Path(), error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) Add(folder, *it);
    return error;
  }

  void Add(const Folder& folder, const fs::directory_entry& entry) {
    const fs::path file_name = entry.path().filename();
    const std::string name = file_name.string();
    const Folder here{folder.root, folder.relative / file_name, folder.canonical / file_name, folder.in_output};
    if (IsTemporaryName(name)) return PassOver(here.Path(), WhyPassedOver::kUnfinished);
    if (IsLitterName(name)) return PassOver(here.Path(), WhyPassedOver::kLitter);
    std::error_code error;
    const bool is_link = entry.is_symlink(error);
    const fs::file_status status = entry.status(error);  // Of what a link leads to.
    if (status.type() == fs::file_type::directory) {
      is_link ? AddLink(here) : folders_.push_back(here);
    } else if (status.type() == fs::file_type::regular) {
      AddFile(here);
    } else if (is_link && (status.type() == fs::file_type::not_found || status.type() == fs::file_type::none)) {
      PassOver(here.Path(), WhyPassedOver::kBrokenLink);
    } else if (status.type() == fs::file_type::none || status.type() == fs::file_type::not_found) {
      PassOver(here.Path(), WhyPassedOver::kUnreadable, error.message());
    } else {
      PassOver(here.Path(), WhyPassedOver::kSpecial);
    }
  }

  void AddLink(Folder link) {
    std::error_code error;
    link.canonical = fs::canonical(link.Path(), error);
    if (error) return PassOver(link.Path(), WhyPassedOver::kUnreadable, error.message());
    links_.push_back(std::move(link));
  }

  Result<void> RootArchive(const fs::path& archive) {
    std::error_code ignored;
    if (!seen_.insert(fs::canonical(archive, ignored)).second) return {};
    TRY_ASSIGN(auto listing, ListArchive(archive, {}));
    Append(std::move(listing));
    return {};
  }

  void AddArchive(const Folder& file) {
    std::error_code error;
    const fs::path canonical = fs::canonical(file.Path(), error);
    if (!error && !seen_.insert(canonical).second) return;
    auto listing = ListArchive(file.Path(), file.relative.parent_path());
    // Whose it is stays worth telling where no photo comes out of it.
    if (!listing || listing->photos.empty()) AddOther(file);
    if (listing) {
      Append(*std::move(listing));
    } else {
      std::string why = listing.error().message;
      if (const std::string where = file.Path().string() + ": "; why.starts_with(where))
        why.erase(0, where.size());
      PassOver(file.Path(), WhyPassedOver::kUnreadable, std::move(why));
    }
  }

  void Append(PhotoListing listing) {
    std::ranges::move(listing.photos, std::back_inserter(listing_.photos));
    std::ranges::move(listing.others, std::back_inserter(listing_.others));
    std::ranges::move(listing.passed_over, std::back_inserter(listing_.passed_over));
  }

  void AddFile(const Folder& file) {
    const fs::path path = file.Path();
    if (IsArchive(path)) return AddArchive(file);
    bool is_photo = HasPhotoName(path);
    if (!is_photo) {
      const auto head = HeadOf(path);
      if (!head) {
        const std::string why = std::error_code(errno, std::generic_category()).message();
        return PassOver(path, WhyPassedOver::kUnreadable, why);
      }
      is_photo = SniffImage(*head).has_value();
    }
    is_photo ? listing_.photos.push_back(FileAt(file)) : AddOther(file);
  }

  void AddOther(const Folder& file) { listing_.others.push_back(FileAt(file)); }

  static PhotoFile FileAt(const Folder& file) {
    std::error_code ignored;
    const auto written = fs::last_write_time(file.Path(), ignored).time_since_epoch();
    return {file.Path().string(), file.relative.generic_string(),
            std::chrono::duration_cast<std::chrono::nanoseconds>(written).count()};
  }

  PhotoListing listing_;
  std::vector<Folder> folders_, links_;  // Yet to be listed.
  std::set<fs::path> seen_;              // Canonical; folders and archives.
  fs::path output_;                      // Canonical; empty: none.
};

}  // namespace

std::optional<ImageFormat> SniffImage(std::string_view head) {
  if (head.starts_with("\xFF\xD8\xFF")) return ImageFormat::kJpeg;
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return ImageFormat::kPng;
  if (head.size() >= 12 && head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") return ImageFormat::kWebp;
  if (IsHeif(head)) return ImageFormat::kHeif;
  using namespace std::string_view_literals;
  for (const std::string_view tiff : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
    if (head.starts_with(tiff)) return ImageFormat::kTiff;
  }
  return std::nullopt;
}

std::optional<ForeignKind> SniffForeign(std::string_view head) {
  using namespace std::string_view_literals;
  struct Known {
    std::size_t at;
    std::string_view bytes;
    ForeignKind kind;
  };
  constexpr ForeignKind kVideo{"a video", false};
  constexpr std::array kKnown = {Known{0, "GIF8"sv, {"a GIF picture", true}},
                                 Known{0, "8BPS"sv, {"a Photoshop file", true}},
                                 Known{0, "\0\0\0\x0CjP  "sv, {"a JPEG 2000 picture", true}},
                                 Known{0, "\0\0\0\x0CJXL "sv, {"a JPEG XL picture", true}},
                                 Known{0, "\xFF\x0A"sv, {"a JPEG XL picture", true}},
                                 Known{0, "FUJIFILMCCD-RAW"sv, {"a raw file of a camera", true}},
                                 Known{0, "IIRO"sv, {"a raw file of a camera", true}},
                                 Known{0, "IIU\0"sv, {"a raw file of a camera", true}},
                                 Known{4, "ftypcrx "sv, {"a raw file of a camera", true}},
                                 Known{4, "ftyp"sv, kVideo},
                                 Known{4, "moov"sv, kVideo},
                                 Known{4, "mdat"sv, kVideo},
                                 Known{0, "\x1A\x45\xDF\xA3"sv, kVideo},
                                 Known{8, "AVI LIST"sv, kVideo},
                                 Known{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, kVideo},
                                 Known{0, "%PDF-"sv, {"a PDF document", false}},
                                 Known{0, "\xD0\xCF\x11\xE0"sv, {"an Office document", false}},
                                 Known{0, "PK\x03\x04"sv, {"an Office document or a zip archive", false}},
                                 Known{0, "Rar!"sv, {"an archive", false}},
                                 Known{0, "7z\xBC\xAF"sv, {"an archive", false}},
                                 Known{0, "<!DOCTYPE"sv, {"a web page", false}},
                                 Known{0, "<!doctype"sv, {"a web page", false}},
                                 Known{0, "<html"sv, {"a web page", false}}};
  const auto found = std::ranges::find_if(kKnown, [&](const Known& known) {
    return head.size() >= known.at && head.substr(known.at).starts_with(known.bytes);
  });
  if (found != kKnown.end()) return found->kind;
  constexpr std::size_t kBmpHeader =
      18;  // "BM", sizes, four zeros, the offset, and the size of the next header.
  if (head.size() >= kBmpHeader && head.starts_with("BM") && head.substr(6, 4) == "\0\0\0\0"sv) {
    return ForeignKind{"a BMP picture", true};
  }
  return std::nullopt;
}

bool IsLitterName(const std::string& name) {
  constexpr std::array<std::string_view, 7> kNames = {"__macosx",
                                                      "thumbs.db",
                                                      "ehthumbs.db",
                                                      "desktop.ini",
                                                      "@eadir",
                                                      "$recycle.bin",
                                                      "system volume information"};
  return name.starts_with('.') || name.starts_with("~$") || Contains(kNames, ToLowerAscii(name));
}

bool HasPhotoName(const fs::path& path) {
  constexpr std::array<std::string_view, 18> kExtensions = {
      ".jpg",  ".jpeg", ".jpe",  ".jfif",  ".jif",  ".pjpeg", ".pjp", ".png", ".heic",
      ".heif", ".hif",  ".avif", ".avifs", ".webp", ".bmp",   ".gif", ".tif", ".tiff"};
  return Contains(kExtensions, ToLowerAscii(path.extension().string()));
}

std::size_t PhotoListing::Count(WhyPassedOver why) const {
  return static_cast<std::size_t>(std::ranges::count(passed_over, why, &PassedOver::why));
}

Result<PhotoListing> ListPhotos(std::span<const fs::path> directories, const fs::path& output) {
  Walk walk(output);
  for (const fs::path& directory : directories) {
    TRY(walk.Root(directory));
  }
  return walk.Finish();
}

std::vector<std::string> NotesOf(const PhotoListing& listing) {
  constexpr std::array<std::pair<WhyPassedOver, std::string_view>, 6> kReasons = {{
      {WhyPassedOver::kUnreadable, "folders or files that cannot be read"},
      {WhyPassedOver::kBrokenLink, "links that lead nowhere"},
      {WhyPassedOver::kLinkedFolder, "linked folders that are listed already or lead in a circle"},
      {WhyPassedOver::kOutput, "folders that this run writes into"},
      {WhyPassedOver::kSpecial, "FIFOs, sockets or devices"},
      {WhyPassedOver::kUnfinished, "unfinished files of a killed run"},
  }};
  constexpr std::size_t kMaxNamed = 5;
  std::vector<std::string> notes;
  for (const auto& [why, words] : kReasons) {
    const std::size_t count = listing.Count(why);
    if (count == 0) continue;
    std::string note = std::to_string(count) + " " + std::string(words) + ", passed over";
    std::size_t named = 0;
    for (const PassedOver& item : listing.passed_over) {
      if (item.why != why || why == WhyPassedOver::kUnfinished || named == kMaxNamed) continue;
      note += (named++ == 0 ? ": " : ", ") + item.path + (item.detail.empty() ? "" : ": " + item.detail);
    }
    notes.push_back(note + (named > 0 && named < count ? ", ..." : ""));
  }
  return notes;
}

}  // namespace gradphoto
