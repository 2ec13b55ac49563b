// SPDX-License-Identifier: Apache-2.0
// Taking students out of what was written about many: upload packs and lists of records. For the purge.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
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

// Takes the students' lines out of a list of records (.ndjson), and lines that are no records. An absent file
// is no error. Errors: kOutput - disk.
Result<void> WithdrawFromRecords(const std::filesystem::path& records, const KeyTest& is_withdrawn,
                                 Withdrawn& withdrawn);

}  // namespace gradphoto::deliver
