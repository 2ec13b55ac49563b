// SPDX-License-Identifier: Apache-2.0
#include "lib/text/characters.h"

#include <cstdint>
#include <span>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"

namespace gradphoto::text {
namespace {

constexpr std::uint64_t kMaxListBytes = 1u << 20;

}  // namespace

Result<Characters> Characters::Parse(std::string_view text) {
  const auto fail = [](std::string why) {
    return Fail(ErrorKind::kModel, "the list of characters: " + std::move(why));
  };
  Characters list;
  list.characters_.emplace_back();
  // Lines are taken as they are: one of them is a blank of its own, U+3000.
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    list.characters_.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  list.characters_.emplace_back(" ");
  if (list.characters_.size() != static_cast<std::size_t>(kClasses)) {
    return fail("it makes " + std::to_string(list.characters_.size()) + " classes, the net has " +
                std::to_string(kClasses));
  }
  for (int i = 1; i < kClasses; ++i) {
    const std::string& character = list.At(i);
    const std::string line = "line " + std::to_string(i);
    if (character.empty() || !IsValidUtf8(character)) return fail(line + " holds no character");
    if (!list.classes_.emplace(character, i).second) return fail(line + " stands twice");
  }
  // A list that was sorted or trimmed has other characters here.
  for (const auto& [character, index] :
       {std::pair{"0", 26}, {"1", 93}, {"X", 5200}, {"王", 2668}, {"·", 5529}, {"\u3000", 5710}}) {
    if (list.Find(character) != index) {
      return fail("'" + std::string(character) + "' is not in line " + std::to_string(index));
    }
  }
  return list;
}

Result<Characters> Characters::Load(const nn::ListSpec& list, const std::filesystem::path& model_dir) {
  const std::filesystem::path path = model_dir / list.file;
  const auto fail = [&](const std::string& why) {
    return Fail(ErrorKind::kModel, "model " + path.string() + ": " + why +
                                       "; run scripts/setup in the source tree to make it again");
  };
  const auto text = ReadTextFile(path, kMaxListBytes);
  if (!text) return fail("missing or unreadable");
  if (const std::string hash = Sha256Hex(*text); hash != list.sha256) {
    return fail("altered: its SHA-256 is " + hash + ", configs/models.yaml says " + list.sha256);
  }
  auto characters = Parse(*text);
  if (!characters) return fail(characters.error().message);
  return characters;
}

std::optional<int> Characters::Find(std::string_view character) const {
  const auto found = classes_.find(std::string(character));
  if (found == classes_.end()) return std::nullopt;
  return found->second;
}

}  // namespace gradphoto::text
