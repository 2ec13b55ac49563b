// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/case_view.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "lib/base/photo_archive.h"
#include "lib/base/sha256.h"
#include "lib/base/temporary_file.h"
#include "lib/deliver/files.h"
#include "lib/deliver/search.h"
#include "lib/deliver/thumbnails.h"
#include "lib/standard/codes.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using ledger::EventKind;
using standard::Reasons;
using standard::Texts;

constexpr std::array<std::string_view, 8> kKinds = {"photo",       "reference",    "standardized",
                                                    "card-name",   "card-sex",     "card-birth_date",
                                                    "card-number", "card-validity"};
constexpr std::size_t kDayBytes = 10;  // "2021-10-05".
// Columns with the name of the school, as exports of student record systems have them.
constexpr std::array<std::string_view, 5> kSchoolColumns = {"YXMC", "院校名称", "学校名称", "毕业院校", "学校"};

std::string TitleOfCode(std::string_view code, const Reasons& reasons, standard::Language language) {
  const std::string& title = reasons.Get(code, language).title;
  return title.empty() ? std::string(code) : title;
}

// Each code once: what a person gives as the reason is mostly what was measured.
std::vector<const Finding*> Shown(const Record& record) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : record.findings) {
    if (finding.severity < Severity::kWarn) continue;
    const auto same = std::ranges::find(findings, finding.code, &Finding::code);
    if (same == findings.end()) {
      findings.push_back(&finding);
    } else if (!(*same)->value && finding.value) {
      *same = &finding;
    }
  }
  std::ranges::stable_sort(findings, {}, [](const Finding* finding) {
    return std::pair(-static_cast<int>(finding->severity), standard::ImportanceOf(finding->code));
  });
  return findings;
}

std::string TextIn(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The entry of identity["cards"] with this place, or this photo; null: none.
Json CardAt(const Record& record, const std::function<bool(std::size_t place, const Json& card)>& fits) {
  const auto cards = record.identity.find("cards");
  if (cards == record.identity.end() || !cards->is_array()) return nullptr;
  for (std::size_t i = 0; i < cards->size(); ++i) {
    if ((*cards)[i].is_object() && fits(i, (*cards)[i])) return (*cards)[i];
  }
  return nullptr;
}

bool FacesAreInDoubt(const Record& record) {
  return std::ranges::any_of(record.findings, [](const Finding& finding) {
    return finding.severity >= Severity::kReview &&
           standard::StageOf(finding.code) == standard::Stage::kComparison;
  });
}

std::string CaptionOf(std::string_view field, const Texts& texts) {
  if (field == "name") return std::string(texts.Get("identity.name"));
  if (field == "sex") return std::string(texts.Get("identity.sex"));
  if (field == "birth_date") return std::string(texts.Get("identity.birth_date"));
  if (field == "number") return std::string(texts.Get("identity.number"));
  return std::string(texts.Get("identity.valid_until"));
}

// Writes the pictures of one run and removes those of others.
class Album {
 public:
  Album(const CaseOptions& options, fs::path directory) : options_(options), directory_(std::move(directory)) {}

  // `named`: the records name such a file. `sha256`: of its content, by which a picture of an earlier run is
  // known and need not be made again; empty: it is made, and called by `number`.
  Result<CasePicture> Add(const fs::path& file, bool named, const std::string& sha256,
                          const std::string& number, std::string_view kind) {
    if (!options_.picture) return CasePicture();
    if (file.empty()) return CasePicture{.path = {}, .is_gone = named};
    const std::string by_content = NameByContent(sha256, kind);
    if (!sha256.empty() && IsWholePicture(directory_ / kReviewPictureFolder / by_content))
      return Kept(by_content);
    // The file may hold another photo than the record is about.
    const bool is_it = !sha256.empty() && HashPhoto(file) == sha256;
    return Keep(options_.picture(file), named, is_it ? by_content : NameOf(number, kind));
  }

  // A place on a photo of the student's identity card. `card`: of record.identity["cards"].
  Result<CasePicture> AddStrip(const Json& card, const Json& place, const Json& covered,
                               const std::string& number, std::string_view kind) {
    const auto quad = text::QuadFrom(place);
    if (!options_.strip || !quad || !card.is_object()) return CasePicture();
    std::optional<std::pair<double, double>> hidden;
    if (covered.is_array() && covered.size() == 2 && covered[0].is_number() && covered[1].is_number()) {
      hidden = {covered[0].get<double>(), covered[1].get<double>()};
    }
    return Keep(options_.strip(TextIn(card, "photo"), TextIn(card, "sha256"), *quad, hidden), /*named=*/true,
                NameOf(number, kind));
  }

  // Pictures of cases that are decided must not stay behind.
  Result<void> RemoveOthers() const {
    const fs::path folder = directory_ / kReviewPictureFolder;
    std::error_code error;
    if (!fs::exists(folder, error)) return {};
    std::vector<fs::path> stale;
    for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
         it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (IsPictureName(name) && !pictures_.contains(name)) stale.push_back(it->path());
    }
    for (const fs::path& path : stale) {
      if (!error) fs::remove(path, error);
    }
    if (!error && fs::is_empty(folder, error)) fs::remove(folder, error);
    if (error)
      return Fail(ErrorKind::kOutput, folder.string() + ": old pictures cannot be removed: " + error.message());
    return {};
  }

 private:
  static std::string NameOf(const std::string& stem, std::string_view kind) {
    return stem + "-" + std::string(kind) + ".jpg";
  }

  static std::string NameByContent(const std::string& sha256, std::string_view kind) {
    return NameOf(std::string(kind), ReviewPictureDigits(sha256));
  }

  // Whether one of the two could have made it: "12-reference.jpg", "12-3-photo.jpg",
  // "photo-3f0c0d9a5e21b7c4.jpg".
  static bool IsPictureName(const std::string& name) {
    return std::ranges::any_of(kKinds, [&](std::string_view kind) {
      const std::size_t numbers = std::min(name.find_first_not_of("0123456789-"), name.size());
      if (numbers > 1 && name.substr(numbers - 1) == NameOf({}, kind)) return true;
      const std::string digits = name.substr(std::min(name.size(), kind.size() + 1), kThumbnailDigits);
      return IsHashText(digits, kThumbnailDigits) && name == NameOf(std::string(kind), digits);
    });
  }

  CasePicture Kept(const std::string& name) {
    pictures_.insert(name);
    return {.path = std::string(kReviewPictureFolder) + "/" + name};
  }

  Result<CasePicture> Keep(const std::optional<std::vector<std::byte>>& jpeg, bool named,
                           const std::string& name) {
    if (!jpeg) return CasePicture{.path = {}, .is_gone = named};
    TRY(WriteFileAtomic(directory_ / kReviewPictureFolder / name, *jpeg, IfExists::kOverwrite, Sync::kNothing));
    return Kept(name);
  }

  const CaseOptions& options_;
  fs::path directory_;
  std::set<std::string> pictures_;  // Of this run.
};

