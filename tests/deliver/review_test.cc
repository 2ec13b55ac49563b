// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/review.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <opencv2/core.hpp>

#include "lib/base/file.h"
#include "lib/base/sha256.h"
#include "lib/deliver/tag_key.h"
#include "lib/deliver/thumbnails.h"
#include "lib/image/decode.h"
#include "tests/support/temp_dir.h"

namespace gradphoto::deliver {
namespace {

namespace fs = std::filesystem;
using ledger::CaseAttempt;
using ledger::PersonCase;
using ledger::State;
using testing::SourceDir;
using testing::TempDir;

Finding MakeOne(std::string code, Severity severity, std::string detail = {}) {
  Finding finding;
  finding.code = std::move(code);
  finding.severity = severity;
  finding.detail = std::move(detail);
  return finding;
}

// A case of three attempts; of the first two the photos are gone.
PersonCase MakeCase(int i, State state) {
  PersonCase made;
  made.id = i;
  made.student = {.key = "10001-2022010" + std::to_string(i),
                  .fields = {{"name", "张<三>"},
                             {"id_number", "11000020030101862" + std::to_string(i)},
                             {"student_number", "2022010" + std::to_string(i)},
                             {"class", "一班"}}};
  made.facts.standing.state = state;
  made.facts.standing.season = "spring-2022";
  made.facts.standing.failures = 3;
  made.facts.max_failures = 3;
  for (int number = 1; number <= 3; ++number) {
    CaseAttempt attempt;
    attempt.number = number;
    attempt.at = "2021-10-0" + std::to_string(number) + "T02:15:00";
    attempt.record.student = made.student;
    attempt.record.photo = "photos/11000020030101862" + std::to_string(i) + ".jpg";
    attempt.record.sha256 = std::string(62, 'a') + std::to_string(i) + std::to_string(number);
    attempt.record.output = "out.jpg";
    attempt.record.findings = {MakeOne("RED_EYE", Severity::kNotAssessed, "no face found"),
                               MakeOne("BLURRED", Severity::kWarn), MakeOne("HEAD_TILTED", Severity::kReject),
                               MakeOne("NO_FACE", Severity::kReject)};
    if (number == 1) attempt.record.findings.push_back(MakeOne("EYES_CLOSED", Severity::kReject));
    if (number == 3) {
      attempt.photo = "photo.jpg";
      attempt.standardized = "out.jpg";
    }
    made.attempts.push_back(std::move(attempt));
  }
  ledger::BookedEvent said;
  said.event.kind = ledger::EventKind::kReject;
  said.event.attempt = 2;
  said.code = "EYES_CLOSED";
  said.who = "李老师";
  said.decided_at = "2021-10-02T10:00:00";
  said.text = "请 11000020030101862" + std::to_string(i) + " 看镜头";
  made.attempts[1].events.push_back(std::move(said));
  return made;
}

class Desk {
 public:
  Desk() : reasons_(*standard::Reasons::Load(SourceDir() / "configs")) {
    options_.cases.picture = [](const fs::path& file) -> std::optional<std::vector<std::byte>> {
      return file.empty() ? std::nullopt : std::optional(std::vector<std::byte>(3, std::byte{7}));
    };
    options_.school = "某大学";
  }
  ReviewCounts Write(const std::vector<PersonCase>& cases) {
    auto counts = WriteReview(cases, reasons_, options_, dir_.path());
    REQUIRE(counts.has_value());
    return *counts;
  }
  std::string Read(const char* name) const { return *ReadTextFile(dir_.path() / name, 1U << 24U); }
  bool Has(const char* name) const { return fs::exists(dir_.path() / name); }
  fs::path Put(const char* name, const char* text) const { return dir_.Write(name, text); }
  ReviewOptions& options() { return options_; }
  const standard::Reasons& reasons() const { return reasons_; }

