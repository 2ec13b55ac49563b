// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/identification.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/date.h"
#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/check/judge.h"
#include "lib/identity/open.h"
#include "lib/roster/id_number.h"
#include "lib/standard/codes.h"

namespace gradphoto::pipeline {
namespace {

using identity::Verdict;

std::string SidesOf(const identity::CardPhoto& photo) {
  const auto has = [&](identity::SideKind kind) {
    return std::ranges::any_of(photo.sides, [&](const identity::Side& side) { return side.kind == kind; });
  };
  const bool front = has(identity::SideKind::kFront), back = has(identity::SideKind::kBack);
  return front && back ? "both" : front ? "front" : back ? "back" : "none";
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
    record.Add(standard::MakeFinding("CARD_NOT_FOUND", Severity::kError, failure));
    judgement.verdict = Verdict::kRetake;
    std::erase_if(judgement.reasons, [](const identity::Reason& reason) {
      return reason.code == "CARD_MISSING" || reason.code == "CARD_NOT_FOUND";
    });
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
  return record;
}

}  // namespace gradphoto::pipeline
