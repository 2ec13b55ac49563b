// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/identification.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/date.h"
#include "lib/base/numbers.h"
#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/base/version.h"
#include "lib/check/judge.h"
#include "lib/identity/open.h"
#include "lib/pipeline/comparison.h"
#include "lib/roster/id_number.h"
#include "lib/standard/codes.h"
#include "lib/standard/standard_json.h"

namespace gradphoto::pipeline {
namespace {

using identity::FieldKind;
using identity::Verdict;

constexpr std::string_view kPdfMagic = "%PDF-", kIsPdf = "a PDF document; save its pages as JPEG";

// Of the portrait with its surroundings, mm: found on 118 of 119 specimens, the face within 1 mm of (66, 25).
constexpr double kPortraitLeft = 45, kPortraitTop = 0, kPortraitRight = 85.6, kPortraitBottom = 42;

std::string SidesOf(const identity::CardPhoto& photo) {
  const auto has = [&](identity::SideKind kind) {
    return std::ranges::any_of(photo.sides, [&](const identity::Side& side) { return side.kind == kind; });
  };
  const bool front = has(identity::SideKind::kFront), back = has(identity::SideKind::kBack);
  return front && back ? "both" : front ? "front" : back ? "back" : "none";
}

// Whole pixels: the places are not known better.
Json PlaceOf(const identity::Quad& quad) {
  Json place = Json::array();
  for (const cv::Point2f corner : quad) {
    place.push_back(std::lround(corner.x));
    place.push_back(std::lround(corner.y));
  }
  return place;
}

const identity::Side* FrontOf(const identity::CardPhoto& photo) {
  const auto front = std::ranges::find(photo.sides, identity::SideKind::kFront, &identity::Side::kind);
  return front == photo.sides.end() ? nullptr : &*front;
}

// The field that a person has to look at for a reason, if it is one of doubt.
std::optional<FieldKind> FieldInDoubt(const identity::Reason& reason) {
  if (reason.code == standard::Code("CARD_NUMBER_DOUBTFUL")) return FieldKind::kNumber;
  for (const standard::Code code : standard::Codes("CARD_NAME_RARE CARD_NAME_DOUBTFUL CARD_SWAPPED").All()) {
    if (reason.code == code) return FieldKind::kName;
  }
  for (const standard::Code code : standard::Codes("CARD_EXPIRED CARD_VALIDITY_DOUBTFUL").All()) {
    if (reason.code == code) return FieldKind::kValidity;
  }
  if (reason.code != standard::Code("CARD_INCONSISTENT")) return std::nullopt;
  return reason.detail == "the sex" ? FieldKind::kSex : FieldKind::kBirthDate;
}

// Of the strip of a number the share that holds the birth date, which is nobody's business unless it is in
// doubt. A strip begins 0.8 glyphs before the centre of its first digit and ends 0.9 behind that of its last.
Json BirthDateWithin(const identity::Side& front, const identity::Quad& strip) {
  constexpr double kGlyphMm = 3.6, kBefore = 0.8, kBehind = 0.9;
  const double length_mm = cv::norm(strip[1] - strip[0]) / front.view.PxPerMm();
  const double pitch = (length_mm - (kBefore + kBehind) * kGlyphMm) / 17;
  const auto share = [&](double digit) {
    return Round(std::clamp((kBefore * kGlyphMm + digit * pitch) / length_mm, 0.0, 1.0), 3);
  };
  return {share(5.5), share(13.5)};
}

// Where a person finds what is in doubt. `photos[i]` is cards[places[i]].
Json DoubtsOf(const identity::Judgement& judgement, std::span<const identity::CardPhoto> photos,
              std::span<const std::size_t> places) {
  Json doubts = Json::array();
  std::set<FieldKind> told;
  for (const identity::Reason& reason : judgement.reasons) {
    const auto kind = FieldInDoubt(reason);
    if (!kind || !told.insert(*kind).second) continue;
    const identity::Side* const side = *kind == FieldKind::kValidity ? judgement.back : judgement.front;
    if (side == nullptr) continue;
    const auto field = side->fields.find(*kind);
    if (field == side->fields.end()) continue;
    Json doubt = {{"field", FieldName(*kind)}, {"card", 0}, {"strip", PlaceOf(field->second.strip)}};
    for (std::size_t i = 0; i < photos.size(); ++i) {
      const auto& sides = photos[i].sides;
      if (std::ranges::any_of(sides, [&](const identity::Side& own) { return &own == side; })) {
        doubt["card"] = places[i];
      }
    }
    if (*kind == FieldKind::kNumber && !judgement.birth_date_in_doubt) {
      doubt["covered"] = BirthDateWithin(*side, field->second.strip);
    }
    doubts.push_back(std::move(doubt));
  }
  return doubts;
}

}  // namespace

std::vector<std::string> CardsOf(const Record& record) {
  std::vector<std::string> paths;
  const auto cards = record.identity.find("cards");
  if (cards == record.identity.end() || !cards->is_array()) return paths;
  for (const Json& card : *cards) {
    const auto photo = card.is_object() ? card.find("photo") : card.end();
    if (card.is_object() && photo != card.end() && photo->is_string())
      paths.push_back(photo->get<std::string>());
  }
  return paths;
}

Identifier::Identifier(Resources resources, image::DecodeLimits limits, identity::CardReader reader,
                       std::chrono::year_month_day today)
    : standard_(std::move(resources.standard)),
      limits_(limits),
      reader_(std::make_shared<const identity::CardReader>(std::move(reader))),
      judge_(std::make_shared<const identity::Judge>(reader_->alphabet())),
      today_(today) {}

Result<Identifier> Identifier::Create(const EngineOptions& options, const std::filesystem::path& layout,
                                      std::chrono::year_month_day today) {
  TRY_ASSIGN(auto resources, Resources::Load(options));
  TRY_ASSIGN(const auto places,
             layout.empty() ? identity::ShippedLayout(resources.config_dir) : identity::ReadLayout(layout));
  TRY_ASSIGN(auto reader, identity::OpenCardReader(resources.registry, resources.model_dir, places));
  return Identifier(std::move(resources), options.decode_limits, std::move(reader), today);
}

Result<Json> Identifier::ToolOf(const EngineOptions& options, const std::filesystem::path& layout) {
  TRY_ASSIGN(const auto resources, Resources::Load(options));
  TRY_ASSIGN(const auto places,
             layout.empty() ? identity::ShippedLayout(resources.config_dir) : identity::ReadLayout(layout));
  return Json{{"version", Version()},
              {"build", Commit()},
              {"models", resources.registry.Fingerprint()},
              {"layout", Sha256Hex(identity::LayoutYaml(places, "")).substr(0, 16)},
              {"rules", standard::RulesHash(resources.standard)}};
}

bool NeedsIdentification(const Record& record, bool all) {
  return record.student && (all || !record.IsRejected() || record.outcome == Outcome::kMissing);
}

void ReferToCard(const Record& found, Record& record) {
  const auto text = [](const Json& json, const char* key) {
    const auto value = json.find(key);
    return value != json.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  const std::string mismatch(identity::VerdictName(Verdict::kMismatch));
  const Json& identity = found.identity;
  if (!text(record.comparison, "reference").empty() || text(identity, "verdict") == mismatch ||
      !identity.contains("cards")) {
    return;
  }
  for (const Json& card : identity["cards"]) {
    if (!card.contains("portrait") || text(card, "photo").empty()) continue;
    record.comparison["reference"] = text(card, "photo");
    record.comparison["reference_kind"] = kCardReference;
    record.comparison["reference_window"] = card["portrait"];
    return;
  }
}

void Identifier::Expect(std::span<const Record> records) {
  for (const Record& record : records) {
    if (!record.student) continue;
    std::string number = roster::NormalizeId(record.student->Field("id_number"));
    if (!number.empty()) numbers_.insert(std::move(number));
  }
}

std::expected<ReadCard, std::string> Identifier::Read(const std::filesystem::path& file,
                                                      bool keep_lines) const {
  try {
    auto bytes = ReadPhoto(file, limits_.max_file_bytes);
    if (!bytes) return std::unexpected(std::string(DetailOf(bytes.error().why)));
    if (bytes->size() > kPdfMagic.size() &&
        std::memcmp(bytes->data(), kPdfMagic.data(), kPdfMagic.size()) == 0) {
      return std::unexpected(std::string(kIsPdf));
    }
    std::string sha256 = Sha256Hex(std::span(*bytes));
    const auto photo =
        image::DecodeInTime(std::make_shared<const std::vector<std::byte>>(*std::move(bytes)), limits_);
    if (!photo) return std::unexpected(photo.error().message);
    auto card = reader_->Read(photo->bgr, keep_lines);
    if (!card) return std::unexpected(card.error().message);
    return ReadCard{.sha256 = std::move(sha256), .photo = std::move(*card)};
  } catch (const std::exception& error) {  // OpenCV and the allocator throw; one photo must not end the batch.
    return std::unexpected(error.what());
  }
}

void Identifier::AddReasons(std::span<const identity::Reason> reasons, Record& record) const {
  for (const identity::Reason& reason : reasons) {
    if (auto finding = check::Failed(standard_, reason.code, reason.detail)) record.Add(std::move(*finding));
  }
}

Record Identifier::Identify(Record record) const {
  if (!record.student) return record;
  record.TakeBack(
      [](const Finding& finding) { return standard::StageOf(finding.code) == standard::Stage::kIdentity; });
  std::vector<identity::CardPhoto> photos;
  std::vector<std::size_t> places;  // In `cards`, of each photo.
  std::string failure;
  Json cards = Json::array();
  for (const std::string& path : CardsOf(record)) {
    Json& card = cards.emplace_back(Json::object());
    card["photo"] = path;
    auto read = Read(path);
    if (!read) {
      failure = read.error();
      continue;
    }
    card["sha256"] = read->sha256;
    card["side"] = SidesOf(read->photo);
    if (const identity::Side* const front = FrontOf(read->photo)) {
      card["portrait"] =
          PlaceOf(front->view.ToPx(kPortraitLeft, kPortraitTop, kPortraitRight, kPortraitBottom));
    }
    places.push_back(cards.size() - 1);
    photos.push_back(std::move(read->photo));
  }
  const std::string number = roster::NormalizeId(record.student->Field("id_number"));
  const identity::Expected expected{
      .name = std::string(record.student->Field("name")),
      .number = number,
      .today = today_,
      .is_of_another = [&](std::string_view other) { return other != number && numbers_.contains(other); }};
  identity::Judgement judgement = judge_->Of(photos, expected);
  const bool incomplete = judgement.verdict == Verdict::kMissing || judgement.verdict == Verdict::kRetake;
  if (!failure.empty() && incomplete) {
    judgement.verdict = Verdict::kRetake;
    std::erase_if(judgement.reasons, [](const identity::Reason& reason) {
      return reason.code == "CARD_MISSING" || reason.code == "CARD_NOT_FOUND";
    });
    // A PDF is the student's to mend; what cannot be read may be the program's fault, or a disk's.
    if (failure == kIsPdf) {
      judgement.reasons.push_back({.code = "CARD_NOT_FOUND", .detail = failure});
    } else {
      record.Add(standard::MakeFinding("CARD_NOT_FOUND", Severity::kError, failure));
    }
  }
  AddReasons(judgement.reasons, record);
  standard::SortFindings(record.findings);

  Json& identity = record.identity = Json::object();
  identity["verdict"] = identity::VerdictName(judgement.verdict);
  if (judgement.name) identity["name"] = identity::FitName(*judgement.name);
  if (judgement.number) identity["number"] = identity::FitName(*judgement.number);
  if (judgement.validity) {
    identity["valid_until"] = judgement.validity->until ? DateText(*judgement.validity->until) : "long-term";
  }
  if (!cards.empty()) identity["cards"] = std::move(cards);
  if (Json doubts = DoubtsOf(judgement, photos, places); !doubts.empty())
    identity["doubts"] = std::move(doubts);
  return record;
}

}  // namespace gradphoto::pipeline