 private:
  TempDir dir_;
  standard::Reasons reasons_;
  ReviewOptions options_;
};

std::size_t CountOf(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("every case is on the page with all its attempts; those of manual review have a sheet each") {
  Desk desk;
  std::vector<PersonCase> cases;
  for (int i = 1; i <= 6; ++i) cases.push_back(MakeCase(i, i <= 4 ? State::kManualReview : State::kReview));
  const ReviewCounts counts = desk.Write(cases);
  CHECK(counts.cases == 6);
  CHECK(counts.sheets == 4);
  const std::string page = desk.Read("review.html"), sheets = desk.Read("case-sheets.html");
  CHECK(CountOf(page, "<section class=\"case\"") == 6);
  CHECK(CountOf(page, "第 1 次提交 · 2021-10-01") == 6);
  CHECK(CountOf(page, "第 3 次提交 · 2021-10-03 · 待决定") == 6);
  // Of the first two attempts photo and standardized picture are gone; nobody was compared with anything.
  CHECK(CountOf(page, "照片已删除") == 24);
  CHECK(CountOf(page, "<img ") == 12);
  CHECK(CountOf(page, "2021-10-02 · 人工驳回 · 李老师 · ") == 6);
  CHECK(CountOf(sheets, "<section class=\"sheet\"") == 4);
  CHECK(CountOf(sheets, "某大学") == 4);
  CHECK(CountOf(sheets, "不合格 3 次（满 3 次转人工审核）") == 4);
  for (const std::string& text : {page, sheets}) {
    CHECK(text.find("张&lt;三&gt;") != std::string::npos);
    CHECK(text.find("张<三>") == std::string::npos);
    CHECK(text.find("11000020030101862") == std::string::npos);
    CHECK(text.find("2022010") == std::string::npos);
  }
  desk.options().cases.redactor = Redactor(IdDisplay::kFull);
  desk.Write(cases);
  CHECK(desk.Read("case-sheets.html").find("110000200301018624") != std::string::npos);

  for (PersonCase& each : cases)
    each.attempts.back().record.student->fields.emplace_back("院校名称", "另一大学");
  desk.Write(cases);
  CHECK(CountOf(desk.Read("case-sheets.html"), "另一大学") == 0);
  desk.options().school.clear();
  desk.Write(cases);
  CHECK(CountOf(desk.Read("case-sheets.html"), "另一大学") == 4);

  // Nothing waits any more: pages and pictures go.
  CHECK(desk.Write({}).cases == 0);
  CHECK_FALSE(desk.Has("review.html"));
  CHECK_FALSE(desk.Has("case-sheets.html"));
  CHECK_FALSE(desk.Has("review"));
}

TEST_CASE("a picture of an earlier run is made again only for another photo, or when it is damaged") {
  Desk desk;
  std::vector<std::string> made;
  desk.options().cases.picture = [&](const fs::path& file) -> std::optional<std::vector<std::byte>> {
    made.push_back(file.filename().string());
    return std::vector{std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}, std::byte{0xD9}};
  };
  PersonCase one = MakeCase(1, State::kReview);
  ledger::CaseAttempt& attempt = one.attempts.back();
  attempt.photo = desk.Put("photo.jpg", "photo").string();
  attempt.standardized = desk.Put("out.jpg", "standardized").string();
  attempt.record.sha256 = Sha256Hex("photo");
  attempt.record.output_sha256 = Sha256Hex("standardized");
  const auto page_shows = [&](std::string_view kind) {
    const std::string page = desk.Read("review.html"), before = "review/" + std::string(kind) + "-";
    const std::size_t at = page.find(before);
    REQUIRE(at != std::string::npos);
    return page.substr(at, before.size() + 16) + ".jpg";
  };
  using Names = std::vector<std::string>;
  desk.Write({one});
  CHECK(made == Names{"photo.jpg", "out.jpg"});
  const std::string photo = page_shows("photo"), standardized = page_shows("standardized");
  CHECK(desk.Has(photo.c_str()));
  made.clear();
  desk.Write({one});
  CHECK(made.empty());
  CHECK(page_shows("photo") == photo);

  desk.Put(standardized.c_str(), "");
  desk.Put("review/1-3-photo.jpg", "of version 0.2");
  desk.Put("review/mine-photo.jpg", "somebody's");
  desk.Put("photo.jpg", "another photo");
  attempt.record.sha256 = Sha256Hex("another photo");
  desk.Write({one});
  CHECK(made == Names{"photo.jpg", "out.jpg"});
  CHECK_FALSE(desk.Has(photo.c_str()));
  CHECK_FALSE(desk.Has("review/1-3-photo.jpg"));
  CHECK(desk.Has("review/mine-photo.jpg"));

  // What is not the photo of the record, or is told by a hash that is none, is never taken for it later.
  for (const char* hash :
       {"00", "/../../../../x", "ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789"}) {
    attempt.record.sha256 = hash;
    for (int i = 0; i < 2; ++i) {
      made.clear();
      desk.Write({one});
      CHECK(made == Names{"photo.jpg"});
      CHECK(desk.Has("review/1-3-photo.jpg"));
    }
  }
}

TEST_CASE("this case's findings come first as reasons, the most important ones before the others") {
  Desk desk;
  desk.Write({MakeCase(1, State::kReview)});
  const std::string page = desk.Read("review.html");
  // Rejections of the photo by importance, its warnings, then what an earlier photo had besides; never what
  // was not assessed.
  CHECK(page.find("data-codes=\"NO_FACE HEAD_TILTED BLURRED EYES_CLOSED\"") != std::string::npos);
  CHECK_FALSE(desk.Has("case-sheets.html"));
}

TEST_CASE("what a person gives as the reason stands once, with what was measured") {
  Desk desk;
  PersonCase made = MakeCase(1, State::kManualReview);
  Finding measured = MakeOne("EYES_CLOSED", Severity::kReject);
  measured.value = 0.1;
  made.attempts.back().record.findings = {MakeOne("EYES_CLOSED", Severity::kReject, "decided by a person"),
                                          measured};
  made.attempts.erase(made.attempts.begin(), made.attempts.end() - 1);
  desk.Write({made});
  const std::string title = desk.reasons().Get("EYES_CLOSED", standard::Language::kZh).title;
  CHECK(CountOf(desk.Read("case-sheets.html"), title) == 1);
  CHECK(desk.Read("case-sheets.html").find(title + " 0.1") != std::string::npos);
}

TEST_CASE("what was not assessed stands neither on the page nor on the sheet as found") {
  Desk desk;
  for (const standard::Language language : {standard::Language::kZh, standard::Language::kEn}) {
    desk.options().cases.language = language;
    PersonCase made = MakeCase(1, State::kManualReview);
    for (CaseAttempt& attempt : made.attempts) {
      attempt.record.findings = {MakeOne("RED_EYE", Severity::kNotAssessed, "no face found")};
    }
    desk.Write({made});
    const std::string page = desk.Read("review.html"), sheets = desk.Read("case-sheets.html");
    const std::string title = desk.reasons().Get("RED_EYE", language).title;
    const std::string cases =
        page.substr(0, page.find("id=\"codes\""));  // Behind it: all reasons to choose from.
    CHECK(cases.find(title) == std::string::npos);
    CHECK(sheets.find(title) == std::string::npos);
    CHECK(page.find("data-codes=\"\"") != std::string::npos);
  }
}

TEST_CASE("a photo without a standardized picture cannot be accepted on the page") {
  Desk desk;
  PersonCase made = MakeCase(1, State::kManualReview);
  made.attempts.back().standardized.clear();
  made.attempts.back().record.output.clear();
  desk.Write({made, MakeCase(2, State::kReview)});
  const std::string page = desk.Read("review.html");
  CHECK(CountOf(page, "data-deliverable=\"no\"") == 1);
  CHECK(CountOf(page, "data-deliverable=\"yes\"") == 1);
}

TEST_CASE("without a ledger a case has one attempt and no state") {
  Desk desk;
  Record record;
  record.outcome = Outcome::kReview;
  record.photo = "a.jpg";
  record.sha256 = std::string(64, 'b');
  record.findings = {MakeOne("FACE_UNCERTAIN", Severity::kReview)};
  CHECK(desk.Write(ledger::CasesOf(std::vector{record, Record{}})).cases == 1);
  const std::string page = desk.Read("review.html");
  CHECK(page.find("次提交") == std::string::npos);
  CHECK(page.find("class=\"state\"") == std::string::npos);
  CHECK(CountOf(page, "照片已删除") == 0);
}

TEST_CASE("a ledger finds students by the tags that the pages show") {
  const TempDir dir;
  auto ledger = ledger::Ledger::Open(dir.path() / "l.sqlite", ledger::OpenMode::kWrite);
  REQUIRE(ledger.has_value());
  Record record;
  record.student = Student{.key = "10001-20220101", .fields = {{"id_number", "11010519491231002X"}}};
  REQUIRE(ledger->SyncStudents(std::span(&record, 1), ledger::Now()).has_value());
  const auto none = TagKey::ReadIfThere(dir.path() / "mask.key");
  REQUIRE(none.has_value());
  CHECK_FALSE(none->has_value());
  const std::optional<TagKey> key = *TagKey::ReadOrCreate(dir.path() / "mask.key");
  const Redactor redactor(IdDisplay::kMasked, key);
  CHECK(ledger->FindByIdentifier(redactor.Number("10001-20220101"))->empty());
  UseTags(*ledger, *TagKey::ReadIfThere(dir.path() / "mask.key"));
  CHECK(ledger->FindByIdentifier(redactor.Number("10001-20220101"))->size() == 1);
  CHECK(ledger->FindByIdentifier(redactor.Number("11010519491231002X"))->size() == 1);
  CHECK(ledger->FindByIdentifier(redactor.Number("110105194912310038"))->empty());
}

TEST_CASE("of an identity card the lines in doubt are shown, and the portrait where the faces are") {
  Desk desk;
  struct Cut {
    std::string photo, sha256;
    text::Quad place;
    std::optional<std::pair<double, double>> covered;
  };
  std::vector<Cut> cuts;
  desk.options().cases.strip =
      [&](const fs::path& photo, std::string_view sha256, const text::Quad& place,
          std::optional<std::pair<double, double>> covered) -> std::optional<std::vector<std::byte>> {
    cuts.push_back({photo.string(), std::string(sha256), place, covered});
    return std::vector<std::byte>(3, std::byte{8});
  };
  std::vector<std::string> shown;
  desk.options().cases.picture = [&](const fs::path& file) -> std::optional<std::vector<std::byte>> {
    shown.push_back(file.string());
    return std::vector<std::byte>(3, std::byte{7});
  };
  PersonCase made = MakeCase(1, State::kReview);
  Record& record = made.attempts.back().record;
  made.attempts.back().reference = "card.jpg";
  record.comparison = {{"reference", "card.jpg"},
                       {"reference_kind", "id-card"},
                       {"reference_window", {450, 0, 856, 0, 856, 420, 450, 420}}};
  record.identity = {
      {"verdict", "review"},
      {"cards", {{{"photo", "back.jpg"}, {"sha256", "bb"}}, {{"photo", "card.jpg"}, {"sha256", "cc"}}}},
      {"doubts",
       {{{"field", "name"}, {"card", 1}, {"strip", {1, 2, 3, 2, 3, 4, 1, 4}}},
        {{"field", "number"}, {"card", 1}, {"strip", {1, 6, 9, 6, 9, 8, 1, 8}}, {"covered", {0.4, 0.8}}},
        {{"field", "address"}, {"card", 1}, {"strip", {1, 6, 9, 6, 9, 8, 1, 8}}}}}};
  record.findings.push_back(MakeOne("CARD_NAME_RARE", Severity::kReview));
  desk.Write({made});
  REQUIRE(cuts.size() == 2);
  CHECK(cuts[0].photo == "card.jpg");
  CHECK(cuts[0].sha256 == "cc");
  CHECK(cuts[0].place[2] == cv::Point2f(3, 4));
  CHECK_FALSE(cuts[0].covered.has_value());
  CHECK(cuts[1].covered == std::pair(0.4, 0.8));
  CHECK(desk.Has("review/1-card-name.jpg"));
  CHECK(desk.Has("review/1-card-number.jpg"));
  CHECK_FALSE(desk.Has("review/1-reference.jpg"));
  const std::string page = desk.Read("review.html");
  CHECK(page.find("身份证上待核对的内容") != std::string::npos);
  CHECK(page.find("1-card-name.jpg") < page.find("1-card-number.jpg"));

  // The faces are in doubt: the portrait alone.
  record.findings.push_back(MakeOne("FACE_UNCERTAIN", Severity::kReview));
  cuts.clear();
  desk.Write({made});
  REQUIRE(cuts.size() == 3);
  CHECK(cuts[0].place[2] == cv::Point2f(856, 420));
  CHECK(desk.Has("review/1-reference.jpg"));
  CHECK(std::ranges::find(shown, "card.jpg") == shown.end());

  // A person has vouched for the card: its lines are gone from the report.
  for (Finding& finding : record.findings) {
    if (finding.code == "CARD_NAME_RARE") finding.severity = Severity::kWarn;
  }
  desk.Write({made});
  CHECK_FALSE(desk.Has("review/1-card-name.jpg"));
}

TEST_CASE("a strip is cut from the photo it was found on, and from no other") {
  const auto card = SourceDir() / "tests/identity/specimens/wang-front.jpg";
  const std::string sha256 = *Sha256File(card);
  const text::Quad place = {cv::Point2f(190, 110), {340, 114}, {339, 170}, {189, 166}};
  const auto strip = CardStripOf(card, sha256, place, std::nullopt);
  REQUIRE(strip.has_value());
  const auto picture = image::Decode(*strip);
  REQUIRE(picture.has_value());
  CHECK(picture->bgr.cols == 150);
  CHECK(picture->bgr.rows == 56);
  CHECK_FALSE(CardStripOf(card, std::string(64, '0'), place, std::nullopt).has_value());
  CHECK_FALSE(CardStripOf("none.jpg", sha256, place, std::nullopt).has_value());
  const auto covered = image::Decode(*CardStripOf(card, sha256, place, std::pair(0.0, 1.0)));
  REQUIRE(covered.has_value());
  CHECK(cv::norm(covered->bgr, cv::Mat(covered->bgr.size(), CV_8UC3, cv::Scalar::all(160)), cv::NORM_INF) < 4);
}

}  // namespace
}  // namespace gradphoto::deliver
