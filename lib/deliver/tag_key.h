// SPDX-License-Identifier: Apache-2.0
// The key behind the tags of masked numbers: two lists of one school can be joined by their tags, and nobody
// without the key can find the number by trying all that are possible (a birth date leaves only some thousand).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"

namespace gradphoto::deliver {

class TagKey {
 public:
  explicit TagKey(std::string secret) : secret_(std::move(secret)) {}

  // Reads the key file; makes one (32 random bytes in hexadecimal, mode 0600) where there is none.
  // Errors: kUsage - the file holds something else; kInput, kOutput.
  static Result<TagKey> ReadOrCreate(const std::filesystem::path& file);

  // As ReadOrCreate, but nothing where there is none.
  static Result<std::optional<TagKey>> ReadIfThere(const std::filesystem::path& file);

  // As ReadOrCreate, but the key it makes is kept nowhere; for dry runs. Errors: also what would keep the file
  // from being written.
  static Result<TagKey> ReadOrInvent(const std::filesystem::path& file);

  // Five characters of 0-9, a-v (25 bits of an HMAC-SHA-256): among 10,000 numbers about one pair in 700,000
  // shares one, and such a pair rarely shares the digits that stay visible. Letters count without case.
  std::string TagOf(std::string_view number) const;

 private:
  std::string secret_;
};

// From now on the ledger finds students by the tags of this key, too; without a key, by none.
void UseTags(ledger::Ledger& ledger, const std::optional<TagKey>& key);

}  // namespace gradphoto::deliver
