// SPDX-License-Identifier: Apache-2.0
// The cashier's list: who has paid.
#pragma once

#include <filesystem>

#include "lib/base/error.h"
#include "lib/ledger/import.h"
#include "lib/ledger/ledger.h"

namespace gradphoto::ledger {

// Any table that names students like a roster (key, @N, tag, candidate, student or identity number) and has at
// least one column of payment: words, what was paid, or when (roster/payment.h). A row pays for its student
// when it fills at least one of these columns and every filled one says "paid". Rows that do not are counted as
// "unpaid" in `kinds` when all their words say so plainly (`unpaid_texts`), else as "unknown"
// (`unknown_texts`). One transaction; the same list again changes nothing. Errors: as ReadRoster; kUsage - no
// column of payment.
Result<ImportResult> ImportPayments(Ledger& ledger, const std::filesystem::path& list, const Moment& now);

}  // namespace gradphoto::ledger
