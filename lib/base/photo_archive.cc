// SPDX-License-Identifier: Apache-2.0
#include "lib/base/photo_archive.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include <zip.h>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace gradphoto {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInside = "!/";
constexpr std::uint64_t kMaxHashedBytes =
    256U << 20U;  // In memory as a whole; more than any photo that was decoded.

using Bytes = std::vector<std::byte>;
using SharedBytes = std::shared_ptr<const Bytes>;
using PhotoBytes = std::expected<Bytes, ReadFailure>;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

bool IsArchiveName(std::string_view name) { return ToLowerAscii(name).ends_with(".zip"); }

// Whether valid UTF-8 holds nothing but ASCII and sequences of two bytes, as many a word in GBK happens to do:
// no ideograph is among them.
bool HasOnlyShortSequences(std::string_view utf8) {
  return std::ranges::all_of(utf8, [](char c) { return static_cast<unsigned char>(c) < 0xE0; });
}

// The name as it was meant; see the header.
std::string DecodedName(zip_t* archive, zip_uint64_t index) {
  const char* raw = zip_get_name(archive, index, ZIP_FL_ENC_RAW);
  if (raw == nullptr) return {};
  std::string bytes(raw);
  if (std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return bytes;
  // Without the flag that says UTF-8 this is the name read as CP437.
  const char* strict = zip_get_name(archive, index, ZIP_FL_ENC_STRICT);
  const bool says_utf8 = strict != nullptr && bytes == strict;
  const bool is_utf8 = IsValidUtf8(bytes);
  if (is_utf8 && (says_utf8 || !HasOnlyShortSequences(bytes))) return bytes;
  if (auto converted = ConvertToUtf8(bytes, "GB18030")) return *std::move(converted);
  if (is_utf8) return bytes;
  if (strict != nullptr && IsValidUtf8(strict)) return strict;
  return "entry-" + std::to_string(index);
}

// The parts of a name, without those that could lead anywhere else.
std::vector<std::string> PartsOf(std::string_view name) {
  std::vector<std::string> parts;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of("/\\"), name.size());
    const std::string_view part = name.substr(0, end);
    const bool is_drive = parts.empty() && part.size() == 2 && part[1] == ':';
    if (!part.empty() && part != "." && part != ".." && !is_drive) parts.emplace_back(part);
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return parts;
}

struct Entry {
  std::string name;  // Decoded, "/" between the parts.
  zip_uint64_t index = 0;
  std::uint64_t bytes = 0, packed_bytes = 0;
  bool is_encrypted = false;
  bool is_litter = false;
  bool is_second = false;  // Another entry has this name already.
  std::int64_t modified_ns = 0;
};

bool InflatesTooMuch(std::uint64_t bytes, std::uint64_t packed_bytes) {
  return bytes > kSmallBytes && bytes / kMaxInflation > packed_bytes;
}

