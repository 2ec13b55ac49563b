// SPDX-License-Identifier: Apache-2.0
// 身份核验 in a batch: every student's card photos are held against the roster, before the photos are looked
// at, and what was found is remembered: by the ledger, or by a journal. Who is verified is not read again
// unless name or number in the roster change; who is not, unless the cards, the roster or what judges them
// change.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "lib/base/error.h"
#include "lib/batch/context.h"
#include "lib/batch/journal.h"
#include "lib/record/record.h"

namespace gradphoto::batch {

// What was found of each record's student, in order: fields identity, findings, outcome and tool. Absent
// without a student, and all of them where the job asks for no cards.
using FoundCards = std::vector<std::optional<Record>>;

// `linked`: with identity.cards; where a student has no reference, the portrait on the card becomes it.
// `batch`: all students, which of them a card is. Errors: as pipeline::Identifier::Create; kOutput - the
// journal, the ledger, interrupted: what was found by then is kept.
Result<FoundCards> IdentifyCards(const Context& context, Journal& journal, std::span<const Record> batch,
                                 std::vector<Record>& linked);

// How the card of each record's student stands by now; absent where nothing was found. Errors: kOutput.
Result<std::vector<std::optional<ledger::CardStanding>>> CardStandings(const Context& context,
                                                                       const FoundCards& found,
                                                                       std::span<const Record> records);

// Takes it into the records (ledger::AddIdentity), one for each of `found` in the same order. Errors: kOutput.
Result<void> TellCards(const Context& context, const FoundCards& found, std::span<Record> records);

}  // namespace gradphoto::batch