// Words about one case.
class CaseTeller {
 public:
  CaseTeller(const Reasons& reasons, const CaseOptions& options)
      : reasons_(reasons), texts_(reasons.texts(options.language)), options_(options) {}

  CaseView Tell(const ledger::PersonCase& from) const {
    const Record& record = from.Current().record;
    const auto text = [&](std::string_view foreign) { return options_.redactor.Text(foreign, &record); };
    CaseView view;
    view.sha256 = record.sha256;
    view.photo = text(record.photo);
    if (record.student) {
      view.name = text(record.student->Field("name"));
      view.key = options_.redactor.Number(record.student->key);
      view.search = SearchNumbers(record, options_.redactor);
      view.id_number = options_.redactor.Number(record.student->Field("id_number"));
      view.student_number = options_.redactor.Number(record.student->Field("student_number"));
      view.group = text(GroupOf(record));
      for (const std::string_view column : kSchoolColumns) {
        if (view.school.empty()) view.school = text(record.student->Field(column));
      }
    }
    for (auto attempt = from.attempts.rbegin(); attempt != from.attempts.rend(); ++attempt) {
      for (const Finding* finding : Shown(attempt->record)) {
        if (std::ranges::find(view.codes, finding->code) == view.codes.end())
          view.codes.push_back(finding->code);
      }
    }
    for (const ledger::CaseAttempt& attempt : from.attempts) view.attempts.push_back(Tell(attempt));
    if (from.id != 0) TellLedger(from, view);
    return view;
  }

 private:
  AttemptView Tell(const ledger::CaseAttempt& from) const {
    AttemptView view;
    view.number = from.number;
    view.day = from.at.substr(0, kDayBytes);
    if (const auto similarity = from.record.comparison.find("similarity");
        similarity != from.record.comparison.end() && similarity->is_number()) {
      view.similarity = texts_.Format("review.similarity", similarity->dump());
    }
    for (const Finding* finding : Shown(from.record)) {
      view.findings.push_back({.code = finding->code,
                               .title = TitleOfCode(finding->code, reasons_, options_.language),
                               .value = standard::FormatValue(*finding, texts_),
                               .limit = standard::FormatLimit(*finding, texts_),
                               .detail = options_.redactor.Text(texts_.Detail(*finding), &from.record),
                               .measured = reasons_.Get(finding->code, options_.language).measured,
                               .decides = finding->severity >= Severity::kReview});
    }
    for (const ledger::BookedEvent& booked : from.events) view.said.push_back(Said(booked, from.record));
    return view;
  }

