// SPDX-License-Identifier: Apache-2.0
#include "lib/base/known_hashes.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/base/temporary_file.h"

namespace gradphoto {
namespace {

constexpr std::uint64_t kMaxHashesBytes = 1ULL << 30U;  // A few million photos.
constexpr std::chrono::seconds kCoarsestClock{2};

// Whether the file could not be written once more at the very time that its mark names.
bool IsSettled(const FileMark& mark) {
  using std::chrono::nanoseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch() - kCoarsestClock;
  return nanoseconds(std::max(mark.written_ns, mark.changed_ns)) < now;
}

}  // namespace

void KnownHashes::Load(const std::filesystem::path& file) {
  const auto text = ReadTextFile(file, kMaxHashesBytes);
  if (!text) return;
  const std::scoped_lock lock(mutex_);
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t mark = line.find(' '), path = line.find(' ', mark + 1);
    if (path == std::string_view::npos || !IsHashText(line.substr(0, mark))) continue;
    loaded_.insert_or_assign(std::string(line.substr(path + 1)),
                             Known{.mark = std::string(line.substr(mark + 1, path - mark - 1)),
                                   .sha256 = std::string(line.substr(0, mark))});
  }
}

Result<std::string> KnownHashes::Of(const std::string& photo) {
  const FileMark mark = MarkOf(photo);
  std::string text = mark.Text();
  {
    const std::scoped_lock lock(mutex_);
    if (auto known = loaded_.extract(photo)) asked_.insert(std::move(known));
    const auto found = asked_.find(photo);
    if (found != asked_.end() && found->second.mark == text) return found->second.sha256;
  }
  const bool settled = IsSettled(mark);
  TRY_ASSIGN(std::string sha256, HashPhoto(photo));
  if (settled && MarkOf(photo) == mark) {
    const std::scoped_lock lock(mutex_);
    asked_.insert_or_assign(photo, Known{std::move(text), sha256});
  }
  return sha256;
}

Result<void> KnownHashes::Save(const std::filesystem::path& file) {
  std::string text;
  const std::scoped_lock lock(mutex_);
  std::erase_if(asked_, [](const auto& known) { return MarkOf(known.first).Text() != known.second.mark; });
  for (const auto& [path, known] : asked_) {
    if (path.contains('\n')) continue;
    text.append(known.sha256).append(" ").append(known.mark).append(" ").append(path).append("\n");
  }
  return WriteFileAtomic(file, std::as_bytes(std::span(text)), IfExists::kOverwrite, Sync::kNothing);
}

}  // namespace gradphoto
