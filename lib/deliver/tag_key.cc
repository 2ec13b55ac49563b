// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/tag_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/base/text.h"

namespace gradphoto::deliver {
namespace {

constexpr std::size_t kSecretDigits = 64;

std::string NewSecret() {
  std::random_device random;  // getrandom on Linux.
  std::array<std::uint32_t, 8> words{};
  std::ranges::generate(words, std::ref(random));
  return Sha256Hex(std::as_bytes(std::span(words)));
}

bool IsSecret(std::string_view text) {
  return text.size() == kSecretDigits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Result<TagKey> TagKey::ReadOrCreate(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    const std::string secret = NewSecret();
    // Of two processes the first wins, so the file is read back.
    if (auto written = WriteFileAtomic(file, secret + "\n", IfExists::kRefuse);
        !written && !std::filesystem::exists(file, error)) {
      return Fail(written.error());
    }
  }
  TRY_ASSIGN(const auto text, ReadTextFile(file, 1024));
  const std::string_view secret = Trim(text);
  if (!IsSecret(secret)) {
    return Fail(ErrorKind::kUsage,
                file.string() +
                    ": not a mask key (64 hexadecimal digits); name another file, or move this one "
                    "away to have a new one made");
  }
  return TagKey(std::string(secret));
}

Result<std::optional<TagKey>> TagKey::ReadIfThere(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  TRY_ASSIGN(auto key, ReadOrCreate(file));
  return std::optional(std::move(key));
}

Result<TagKey> TagKey::ReadOrInvent(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return ReadOrCreate(file);
  std::string secret = NewSecret();
  TRY(CheckWriteFile(file, secret, IfExists::kRefuse));
  return TagKey(std::move(secret));
}

std::string TagKey::TagOf(std::string_view number) const {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  constexpr int kCharacters = 5;
  const std::string digest = HmacSha256Hex(secret_, ToLowerAscii(number));
  std::uint64_t bits = std::stoull(digest.substr(0, 8), nullptr, 16);
  std::string tag;
  for (int i = 0; i < kCharacters; ++i, bits >>= 5) tag += kDigits[bits & 31];
  return tag;
}

void UseTags(ledger::Ledger& ledger, const std::optional<TagKey>& key) {
  if (!key) return;
  ledger.UseTags([key = *key](std::string_view number) { return key.TagOf(number); });
}

}  // namespace gradphoto::deliver