  std::string Said(const ledger::BookedEvent& booked, const Record& record) const {
    const std::string& at = booked.decided_at.empty() ? booked.at : booked.decided_at;
    std::string said = at.substr(0, kDayBytes) + " · ";
    said += EventTitle(booked.event.kind, texts_);
    // The text of a delivery is the name of a file.
    const bool is_delivery = booked.event.kind == EventKind::kDelivered;
    const std::string reason =
        booked.code.empty() ? std::string() : TitleOfCode(booked.code, reasons_, options_.language);
    for (const std::string& part : {booked.who, reason, is_delivery ? std::string() : booked.text}) {
      if (!part.empty()) said += " · " + options_.redactor.Text(part, &record);
    }
    return said;
  }

  void TellLedger(const ledger::PersonCase& from, CaseView& view) const {
    const ledger::StudentFacts& facts = from.facts;
    view.season = facts.standing.season;
    view.state = StateTitle(facts.standing.state, texts_);
    view.failures = texts_.Format("review.failures", facts.standing.failures, facts.max_failures);
    if (facts.deadline) view.deadline = texts_.Format("review.deadline", ledger::FormatDay(*facts.deadline));
    if (facts.remark) view.remark = options_.redactor.Text(facts.remark->text, &from.Current().record);
    view.is_manual_review = facts.standing.state == ledger::State::kManualReview;
    view.is_deliverable = !from.Current().record.output.empty() || !from.Current().standardized.empty();
  }

  const Reasons& reasons_;
  const Texts& texts_;
  const CaseOptions& options_;
};

Result<void> AddReference(const ledger::CaseAttempt& current, Album& album, const std::string& number,
                          CaseView& view) {
  const Json& comparison = current.record.comparison;
  const auto window = comparison.find("reference_window");
  if (window == comparison.end()) {
    TRY_ASSIGN(view.reference, album.Add(current.reference, comparison.contains("reference"), /*sha256=*/"",
                                         number, kKinds[1]));
    return {};
  }
  if (!FacesAreInDoubt(current.record)) return {};
  const std::string photo = TextIn(comparison, "reference");
  const Json card =
      CardAt(current.record, [&](std::size_t, const Json& one) { return TextIn(one, "photo") == photo; });
  TRY_ASSIGN(view.reference, album.AddStrip(card, *window, nullptr, number, kKinds[1]));
  return {};
}

Result<void> AddStrips(const Record& record, Album& album, const std::string& number, const Texts& texts,
                       CaseView& view) {
  const auto doubts = record.identity.find("doubts");
  const bool in_doubt = std::ranges::any_of(record.findings, [](const Finding& finding) {
    return finding.severity >= Severity::kReview &&
           standard::StageOf(finding.code) == standard::Stage::kIdentity;
  });
  if (doubts == record.identity.end() || !doubts->is_array() || !in_doubt) return {};
  for (const Json& doubt : *doubts) {
    const std::string field = doubt.is_object() ? TextIn(doubt, "field") : std::string();
    const auto kind = std::ranges::find(kKinds, "card-" + field);
    if (field.empty() || kind == kKinds.end()) continue;
    const Json place = doubt.value("card", Json());
    const Json card = CardAt(record, [&](std::size_t i, const Json&) { return place == Json(i); });
    TRY_ASSIGN(auto picture, album.AddStrip(card, doubt.value("strip", Json()), doubt.value("covered", Json()),
                                            number, *kind));
    view.strips.push_back({CaptionOf(field, texts), std::move(picture)});
  }
  return {};
}

}  // namespace

Result<std::vector<CaseView>> ViewCases(std::span<const ledger::PersonCase> cases, const Reasons& reasons,
                                        const CaseOptions& options, const fs::path& directory) {
  const CaseTeller teller(reasons, options);
  Album album(options, directory);
  std::vector<CaseView> views;
  for (const ledger::PersonCase& from : cases) {
    if (options.interrupted && options.interrupted()) return Fail(ErrorKind::kOutput, "interrupted");
    CaseView view = teller.Tell(from);
    const std::string number = std::to_string(views.size() + 1);
    for (std::size_t i = 0; i < from.attempts.size(); ++i) {
      const ledger::CaseAttempt& attempt = from.attempts[i];
      const std::string name = number + "-" + std::to_string(i + 1);
      TRY_ASSIGN(view.attempts[i].photo, album.Add(attempt.photo, !attempt.record.photo.empty(),
                                                   attempt.record.sha256, name, kKinds[0]));
      TRY_ASSIGN(view.attempts[i].standardized, album.Add(attempt.standardized, !attempt.record.output.empty(),
                                                          attempt.record.output_sha256, name, kKinds[2]));
    }
    TRY(AddReference(from.Current(), album, number, view));
    TRY(AddStrips(from.Current().record, album, number, reasons.texts(options.language), view));
    views.push_back(std::move(view));
  }
  TRY(album.RemoveOthers());
  return views;
}

}  // namespace gradphoto::deliver
