// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/facts.h"

#include <utility>

namespace gradphoto::ledger {
namespace {

bool IsRemark(EventKind kind) {
  return kind == EventKind::kAccept || kind == EventKind::kReject || kind == EventKind::kRetake ||
         kind == EventKind::kRefused || kind == EventKind::kDisputed || kind == EventKind::kApproved;
}

bool IsOfPortal(EventKind kind) {
  return kind == EventKind::kRefused || kind == EventKind::kDisputed || kind == EventKind::kApproved;
}

}  // namespace

Result<StudentFacts> FactsOf(Ledger& ledger, const StudentEntry& entry, const Moment& now) {
  StudentFacts facts;
  facts.standing = StandingOf(entry.history, ledger.rules(), now.today);
  facts.max_failures = ledger.rules().max_failures;
  facts.blocked_by = entry.blocked_by;
  if (const auto deadline = ledger.rules().deadlines.find(facts.standing.season);
      deadline != ledger.rules().deadlines.end()) {
    facts.deadline = deadline->second;
  }
  TRY_ASSIGN(const auto events, ledger.EventsOf(entry.id));
  for (const BookedEvent& booked : events) {
    const EventKind kind = booked.event.kind;
    if (IsRemark(kind) && booked.event.attempt == facts.standing.current) {
      facts.remark = Remark{kind, booked.who, booked.decided_at.empty() ? booked.at : booked.decided_at,
                            booked.code, booked.text};
    } else if (kind == EventKind::kWithdrawn || kind == EventKind::kKept) {
      facts.hold_reason = booked.text;
    }
  }
  if (facts.standing.hold == Hold::kNone) facts.hold_reason.clear();
  return facts;
}

Json ToJson(const StudentFacts& facts) {
  const Standing& standing = facts.standing;
  Json json = {{"state", StateName(standing.state)}, {"attempt", standing.current},
               {"failures", standing.failures},      {"season", standing.season},
               {"locked", standing.locked},          {"max_failures", facts.max_failures}};
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  if (facts.deadline) json["deadline"] = FormatDay(*facts.deadline);
  put("carried_from", standing.carried_from);
  if (standing.hold != Hold::kNone) json["hold"] = standing.hold == Hold::kLeft ? "left" : "withdrawn";
  put("hold_reason", facts.hold_reason);
  put("blocked_by", facts.blocked_by);
  if (!standing.paid) json["unpaid"] = true;
  if (facts.remark) {
    Json& remark = json["remark"];
    remark = {{"kind", EventName(facts.remark->kind)},
              {"by", IsOfPortal(facts.remark->kind) ? "portal" : "person"}};
    const auto add = [&](const char* key, const std::string& text) {
      if (!text.empty()) remark[key] = text;
    };
    add("who", facts.remark->who);
    add("at", facts.remark->at);
    add("code", facts.remark->code);
    add("text", facts.remark->text);
  }
  return json;
}

}  // namespace gradphoto::ledger