class Archive {
 public:
  static Result<Archive> Open(const fs::path& file) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(file, error);
    if (error) return Fail(ErrorKind::kInput, file.string() + ": cannot be opened: " + error.message());
    int code = 0;
    zip_t* opened = zip_open(file.c_str(), ZIP_RDONLY, &code);
    if (opened == nullptr) {
      zip_error_t why;
      zip_error_init_with_code(&why, code);
      std::string text = zip_error_strerror(&why);
      zip_error_fini(&why);
      return Fail(ErrorKind::kInput, file.string() + ": no whole zip: " + text);
    }
    return Archive(opened, nullptr).Indexed(file.string(), size);
  }

  static Result<Archive> Open(SharedBytes bytes, const std::string& name) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes->data(), bytes->size(), 0, &error);
    zip_t* opened = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    const std::string why = opened == nullptr ? zip_error_strerror(&error) : "";
    if (opened == nullptr && source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    if (opened == nullptr) return Fail(ErrorKind::kInput, name + ": no whole zip: " + why);
    const std::uint64_t size = bytes->size();
    return Archive(opened, std::move(bytes)).Indexed(name, size);
  }

  const std::vector<Entry>& entries() const { return entries_; }

  const Entry* Find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        entries_, [&](const Entry& entry) { return entry.name == name && !entry.is_second; });
    return found == entries_.end() ? nullptr : &*found;
  }

  // At most `max_bytes` of an entry that may have more; for the first bytes.
  std::expected<Bytes, WhyNotRead> Head(const Entry& entry, std::uint64_t max_bytes) const {
    return Read(entry, max_bytes, /*whole=*/false);
  }
  std::expected<Bytes, WhyNotRead> All(const Entry& entry, std::uint64_t max_bytes) const {
    if (entry.bytes > max_bytes || InflatesTooMuch(entry.bytes, entry.packed_bytes)) {
      return std::unexpected(WhyNotRead::kInflates);
    }
    return Read(entry, entry.bytes, /*whole=*/true);
  }

 private:
  Archive(zip_t* archive, SharedBytes bytes) : bytes_(std::move(bytes)), archive_(archive) {}

  Result<Archive> Indexed(const std::string& name, std::uint64_t size) && {
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    if (count < 0 || static_cast<std::uint64_t>(count) > kMaxArchiveEntries) {
      return Fail(ErrorKind::kInput, name + ": " + std::to_string(count) + " entries, more than the " +
                                         std::to_string(kMaxArchiveEntries) +
                                         " that are looked at; make several zips of it");
    }
    std::set<std::string> names;
    std::uint64_t total = 0;
    for (zip_int64_t i = 0; i < count; ++i) {
      const auto index = static_cast<zip_uint64_t>(i);
      const std::string decoded = DecodedName(archive_.get(), index);
      const auto parts = PartsOf(decoded);
      if (parts.empty() || decoded.ends_with('/') || decoded.ends_with('\\')) continue;  // A folder.
      zip_stat_t stat;
      zip_stat_init(&stat);
      if (zip_stat_index(archive_.get(), index, 0, &stat) != 0) continue;
      Entry entry;
      for (const std::string& part : parts) entry.name += (entry.name.empty() ? "" : "/") + part;
      entry.index = index;
      entry.bytes = stat.size;
      entry.packed_bytes = stat.comp_size;
      entry.is_encrypted =
          (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE;
      entry.is_litter = std::ranges::any_of(parts, IsLitterName);
      entry.is_second = !names.insert(entry.name).second;
      const auto written = std::chrono::system_clock::from_time_t(stat.mtime);
      entry.modified_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                              std::chrono::file_clock::from_sys(written).time_since_epoch())
                              .count();
      if (entry.bytes > UINT64_MAX - total) total = UINT64_MAX - entry.bytes;
      total += entry.bytes;
      entries_.push_back(std::move(entry));
    }
    if (InflatesTooMuch(total, size)) {
      return Fail(ErrorKind::kInput, name + ": inflates to more than " + std::to_string(kMaxInflation) +
                                         " times its size; no photos do");
    }
    return std::move(*this);
  }

  std::expected<Bytes, WhyNotRead> Read(const Entry& entry, std::uint64_t wanted, bool whole) const {
    if (entry.is_encrypted) return std::unexpected(WhyNotRead::kEncrypted);
    const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(archive_.get(), entry.index, 0));
    if (file == nullptr) {
      const int code = zip_error_code_zip(zip_get_error(archive_.get()));
      return std::unexpected(code == ZIP_ER_COMPNOTSUPP || code == ZIP_ER_ENCRNOTSUPP ? WhyNotRead::kCompression
                                                                                      : WhyNotRead::kDamaged);
    }
    Bytes bytes(static_cast<std::size_t>(whole ? wanted : std::min(wanted, entry.bytes)));
    std::size_t done = 0;
    while (done < bytes.size()) {
      const zip_int64_t got = zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
      if (got < 0) return std::unexpected(WhyNotRead::kDamaged);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    if (!whole) {
      bytes.resize(done);
      return bytes;
    }
    // The checksum is compared at the end only; more than was claimed is no whole entry, either.
    std::byte more{};
    if (done < bytes.size() || zip_fread(file.get(), &more, 1) != 0) {
      return std::unexpected(WhyNotRead::kDamaged);
    }
    return bytes;
  }

  SharedBytes bytes_;  // Of an inner archive; outlives archive_.
  std::unique_ptr<zip_t, Discard> archive_;
  std::vector<Entry> entries_;
};

// Tells a file from what stood in its place before.
struct FileState {
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t modified = 0;

