// SPDX-License-Identifier: Apache-2.0
// Card photos that were named by hand: whose they may be, what the table and the records say of them.
#pragma once

#include <optional>
#include <string>

#include "lib/pipeline/identification.h"
#include "lib/record/record.h"
#include "lib/roster/match.h"
#include "lib/roster/roster.h"
#include "lib/standard/reasons.h"

namespace gradphoto::cli {

struct LookedAt {
  Record record;
  std::optional<pipeline::ReadCard> card;                  // Absent when the file could not be read.
  const roster::RosterRow* row = nullptr;                  // Whose card it seems to be,
  identity::Verdict verdict = identity::Verdict::kReview;  // and whether it is.
};
inline Outcome OutcomeOf(const LookedAt& looked) { return looked.record.outcome; }

class ByHand {
 public:
  // `roster` may be null; all must outlive this.
  ByHand(const pipeline::Identifier& identifier, const roster::Roster* roster, bool full_ids);

  // Reads the photo and judges what can be judged of one: against the student whose number or name stands in
  // the file name or on the card, or, without a roster, against itself.
  LookedAt Look(Record record) const;

  void PrintTable(const LookedAt& looked, const standard::Reasons& reasons, standard::Language language) const;
  // One line of NDJSON; what was read stands in it with full_ids only.
  std::string Line(const LookedAt& looked) const;

 private:
  const roster::RosterRow* RowOf(const std::string& path, const identity::CardPhoto& photo) const;
  void Judge(LookedAt& looked) const;
  std::string TextOf(const identity::Side& side, identity::FieldKind kind) const;
  Json FrontJson(const identity::Side& side) const;

  const pipeline::Identifier& identifier_;
  const roster::Roster* roster_;
  std::optional<roster::RosterIndex> index_;
  bool full_ids_;
};

}  // namespace gradphoto::cli
