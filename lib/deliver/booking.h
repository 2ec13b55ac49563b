// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>

#include "lib/base/error.h"
#include "lib/deliver/pack.h"
#include "lib/ledger/ledger.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

// Tells the ledger what WritePack has just written to `directory`. `records` and `plan` are those of the pack.
// Errors: as ledger::BookDelivery.
Result<void> BookPack(ledger::Ledger& ledger, std::span<const Record> records, const PackPlan& plan,
                      const std::filesystem::path& directory, const ledger::Moment& now);

}  // namespace gradphoto::deliver