  static FileState Of(const fs::path& file) {
    std::error_code ignored;
    return {file.string(), fs::file_size(file, ignored),
            fs::last_write_time(file, ignored).time_since_epoch().count()};
  }
  bool operator==(const FileState&) const = default;
};

// The archive that this thread read last stays open: its photos are asked for one after the other, and opening
// reads the names of all its entries.
Result<const Archive*> OpenForThread(const fs::path& file) {
  static thread_local FileState state;
  static thread_local std::optional<Archive> archive;
  const FileState now = FileState::Of(file);
  if (!archive || state != now) {
    archive.reset();
    TRY_ASSIGN(archive, Archive::Open(file));
    state = now;
  }
  return &*archive;
}

// The inner archive that was read last: its photos are asked for one after the other, and it has to be inflated
// as a whole for each. At most one is held besides those in use.
class LastInner {
 public:
  using Key = std::pair<FileState, std::string>;  // File, entry.

  std::expected<SharedBytes, WhyNotRead> Get(const fs::path& file, const Archive& outer, const Entry& entry) {
    Key key{FileState::Of(file), entry.name};
    const std::scoped_lock lock(mutex_);  // Whoever waits wants the same one.
    if (bytes_ != nullptr && key_ == key) return bytes_;
    bytes_.reset();
    auto read = outer.All(entry, kMaxInnerBytes);
    if (!read) return std::unexpected(read.error());
    bytes_ = std::make_shared<const Bytes>(*std::move(read));
    key_ = std::move(key);
    return bytes_;
  }

  static LastInner& Instance() {
    static LastInner last;
    return last;
  }

 private:
  std::mutex mutex_;
  Key key_;
  SharedBytes bytes_;
};

// A path taken apart: where the archive ends on disk. Nothing for a path of no archive.
struct Place {
  fs::path archive;
  std::string name;  // In it.
};
std::optional<Place> PlaceOf(const fs::path& photo) {
  const std::string& path = photo.native();
  std::error_code ignored;
  if (!path.contains(kInside) || fs::exists(photo, ignored)) return std::nullopt;
  for (std::size_t at = path.find(kInside); at != std::string::npos; at = path.find(kInside, at + 1)) {
    const fs::path archive = path.substr(0, at);
    if (fs::is_regular_file(archive, ignored)) return Place{archive, path.substr(at + kInside.size())};
  }
  return std::nullopt;
}

std::unexpected<ReadFailure> Failed(const fs::path& photo, WhyNotRead why) {
  return std::unexpected(ReadFailure{why, photo.string() + ": " + std::string(DetailOf(why))});
}

PhotoBytes ReadEntry(const fs::path& photo, const Place& place, std::uint64_t max_bytes) {
  const auto opened = OpenForThread(place.archive);
  if (!opened) return std::unexpected(ReadFailure{WhyNotRead::kFile, opened.error().message});
  const Archive* outer = *opened;
  const auto told = [&](std::expected<Bytes, WhyNotRead> read) -> PhotoBytes {
    if (!read) return Failed(photo, read.error());
    return *std::move(read);
  };
  if (const Entry* entry = outer->Find(place.name)) return told(outer->All(*entry, max_bytes));
  for (std::size_t at = place.name.find(kInside); at != std::string::npos;
       at = place.name.find(kInside, at + 1)) {
    const Entry* inner = outer->Find(std::string_view(place.name).substr(0, at));
    if (inner == nullptr) continue;
    const auto bytes = LastInner::Instance().Get(place.archive, *outer, *inner);
    if (!bytes) return Failed(photo, bytes.error());
    const auto archive = Archive::Open(*bytes, photo.string());
    if (!archive) return std::unexpected(ReadFailure{WhyNotRead::kFile, archive.error().message});
    const Entry* entry = archive->Find(std::string_view(place.name).substr(at + kInside.size()));
    if (entry != nullptr) return told(archive->All(*entry, max_bytes));
  }
  return Failed(photo, WhyNotRead::kFile);
}

// Lists an archive and the archives in it.
class Lister {
 public:
  explicit Lister(fs::path file) : file_(std::move(file)) {}

