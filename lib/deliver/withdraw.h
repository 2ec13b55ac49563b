// SPDX-License-Identifier: Apache-2.0
// Taking students out of what was written about many: upload packs and lists of records. For the purge.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::deliver {

using KeyTest = std::function<bool(std::string_view key)>;

struct Withdrawn {
  std::vector<std::string> sha256;  // Of every file that was deleted.
  std::size_t lists = 0;            // Lists that were written anew or deleted.
};

// Takes the students out of a pack: their photos, the zips that hold one of them, their rows of index.csv;
// SHA256SUMS follows. A pack of which no photo is left is deleted, index.csv and SHA256SUMS included. An absent
// directory is no error, nor is one without index.csv. Running it again changes nothing. Errors: kInput -
// index.csv cannot be read; kOutput - disk.
Result<void> WithdrawFromPack(const std::filesystem::path& pack, const KeyTest& is_withdrawn,
                              Withdrawn& withdrawn);

// The same for a pack that may be unfinished: `files`, all that lie in it, are held against SHA256SUMS, which
// is written last. What does not agree with it goes: the contents of a photo that no list vouches for are
// nobody's. When index.csv does not agree, no row can be trusted and everything goes. Errors: as
// WithdrawFromPack.
Result<void> WithdrawFromUnfinishedPack(const std::filesystem::path& pack,
                                        std::span<const std::filesystem::path> files,
                                        const KeyTest& is_withdrawn, Withdrawn& withdrawn);

// Takes the students' lines out of a list of records (.ndjson), lines that are no records, and their names out
// of what other lines say about duplicates. An absent file is no error. Errors: kOutput - disk.
Result<void> WithdrawFromRecords(const std::filesystem::path& records, const KeyTest& is_withdrawn,
                                 Withdrawn& withdrawn);

}  // namespace gradphoto::deliver
