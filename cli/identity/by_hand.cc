// SPDX-License-Identifier: Apache-2.0
#include "cli/identity/by_hand.h"

#include <algorithm>
#include <iostream>
#include <span>
#include <utility>
#include <vector>

#include "cli/common/table.h"
#include "lib/base/date.h"
#include "lib/base/numbers.h"
#include "lib/base/unicode.h"
#include "lib/identity/dates.h"
#include "lib/roster/card_words.h"
#include "lib/roster/mask.h"
#include "lib/roster/name.h"
#include "lib/standard/codes.h"

namespace gradphoto::cli {
namespace {

using identity::FieldKind;
using identity::SideKind;

std::string_view StateName(identity::NumberState state) {
  switch (state) {
    case identity::NumberState::kClear:
      return "clear";
    case identity::NumberState::kRepaired:
      return "repaired";
    case identity::NumberState::kDoubtful:
      break;
  }
  return "doubtful";
}

// Of a verdict, or of the fit of a name or number.
std::string_view VerdictText(std::string_view verdict, const standard::Texts& texts) {
  if (verdict == "match") return texts.Get("identity.match");
  if (verdict == "mismatch") return texts.Get("identity.mismatch");
  if (verdict == "retake") return texts.Get("identity.retake");
  if (verdict == "missing") return texts.Get("identity.missing");
  return texts.Get("identity.review");
}

identity::Expected ExpectedOf(const roster::RosterRow& row, const pipeline::Identifier& identifier) {
  return {.name = std::string(row.student.Field("name")),
          .number = roster::NormalizeId(row.student.Field("id_number")),
          .today = identifier.today(),
          .is_of_another = {}};
}

const identity::Side* FrontOf(const identity::CardPhoto& photo) {
  const auto front = std::ranges::find(photo.sides, SideKind::kFront, &identity::Side::kind);
  return front == photo.sides.end() ? nullptr : &*front;
}

}  // namespace

ByHand::ByHand(const pipeline::Identifier& identifier, const roster::Roster* roster, bool full_ids)
    : identifier_(identifier), roster_(roster), full_ids_(full_ids) {
  if (roster != nullptr) index_.emplace(*roster);
}

std::string ByHand::TextOf(const identity::Side& side, FieldKind kind) const {
  const auto& strips = side.fields.at(kind).reading.strips;
  if (strips.empty()) return {};
  return ToUtf8(identity::TextOf(identity::FreeReading(strips.front(), identifier_.reader().alphabet())));
}

const roster::RosterRow* ByHand::RowOf(const std::string& path, const identity::CardPhoto& photo) const {
  if (roster_ == nullptr) return nullptr;
  const auto only = [&](const std::vector<std::size_t>& rows) {
    return rows.size() == 1 ? &roster_->rows[rows.front()] : nullptr;
  };
  const auto match = index_->Find(roster::WithoutCardWords(path), roster::PhotoUse::kReference);
  if (const auto* row = only(match.rows); row && match.certainty != roster::Certainty::kCandidate) return row;
  const identity::Side* front = FrontOf(photo);
  if (front == nullptr) return nullptr;
  const auto number = identifier_.judge().NumberOn(*front, identifier_.today());
  if (number.state == identity::NumberState::kClear) {
    if (const auto* row = only(index_->FindIdentifier(number.number))) return row;
  }
  const std::string name = roster::NameForMatching(TextOf(*front, FieldKind::kName));
  std::vector<std::size_t> named;
  for (std::size_t i = 0; i < roster_->rows.size(); ++i) {
    if (!name.empty() && roster_->rows[i].name_for_matching == name) named.push_back(i);
  }
  return only(named);
}

void ByHand::Judge(LookedAt& looked) const {
  const identity::CardPhoto& photo = looked.card->photo;
  looked.row = RowOf(looked.record.photo, photo);
  const identity::Side* front = FrontOf(photo);
  identity::Judgement judgement;
  if (looked.row != nullptr) {
    judgement = identifier_.judge().Of(std::span(&photo, 1), ExpectedOf(*looked.row, identifier_),
                                       identity::Needed::kAnySide);
    looked.verdict = judgement.verdict;
  } else {
    judgement = identifier_.judge().WithoutRoster(photo, identifier_.today());
    const bool clear = front != nullptr && identifier_.judge().NumberOn(*front, identifier_.today()).state ==
                                               identity::NumberState::kClear;
    if (roster_ != nullptr && clear && !photo.other) judgement.reasons.push_back({"CARD_NUMBER_MISMATCH", ""});
  }
  identifier_.AddReasons(judgement.reasons, looked.record);
  Json sides = Json::array();
  for (const identity::Side& side : photo.sides) {
    if (side.kind == SideKind::kFront) {
      Json json = FrontJson(side);
      if (judgement.name && looked.row) json["name"]["verdict"] = identity::FitName(*judgement.name);
      if (judgement.number && looked.row) json["id_number"]["verdict"] = identity::FitName(*judgement.number);
      sides.push_back(std::move(json));
      continue;
    }
    Json json = {{"side", "back"}};
    if (const auto validity = identifier_.judge().ValidityOn(side)) {
      json["valid_until"] = validity->until ? DateText(*validity->until) : "long-term";
      json["clear"] = validity->clear;
    }
    sides.push_back(std::move(json));
  }
  looked.record.identity = {{"cards", std::move(sides)}};
}

Json ByHand::FrontJson(const identity::Side& side) const {
  const auto& alphabet = identifier_.reader().alphabet();
  const identity::Field& name = side.fields.at(FieldKind::kName);
  const identity::Field& number = side.fields.at(FieldKind::kNumber);
  const auto read = identifier_.judge().NumberOn(side, identifier_.today());
  Json json = {{"side", "front"}};
  json["quality"] = {{"px_per_mm", Round(side.view.PxPerMm(), 1)},
                     {"glare", Round(std::max(name.quality.glare, number.quality.glare), 3)},
                     {"edge", Round(std::min(name.quality.edge, number.quality.edge), 2)}};
  json["name"]["confidence"] =
      Round(identity::Confidence(identity::FreeReading(name.reading.strips.front(), alphabet)), 2);
  json["id_number"]["state"] = StateName(read.state);
  if (full_ids_) {
    json["name"]["text"] = TextOf(side, FieldKind::kName);
    json["id_number"]["text"] = read.number;
  }
  return json;
}

LookedAt ByHand::Look(Record record) const {
  LookedAt looked{.record = std::move(record), .card = std::nullopt, .row = nullptr};
  auto card = identifier_.Read(looked.record.photo);
  if (!card) {
    looked.record.Add(standard::MakeFinding("CARD_NOT_FOUND", Severity::kError, card.error()));
    return looked;
  }
  looked.record.sha256 = card->sha256;
  looked.card = std::move(*card);
  Judge(looked);
  standard::SortFindings(looked.record.findings);
  return looked;
}

std::string ByHand::Line(const LookedAt& looked) const { return ToLine(looked.record); }

void ByHand::PrintTable(const LookedAt& looked, const standard::Reasons& reasons,
                        standard::Language language) const {
  const standard::Texts& texts = reasons.texts(language);
  std::cout << Printable(looked.record.photo) << ": " << texts.Title(looked.record.outcome) << '\n';
  const auto verdict_of = [&](const Json& json, const char* field) {
    const auto found = json.find(field);
    if (found == json.end() || !found->contains("verdict")) return std::string();
    return "  " + std::string(VerdictText((*found)["verdict"].get<std::string>(), texts));
  };
  const Json none = Json::array();
  const Json& sides = looked.record.identity.contains("cards") ? looked.record.identity["cards"] : none;
  for (std::size_t i = 0; looked.card && i < looked.card->photo.sides.size(); ++i) {
    const identity::Side& side = looked.card->photo.sides[i];
    if (side.kind == SideKind::kBack) {
      const auto validity = identifier_.judge().ValidityOn(side);
      std::string until(texts.Get("identity.not_read"));
      if (validity)
        until = validity->until ? DateText(*validity->until) : std::string(texts.Get("identity.long_term"));
      if (validity && !validity->clear) until = texts.Format("identity.in_doubt", until);
      std::cout << "  " << texts.Get("identity.back") << "  " << texts.Get("identity.valid_until") << ' '
                << until << '\n';
      continue;
    }
    const auto read = identifier_.judge().NumberOn(side, identifier_.today());
    std::string number = read.number.empty() ? std::string(texts.Get("identity.not_read"))
                         : full_ids_         ? read.number
                                             : roster::Mask(read.number);
    if (!read.number.empty() && read.state != identity::NumberState::kClear) {
      number = texts.Format("identity.in_doubt", number);
    }
    std::cout << "  " << texts.Get("identity.front") << "  " << texts.Get("identity.name") << ' '
              << TextOf(side, FieldKind::kName) << verdict_of(sides[i], "name") << "  "
              << texts.Get("identity.number") << ' ' << number << verdict_of(sides[i], "id_number") << '\n';
  }
  if (looked.card && looked.card->photo.sides.empty())
    std::cout << "  " << texts.Get("identity.no_card") << '\n';
  if (looked.row != nullptr) {
    std::cout << "  " << texts.Format("identity.student", std::string(looked.row->student.Field("name")))
              << "  " << VerdictText(identity::VerdictName(looked.verdict), texts) << '\n';
  } else if (roster_ != nullptr && looked.card && FrontOf(looked.card->photo) != nullptr) {
    std::cout << "  " << texts.Get("identity.no_student") << '\n';
  }
  for (const Finding& finding : looked.record.findings) {
    std::cout << "  " << texts.Title(finding.severity) << "  " << reasons.Get(finding.code, language).title
              << " (" << finding.code << ")";
    if (!finding.detail.empty()) std::cout << "  " << texts.Detail(finding);
    std::cout << '\n';
    if (finding.severity < Severity::kReview) continue;
    std::cout << "      " << reasons.Text(finding, language) << "\n      "
              << reasons.Get(finding.code, language).advice << '\n';
  }
}

}  // namespace gradphoto::cli