  void List(const Archive& archive, const std::string& path, const fs::path& relative, bool is_inner) {
    for (const Entry& entry : archive.entries()) {
      const std::string entry_path = path + std::string(kInside) + entry.name;
      const auto pass_over = [&](WhyPassedOver why, std::string detail) {
        listing_.passed_over.push_back({entry_path, why, std::move(detail)});
      };
      if (entry.is_litter) {
        pass_over(WhyPassedOver::kLitter, "");
      } else if (entry.is_second) {
        pass_over(WhyPassedOver::kUnreadable, "a second entry of this name in the zip");
      } else if (IsArchiveName(entry.name) && is_inner) {
        pass_over(WhyPassedOver::kUnreadable, "a zip in a zip in a zip is not opened");
      } else if (IsArchiveName(entry.name)) {
        if (const std::string why = ListInner(archive, entry, entry_path, relative); !why.empty())
          pass_over(WhyPassedOver::kUnreadable, why);
      } else {
        AddFile(archive, entry, entry_path, relative / entry.name);
      }
    }
  }

  PhotoListing Finish() { return std::move(listing_); }

 private:
  // Why it cannot be opened; empty: it was.
  std::string ListInner(const Archive& outer, const Entry& entry, const std::string& path,
                        const fs::path& relative) {
    const auto bytes = LastInner::Instance().Get(file_, outer, entry);
    if (!bytes) return std::string(DetailOf(bytes.error()));
    const auto inner = Archive::Open(*bytes, "");
    if (!inner) return inner.error().message.substr(std::string_view(": ").size());
    List(*inner, path, relative / fs::path(entry.name).replace_extension(), /*is_inner=*/true);
    return {};
  }

  void AddFile(const Archive& archive, const Entry& entry, const std::string& path, const fs::path& relative) {
    bool is_photo = HasPhotoName(entry.name);
    if (!is_photo) {
      const auto head = archive.Head(entry, kSniffBytes);
      is_photo = head && SniffImage({reinterpret_cast<const char*>(head->data()), head->size()});
    }
    (is_photo ? listing_.photos : listing_.others)
        .push_back({path, relative.generic_string(), entry.modified_ns});
  }

  fs::path file_;
  PhotoListing listing_;
};

}  // namespace

bool IsArchive(const fs::path& file) {
  std::error_code ignored;
  if (!IsArchiveName(file.native()) || !fs::is_regular_file(file, ignored)) return false;
  std::ifstream in(file, std::ios::binary);
  std::string head(4, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == "PK\x03\x04" || head == "PK\x05\x06";  // The latter: an empty one.
}

Result<PhotoListing> ListArchive(const fs::path& archive, const fs::path& relative_folder) {
  TRY_ASSIGN(const auto opened, Archive::Open(archive));
  Lister lister(archive);
  lister.List(opened, archive.string(), relative_folder / archive.stem(), /*is_inner=*/false);
  return lister.Finish();
}

std::string_view DetailOf(WhyNotRead why) {
  switch (why) {
    case WhyNotRead::kFile:
      return "the file cannot be opened or is too large";
    case WhyNotRead::kEncrypted:
      return "the entry of the zip has a password";
    case WhyNotRead::kDamaged:
      return "the entry of the zip is damaged";
    case WhyNotRead::kCompression:
      return "the entry of the zip is packed in a way that cannot be read";
    case WhyNotRead::kInflates:
      return "the entry of the zip is larger than any photo";
  }
  return "";
}

PhotoBytes ReadPhoto(const fs::path& photo, std::uint64_t max_bytes) {
  if (const auto place = PlaceOf(photo)) return ReadEntry(photo, *place, max_bytes);
  auto bytes = ReadFile(photo, max_bytes);
  if (!bytes) return std::unexpected(ReadFailure{WhyNotRead::kFile, bytes.error().message});
  return *std::move(bytes);
}

Result<std::string> HashPhoto(const fs::path& photo) {
  if (!PlaceOf(photo)) return Sha256File(photo);
  const auto bytes = ReadPhoto(photo, kMaxHashedBytes);
  if (!bytes) return Fail(ErrorKind::kInput, bytes.error().message);
  return Sha256Hex(std::span(*bytes));
}

bool PhotoExists(const fs::path& photo) {
  std::error_code ignored;
  return fs::exists(photo, ignored) || PlaceOf(photo).has_value();
}

}  // namespace gradphoto
