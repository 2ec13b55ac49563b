// SPDX-License-Identifier: Apache-2.0
#include "lib/compare/template_store.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/sha256.h"

namespace gradphoto::compare {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "the file is read and written as it lies in memory");

constexpr std::string_view kMagic = "GPTMPL1\n";
constexpr std::size_t kIdBytes = 16, kHashBytes = 32, kMaxDimension = 4096;
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{8} << 30;

std::string BytesFromHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

std::string HexFromBytes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

// Takes pieces off the front; once one is missing, every later one is, too.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool failed() const { return failed_; }
  std::size_t left() const { return rest_.size(); }

  std::string_view Take(std::size_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  template <typename T>
  T Number() {
    T value{};
    Take(sizeof(T)).copy(reinterpret_cast<char*>(&value), sizeof(T));  // Nothing when it is missing.
    return value;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

template <typename T>
void Append(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void AppendEntry(std::string& to, const std::string& key, const StoredTemplate& entry) {
  Append(to, static_cast<std::uint16_t>(key.size()));
  to += key;
  to += BytesFromHex(entry.photo_sha256);
  Append(to, static_cast<std::uint8_t>(entry.confirmed ? 1 : 0));
  Append(to, entry.face.scale);
  to.append(reinterpret_cast<const char*>(entry.face.values.data()), entry.face.values.size());
  to.append(reinterpret_cast<const char*>(entry.shot.data()), entry.shot.size());
}

}  // namespace

Result<TemplateFile> ParseTemplates(std::string_view bytes) {
  const auto fail = [](const std::string& why) { return Fail(ErrorKind::kInput, "template file: " + why); };
  if (!bytes.starts_with(kMagic)) return fail("not one of this version");
  if (bytes.size() < kMagic.size() + kHashBytes) return fail("cut off");
  const std::string_view body = bytes.substr(0, bytes.size() - kHashBytes);
  if (Sha256Hex(body) != HexFromBytes(bytes.substr(body.size()))) return fail("damaged: the checksum is wrong");
  Reader reader(body);
  reader.Take(kMagic.size());
  TemplateFile file;
  const std::size_t dimension = reader.Number<std::uint32_t>();
  const auto side = reader.Number<std::uint32_t>();
  file.id = reader.Take(kIdBytes);
  const auto count = reader.Number<std::uint64_t>();
  if (reader.failed()) return fail("cut off in the header");
  if (dimension < 1 || dimension > kMaxDimension) return fail("impossible dimension");
  if (side != kShotSide) return fail("other kind of shot fingerprints");
  // At least this much for each entry: a count that cannot be true reserves nothing.
  const std::size_t least = sizeof(std::uint16_t) + 1 + kHashBytes + 1 + sizeof(float) + dimension +
                            std::tuple_size_v<ShotFingerprint>;
  if (count > TemplateStore::kMaxEntries || count > reader.left() / least) return fail("impossible count");
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string at = "entry " + std::to_string(i) + ": ";
    const auto key_bytes = reader.Number<std::uint16_t>();
    if (key_bytes < 1 || key_bytes > TemplateStore::kMaxKeyBytes) return fail(at + "impossible key");
    std::string key(reader.Take(key_bytes));
    StoredTemplate entry;
    entry.photo_sha256 = HexFromBytes(reader.Take(kHashBytes));
    entry.confirmed = (reader.Number<std::uint8_t>() & 1) != 0;
    entry.face.scale = reader.Number<float>();
    const std::string_view values = reader.Take(dimension);
    const std::string_view shot = reader.Take(entry.shot.size());
    if (reader.failed()) return fail(at + "cut off");
    if (!std::isfinite(entry.face.scale) || entry.face.scale <= 0 || entry.face.scale > 1)
      return fail(at + "impossible scale");
    entry.face.values.resize(values.size());
    std::memcpy(entry.face.values.data(), values.data(), values.size());
    std::memcpy(entry.shot.data(), shot.data(), shot.size());
    if (!file.entries.emplace(std::move(key), std::move(entry)).second) return fail(at + "a key stands twice");
  }
  if (reader.left() > 0) return fail("more bytes than entries");
  return file;
}

std::string SerializeTemplates(const TemplateFile& file) {
  std::string bytes(kMagic);
  const std::size_t dimension = file.entries.empty() ? 1 : file.entries.begin()->second.face.values.size();
  Append(bytes, static_cast<std::uint32_t>(dimension));
  Append(bytes, static_cast<std::uint32_t>(kShotSide));
  bytes += file.id;
  Append(bytes, static_cast<std::uint64_t>(file.entries.size()));
  for (const auto& [key, entry] : file.entries) AppendEntry(bytes, key, entry);
  return bytes + BytesFromHex(Sha256Hex(bytes));
}

Result<TemplateStore> TemplateStore::Open(const fs::path& directory, const std::string& id, Access access) {
  TemplateStore store(directory, id);
  if (access == Access::kWrite) {
    TRY(MakePrivateDirectories(directory));
    TRY_ASSIGN(store.lock_, FileLock::Try(directory / kLockName));
    if (!store.lock_) {
      return Fail(ErrorKind::kOutput,
                  directory.string() + ": another run works with these templates; wait for it");
    }
  }
  const fs::path path = directory / kFileName;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return store;
  TRY_ASSIGN(const auto bytes, ReadTextFile(path, kMaxFileBytes));
  auto file = ParseTemplates(bytes);
  if (!file) return Fail(ErrorKind::kInput, path.string() + ": " + file.error().message);
  if (id.empty()) {
    store.id_ = file->id;
  } else if (file->id != id) {
    store.note_ = std::to_string(file->entries.size()) +
                  " templates of earlier batches were made with other nets and are left out";
    return store;
  }
  store.entries_ = std::move(file->entries);
  return store;
}

void TemplateStore::Put(const std::string& key, StoredTemplate entry) {
  entries_.insert_or_assign(key, std::move(entry));
}

Result<void> TemplateStore::Save() const {
  return WriteFileAtomic(directory_ / kFileName, SerializeTemplates({id_, entries_}), IfExists::kOverwrite);
}

Result<std::size_t> TemplateStore::RemoveStudents(const fs::path& directory,
                                                  const std::function<bool(std::string_view key)>& is_removed) {
  std::error_code error;
  if (!fs::exists(directory / kFileName, error)) return std::size_t{0};
  TRY_ASSIGN(auto store, Open(directory, ""));
  const std::size_t removed =
      std::erase_if(store.entries_, [&](const auto& entry) { return is_removed(entry.first); });
  if (removed == 0) return removed;
  TRY(store.Save());
  return removed;
}

}  // namespace gradphoto::compare
