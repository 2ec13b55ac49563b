// SPDX-License-Identifier: Apache-2.0
// What goes into the next pack: accepted and not handed over yet. A photo that the ledger does not call
// accepted is never packed, whatever its record says.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::ledger {

enum class Redeliver { kNo, kYes };

struct PackSelection {
  // In the order given. What may be packed comes as the ledger has it, decisions included; an accepted record
  // that the ledger does not call accepted is turned into a held one, so that it is refused.
  std::vector<Record> records;
  std::size_t delivered = 0;   // Left out: handed over before.
  std::size_t left = 0;        // Held: accepted, but no longer in the roster. Of all students only.
  std::size_t not_booked = 0;  // Accepted, but the ledger knows no such student or photo.
};

// Of the given records, or of all students of the ledger.
Result<PackSelection> SelectForPack(Ledger& ledger, std::optional<std::vector<Record>> records,
                                    Redeliver redeliver, const Moment& now);

struct PackedRecord {
  const Record* record = nullptr;
  std::string file;  // Below the pack's directory.
};

// Books a pack that is whole on disk (its SHA256SUMS was written). Errors: kInput - SHA256SUMS cannot be read.
Result<void> BookDelivery(Ledger& ledger, std::span<const PackedRecord> photos,
                          const std::filesystem::path& directory, const Moment& now);

}  // namespace gradphoto::ledger
